"""What PDF/UA-1 asks, as far as a program can check it without veraPDF, which no package registry offers.

Checked for book and brief, clause of ISO 14289-1 in brackets: the identifier and the title in XMP, and that the
title is shown (5, 7.1); marked as tagged, with a structure tree whose types are standard ones (7.1); every piece of
page content is marked, as content of the tree or as an artifact (7.1); natural language (7.2); a figure has
alternative text (7.3); heads begin at level 1 and skip none (7.4.2); table heads have a scope, and cells name heads
that exist (7.5); lists hold list items only (7.6); a link is in the tree and has a description (7.18.1, 7.18.5);
the tab order follows the structure (7.18.3); fonts are embedded and can be mapped to Unicode (7.21).

Not checked: whether tags and texts say the right thing, contrast, and the syntax of the file as ISO 32000-1 has it.
"""

import re
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from pypdf.generic import ContentStream

from pdf_tree import fact, walk

STANDARD = {
    *("/Document", "/Part", "/Art", "/Sect", "/Div", "/BlockQuote", "/Caption", "/NonStruct", "/P", "/Span"),
    *("/H1", "/H2", "/H3", "/H4", "/H5", "/H6", "/L", "/LI", "/Lbl", "/LBody", "/Link", "/Figure"),
    *(
        "/Table",
        "/TR",
        "/TH",
        "/TD",
        "/THead",
        "/TBody",
        "/TFoot",
        "/Note",
        "/Code",
        "/Reference",
        "/BibEntry",
    ),
}


@pytest.fixture(scope="module", params=["book.pdf", "brief.pdf"])
def document(request: pytest.FixtureRequest, book: Path) -> PdfReader:
    return PdfReader(book / "pdf" / request.param)


@pytest.fixture(scope="module")
def tree(document: PdfReader) -> list[Any]:
    return list(walk(document.root_object["/StructTreeRoot"]))


def test_it_names_standard_title_and_language(document: PdfReader) -> None:
    root = document.root_object
    xmp = root["/Metadata"].get_object().get_data().decode()
    assert re.search(r'pdfuaid:part(="1"|>1<)', xmp)
    assert "<dc:title>" in xmp and document.metadata.title in xmp.replace("&amp;", "&")
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"


def test_the_metadata_name_authors_keywords_and_licence(document: PdfReader) -> None:
    xmp = document.root_object["/Metadata"].get_object().get_data().decode()
    for tag in ("dc:creator", "dc:subject", "pdf:Keywords", "dc:rights", "xmpRights:WebStatement"):
        assert re.search(rf"<{tag}[ >]", xmp), tag
    assert re.search(r"<xmpRights:WebStatement[^>]*>https://creativecommons.org/licenses/by/4.0/<", xmp)


def test_the_structure_is_made_of_standard_types(document: PdfReader, tree: list[Any]) -> None:
    """Or of types that the file itself says which of them they stand for."""
    known = document.root_object["/StructTreeRoot"].get("/RoleMap", {})
    assert {str(known.get(e["/S"], e["/S"])) for e in tree} <= STANDARD
    assert Counter(str(e["/S"]) for e in tree)["/P"] > 5


def test_all_content_is_marked(document: PdfReader) -> None:
    drawing = {b"Tj", b"TJ", b"Do", b"S", b"s", b"f", b"F", b"f*", b"B", b"b", b"B*", b"b*", b"sh"}
    for number, page in enumerate(document.pages, 1):
        depth = 0
        for _, operator in ContentStream(page.get_contents(), document).operations:
            if operator in (b"BDC", b"BMC"):
                depth += 1
            elif operator == b"EMC":
                depth -= 1
            elif operator in drawing:
                assert depth > 0, f"page {number}: {operator.decode()} outside of marked content"
        assert depth == 0


def test_figures_have_alternative_text(tree: list[Any]) -> None:
    figures = [e for e in tree if e["/S"] == "/Figure"]
    assert figures
    assert all(len(str(e.get("/Alt", ""))) > 20 for e in figures)


def test_heads_skip_no_level(tree: list[Any]) -> None:
    levels = [int(e["/S"][2]) for e in tree if re.fullmatch(r"/H\d", e["/S"])]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels)), levels


def test_tables_have_heads_with_scope_that_cells_name(tree: list[Any]) -> None:
    tables = [e for e in tree if e["/S"] == "/Table"]
    assert tables
    for table in tables:
        inside = list(walk(table["/K"]))
        heads = [e for e in inside if e["/S"] == "/TH"]
        assert heads
        assert {"/Column", "/Row"} == {str(fact(e, "/Scope")) for e in heads}
        known = {e.get("/ID") for e in heads}
        for cell in inside:
            if cell["/S"] == "/TD":
                assert set(fact(cell, "/Headers")) <= known


def test_lists_hold_items(tree: list[Any]) -> None:
    for item in tree:
        if item["/S"] == "/L":
            assert {str(e.get_object()["/S"]) for e in item["/K"]} <= {"/LI", "/L", "/Caption"}


def test_links_are_in_the_tree_and_described(document: PdfReader, tree: list[Any]) -> None:
    tied = 0
    for page in document.pages:
        assert page["/Tabs"] == "/S"
        for annotation in page.get("/Annots") or []:
            item = annotation.get_object()
            assert item["/Contents"] and "/StructParent" in item
            tied += 1
    objects = [
        kid.get_object()
        for e in tree
        if e["/S"] == "/Link"
        for kid in e["/K"]
        if not isinstance(kid, int) and kid.get_object().get("/Type") == "/OBJR"
    ]
    assert tied == len(objects) > 0


def test_fonts_are_embedded_and_map_to_unicode(document: PdfReader) -> None:
    names = set()
    for page in document.pages:
        for entry in (page["/Resources"].get("/Font") or {}).values():
            font = entry.get_object()
            assert "/ToUnicode" in font, font["/BaseFont"]
            for part in font.get("/DescendantFonts", [font]):
                face = part.get_object()
                descriptor = face["/FontDescriptor"].get_object()
                assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor), face["/BaseFont"]
                names.add(face["/BaseFont"].split("+")[1].split("-")[0])
    # Only fonts of the book's own: the PDF looks the same wherever it is set.
    assert names == {"Book"}
