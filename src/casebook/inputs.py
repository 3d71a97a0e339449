"""What a build depends on, as hashes: the book's files, the package's code, the environment."""

import hashlib
import os
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from casebook.paths import data_dir
from casebook.reads import file_hash
from casebook.repository import git_remote

PACKAGE = Path(__file__).parent
# Rooms of the package that no notebook enters: what they hold changes pages, not outputs.
_NOT_EXECUTED = ("sphinxext", "book.py", "cli.py", "archive.py")
# Folders that hold nothing of the book, and one beside the chapters that no page may read.
_APART, _TESTS = ("_build", "__pycache__", "node_modules"), "tests"
# A setting that only the writing of an edition asks.
_WRITING = "CASEBOOK_PAPER"


def digest(*parts: str) -> str:
    """Return one SHA-256 of texts."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def files_hash(folder: Path, files: Iterable[Path]) -> str:
    """Return one SHA-256 of files: their paths below ``folder`` and what they hold."""
    return digest(*sorted(f"{path.relative_to(folder).as_posix()} {file_hash(path)}" for path in files))


def code_hash(executed_only: bool = False) -> str:
    """Return one SHA-256 of this package's files, or only of those that a notebook can run."""
    found = [p for p in PACKAGE.rglob("*") if p.is_file() and "__pycache__" not in p.parts]
    if executed_only:
        found = [
            p for p in found if p.suffix == ".py" and p.relative_to(PACKAGE).parts[0] not in _NOT_EXECUTED
        ]
    return files_hash(PACKAGE, found)


@cache
def environment_hash() -> str:
    """Return one SHA-256 of the interpreter and of every installed distribution: its version and its files' hashes."""
    places = [Path(place) for place in sys.path if place]
    found = {p for place in places if place.is_dir() for p in place.glob("*.dist-info")}
    return digest(sys.version, sys.platform, *sorted(f"{p.name} {file_hash(p / 'RECORD')}" for p in found))


def settings_hash() -> str:
    """Return one SHA-256 of what the environment's variables say of the pages."""
    return digest(
        *(f"{k}={v}" for k, v in sorted(os.environ.items()) if k.startswith("CASEBOOK_") and k != _WRITING)
    )


def book_files(root: Path) -> list[Path]:
    """Return every file of the book's folder that a page may show: not what is hidden, built or a test."""
    found: list[Path] = []
    seen: set[Path] = set()
    # Chapters may lie elsewhere, behind a link; one that leads back to where it came from is followed once.
    for folder, folders, files in os.walk(root, followlinks=True):
        place = Path(folder)
        if place.resolve() in seen:
            folders.clear()
            continue
        seen.add(place.resolve())
        apart = (*_APART, _TESTS) if place == root else _APART
        folders[:] = [f for f in folders if not f.startswith(".") and f not in apart]
        found += [place / name for name in files if not name.startswith(".")]
    return found


def book_hash(root: Path) -> str:
    """Return one SHA-256 of the book's files, its data and where its repository is."""
    data = data_dir()
    return digest(
        files_hash(root, book_files(root)),
        files_hash(data, [p for p in data.glob("*") if p.is_file()]),
        git_remote(root),
    )
