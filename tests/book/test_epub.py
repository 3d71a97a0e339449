"""The EPUB, opened as an e-reader would; epubcheck runs in `make audit`."""

import posixpath
import re
import zipfile
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest

XHTML = "{http://www.w3.org/1999/xhtml}"


@pytest.fixture(scope="module")
def epub(book: Path) -> zipfile.ZipFile:
    return zipfile.ZipFile(book / "epub" / "book.epub")


@pytest.fixture(scope="module")
def trees(epub: zipfile.ZipFile) -> dict[str, ElementTree.Element]:
    names = [name for name in epub.namelist() if name.endswith(".xhtml")]
    return {name: ElementTree.fromstring(epub.read(name)) for name in names}


def test_it_begins_with_its_type_uncompressed(epub: zipfile.ZipFile) -> None:
    first = epub.infolist()[0]
    assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
    assert epub.read("mimetype") == b"application/epub+zip"


def test_every_page_of_the_site_is_in_it(trees: dict[str, ElementTree.Element], pages: list[str]) -> None:
    assert {page.replace(".html", ".xhtml") for page in pages} <= set(trees)


def test_nothing_in_it_is_missing_or_loaded_from_elsewhere(
    epub: zipfile.ZipFile, trees: dict[str, ElementTree.Element]
) -> None:
    known = set(epub.namelist())
    ids = {name: {e.get("id") for e in tree.iter() if e.get("id")} for name, tree in trees.items()}
    links = 0
    for name, tree in trees.items():
        for element in tree.iter():
            for attribute in ("href", "src"):
                address = element.get(attribute)
                if address is None:
                    continue
                if re.match(r"(https?|mailto|tel):", address):
                    assert element.tag == f"{XHTML}a", (name, address)
                    continue
                path, _, anchor = address.partition("#")
                target = (
                    posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(path)))
                    if path
                    else name
                )
                assert target in known, (name, address)
                assert not anchor or anchor in ids[target], (name, address)
                links += 1
    assert links > 1000


def test_every_figure_has_its_still_and_its_values(trees: dict[str, ElementTree.Element], site: Path) -> None:
    figures = [
        f for tree in trees.values() for f in tree.iter(f"{XHTML}figure") if f.get("class") == "drawing"
    ]
    assert len(figures) == len(list((site / "figures").glob("*.json")))
    for figure in figures:
        assert len(figure.find(f".//{XHTML}img").get("alt")) > 20
        assert figure.find(f".//{XHTML}table") is not None


def test_no_script_is_in_it(epub: zipfile.ZipFile, trees: dict[str, ElementTree.Element]) -> None:
    assert not [name for name in epub.namelist() if name.endswith(".js")]
    assert not [name for name, tree in trees.items() if tree.find(f".//{XHTML}script") is not None]
