"""The PDF, read as a program that reads it aloud would and looked at as pixels."""

import html
import re
from html import unescape
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from pypdf import PdfReader

from casebook.book import build_edition
from casebook.sphinxext.paper import LONG
from pdf_tree import walk
from small import ROOT


def test_it_says_what_it_is(reader: PdfReader) -> None:
    assert reader.metadata.title.startswith("Technological Advances in Anti Trafficking Efforts")
    assert reader.metadata.author == "Contributors to the interactive edition"
    assert reader.root_object["/Lang"] == "en"
    assert reader.root_object["/MarkInfo"]["/Marked"]
    assert b"pdfuaid" in reader.root_object["/Metadata"].get_object().get_data()


def test_every_figure_of_the_site_is_there_with_its_alternative_text(
    bundles: list[dict], elements: list[Any], texts: list[str]
) -> None:
    figures = [e for e in elements if e["/S"] == "/Figure"]
    assert sorted(str(f.get("/Alt", "")) for f in figures) == sorted(b["alt"] for b in bundles)
    whole = re.sub(r"\s+", " ", " ".join(texts))
    for bundle in bundles:
        assert re.search(r"Figure \d+ " + re.escape(bundle["title"]), whole), bundle["name"]


def test_every_numbered_table_of_the_site_is_there(
    site: Path, pages: list[str], elements: list[Any], texts: list[str], bundles: list[dict]
) -> None:
    numbered = set()
    for page in pages:
        html = (site / page).read_text(encoding="utf-8")
        numbered |= {
            (n, re.sub(r"\s+", "", unescape(title)))
            for n, title in re.findall(
                r'<span class="caption-number">Table (\d+) </span><span class="caption-text">(.*?)</span>',
                html,
                re.DOTALL,
            )
        }
    assert len(numbered) > 30
    whole = re.sub(r"\s+", "", "".join(texts))
    missing = [(n, title) for n, title in numbered if f"Table{n}{title}" not in whole]
    assert missing == []
    captions = [
        e for e in elements if e["/S"] == "/Table" and any(k["/S"] == "/Caption" for k in walk(e["/K"]))
    ]
    short = [b for b in bundles if len(b["rows"]) <= LONG]
    assert len(captions) == len(numbered) + len(short)


def test_every_chapter_is_bookmarked_at_its_page(
    reader: PdfReader, texts: list[str], chapters: dict[str, str]
) -> None:
    marks = {}

    def collect(outline: list) -> None:
        for item in outline:
            if isinstance(item, list):
                collect(item)
            else:
                marks.setdefault(item.title, reader.get_destination_page_number(item))

    collect(reader.outline)
    contents = re.sub(r"\s+", " ", " ".join(texts[1:3]))
    for title in chapters.values():
        assert title in marks, f"no bookmark for {title}"
        page = marks[title]
        assert title in re.sub(r"\s+", " ", texts[page])
        assert re.search(re.escape(title) + r"[ .]*" + str(page + 1) + r"\b", contents), (
            f"contents: {title} is on page {page + 1}"
        )


def test_links_inside_the_book_lead_to_a_page(reader: PdfReader) -> None:
    named = reader.named_destinations
    inside = outside = 0
    for page in reader.pages:
        for annotation in page.get("/Annots") or []:
            item = annotation.get_object()
            action = item.get("/A", {})
            if "/URI" in action:
                assert action["/URI"].startswith(("http://", "https://", "tel:")), action["/URI"]
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
            for side, strip in {"left": image[:, :60], "right": image[:, -62:]}.items():
                assert strip.min() > 120 or number == 1, f"page {number} has text beyond its {side} margin"
    finally:
        document.close()


def test_no_sign_is_missing(texts: list[str]) -> None:
    for number, text in enumerate(texts, 1):
        assert "\ufffd" not in text and "\x00" not in text, f"page {number}"


def test_words_that_lead_to_a_list_stand_on_its_page(texts: list[str]) -> None:
    leads = [after for text in texts for after in re.split(r"What follows:\s+the actions [^.]*\.", text)[1:]]
    assert len(leads) >= 12
    assert [after[:40] for after in leads if not re.match(r"\W*R\d\.\d", after)] == []


def test_it_can_be_mailed(path: Path) -> None:
    assert path.stat().st_size < 5_000_000


def test_no_label_of_a_figure_is_lost_on_paper(bundles: list[dict], texts: list[str]) -> None:
    whole = re.sub(r"\s+", "", "".join(texts))
    for bundle in bundles:
        for label in bundle["specs"]["wide"]["layout"].get("annotations", ()):
            for line in re.sub(r"</?b>", "", label["text"]).split("<br>"):
                assert re.sub(r"\s+", "", html.unescape(line)) in whole, f"{bundle['name']}: {line!r}"


def _marked(reader: PdfReader, title: str) -> int:
    """The page, from 0, of the bookmark with this title."""
    items = list(reader.outline)
    while items:
        item = items.pop()
        if isinstance(item, list):
            items += item
        elif item.title == title:
            return reader.get_destination_page_number(item)
    raise AssertionError(f"no bookmark {title!r}")


def _aims(reader: PdfReader, number: int) -> list[int]:
    """The pages, from 0, that the links of a page within the book lead to, in their order."""
    links = [a.get_object() for a in reader.pages[number].get("/Annots") or []]
    named = {name: reader.get_destination_page_number(aim) for name, aim in reader.named_destinations.items()}
    at = {page.indirect_reference.idnum: i for i, page in enumerate(reader.pages)}
    aims = [link["/Dest"].get_object() for link in links if "/Dest" in link]
    return [named[str(aim)] if isinstance(aim, str) else at[list.__getitem__(aim, 0).idnum] for aim in aims]


CODE = r"\b[A-Z]{2}\d{2,3}\b"


def test_every_row_of_evidence_cited_can_be_looked_up(reader: PdfReader, texts: list[str]) -> None:
    """The index names the page of each row in the list and the pages that cite it, and leads there."""
    start, first, after = (
        _marked(reader, title) for title in ("The evidence", "Index of the evidence", "References")
    )
    # In the first part every code is a citation; in the annexes reasons name codes in passing, too.
    chapters = texts[4 : _marked(reader, "Annex A: Theme summaries")]
    cited, looked_up = set(re.findall(CODE, " ".join(chapters))), set()
    for number in range(first, after):
        text = texts[number].split("Index of the evidence")[-1]
        # Each code with its pages; the last number of all is that of the page itself.
        shown = re.findall(rf"{CODE}|\b\d+\b", text)[:-1]
        aims = _aims(reader, number)[-len(shown) :]
        assert len(aims) == len(shown) > 20
        code = ""
        for word, aim in zip(shown, aims, strict=True):
            if word.isdigit():
                assert aim + 1 == int(word) and code in texts[aim], (code, word)
            else:
                code = word
                looked_up.add(code)
                assert start <= aim <= first and re.search(rf"\b{code}\b", texts[aim]), code
    rows = " ".join(texts[start : first + 1]).split("Index of the evidence")[0]
    assert looked_up == set(re.findall(rf"^({CODE}) ", rows, re.MULTILINE)) and len(looked_up) > 200
    assert cited <= looked_up and len(cited) > 150


def test_the_list_of_figures_names_their_pages(
    reader: PdfReader, texts: list[str], bundles: list[dict]
) -> None:
    listed, aims = re.sub(r"\s+", " ", texts[2]), _aims(reader, 2)
    assert len(aims) == len(bundles)
    for bundle in bundles:
        number, at = re.search(rf"(\d+) {re.escape(bundle['title'])}[ .]*?(\d+)\b", listed).groups()
        assert aims[int(number) - 1] == int(at) - 1, bundle["name"]
        assert re.sub(r"\s+", "", bundle["title"]) in re.sub(r"\s+", "", texts[int(at) - 1]), bundle["name"]


def test_what_only_the_website_has_is_said(texts: list[str], chapters: dict[str, str]) -> None:
    with_code = [
        name
        for name in chapters
        if "```python" in (ROOT / f"{name}.md").read_text(encoding="utf-8") and "annexes" in name
    ]
    whole = re.sub(r"\s+", " ", " ".join(texts))
    assert whole.count("Only on the website: “Run it yourself”") == len(with_code) > 5
    assert "import pandas" not in whole


def _boxes(page: pypdfium2.PdfPage) -> list[tuple[float, float, float, float]]:
    text = page.get_textpage()
    try:
        return [text.get_rect(i) for i in range(text.count_rects())]
    finally:
        text.close()


@pytest.mark.parametrize("name", ["book.pdf", "brief.pdf"])
def test_no_text_lies_on_other_text(book: Path, name: str) -> None:
    """Two pieces of text share at most a sliver; the labels in figures are tested with the figures."""
    document = pypdfium2.PdfDocument(book / "pdf" / name)
    try:
        for number, page in enumerate(document, 1):
            if any(o.type == pypdfium2.raw.FPDF_PAGEOBJ_FORM for o in page.get_objects(max_depth=1)):
                continue
            boxes = [b for b in _boxes(page) if b[2] - b[0] > 2 and b[3] - b[1] > 2]
            for i, (left, bottom, right, top) in enumerate(boxes):
                for other in boxes[i + 1 :]:
                    wide = min(right, other[2]) - max(left, other[0])
                    high = min(top, other[3]) - max(bottom, other[1])
                    least = min(top - bottom, other[3] - other[1])
                    assert wide <= 1 or high <= 0.45 * least, (
                        f"page {number}: {(left, bottom, right, top)} {other}"
                    )
    finally:
        document.close()


def test_the_brief_has_two_full_pages(brief: PdfReader) -> None:
    assert len(brief.pages) == 2
    words = [len(page.extract_text().split()) for page in brief.pages]
    assert min(words) > 150
    whole = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in brief.pages))
    for code in set(re.findall(r"\b(?:TH|TQ|CH|PR|SL|GI)\d{2,3}\b", whole.split("Sources.")[0])):
        assert re.search(rf"Sources\..*\b{code}\b", whole), f"{code} has no source"


@pytest.fixture(scope="module")
def again(book: Path, path: Path) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """The PDFs as `make book` wrote them, and as `make pdf` writes them after it."""
    before = {p.name: p.read_bytes() for p in path.parent.glob("*.pdf")}
    build_edition(ROOT, "pdf")
    return before, {p.name: p.read_bytes() for p in path.parent.glob("*.pdf")}


def test_a_second_run_gives_the_same_bytes(again: tuple[dict[str, bytes], dict[str, bytes]]) -> None:
    before, after = again
    assert set(before) == {"book.pdf", "brief.pdf"}
    assert before == after


def test_us_letter_is_an_option_beside_a4(book: Path, reader: PdfReader) -> None:
    files = build_edition(ROOT, "pdf", paper="letter")
    assert [p.name for p in files] == ["book-letter.pdf", "brief-letter.pdf"]
    assert (book / "pdf" / "book.pdf").is_file()
    letter = PdfReader(files[0])
    size = [round(float(v)) for v in letter.pages[5].mediabox]
    assert size == [0, 0, 612, 792]
    assert [round(float(v)) for v in reader.pages[5].mediabox] == [0, 0, 595, 842]
    assert abs(len(letter.pages) - len(reader.pages)) < 20
    assert len(PdfReader(files[1]).pages) == 2
    assert not (book / "html" / "book-letter.pdf").exists()
    for file in files:
        file.unlink()
