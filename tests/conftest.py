"""What the tests share: the small package, one build of the book, a server for it, a browser."""

import functools
import http.server
import os
import runpy
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from casebook.load import load_study
from casebook.study import Study
from small import ROOT, write_small


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the fast tests first: units, then the book, the browser, the PDF."""
    order = ["unit", "book", "browser", "pdf", "binder"]
    items.sort(key=lambda item: order.index(item.path.parent.name))


@pytest.fixture
def small(tmp_path: Path) -> Study:
    return load_study(write_small(tmp_path / "small"))


@pytest.fixture(scope="session")
def study() -> Study:
    return load_study(ROOT / "data")


@pytest.fixture(scope="session")
def book() -> Path:
    """The book, built once with warnings as errors; its `_build` folder."""
    from casebook.book import build_book

    here = Path.cwd()
    os.chdir(ROOT)
    try:
        build_book(ROOT)
    finally:
        os.chdir(here)
    return ROOT / "_build"


@pytest.fixture(scope="session")
def site(book: Path) -> Path:
    return book / "html"


@pytest.fixture(scope="session")
def pages(site: Path) -> list[str]:
    """Every page of the site, by its path, the search page left out."""
    found = sorted(p.relative_to(site).as_posix() for p in site.rglob("*.html"))
    return [p for p in found if p != "search.html"]


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        """Keep the test output clean."""


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    """The site as a web server gives it out."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """The installed Chrome or Chromium."""
    from playwright.sync_api import sync_playwright

    tool = runpy.run_path(str(ROOT / "tools" / "chrome.py"))
    chrome = tool["find_chrome"]()
    assert chrome, "no Chrome or Chromium: run `make test`, which installs one or says what to install"
    with sync_playwright() as play:
        running = play.chromium.launch(executable_path=chrome, args=tool["OPTIONS"])
        yield running
        running.close()
