"""What a page or a notebook really reads, noted while it reads.

Two things note a file: the study, when one of its tables is asked for, and the interpreter, when a file of the book is
opened. So a page depends on what it used and on nothing else, whatever its author remembers to declare. What a
notebook learns from the network, the clock or another process is not noted.
"""

import errno
import hashlib
import os
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

# File → SHA-256 of its bytes when it was read.
Notes = dict[str, str]
F = TypeVar("F", bound=Callable[..., Any])
_READERS: list[Notes] = []
_ROOTS: set[Path] = set()
_silent = 0
# Computations to keep; one book has one study, a test a few.
_MOST = 64


def file_hash(path: Path | str) -> str:
    """Return the SHA-256 of a file's bytes; empty if there is no such file."""
    try:
        return hashlib.sha256(file_bytes(Path(path))).hexdigest()
    except OSError:
        return ""


def _no_wait(name: str, flags: int) -> int:
    return os.open(name, flags | getattr(os, "O_NONBLOCK", 0))


def file_bytes(path: Path) -> bytes:
    """Return the bytes of a file; a pipe or a device, at which one could wait for ever, is none.

    Raises:
        OSError: it is not there, is no file, or may not be read.
    """
    with open(path, "rb", opener=_no_wait) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "it is no ordinary file", str(path))
        return file.read()


def note(path: Path | str, digest: str) -> None:
    """Note for every present reader that a file was read; what it first held counts."""
    if not _silent:
        for notes in _READERS:
            notes.setdefault(str(path), digest)


def start_reader() -> Notes:
    """Begin to note; returns where the notes appear."""
    notes: Notes = {}
    _READERS.append(notes)
    return notes


def stop_reader(notes: Notes) -> None:
    """End what `start_reader` began; nothing happens if it has ended already."""
    _READERS[:] = [reader for reader in _READERS if reader is not notes]


@contextmanager
def noted() -> Iterator[Notes]:
    """Note what is read inside."""
    notes = start_reader()
    try:
        yield notes
    finally:
        stop_reader(notes)


@contextmanager
def unnoted() -> Iterator[None]:
    """Note nothing inside: reading a whole data package is not yet using it."""
    global _silent  # noqa: PLW0603 - one interpreter, one reader at a time
    _silent += 1
    try:
        yield
    finally:
        _silent -= 1


def still_true(notes: Notes) -> bool:
    """Return whether every file noted holds what it held."""
    return all(file_hash(path) == digest for path, digest in notes.items())


def remembered(function: F) -> F:
    """Compute once for the same data and arguments; every later asker is noted as a reader of what was read then."""
    kept: dict[tuple[object, ...], tuple[Any, Notes]] = {}

    @wraps(function)
    def asked(study: Any, *args: object) -> Any:
        key = (study.digest, *args)
        if key not in kept:
            with noted() as notes:
                kept[key] = (function(study, *args), notes)
            while len(kept) > _MOST:
                del kept[next(iter(kept))]
        value, notes = kept[key]
        for path, digest in notes.items():
            note(path, digest)
        return value

    return asked  # type: ignore[return-value]


def _own(path: Path) -> bool:
    """Return whether a file is the book's: below a root, not hidden, not built."""
    for root in _ROOTS:
        if path.is_relative_to(root):
            parts = path.relative_to(root).parts
            return not any(part.startswith(".") or part in ("_build", "__pycache__") for part in parts)
    return False


def _opened(event: str, args: tuple[Any, ...]) -> None:
    """Note a file of the book that is opened for reading (an audit hook of the interpreter)."""
    if event != "open" or _silent or not _READERS or not isinstance(args[0], (str, bytes)):
        return
    if isinstance(args[1], str) and not set(args[1]).isdisjoint("wxa+"):
        return
    name = args[0] if isinstance(args[0], str) else args[0].decode(errors="replace")
    with unnoted():
        path = Path(name).absolute()
        digest = file_hash(path) if _own(path) else ""
    if digest:
        note(path, digest)


def watch_files(*roots: Path) -> None:
    """Note from now on also the files below ``roots`` that are opened while somebody reads."""
    if not _ROOTS:
        sys.addaudithook(_opened)
    _ROOTS.clear()
    _ROOTS.update(root.resolve() for root in roots)
