"""What the site does for readers who see, point, move or cite differently."""

from pathlib import Path
from typing import Any

import pytest

from visiting import FIGURE_PAGES, PAGES

CLAIMS_PAGE = "chapters/paper/introduction.html"


@pytest.mark.parametrize(
    "name", ["index.html", CLAIMS_PAGE, FIGURE_PAGES[-1], "chapters/sources/evidence.html"]
)
def test_in_forced_colours_every_mark_keeps_its_edge(visit: Any, name: str) -> None:
    page = visit(forced_colors="active").open(name)
    ink = page.evaluate("getComputedStyle(document.body).color")
    marks = page.locator(".voiced:not(.row)")
    for i in range(min(marks.count(), 20)):
        style = marks.nth(i).evaluate(
            "e => { const s = getComputedStyle(e); return [s.borderLeftStyle, s.borderLeftWidth, s.borderLeftColor] }"
        )
        assert style[0] != "none" and style[1] != "0px" and style[2] == ink
    edges = "e => parseFloat(getComputedStyle(e).borderTopWidth)"
    for control in page.locator("button:visible, article a.claim:visible").all()[:30]:
        assert control.evaluate(edges) >= 1
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"


@pytest.mark.parametrize("name", PAGES)
def test_nothing_moves_for_readers_who_asked_for_less_motion(visit: Any, name: str) -> None:
    page = visit(reduced_motion="reduce").open(name)
    moving = page.evaluate(
        "[...document.querySelectorAll('*')].filter(e => { const s = getComputedStyle(e);"
        " return s.scrollBehavior === 'smooth' || parseFloat(s.transitionDuration) > 0 || s.animationName !== 'none' })"
        ".map(e => e.outerHTML.slice(0, 80))"
    )
    assert moving == []


@pytest.mark.parametrize("name", PAGES)
def test_what_scrolls_sideways_can_be_reached_and_has_a_name(visit: Any, name: str) -> None:
    page = visit(viewport={"width": 320, "height": 800}).open(name)
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
    lost = page.evaluate(
        "[...document.querySelectorAll('main *')].filter(e => e.scrollWidth > e.clientWidth + 1"
        " && ['auto', 'scroll'].includes(getComputedStyle(e).overflowX) && e.clientWidth > 0)"
        ".filter(e => !(e.tabIndex >= 0 && (e.getAttribute('aria-label') || e.getAttribute('aria-labelledby'))))"
        ".map(e => e.outerHTML.slice(0, 120))"
    )
    assert lost == []


def test_a_term_shows_its_definition_and_leads_to_the_glossary(visit: Any) -> None:
    page = visit().open(CLAIMS_PAGE)
    link = page.locator("article a.term-link").first
    word = link.text_content()
    link.focus()
    note = page.locator(".claim-note")
    note.wait_for(state="visible")
    text = note.text_content()
    assert len(text) > len(word) + 40
    page.keyboard.press("Escape")
    assert note.count() == 0
    link.click()
    page.wait_for_url("**/glossary.html#term-*")
    entry = page.locator(":target").locator("xpath=following-sibling::dd[1]").text_content()
    first_words = " ".join(entry.split()[:5])
    assert first_words in " ".join(text.split())


def test_a_finger_opens_the_note_first_and_follows_its_link_then(visit: Any) -> None:
    page = visit(viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True).open(CLAIMS_PAGE)
    for chosen in ("article a.term-link", "article a.claim-ev"):
        link = page.locator(chosen).first
        link.scroll_into_view_if_needed()
        page.wait_for_timeout(300)
        link.tap()
        note = page.locator(".claim-note")
        note.wait_for(state="visible")
        assert page.url.endswith(CLAIMS_PAGE)
        box = note.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 390
        page.locator("h1").tap()
        assert note.count() == 0


def test_a_figure_can_be_cited_by_its_own_address(visit: Any) -> None:
    page = visit().open(FIGURE_PAGES[0])
    figure = page.locator("figure.drawing").first
    anchor = figure.get_attribute("id")
    title = figure.locator(".figure-title").text_content().replace(" ", "", 1)
    figure.get_by_text("Cite", exact=False).first.click()
    text = figure.locator(".cite-text").text_content()
    number = title.split()[1] if title.startswith("Figure ") else ""
    assert text.endswith(f"{FIGURE_PAGES[0]}#{anchor}") and text.split()[-1].startswith("http")
    assert f"Figure {number}" in text and "version" in text
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    figure.get_by_role("button", name="Copy").click()
    figure.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == text


def test_a_row_can_be_cited_by_its_own_address(visit: Any) -> None:
    page = visit().open("chapters/sources/evidence.html")
    row = page.locator(".evidence-row").nth(3)
    key = row.locator(".key").text_content()
    row.locator("a.outside").first.focus()
    before = row.bounding_box()["height"]
    button = row.get_by_role("button", name="Cite this row")
    button.wait_for(state="visible")
    assert row.bounding_box()["height"] == before, "the offer moves the text"
    button.focus()
    page.keyboard.press("Enter")
    text = row.locator(".cite-text").text_content()
    assert key in text and text.endswith(f"evidence.html#evidence-{key}")


def test_the_code_of_a_figure_is_one_step_away(visit: Any, site: Path) -> None:
    here = visit()
    page = here.open(FIGURE_PAGES[0])
    figure = page.locator("figure.drawing").first
    figure.get_by_role("link", name="Code").click()
    cell = page.locator("details.code-cell").first
    assert cell.get_attribute("open") is not None
    assert cell.locator("pre").first.is_visible()
    link = cell.locator("p.fine a").first
    function, line = (
        link.text_content().removeprefix("figures."),
        int(cell.locator("p.fine").text_content().split(", line ")[1].split(".")[0].split(";")[0]),
    )
    program = (site / FIGURE_PAGES[0]).parent / link.get_attribute("href")
    assert f"def {function}(" in program.resolve().read_text(encoding="utf-8").splitlines()[line - 1]


def test_search_works_from_disk(browser: Any, site: Path) -> None:
    page = browser.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda e: errors.append(str(e)))
    page.goto((site / "index.html").as_uri())
    page.get_by_label("Search the book").fill("Spotlight")
    page.get_by_role("button", name="Search").click()
    first = page.locator("#search-results li a").first
    first.wait_for(state="visible")
    first.click()
    page.wait_for_url("**/chapters/**")
    assert "Spotlight" in page.locator("main").text_content()
    assert errors == []
    page.close()
