"""The PDF, read as a program that reads it aloud would and looked at as pixels."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from pypdf import PdfReader
from pypdf.generic import IndirectObject

from small import ROOT


@pytest.fixture(scope="session")
def path(book: Path) -> Path:
    return book / "pdf" / "book.pdf"


@pytest.fixture(scope="session")
def reader(path: Path) -> PdfReader:
    return PdfReader(path)


@pytest.fixture(scope="session")
def texts(reader: PdfReader) -> list[str]:
    return [page.extract_text() for page in reader.pages]


def walk(node: Any) -> Iterator[Any]:
    """Yield every structure element below ``node``."""
    stack = [node]
    while stack:
        item = stack.pop()
        if isinstance(item, IndirectObject):
            item = item.get_object()
        if isinstance(item, list):
            stack += item
        elif isinstance(item, dict):
            if "/S" in item:
                yield item
            if "/K" in item:
                stack.append(item["/K"])


@pytest.fixture(scope="session")
def elements(reader: PdfReader) -> list[Any]:
    return list(walk(reader.root_object["/StructTreeRoot"]))


def bundles(book: Path) -> list[dict]:
    return [json.loads(p.read_text(encoding="utf-8")) for p in (book / "html" / "figures").glob("*.json")]


def test_it_says_what_it_is(reader: PdfReader) -> None:
    assert reader.metadata.title.startswith("Technological Advances in Anti Trafficking Efforts")
    assert reader.metadata.author == "Contributors to the interactive edition"
    assert reader.root_object["/Lang"] == "en"
    assert reader.root_object["/MarkInfo"]["/Marked"]
    assert b"pdfuaid" in reader.root_object["/Metadata"].get_object().get_data()


def test_every_figure_of_the_site_is_there_with_its_alternative_text(
    book: Path, elements: list[Any], texts: list[str]
) -> None:
    figures = [e for e in elements if e["/S"] == "/Figure"]
    assert sorted(str(f.get("/Alt", "")) for f in figures) == sorted(b["alt"] for b in bundles(book))
    whole = re.sub(r"\s+", " ", " ".join(texts))
    for bundle in bundles(book):
        assert re.search(r"Figure \d+ " + re.escape(bundle["title"]), whole), bundle["name"]


def test_tables_have_heads(elements: list[Any]) -> None:
    tables = [e for e in elements if e["/S"] == "/Table"]
    assert tables
    for table in tables:
        assert any(e["/S"] == "/TH" for e in walk(table["/K"]))


def test_every_chapter_is_bookmarked_at_its_page(reader: PdfReader, texts: list[str]) -> None:
    marks = {}

    def collect(outline: list) -> None:
        for item in outline:
            if isinstance(item, list):
                collect(item)
            else:
                marks.setdefault(item.title, reader.get_destination_page_number(item))

    collect(reader.outline)
    titles = []
    for line in (ROOT / "_toc.yml").read_text().splitlines():
        if "file: " in line:
            text = (ROOT / f"{line.split('file: ')[1].strip()}.md").read_text(encoding="utf-8")
            titles.append(re.search(r"^# (.*)$", text, re.MULTILINE)[1])
    contents = re.sub(r"\s+", " ", " ".join(texts[1:3]))
    for title in titles:
        assert title in marks, f"no bookmark for {title}"
        page = marks[title]
        assert title in re.sub(r"\s+", " ", texts[page])
        assert re.search(re.escape(title) + r"[ .]*" + str(page + 1) + r"\b", contents), (
            f"contents: {title} is on page {page + 1}"
        )


def test_fonts_are_embedded(reader: PdfReader) -> None:
    fonts = {}
    for page in reader.pages:
        for entry in (page["/Resources"].get("/Font") or {}).values():
            font = entry.get_object()
            for part in font.get("/DescendantFonts", [font]):
                face = part.get_object()
                fonts[face["/BaseFont"]] = face["/FontDescriptor"].get_object()
    assert fonts
    for name, descriptor in fonts.items():
        assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor), f"{name} is not embedded"
    # Only fonts of the book's own: the PDF looks the same wherever it is set.
    assert {name.split("+")[1].split("-")[0] for name in fonts} == {"Book"}, sorted(fonts)


def test_links_inside_the_book_lead_to_a_page(reader: PdfReader) -> None:
    named = reader.named_destinations
    inside = outside = 0
    for page in reader.pages:
        for annotation in page.get("/Annots") or []:
            item = annotation.get_object()
            action = item.get("/A", {})
            if "/URI" in action:
                assert action["/URI"].startswith(("http://", "https://")), action["/URI"]
                outside += 1
            elif "/Dest" in item:
                assert not isinstance(item["/Dest"], str) or item["/Dest"] in named
                inside += 1
    assert inside > 500 and outside > 300


def test_no_ink_leaves_the_type_area(path: Path) -> None:
    """The outer ten millimetres of every page are blank, and so is the ground beside the text."""
    document = pypdfium2.PdfDocument(path)
    try:
        for number, page in enumerate(document, 1):
            image = page.render(scale=1, grayscale=True).to_numpy()
            rim = 28  # points; 10 mm
            ink = (image[:rim].min(), image[-rim:].min(), image[:, :rim].min(), image[:, -rim:].min())
            assert min(ink) > 200, f"page {number} has ink at its edge"
            assert image[:, -62:].min() > 120 or number == 1, (
                f"page {number} has text beyond its right margin"
            )
    finally:
        document.close()


def test_no_sign_is_missing(texts: list[str]) -> None:
    for number, text in enumerate(texts, 1):
        assert "\ufffd" not in text and "\x00" not in text, f"page {number}"


def test_it_can_be_mailed(path: Path) -> None:
    assert path.stat().st_size < 5_000_000


def test_no_label_of_a_figure_is_lost_on_paper(book: Path, texts: list[str]) -> None:
    whole = re.sub(r"\s+", "", "".join(texts))
    for bundle in bundles(book):
        for label in bundle["specs"]["wide"]["layout"].get("annotations", ()):
            for line in re.sub(r"</?b>", "", label["text"]).split("<br>"):
                assert re.sub(r"\s+", "", line) in whole, f"{bundle['name']}: {line!r}"
