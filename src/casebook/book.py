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
    ) as process:
        assert process.stdout is not None
        lines = [line for line in process.stdout if not line.startswith(_NOISE)]
    if process.returncode:
        raise BuildError("".join(lines))


def _swap(new: Path, old: Path) -> None:
    """Put ``new`` where ``old`` is; the moment without either is one rename long."""
    gone = old.with_name(f".{old.name}.gone")
    shutil.rmtree(gone, ignore_errors=True)
    old.parent.mkdir(parents=True, exist_ok=True)
    if old.exists():
        old.rename(gone)
    new.rename(old)
    shutil.rmtree(gone, ignore_errors=True)


def build_book(root: Path, pdf: bool = True) -> list[Path]:
    """Check the data, build the site (and the PDF), put both under ``_build/`` and return where they are.

    Raises:
        DataError: the data package has problems; nothing was built.
        BuildError: a page failed or warned; what was built before stays.
    """
    findings = find_problems(data_dir(), root)
    if errors(findings):
        raise DataError(data_dir(), findings)
    if findings:
        print(*as_text(findings), sep="\n", flush=True)
    build = root / "_build"
    aside = build / ".next"
    shutil.rmtree(aside, ignore_errors=True)
    started = time.monotonic()
    print("Data checked. Executing the notebooks and writing the site …", flush=True)
    _run(root, aside, pdf)
    print(f"Site written ({time.monotonic() - started:.0f} s).", flush=True)
    if pdf:
        print("Setting the PDF …", flush=True)
        _run(root, aside, pdf, "--builder", "custom", "--custom-builder", "bookpdf")
        paper = aside / "pdf"
        paper.mkdir()
        (aside / "_build" / "bookpdf" / "book.pdf").rename(paper / "book.pdf")
        shutil.copyfile(paper / "book.pdf", aside / "_build" / "html" / "book.pdf")
        _swap(paper, build / "pdf")
    _swap(aside / "_build" / "html", build / "html")
    shutil.rmtree(aside, ignore_errors=True)
    made = [build / "html" / "index.html", *([build / "pdf" / "book.pdf"] if pdf else [])]
    print(
        f"Done in {time.monotonic() - started:.0f} s:",
        *[f"  {path.relative_to(root)}" for path in made],
        sep="\n",
        flush=True,
    )
    return made
