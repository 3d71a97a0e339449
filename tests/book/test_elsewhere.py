"""Another country's edition: the same annexes from other tables, without touching the code."""

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from small import ROOT

FIXTURE = ROOT / "tests" / "elsewhere"
APART = shutil.ignore_patterns(".venv", ".git", "_build", "__pycache__", "bench", "*.egg-info")
CHAPTER = ROOT / "chapters" / "about" / "own-edition.md"


def copy_of_the_book(folder: Path) -> Path:
    """A copy of the repository that uses this environment: what a clone has after `make .venv/.book`."""
    shutil.copytree(ROOT, folder, ignore=APART)
    (folder / ".venv" / "bin").mkdir(parents=True)
    for name in ("python", "casebook", "jupyter-book"):
        (folder / ".venv" / "bin" / name).write_text(
            f'#!/bin/sh\nexec "{Path(sys.executable).parent / name}" "$@"\n'
        )
        (folder / ".venv" / "bin" / name).chmod(0o755)
    for mark in (".book", ".test"):
        (folder / ".venv" / mark).touch()
    return folder


def run(command: str, book: Path, **extra: str) -> str:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("CASEBOOK_")} | extra
    done = subprocess.run(
        ["sh", "-c", command], cwd=book, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{command}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def abroad(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built edition of the fixture: `_build` of a copy of the book."""
    folder = copy_of_the_book(tmp_path_factory.mktemp("abroad") / "book")
    run("make book", folder, CASEBOOK_DATA="tests/elsewhere")
    return folder / "_build"


def dead_links(site: Path) -> list[str]:
    """Every link inside a site that leads to no file or no anchor."""
    text = {p: p.read_text(encoding="utf-8") for p in site.rglob("*.html")}
    anchors = {p: set(re.findall(r'\bid="([^"]+)"', t)) for p, t in text.items()}
    dead = []
    for page, body in text.items():
        for link in re.findall(r'(?:href|src)="([^"]+)"', body):
            if re.match(r"[a-z]+:|//", link):
                continue
            path, _, anchor = link.partition("#")
            target = (page.parent / path.split("?")[0]).resolve() if path.split("?")[0] else page
            if not target.is_file() or (anchor and target in anchors and anchor not in anchors[target]):
                dead.append(f"{page.relative_to(site)}: {link}")
    return dead


def test_every_kind_of_edition_is_built_and_no_link_is_dead(abroad: Path) -> None:
    assert (abroad / "pdf" / "book.pdf").stat().st_size > 20_000
    with zipfile.ZipFile(abroad / "epub" / "book.epub") as epub:
        assert epub.testzip() is None
    pages = {p.relative_to(abroad / "html").as_posix() for p in (abroad / "html").rglob("*.html")}
    annexes = {p for p in pages if "/annexes/" in p}
    assert len(annexes) == 6
    assert not any("thorn" in p or "sri-lanka" in p for p in pages)
    assert dead_links(abroad / "html") == []


def test_nothing_of_this_paper_is_said_of_other_data(abroad: Path) -> None:
    own = re.compile(r"Sri Lanka|Thorn|NCMEC|Abewardhana|language-model|TH\d\d|ai-against-trafficking")
    for path in (abroad / "html").rglob("*.html"):
        text = re.sub(r"<[^>]+>", " ", path.read_text(encoding="utf-8"))
        assert own.findall(text) == [], path.name
    with zipfile.ZipFile(abroad / "epub" / "book.epub") as epub:
        for name in epub.namelist():
            if name.endswith((".xhtml", ".opf")):
                assert own.findall(epub.read(name).decode()) == [], name


def test_title_authors_keywords_and_licence_come_from_the_package(abroad: Path) -> None:
    raw = json.loads((FIXTURE / "datapackage.json").read_text(encoding="utf-8"))
    page = (abroad / "html" / "index.html").read_text(encoding="utf-8")
    assert f"<h1>{raw['title']}</h1>" in page
    for person in raw["contributors"]:
        assert person["title"] in page
    for word in raw["keywords"]:
        assert f'content="{word}"' in page
    assert f"version {raw['version']}" in page and "CC0 1.0" in page
    name = re.search(r'<a class="book-name" href="#">(.*?)</a>', page, re.DOTALL)
    assert name and re.sub(r"<svg.*</svg>", "", name[1]) == raw["casebook"]["short_title"]


def test_an_annex_without_rows_says_so_in_one_sentence(abroad: Path) -> None:
    for name in ("series-in-figures", "priorities", "disagreements"):
        text = (abroad / "html" / "chapters" / "annexes" / f"{name}.html").read_text(encoding="utf-8")
        main = re.sub(r"<[^>]+>", " ", text.split("</h1>")[1].split('<nav class="turn"')[0])
        assert main.count("so there is nothing to show here") == 1, name
        assert "<figure" not in text


def test_every_page_opens_without_errors_or_sideways_scroll(abroad: Path, browser: Any) -> None:
    errors: list[str] = []
    for width in (390, 1280):
        page = browser.new_page(viewport={"width": width, "height": 900})
        page.on("pageerror", lambda e: errors.append(str(e)))
        page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
        for path in sorted((abroad / "html").rglob("*.html")):
            if path.name == "search.html":
                continue
            page.goto(path.as_uri())
            page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (path.name, width)
            assert errors == [], path.name
        page.close()


def test_letters_of_four_scripts_are_drawn_from_the_packages_fonts(abroad: Path) -> None:
    import pypdfium2

    pdf = (abroad / "pdf" / "book.pdf").read_bytes()
    document = pypdfium2.PdfDocument(pdf)
    text = "".join(document[i].get_textpage().get_text_bounded() for i in range(len(document)))
    for word in ("ගිම්හානි", "ஆய்வகம்", "مثال", "塔羅日報"):
        assert word in text
    import pypdf

    fonts = set()
    for page in pypdf.PdfReader(abroad / "pdf" / "book.pdf").pages:
        for font in page["/Resources"]["/Font"].get_object().values():
            fonts.add(font.get_object()["/BaseFont"].split("+")[-1].lower())
    for script in ("own-1", "own-2", "own-3", "own-4"):  # as the stylesheet calls the four
        assert any(script in name for name in fonts), (script, fonts)


def test_every_list_of_families_has_the_packages_fonts(abroad: Path) -> None:
    css = (abroad / "html" / "_static" / "casebook.css").read_text(encoding="utf-8")
    lists = re.findall(r"--(?:serif|sans): ([^;]*);", css)
    assert len(lists) >= 4  # for the web, and for pages opened from disk
    assert all("var(--own)" in families for families in lists)


def test_a_letter_without_a_font_stops_the_pdf_and_is_named(abroad: Path, tmp_path: Path) -> None:
    """Where neither the package nor the system has a font, here because nothing can ask the system."""
    data = tmp_path / "data"
    shutil.copytree(FIXTURE, data)
    (data / "fonts" / "noto-sans-tamil.woff2").unlink()
    before = (abroad / "pdf" / "book.pdf").read_bytes()
    bare = tmp_path / "bin"
    bare.mkdir()
    for name in ("sh", "git"):
        (bare / name).symlink_to(shutil.which(name))
    done = subprocess.run(
        [sys.executable, "-m", "casebook.cli", "book"],
        cwd=abroad.parent,
        env={**os.environ, "CASEBOOK_DATA": str(data), "PATH": str(bare)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert (
        "(U+0BA4)" in done.stderr and "Tamil" in done.stderr and "fonts/ of the data package" in done.stderr
    )
    assert (abroad / "pdf" / "book.pdf").read_bytes() == before


def commands() -> list[str]:
    return re.findall(r"^```sh\n(.+?)\n```$", CHAPTER.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def test_the_chapter_is_followed_word_for_word(tmp_path: Path) -> None:
    found = commands()
    assert [c.split()[0] for c in found] == ["make", ".venv/bin/casebook", ".venv/bin/casebook"] + [
        "CASEBOOK_DATA=my-country"
    ] * 2
    book = copy_of_the_book(tmp_path / "book")
    said = [run(command, book) for command in found]
    assert "no problems" in said[2]
    site = (book / "_build" / "html" / "index.html").read_text(encoding="utf-8")
    assert "<h1>My country: evidence on referral</h1>" in site
    assert (book / "_build" / "pdf" / "book.pdf").is_file() and (
        book / "_build" / "epub" / "book.epub"
    ).is_file()
    # The pictures are the package's own, and the next build shows them.
    assert {p.name for p in (book / "my-country" / "stills").glob("*.svg")} >= {"theme-balance.wide.svg"}
    run(found[3], book)
    annex = (book / "_build" / "html" / "chapters" / "annexes" / "theme-summaries.html").read_text(
        encoding="utf-8"
    )
    assert "<picture>" in annex and "no-still" not in annex
    # The book's own pictures stay as they were.
    assert sorted(p.name for p in (book / "stills").glob("*")) == sorted(
        p.name for p in (ROOT / "stills").glob("*")
    )


def test_a_package_with_rows_in_every_table_fills_every_annex(tmp_path: Path, abroad: Path) -> None:
    from casebook.new import as_csv, examples, new_package
    from casebook.schema import read_schema

    data = tmp_path / "full"
    new_package(data)
    for table in read_schema(data).tables:
        (data / table.path).write_text(as_csv(table, examples()[table.name]), encoding="utf-8")
    run(f"{sys.executable} -m casebook.cli book --no-pdf", abroad.parent, CASEBOOK_DATA=str(data))
    annexes = list((abroad / "html" / "chapters" / "annexes").glob("*.html"))
    filled = {p.stem for p in annexes if "<figure" in p.read_text(encoding="utf-8")}
    assert filled == {p.stem for p in annexes}
    assert dead_links(abroad / "html") == []
