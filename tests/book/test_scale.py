"""More evidence makes more parts of the catalogue, not longer pages; links and filters still find every row."""

import re
import runpy
from pathlib import Path
from typing import Any

import pytest

from casebook.load import load_study
from small import ROOT

SCALE = runpy.run_path(str(ROOT / "tools" / "scale.py"))
FACTOR = 20


@pytest.fixture(scope="module")
def larger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The annexes and the catalogue over twenty times the evidence."""
    folder = tmp_path_factory.mktemp("larger")
    data = SCALE["write_larger"](ROOT / "data", folder / "data", FACTOR)
    return SCALE["build_narrow"](folder / "book", data)


def rows_of(path: Path) -> list[str]:
    return re.findall(r'evidence-row" id="evidence-([^"]+)"', path.read_text(encoding="utf-8"))


def test_pages_do_not_grow_with_the_evidence(larger: Path, site: Path) -> None:
    before, after = SCALE["page_sizes"](site), SCALE["page_sizes"](larger)
    assert set(before) == set(after)
    for page, size in before.items():
        if page.endswith("sources/evidence.html"):
            assert after[page] < 1.5 * size, page
            continue
        # Drawn on in a straight line, a hundred times the evidence must add less than a half.
        assert (after[page] - size) * 99 / (FACTOR - 1) < 0.5 * size, f"{page}: {size} → {after[page]}"


def test_without_scripts_every_row_is_on_a_page_and_the_parts_are_linked(larger: Path) -> None:
    folder = larger / "chapters" / "sources"
    parts = [
        folder / "evidence.html",
        *sorted(folder.glob("evidence-part-*.html"), key=lambda p: int(p.stem.rsplit("-", 1)[1])),
    ]
    study = load_study(larger.parents[1].parent / "data")
    assert len(parts) == -(-len(study["evidence"]) // 500) > 10
    assert [key for part in parts for key in rows_of(part)] == study["evidence"]["evidence_id"].tolist()
    for part in parts:
        text = part.read_text(encoding="utf-8")
        assert all(f'href="{other.name}"' in text or other == part for other in parts)
        assert "<title>" in text and "Search –" not in text


def test_links_to_rows_end_at_the_part_that_holds_them(larger: Path) -> None:
    found = {
        key: part.name
        for part in (larger / "chapters" / "sources").glob("evidence*.html")
        for key in rows_of(part)
    }
    for page in (larger / "chapters" / "annexes").glob("*.html"):
        links = re.findall(
            r'href="\.\./sources/(evidence[^"#?]*)(?:\?[^"#]*)?#evidence-([^"]+)"',
            page.read_text(encoding="utf-8"),
        )
        wrong = [(name, key) for name, key in links if found[key] != name]
        assert wrong == [], page.name


def test_an_address_from_before_the_catalogue_grew_leads_to_the_part(larger: Path, browser: Any) -> None:
    study = load_study(larger.parents[1].parent / "data")
    key = study["evidence"]["evidence_id"].iloc[-1]
    page = browser.new_page()
    page.goto((larger / "chapters" / "sources" / "evidence.html").as_uri() + f"#evidence-{key}")
    page.wait_for_url(f"**/evidence-part-*.html#evidence-{key}")
    assert page.locator(f"#evidence-{key}").is_visible()
    page.close()


def test_the_filter_finds_rows_on_other_parts_and_the_search_their_words(larger: Path, browser: Any) -> None:
    study = load_study(larger.parents[1].parent / "data")
    wanted = study["codings"].query("coder == 'agreed' and theme_id == 'F2' and stance == 'challenges'")[
        "evidence_id"
    ]
    page = browser.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda e: errors.append(str(e)))
    page.goto(
        (larger / "chapters" / "sources" / "evidence-part-2.html").as_uri() + "?theme=F2&stance=challenges"
    )
    assert page.locator(".filter-status").text_content() == f"{len(wanted)} of {len(study['evidence'])} rows"
    while page.locator(".elsewhere > button").is_visible():
        page.locator(".elsewhere > button").press("Enter")
    here = set(page.locator(".evidence-row:visible .key").all_text_contents())
    there = set(page.locator(".elsewhere a").all_text_contents())
    assert here | there == set(wanted) and not here & there
    link = page.locator(".elsewhere a").last
    key = link.text_content()
    link.press("Enter")
    page.wait_for_url(f"**#evidence-{key}")
    assert page.locator(f"#evidence-{key}").is_visible()
    assert errors == []
    page.close()
    index = (larger / "searchindex.js").read_text(encoding="utf-8")
    assert study["evidence"]["evidence_id"].iloc[-1].lower() in index
