"""Build the site and the editions for paper and e-readers aside, and put them in place only when all are whole.

What Sphinx read last time is kept in ``_build/.work`` and read again where something changed; the pages are all
written anew, into an empty folder. After a build that failed or was cut short only the executions of notebooks are
kept, which are true one by one: the next build reads everything again.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from casebook.assemble import is_own, pages_root
from casebook.bytecode import check_by_content
from casebook.findings import DataError, as_text, errors
from casebook.inputs import PACKAGE, book_hash, code_hash, digest, environment_hash, settings_hash
from casebook.paths import DATA_VARIABLE, data_dir
from casebook.publish import Busy, die_with_parent, only_build, recover, swap

_JUPYTER_BOOK = "from jupyter_book.cli.main import main; main()"
_OPTIONS = ("-q", "-W", "-n", "--keep-going")
# Where notebooks leave what they showed, beside the site (see `casebook.executions`).
EXECUTIONS = ".executions"
WORK, STAMP = ".work", ".stamp.json"
# How often a book whose files change under the build is begun.
_TRIES = 3
# Folder of an edition, which is also the ending of its files → the builder that writes it.
EDITIONS = {"pdf": "bookpdf", "epub": "bookepub"}


class BuildError(Exception):
    """The book could not be built; what was there before is untouched."""


def _run(pages: Path, aside: Path, with_pdf: bool, *extra: str, paper: str = "") -> None:
    """Run Jupyter Book with warnings as errors, and pass on what it says."""
    command = [sys.executable, "-c", _JUPYTER_BOOK, "build", str(pages), "--path-output", str(aside)]
    # A locale without UTF-8 (LANG=C in a container) would break the names and quotes in the text.
    environment = {**os.environ, "PYTHONUTF8": "1"}
    if data_dir() != (pages / "data").resolve():
        environment[DATA_VARIABLE] = str(data_dir())
    if with_pdf:
        environment["CASEBOOK_WITH_PDF"] = "1"
    if paper:
        environment["CASEBOOK_PAPER"] = paper
    done = subprocess.run(
        [*command, *_OPTIONS, *extra],
        cwd=pages,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        check=False,
        preexec_fn=die_with_parent,
    )
    if done.returncode:
        raise BuildError(f"{done.stdout}\n{advice(done.stdout)}".strip())


# What a failed build says, and what to do about it.
_ADVICE = (
    ("No space left on device", "The disk is full: free some space and build again."),
    ("File too large", "A file may not grow further (a limit of the system): lift it, or free space, and build again."),
    ("Disk quota exceeded", "Your quota of the disk is used up: free some space and build again."),
    ("Read-only file system", "The folder cannot be written: it is mounted read-only. Build in a copy that can be written."),
    ("Permission denied", "A file or folder cannot be written or read: look at its owner and permissions."),
    ("timed out", "A cell of a notebook ran out of time: make it faster, or raise “timeout” under “execute” in _config.yml."),
    ("is missing or out of date; run: make stills", "Draw the still pictures anew (make stills; this needs Chrome), then build again."),
)  # fmt: skip


def advice(text: str) -> str:
    """Return what to do about a failure, from what it said; nothing where that is not known."""
    return "\n".join(words for sign, words in _ADVICE if sign in text)


def _copy(new: Path, old: Path) -> Path:
    """Copy ``new`` beside ``old``; a file that holds what it held keeps its date. Returns the copy."""
    aside = old.with_name(f".{old.name}.new")
    shutil.rmtree(aside, ignore_errors=True)

    def copy(source: str, target: str) -> None:
        shutil.copyfile(source, target)
        before = old / Path(source).relative_to(new)
        if before.is_file() and before.read_bytes() == Path(source).read_bytes():
            shutil.copystat(before, target)

    shutil.copytree(new, aside, copy_function=copy)
    return aside


def _outputs(build: Path, pdf: bool) -> dict[str, list[int]]:
    """Return what was built: path → size in bytes and date in nanoseconds."""
    files = [path for name in _folders(pdf) for path in sorted((build / name).rglob("*")) if path.is_file()]
    return {str(path): [path.stat().st_size, path.stat().st_mtime_ns] for path in files}


def _known(stamp: Path) -> dict[str, Any]:
    try:
        return json.loads(stamp.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _ready(work: Path, whole: Path) -> None:
    """Make the work folder one that a build can begin in: nothing of a build that did not end well, no pages."""
    built = work / "_build"
    if not whole.is_file():
        for path in built.glob("*"):
            if path.name != EXECUTIONS:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
    whole.unlink(missing_ok=True)
    shutil.rmtree(built / "html", ignore_errors=True)


def _check(root: Path) -> list[str]:
    """Return the warnings of the data package.

    Raises:
        DataError: it has problems.
    """
    from casebook.load import find_problems  # noqa: PLC0415 - where nothing changed, nothing needs pandas

    findings = find_problems(
        data_dir(), root if (root / "data").is_dir() and is_own(root, data_dir()) else None
    )
    if errors(findings):
        raise DataError(data_dir(), findings)
    return as_text(findings) if findings else []


def _make(pages: Path, work: Path, pdf: bool, started: float) -> None:
    """Build in the work folder: the site in ``_build/html``, each other edition beside its pages and in its own."""
    built = work / "_build"
    _run(pages, work, pdf)
    print(f"Site written ({time.monotonic() - started:.0f} s).", flush=True)
    for kind in EDITIONS if pdf else ():
        files = _set_edition(pages, work, kind)
        shutil.rmtree(built / kind, ignore_errors=True)
        for folder in (kind, "html"):
            _gather(files, built / folder)


def _set_edition(pages: Path, work: Path, kind: str, paper: str = "") -> list[Path]:
    """Write one edition from what was read into the work folder and return its files.

    Raises:
        BuildError: nothing was written, or something warned.
    """
    print(f"Writing the {kind.upper()} …", flush=True)
    out = work / "_build" / EDITIONS[kind]
    shutil.rmtree(out, ignore_errors=True)
    _run(pages, work, True, "--builder", "custom", "--custom-builder", EDITIONS[kind], paper=paper)
    files = sorted(out.glob(f"*.{kind}"))
    if not files:
        raise BuildError(f"{EDITIONS[kind]} wrote no file.")
    return files


def _gather(files: list[Path], folder: Path, suffix: str = "") -> list[Path]:
    """Copy files into a folder, with a suffix to their names, each in one step; return where they are."""
    folder.mkdir(parents=True, exist_ok=True)
    copies = [folder / f"{file.stem}{suffix}{file.suffix}" for file in files]
    for file, copy in zip(files, copies, strict=True):
        aside = copy.with_name(f".{copy.name}.next")
        shutil.copyfile(file, aside)
        aside.replace(copy)
    return copies


def build_book(root: Path, pdf: bool = True) -> list[Path]:
    """Check the data, build the site (and the other editions), put all under ``_build/`` and return where they are.

    Where nothing changed since the last build, and nobody touched what it made, nothing is done.

    Raises:
        DataError: the data package has problems; nothing was built.
        BuildError: a page failed or warned; what was built before stays.
    """
    build, pages = root / "_build", _pages(root)
    inputs = _inputs(pages, pdf)
    known = _known(build / STAMP)
    if known.get("inputs") == inputs and known.get("outputs") == _outputs(build, pdf):
        print(
            *known["warnings"],
            "Nothing changed since the last build:",
            *_told(root, _made(build, pdf)),
            sep="\n",
        )
        return _made(build, pdf)
    check_by_content(PACKAGE)
    warnings = _check(root)
    if warnings:
        print(*warnings, sep="\n", flush=True)
    with _alone(build):
        inputs, warnings = _build(root, build, pdf, inputs, warnings)
        _note(build, inputs, pdf, warnings)
    print(*_told(root, _made(build, pdf)), sep="\n", flush=True)
    return _made(build, pdf)


def build_edition(root: Path, kind: str, paper: str = "") -> list[Path]:
    """Write one edition (``pdf`` or ``epub``) anew from what the last build read, and return its files.

    Where that is out of date the book is built first. A ``paper`` size gives files of their own beside those of the
    usual size, which stay as they are.

    Raises:
        DataError: the data package has problems; nothing was built.
        BuildError: something warned; what was built before stays.
    """
    build, pages = root / "_build", _pages(root)
    if _known(build / STAMP).get("inputs") != _inputs(pages, True) or not (build / WORK / "whole").is_file():
        print("What the book is made of has changed since it was built, or it never was.", flush=True)
        build_book(root)
    started, known = time.monotonic(), _known(build / STAMP)
    with _alone(build):
        files = _set_edition(pages, build / WORK, kind, paper)
        made = _gather(files, build / kind, f"-{paper.lower()}" if paper else "")
        if not paper:
            for place in (build / WORK / "_build" / kind, build / WORK / "_build" / "html", build / "html"):
                _gather(files, place)
        _note(build, known["inputs"], True, known["warnings"])
    print(f"Done in {time.monotonic() - started:.0f} s:", *_told(root, made), sep="\n", flush=True)
    return made


def _pages(root: Path) -> Path:
    """Return the folder of the pages; what keeps an edition from being laid out is said in one message."""
    try:
        return pages_root(root)
    except OSError as problem:
        raise BuildError(f"{problem}\n{advice(str(problem))}".strip()) from problem


def _inputs(pages: Path, pdf: bool) -> str:
    return digest(
        book_hash(pages), code_hash(), environment_hash(), settings_hash(), str(data_dir()), str(pdf)
    )


def _note(build: Path, inputs: str, pdf: bool, warnings: list[str]) -> None:
    """Note what was built from what."""
    stamp = {"inputs": inputs, "outputs": _outputs(build, pdf), "warnings": warnings}
    (build / STAMP).write_text(json.dumps(stamp), encoding="utf-8")


@contextmanager
def _alone(build: Path) -> Iterator[None]:
    """Hold the folder of builds; say in one message why nothing could be built there."""
    try:
        with only_build(build):
            yield
    except Busy as problem:
        raise BuildError(
            f"Another build is at work in {build.name}/ (process {problem}). Wait until it is done, or end it, and run this again."
        ) from problem
    except OSError as problem:
        raise BuildError(f"{problem}\n{advice(str(problem))}".strip()) from problem


def _build(root: Path, build: Path, pdf: bool, inputs: str, warnings: list[str]) -> tuple[str, list[str]]:
    """Build aside, then put the site and the other editions in place.

    Takes and returns what the book is built from and the warnings of its data: if files change meanwhile, pages read
    before would not agree with pages read after, so the book is built again from what they hold then.
    """
    for name in _folders(pdf):
        recover(build / name)
    started, work = time.monotonic(), build / WORK
    whole = work / "whole"
    for _ in range(_TRIES):
        print("Data checked. Executing the notebooks and writing the site …", flush=True)
        _ready(work, whole)
        problem = None
        try:
            _make(_pages(root), work, pdf, started)
            whole.touch()
        except BuildError as raised:
            problem = raised
        before, inputs = inputs, _inputs(_pages(root), pdf)
        if inputs == before:
            break
        print("Files of the book changed while it was built; once more with what they hold now.", flush=True)
        warnings = _check(root)
    else:
        problem = BuildError(
            "Files of the book change again and again while it is built. Build when they rest."
        )
    if problem:
        raise problem
    copies = [(_copy(work / "_build" / name, build / name), build / name) for name in _folders(pdf)]
    # Everything is whole from here on; only renames follow.
    for copy, place in copies:
        swap(copy, place)
    print(f"Done in {time.monotonic() - started:.0f} s:", flush=True)
    return inputs, warnings


def _folders(pdf: bool) -> list[str]:
    return ["html", *(EDITIONS if pdf else [])]


def _made(build: Path, pdf: bool) -> list[Path]:
    """Return what a reader opens: the landing page, and the files of the other editions."""
    files = [path for name in _folders(pdf)[1:] for path in sorted((build / name).glob(f"*.{name}"))]
    return [build / "html" / "index.html", *files]


def _told(root: Path, made: list[Path]) -> list[str]:
    return [f"  {path.relative_to(root)}" for path in made]
