"""Whatever breaks a build, what was published before stays whole, the message says what to do, the next build works."""

import hashlib
import os
import resource
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from casebook.publish import recover, swap
from little import CELL, HEAD, Book
from small import ROOT, edited, write_small

TEXT = "# Book\n\nA claim {ev}`EV1`.\n"
SLOW = HEAD + "# Book\n\n" + CELL.format("import time\ntime.sleep(30)")


def contents(folder: Path) -> dict[str, str]:
    return {
        p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """A book with site and PDF in place."""
    book = Book(tmp_path_factory.mktemp("published"))
    (book.folder / "index.md").write_text(TEXT)
    code, said = book.run("book")
    assert code == 0, said
    return book


@pytest.fixture
def book(published: Book) -> Iterator[Book]:
    """The published book, which a fault must leave as it is."""
    (published.folder / "index.md").write_text(TEXT)
    build = published.folder / "_build"
    before = {name: contents(build / name) for name in ("html", "pdf")}
    assert "index.html" in before["html"] and "book.pdf" in before["pdf"]
    yield published
    assert {name: contents(build / name) for name in ("html", "pdf")} == before
    shutil.copyfile(ROOT / "_config.yml", published.folder / "_config.yml")


def until(what: object, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not what():  # type: ignore[operator]
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


def test_kill_in_the_middle(book: Book) -> None:
    (book.folder / "index.md").write_text(SLOW)
    aside = book.folder / "_build" / ".work"

    def at_work() -> str:
        return subprocess.run(["pgrep", "-f", str(aside)], capture_output=True, text=True, check=False).stdout

    with book.command("book", "--no-pdf") as process:
        # Two of them: the build, and the notebook that it started.
        until(lambda: len(at_work().split()) >= 2)
        process.kill()
    assert process.returncode == -signal.SIGKILL
    until(lambda: not at_work(), 10)


def test_kill_while_the_site_is_put_in_place(book: Book, tmp_path: Path) -> None:
    """A build that dies with everything built and nothing swapped leaves the old site; so does one that stops."""
    hook = tmp_path / "sitecustomize.py"
    hook.write_text(
        "import os, signal, sys\n"
        "if 'casebook.cli' in sys.orig_argv:\n"
        "    import casebook.publish\n"
        "    casebook.publish.swap = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    code, said = book.run("book", "--no-pdf", env={"PYTHONPATH": str(tmp_path)})
    assert code == -signal.SIGKILL, said
    aside = book.folder / "_build" / ".html.new"
    assert (aside / "index.html").is_file(), "the new site was whole, and aside"


def test_two_builds_at_once(book: Book) -> None:
    (book.folder / "index.md").write_text(SLOW)
    lock = book.folder / "_build" / ".lock"
    with book.command("book", "--no-pdf") as first:
        until(lambda: lock.exists() and lock.read_text() == str(first.pid))
        code, said = book.run("book")
        assert first.poll() is None
        first.kill()
    assert code == 1
    assert f"Another build is at work in _build/ (process {first.pid}). Wait until it is done" in said
    assert "What was built before is as it was." in said


def test_a_cell_that_takes_too_long(book: Book) -> None:
    (book.folder / "index.md").write_text(SLOW)
    config = book.folder / "_config.yml"
    config.write_text(config.read_text().replace("timeout: 120", "timeout: 1"))
    code, said = book.run("book", "--no-pdf")
    assert code == 1
    assert "A cell of a notebook ran out of time: make it faster, or raise “timeout”" in said


def test_a_missing_still(book: Book) -> None:
    figure = CELL.format("from casebook import load_study, figures\nfigures.theme_balance(load_study())")
    (book.folder / "index.md").write_text(HEAD + "# Book\n\n" + figure)
    code, said = book.run("book", "--no-pdf")
    assert code == 1
    assert "Draw the still pictures anew (make stills; this needs Chrome), then build again." in said


def test_a_missing_font(book: Book, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    (font,) = (tmp_path / "src").rglob("source-serif-4-latin-400-normal.woff2")
    font.unlink()
    code, said = book.run("book", env={"PYTHONPATH": str(tmp_path / "src")})
    assert code == 1
    assert "The PDF's font files are missing: source-serif-4-latin-400-normal.woff2" in said


def test_a_file_that_may_not_grow(book: Book) -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))

    code, said = book.run("book", "--no-pdf", preexec_fn=limit)
    assert code == 1
    assert "A file may not grow further" in said


@pytest.fixture
def disk(book: Book, tmp_path: Path) -> Iterator[Path]:
    """The book's build folder on a small disk of its own, with what was published on it."""
    build, saved = book.folder / "_build", tmp_path / "saved"
    shutil.move(build, saved)
    build.mkdir()
    size = (
        sum(p.stat().st_size for n in ("html", "pdf") for p in (saved / n).rglob("*") if p.is_file())
        + 1_000_000
    )
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(build)]
    if os.geteuid() or subprocess.run(mount, capture_output=True, check=False).returncode:
        shutil.rmtree(build)
        shutil.move(saved, build)
        pytest.skip("only the superuser can mount a disk")
    for name in ("html", "pdf"):
        shutil.copytree(saved / name, build / name)
    yield build
    after = contents(build)
    subprocess.run(["umount", "-l", str(build)], check=True)
    build.rmdir()
    shutil.move(saved, build)
    assert {k: v for k, v in after.items() if k.startswith(("html/", "pdf/"))} == {
        k: v for k, v in contents(build).items() if k.startswith(("html/", "pdf/"))
    }


def test_a_full_disk(book: Book, disk: Path) -> None:
    code, said = book.run("book", "--no-pdf")
    assert code == 1
    assert "The disk is full: free some space and build again." in said


def test_a_folder_that_cannot_be_written(book: Book, disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    code, said = book.run("book", "--no-pdf")
    assert code == 1
    assert "it is mounted read-only. Build in a copy that can be written." in said


def test_bad_data(book: Book) -> None:
    write_small(book.data, evidence=edited("evidence", 0, year="soon"))
    code, said = book.run("book")
    write_small(book.data)
    assert code == 1
    assert "evidence.csv, line 2, column year: found 'soon'" in said


def test_after_all_of_this_a_build_works(published: Book) -> None:
    (published.folder / "index.md").write_text(TEXT.replace("A claim", "Another claim"))
    code, said = published.run("book")
    assert code == 0, said
    assert "Another claim" in published.page
    assert not list((published.folder / "_build").glob(".*.new"))


def test_a_reader_never_meets_half_a_site(tmp_path: Path) -> None:
    """While folders are swapped again and again, the page is there at every look."""
    site = tmp_path / "html"
    site.mkdir()
    (site / "index.html").write_text("0")
    watch = (
        "import sys, pathlib\npage = pathlib.Path(sys.argv[1])\nlooks = 0\n"
        "print('ready', flush=True)\n"
        "while page.read_text() != 'end': looks += 1\nprint(looks)"
    )
    import sys

    with subprocess.Popen(
        [sys.executable, "-c", watch, str(site / "index.html")], stdout=subprocess.PIPE, text=True
    ) as reader:
        assert reader.stdout is not None and reader.stdout.readline() == "ready\n"
        for count in [*map(str, range(300)), "end"]:
            new = tmp_path / "new"
            new.mkdir()
            (new / "index.html").write_text(count)
            swap(new, site)
        assert reader.wait(30) == 0
        assert int(reader.stdout.read()) > 0
    assert sorted(p.name for p in tmp_path.iterdir()) == ["html"]


def test_an_interrupted_swap_is_mended(tmp_path: Path) -> None:
    (tmp_path / ".html.gone").mkdir()
    recover(tmp_path / "html")
    assert [p.name for p in tmp_path.iterdir()] == ["html"]
