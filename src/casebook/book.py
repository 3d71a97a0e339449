"""Build site and PDF aside, and put them in place only when both are whole."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from casebook.findings import DataError, as_text, errors
from casebook.load import find_problems
from casebook.paths import data_dir
from casebook.publish import Busy, die_with_parent, only_build, recover, swap

# The kernels of the notebooks talk over the loopback interface; their note about it says nothing to an author.
_NOISE = ("[IPKernelApp] WARNING | Kernel is running over TCP",)
_JUPYTER_BOOK = "from jupyter_book.cli.main import main; main()"
_OPTIONS = ("-q", "-W", "-n", "--keep-going")


class BuildError(Exception):
    """The book could not be built; what was there before is untouched."""


def _run(root: Path, aside: Path, with_pdf: bool, *extra: str) -> None:
    """Run Jupyter Book with warnings as errors, and pass on what it says."""
    command = [
        sys.executable,
        "-c",
        _JUPYTER_BOOK,
        "build",
        str(root),
        "--path-output",
        str(aside),
        *_OPTIONS,
        *extra,
    ]
    # A locale without UTF-8 (LANG=C in a container) would break the names and quotes in the text.
    environment = {**os.environ, "PYTHONUTF8": "1", "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
    if with_pdf:
        environment["CASEBOOK_WITH_PDF"] = "1"
    with subprocess.Popen(
        command,
        cwd=root,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        preexec_fn=die_with_parent,  # noqa: PLW1509 - nothing here runs in threads
    ) as process:
        assert process.stdout is not None
        lines = [line for line in process.stdout if not line.startswith(_NOISE)]
    if process.returncode:
        said = "".join(lines)
        raise BuildError(f"{said}\n{advice(said)}".strip())


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


def build_book(root: Path, pdf: bool = True) -> list[Path]:
    """Check the data, build the site (and the PDF), put both under ``_build/`` and return where they are.

    Raises:
        DataError: the data package has problems; nothing was built.
        BuildError: a page failed or warned; what was built before stays.
    """
    own = data_dir() == (root / "data").resolve()  # the chapters speak of the data beside them
    findings = find_problems(data_dir(), root if own else None)
    if errors(findings):
        raise DataError(data_dir(), findings)
    if findings:
        print(*as_text(findings), sep="\n", flush=True)
    build = root / "_build"
    try:
        with only_build(build):
            return _build(root, build, pdf)
    except Busy as problem:
        raise BuildError(
            f"Another build is at work in {build.name}/ (process {problem}). Wait until it is done, or end it, and run this again."
        ) from problem
    except OSError as problem:
        raise BuildError(f"{problem}\n{advice(str(problem))}".strip()) from problem


def _build(root: Path, build: Path, pdf: bool) -> list[Path]:
    """Build aside, then put the site and the PDF in place."""
    for old in (build / "html", build / "pdf"):
        recover(old)
    aside = build / ".next"
    shutil.rmtree(aside, ignore_errors=True)
    started = time.monotonic()
    print("Data checked. Executing the notebooks and writing the site …", flush=True)
    _run(root, aside, pdf)
    print(f"Site written ({time.monotonic() - started:.0f} s).", flush=True)
    paper = aside / "pdf"
    if pdf:
        print("Setting the PDF …", flush=True)
        _run(root, aside, pdf, "--builder", "custom", "--custom-builder", "bookpdf")
        paper.mkdir()
        (aside / "_build" / "bookpdf" / "book.pdf").rename(paper / "book.pdf")
        shutil.copyfile(paper / "book.pdf", aside / "_build" / "html" / "book.pdf")
    # Everything is whole from here on; only renames follow.
    swap(aside / "_build" / "html", build / "html")
    if pdf:
        swap(paper, build / "pdf")
    shutil.rmtree(aside, ignore_errors=True)
    made = [build / "html" / "index.html", *([build / "pdf" / "book.pdf"] if pdf else [])]
    print(
        f"Done in {time.monotonic() - started:.0f} s:",
        *[f"  {path.relative_to(root)}" for path in made],
        sep="\n",
        flush=True,
    )
    return made
