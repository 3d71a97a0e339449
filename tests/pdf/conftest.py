"""What the tests of the PDFs share."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from pdf_tree import walk
from small import ROOT


@pytest.fixture(scope="session")
def path(book: Path) -> Path:
    return book / "pdf" / "book.pdf"


@pytest.fixture(scope="session")
def reader(path: Path) -> PdfReader:
    return PdfReader(path)


@pytest.fixture(scope="session")
def brief(book: Path) -> PdfReader:
    return PdfReader(book / "pdf" / "brief.pdf")


@pytest.fixture(scope="session")
def texts(reader: PdfReader) -> list[str]:
    return [page.extract_text() for page in reader.pages]


@pytest.fixture(scope="session")
def bundles(book: Path) -> list[dict[str, Any]]:
    return [json.loads(p.read_text(encoding="utf-8")) for p in (book / "html" / "figures").glob("*.json")]


@pytest.fixture(scope="session")
def chapters() -> dict[str, str]:
    """Title of each chapter of the printed book, by its page; a brief is a document of its own."""
    found = {}
    for line in (ROOT / "_toc.yml").read_text(encoding="utf-8").splitlines():
        if "file: " in line:
            name = line.split("file: ")[1].strip()
            text = (ROOT / f"{name}.md").read_text(encoding="utf-8")
            if not re.search(r"\A---\n(.*\n)*?brief: ", text):
                found[name] = re.search(r"^# (.*)$", text, re.MULTILINE)[1]
    return found


@pytest.fixture(scope="session")
def elements(reader: PdfReader) -> list[Any]:
    return list(walk(reader.root_object["/StructTreeRoot"]))
