"""What hostile cells hold is shown as text in everything a book is: pages, files beside them, PDF, EPUB, downloads."""

import csv
import functools
import http.server
import json
import re
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from casebook.findings import errors
from casebook.load import find_problems
from conftest import _Quiet
from hostile import PAYLOADS, SHORT, HostileBook
from little import Book
from small import ROOT
from visiting import Visit

# Elements that no page of the book has, but that a cell asks for.
NEVER = {"iframe", "u", "i", "b", "object", "embed"}

# The book sets quotation marks as a printer does; a cell has straight ones.
STRAIGHT = str.maketrans("“”‘’", "\"\"''")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """The hostile book, built whole: stills drawn from its cells, site, PDF, EPUB."""
    book = HostileBook(tmp_path_factory.mktemp("hostile"))
    assert errors(find_problems(book.data)) == []
    done = book.build((book.folder / "index.md").read_text(encoding="utf-8"))
    assert done.returncode == 0, done.stdout + done.stderr
    chrome = subprocess.run(
        [sys.executable, ROOT / "tools" / "chrome.py"], capture_output=True, text=True, check=True
    )
    site = str(book.folder / "_build" / "html")
    code, said = book.run("stills", "--site", site, env={"BROWSER_PATH": chrome.stdout.strip()})
    assert code == 0, said
    code, said = book.run("book")
    assert code == 0, said
    return book


def html_files(book: Book) -> list[Path]:
    return sorted((book.folder / "_build" / "html").rglob("*.html"))


class Reading(HTMLParser):
    """What a browser makes of a page: elements with their attributes, and text."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []
        self.scripts: list[tuple[dict[str, str], str]] = []
        self._open = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        self._open = tag

    def handle_endtag(self, tag: str) -> None:
        self._open = ""

    def handle_data(self, data: str) -> None:
        if self._open == "script":
            self.scripts.append((self.elements[-1][1], data))
        else:
            self.texts.append(data)

    @property
    def text(self) -> str:
        """The text with plain quotation marks and one space between words, as a cell has them."""
        return " ".join("".join(self.texts).split()).translate(STRAIGHT)


def assert_harmless(elements: list[tuple[str, dict[str, str]]], where: str) -> None:
    for tag, attributes in elements:
        assert tag not in NEVER, f"{where}: <{tag}> came out of a cell"
        for name, value in attributes.items():
            assert not name.startswith("on"), f"{where}: <{tag} {name}={value!r}>"
            if name in ("href", "src", "action", "srcset", "data"):
                assert not re.match(r"\s*(?:javascript|vbscript|data):", value, re.IGNORECASE), (
                    f"{where}: {value}"
                )
                assert "evil.example" not in value, f"{where}: {value}"


def test_pages_hold_no_element_from_a_cell(hostile: Book) -> None:
    for path in html_files(hostile):
        page = Reading(path.read_text(encoding="utf-8"))
        assert_harmless(page.elements, path.name)
        for attributes, text in page.scripts:
            kind = attributes.get("type", "")
            assert kind.endswith("json") or "hostile" not in text, path.name
            if kind.endswith("json"):
                json.loads(text)


def _plain(payload: str) -> str:
    return " ".join(payload.replace("\u2028", "").split())


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_each_text_is_shown_letter_by_letter(hostile: Book, payload: str) -> None:
    shown = [Reading(path.read_text(encoding="utf-8")).text for path in html_files(hostile)]
    assert any(_plain(payload) in text for text in shown)


def test_a_huge_cell_is_shown_whole(hostile: Book) -> None:
    text = "".join(Reading(path.read_text(encoding="utf-8")).text for path in html_files(hostile))
    assert "w" * 100_000 in text and text.count("<i>wide</i>") >= 9_000


def test_json_scripts_and_indexes_are_what_they_should_be(hostile: Book) -> None:
    site = hostile.folder / "_build" / "html"
    for path in site.rglob("*.json"):
        json.loads(path.read_text(encoding="utf-8"))
    index = (site / "_static" / "catalogue-index.js").read_text(encoding="utf-8")
    columns = json.loads(index.removeprefix("window.catalogueIndex = ").rstrip().removesuffix(";"))
    assert columns["places"] == ["<u>No & where</u>"]
    search = (site / "searchindex.js").read_text(encoding="utf-8")
    json.loads(search.removeprefix("Search.setIndex(").removesuffix(")"))


def test_linked_data_is_json(hostile: Book) -> None:
    page = (hostile.folder / "_build" / "html" / "chapters" / "about" / "edition.html").read_text(
        encoding="utf-8"
    )
    found = [
        json.loads(text)
        for attributes, text in Reading(page).scripts
        if attributes.get("type") == "application/ld+json"
    ]
    assert any(PAYLOADS[0] in str(item.get("name")) for item in found)


def test_pictures_hold_text_only(hostile: Book) -> None:
    pictures = sorted((hostile.folder / "_build" / "html" / "figures").glob("*.svg"))
    assert len(pictures) == 26
    texts = ""
    for path in pictures:
        for element in ElementTree.parse(path).iter():
            tag = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
            assert tag not in ("script", "a", "foreignObject", "iframe"), f"{path.name}: <{tag}>"
            assert not any(name.lower().startswith("on") for name in element.attrib), path.name
            texts += (element.text or "") if tag in ("text", "tspan") else ""
    shown = [payload for payload in (*PAYLOADS, *SHORT) if payload in texts]
    assert [payload for payload in shown if "<" in payload] and len(shown) > 3, texts


def test_downloads_hold_no_formula(hostile: Book) -> None:
    site = hostile.folder / "_build" / "html"
    files = [*(site / "data").glob("*.csv"), *(site / "figures").glob("*.csv")]
    cells = 0
    for path in files:
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.reader(file):
                for cell in row:
                    cells += 1
                    for part in re.split(r"[;\t\r\n]", cell):
                        number = re.fullmatch(r"[+-]?[\d.,]+ ?%?", part.strip())
                        assert number or not part.lstrip().startswith(("=", "+", "-", "@", "\uff1d")), (
                            f"{path.name}: {cell}"
                        )
    assert len(files) > 30 and cells > 1000
    for name in ("themes.csv", "conflict_values.csv"):
        assert (site / "data" / name).read_bytes() != (hostile.data / name).read_bytes(), (
            "neutralised in the copy"
        )
    assert (site / "data" / "datapackage.json").read_bytes() == (
        hostile.data / "datapackage.json"
    ).read_bytes()


def test_the_bibliography_has_an_entry_a_source(hostile: Book) -> None:
    text = (hostile.folder / "_build" / "html" / "data" / "references.bib").read_text(encoding="utf-8")
    assert len(re.findall(r"^@\w+\{", text, re.MULTILINE)) == 3
    bare = re.sub(r"\\[{}]", "", text)
    assert bare.count("{") == bare.count("}")


def test_the_epub_holds_no_element_from_a_cell(hostile: Book) -> None:
    (path,) = (hostile.folder / "_build" / "epub").glob("*.epub")
    shown = ""
    with zipfile.ZipFile(path) as book:
        for name in book.namelist():
            if name.endswith((".xhtml", ".svg", ".opf", ".ncx")):
                tree = ElementTree.fromstring(book.read(name))
                elements = [(str(e.tag).rpartition("}")[2], dict(e.attrib)) for e in tree.iter()]
                assert_harmless([e for e in elements if e[0] not in ("b", "i")], name)
                assert not [e for e in elements if e[0] == "script"], name
                shown += "".join(tree.itertext())
    shown = shown.translate(STRAIGHT)
    for payload in (PAYLOADS[0], PAYLOADS[12], "w" * 100_000):
        assert payload in shown


def test_the_pdf_runs_nothing_and_shows_the_text(hostile: Book) -> None:
    from pypdf import PdfReader

    (path,) = (hostile.folder / "_build" / "pdf").glob("*.pdf")
    reader = PdfReader(path)
    for page in reader.pages:
        for link in page.get("/Annots", ()):
            action = link.get_object().get("/A", {})
            assert action.get("/S", "/URI") in ("/URI", "/GoTo")
            assert re.match(r"https?://", str(action.get("/URI", "https://")))
            assert "evil.example" not in str(action.get("/URI", ""))
    root = reader.trailer["/Root"]
    assert "/OpenAction" not in root and "/JavaScript" not in root.get("/Names", {})
    import pypdfium2

    pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(path)]
    text = re.sub(r"\s+", "", "".join(pages)).translate(STRAIGHT)
    for payload in (PAYLOADS[0], PAYLOADS[12], PAYLOADS[13]):
        assert re.sub(r"\s+", "", payload) in text
    assert "morecharactersstandonthewebsite" in text, "paper says where it cuts a huge cell"


class TestBrowser:
    """A browser that opens every page runs nothing from a cell, asks nobody else, and scrolls nowhere sideways."""

    @pytest.fixture(scope="class")
    def server(self, hostile: Book) -> Iterator[str]:
        serve = functools.partial(_Quiet, directory=str(hostile.folder / "_build" / "html"))
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), serve)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        server.server_close()

    @pytest.mark.parametrize("width", [390, 1280])
    def test_pages(self, browser: Any, server: str, hostile: Book, width: int) -> None:
        visit = Visit(browser, server, viewport={"width": width, "height": 900})
        dialogs: list[str] = []
        visit.page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
        visit.page.add_init_script("window.hostile = () => { window.hostileRan = true; }")
        site = hostile.folder / "_build" / "html"
        for path in html_files(hostile):
            name = path.relative_to(site).as_posix() + ("?q=hostile" if path.name == "search.html" else "")
            page = visit.open(name)
            for button in page.query_selector_all(".live-button"):
                button.click()
            page.wait_for_timeout(300)
            page.wait_for_function(
                "!document.querySelector('.live-button:disabled') || ![...document.querySelectorAll('.live-button')].some((b) => b.textContent.startsWith('Loading'))"
            )
            assert page.evaluate("window.hostileRan === undefined"), name
            assert page.query_selector_all(".plot a") == [], name
            sideways = page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert sideways <= 0, f"{name} scrolls {sideways} px sideways at {width}"
        assert dialogs == [] and visit.foreign == [] and visit.errors == []
        visit.context.close()
