"""The site in a real browser, as readers meet it."""

import json
import re
import runpy
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import pytest
from axe_playwright_python.sync_playwright import Axe

from small import ROOT
from visiting import FIGURE_PAGES, PAGES

# Every rule that axe-core has: levels A, AA and AAA, best practices, and those it calls experimental.
EVERY_RULE = """() => {
  const rules = Object.fromEntries(axe.getRules().map(r => [r.ruleId, { enabled: true }]));
  return axe.run(document, { rules, resultTypes: ['violations'] })
    .then(r => ({ ran: r.passes.length + r.violations.length + r.inapplicable.length + r.incomplete.length,
      broken: r.violations.map(v => [v.id, v.nodes[0].html.slice(0, 200)]) }));
}"""


def broken_rules(page: Any) -> list[list[str]]:
    """Every rule of axe-core that the page breaks as it stands, with the first place."""
    page.evaluate(Axe().axe_script)
    result = page.evaluate(EVERY_RULE)
    assert result["ran"] > 95
    return result["broken"]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_quietly_and_fits(visit: Any, name: str) -> None:
    here = visit()
    page = here.open(name)
    page.wait_for_timeout(200)
    assert (here.errors, here.foreign) == ([], [])
    assert len(here.requests) <= 12, here.requests
    assert not any("search" in r or "plotly" in r for r in here.requests), (
        "loaded before a reader asks for it"
    )
    for width in (1280, 390, 320):
        page.set_viewport_size({"width": width, "height": 800})
        over = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert over <= 0, f"{name} scrolls sideways at {width} px"


@pytest.mark.parametrize("name", PAGES)
def test_nothing_moves_while_a_page_loads_on_a_phone(visit: Any, name: str) -> None:
    here = visit(viewport={"width": 390, "height": 800})
    here.page.add_init_script(
        "window.shift = 0; new PerformanceObserver(l => { for (const e of l.getEntries()) window.shift += e.value })"
        ".observe({ type: 'layout-shift', buffered: true })"
    )
    page = here.open(name)
    page.wait_for_timeout(300)
    assert page.evaluate("window.shift") < 0.02


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", [*PAGES, "search.html"])
def test_no_accessibility_rule_is_broken(visit: Any, name: str, scheme: str) -> None:
    """With every folded part open, every figure live, a filter set and a note open, on a desktop and on a small phone."""
    page = visit(color_scheme=scheme).open(name)
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
    for button in page.locator(".live-button:visible").all():
        button.click()
    page.wait_for_function(
        "() => !document.querySelector('.live-button:not([hidden])')"
        " || [...document.querySelectorAll('.canvas')].every(c => 'drawn' in c.dataset)"
    )
    if page.locator(".filters").count():
        page.get_by_label("Text", exact=True).fill("survey")
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(300)
        page.evaluate("document.activeElement.blur()")
        link = page.locator("article a.claim-ev:visible, article a.term-link:visible").first
        noted = page.evaluate("!!document.querySelector('[data-note]')") and link.count() > 0
        if noted:
            link.scroll_into_view_if_needed()
            page.wait_for_timeout(200)
            link.focus()
            assert page.locator(".claim-note").is_visible()
        assert broken_rules(page) == [], width


def test_later_parts_of_a_long_catalogue_break_no_accessibility_rule(browser: Any, tmp_path: Path) -> None:
    """The book's own catalogue fits one page; here it has two."""
    scale = runpy.run_path(str(ROOT / "tools" / "scale.py"))
    larger = scale["build_narrow"](
        tmp_path / "book", scale["write_larger"](ROOT / "data", tmp_path / "data", 2)
    )
    page = browser.new_page(viewport={"width": 320, "height": 900}, bypass_csp=True)
    page.goto((larger / "chapters" / "sources" / "evidence-part-2.html").as_uri())
    page.get_by_label("Text", exact=True).fill("survey")
    assert page.locator(".elsewhere").is_visible()
    assert broken_rules(page) == []
    page.close()


@pytest.mark.parametrize("name", FIGURE_PAGES)
def test_every_figure_is_drawn_still_and_live(visit: Any, site: Path, name: str) -> None:
    here = visit()
    page = here.open(name)
    figures = page.locator("figure.drawing")
    declared = (site / name).read_text(encoding="utf-8").count('<figure class="drawing"')
    assert figures.count() == declared > 0
    page.evaluate("document.querySelectorAll('img').forEach(i => { i.loading = 'eager' })")
    page.wait_for_function("() => [...document.images].every(i => i.complete)")
    assert page.evaluate("[...document.images].every(i => i.naturalWidth > 0 && i.alt.length > 60)")
    assert not any("plotly" in r for r in here.requests), "the library is loaded before a reader asks for it"
    for i in range(declared):
        figure = figures.nth(i)
        figure.locator(".live-button").click()
        figure.locator(".plot .main-svg").first.wait_for(state="visible")
        drawing = figure.get_attribute("id").removeprefix("figure-")
        bundle = json.loads((site / "figures" / f"{drawing}.json").read_text(encoding="utf-8"))
        specs = {"alt": bundle["alt"], **bundle["specs"]}
        traces = page.evaluate(
            "i => document.querySelectorAll('figure.drawing')[i].querySelector('.plot').data.length", i
        )
        assert traces == len(specs["wide"]["data"])
        assert figure.locator(".plot").get_attribute("aria-label") == specs["alt"]
        marks = figure.locator(
            ".plot .points path, .plot path.js-line, .plot .point, .plot .textpoint"
        ).count()
        assert marks > 0, f"figure {i + 1} on {name} is empty"
    assert (here.errors, here.foreign) == ([], [])


def test_live_figures_change_with_the_theme(visit: Any) -> None:
    page = visit(color_scheme="light").open(FIGURE_PAGES[-1])
    figure = page.locator("figure.drawing").first
    figure.locator(".live-button").click()
    figure.locator(".plot .main-svg").first.wait_for(state="visible")
    ink = "document.querySelector('.plot').layout.font.color"
    light = page.evaluate(ink)
    page.get_by_role("button", name="Dark").click()
    page.wait_for_function(f"() => {ink} !== '{light}'")
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_on_a_phone_the_narrow_picture_is_loaded(visit: Any) -> None:
    here = visit(viewport={"width": 390, "height": 800})
    page = here.open(FIGURE_PAGES[0])
    page.locator("figure.drawing img").first.scroll_into_view_if_needed()
    page.wait_for_function("() => document.querySelector('figure.drawing img').complete")
    pictures = [r for r in here.requests if r.endswith(".svg") and "/figures/" in r]
    assert pictures and all(r.endswith(".compact.svg") for r in pictures)


def test_without_scripts_everything_is_there(visit: Any) -> None:
    here = visit(java_script_enabled=False)
    for name in FIGURE_PAGES:
        page = here.open(name)
        figures = page.locator("figure.drawing")
        for i in range(figures.count()):
            figure = figures.nth(i)
            assert figure.locator("picture img").count() == 1
            assert figure.locator("table tbody tr").count() > 0
            assert figure.locator("a[href$='.csv']").count() == 1
            assert not figure.locator(".live-button").is_visible()
    page = here.open("chapters/sources/evidence.html")
    assert page.locator(".evidence-row").count() >= 250
    assert page.locator(".contents a").first.is_visible()


def test_a_claim_shows_its_note_on_focus_and_leads_to_its_row(visit: Any) -> None:
    page = visit().open("chapters/paper/thorn-case.html")
    link = page.locator("article a.claim-ev").first
    key = link.text_content().strip()
    link.focus()
    note = page.locator(".claim-note")
    note.wait_for(state="visible")
    assert key in note.text_content()
    outside = note.locator("a.outside").get_attribute("href")
    assert outside.startswith("http")
    page.keyboard.press("Escape")
    assert note.count() == 0
    link.click()
    page.wait_for_url(f"**/evidence.html#evidence-{key}")
    row = page.locator(f"#evidence-{key}")
    assert row.locator("a.outside").first.get_attribute("href") == outside


def test_the_whole_book_is_within_reach_of_the_keyboard(visit: Any) -> None:
    page = visit().open("index.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#content"
    page = visit(viewport={"width": 390, "height": 800}).open("index.html")
    assert not page.locator(".contents a").first.is_visible()
    page.locator(".contents summary").focus()
    page.keyboard.press("Enter")
    assert page.locator(".contents a").first.is_visible()


def test_search_finds_a_page(visit: Any) -> None:
    here = visit()
    page = here.open("index.html")
    page.get_by_label("Search the book").fill("Spotlight")
    page.get_by_role("button", name="Search").click()
    page.locator("#search-results li a").first.wait_for(state="visible")
    page.wait_for_timeout(500)
    assert page.locator("#search-results li a").count() > 1
    assert (here.errors, here.foreign) == ([], [])


@pytest.mark.parametrize("name", FIGURE_PAGES)
def test_the_folder_opens_from_disk(browser: Any, site: Path, name: str) -> None:
    """Without a server nothing is missing: the fonts come, and the first figure becomes live."""
    page = browser.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda e: errors.append(str(e)))
    page.on("console", lambda m: errors.append(m.text) if m.type in ("error", "warning") else None)
    page.goto((site / name).as_uri())
    page.wait_for_function("() => [...document.fonts].filter(f => f.status === 'loaded').length >= 2")
    page.locator(".live-button").first.click()
    page.locator(".plot .main-svg").first.wait_for(state="visible")
    assert errors == []
    page.close()


def test_the_book_comes_in_its_own_fonts_and_waits_for_none(visit: Any) -> None:
    page = visit().open("index.html")
    page.wait_for_function("() => [...document.fonts].filter(f => f.status === 'loaded').length === 2")
    shown = page.evaluate("[...document.fonts].map(f => f.display)")
    assert set(shown) <= {"optional", "block"}  # a font that is late moves nothing


def test_where_no_address_is_set_a_page_names_the_one_it_was_asked_for(visit: Any, address: str) -> None:
    here = visit()
    page = here.page
    page.goto(f"{address}/chapters/sources/evidence.html?theme=F2#evidence-TH31")
    assert (
        page.evaluate("document.querySelector('link[rel=canonical]').href")
        == f"{address}/chapters/sources/evidence.html"
    )


def test_every_link_out_sends_no_referrer_and_is_marked(visit: Any) -> None:
    for name in PAGES:
        page = visit(java_script_enabled=False).open(name)
        plain = page.evaluate(
            "[...document.querySelectorAll('article a[href^=http]')].filter(a => !a.closest('.quick-exit, .run-notebook')"
            " && !getComputedStyle(a, '::after').content.includes('\u2197')).map(a => a.href)"
        )
        assert plain == [], name
        assert page.locator("a[href^=http]:not([rel~=noreferrer])").count() == 0, name
        assert page.locator("meta[name=referrer]").get_attribute("content") == "no-referrer"


def test_a_landing_page_tells_all_in_one_screen(visit: Any) -> None:
    page = visit(viewport={"width": 1280, "height": 900}).open("index.html")
    for text in ("What the paper asks", "What the evidence says", "For whom", "Read", "Explore", "Download"):
        box = page.locator("article").get_by_text(text, exact=True).first.bounding_box()
        assert box["y"] + box["height"] < 900, text
    lowest = page.locator(".ways").bounding_box()
    assert lowest["y"] + lowest["height"] <= 900
    bar = page.locator(".balance-bar span")
    widths = [bar.nth(i).bounding_box()["width"] for i in range(bar.count())]
    shares = [int(n) for n in re.findall(r"\((\d+)\)", page.locator(".balance-key").text_content())]
    assert [round(w / sum(widths), 2) for w in widths] == [round(n / sum(shares), 2) for n in shares]


def test_the_catalogue_is_filtered_by_keyboard_and_its_address_keeps_the_filter(
    visit: Any, study: Any
) -> None:
    page = visit().open("chapters/sources/evidence.html")
    status = page.locator(".filter-status")
    assert status.text_content() == f"{len(study['evidence'])} of {len(study['evidence'])} rows"
    agreed = study["codings"].query("coder == 'agreed' and theme_id == 'F2' and stance == 'challenges'")
    page.get_by_label("Theme").focus()
    page.keyboard.type("F2")
    page.keyboard.press("Tab")
    page.keyboard.type("challenges")
    page.wait_for_function(
        f"() => document.querySelector('.filter-status').textContent.startsWith('{len(agreed)} of')"
    )
    shown = page.locator(".evidence-row:visible .key").all_text_contents()
    assert set(shown) == set(agreed["evidence_id"])
    assert "theme=F2" in page.url and "stance=challenges" in page.url
    again = visit().page
    again.goto(page.url)
    assert again.locator(".evidence-row:visible").count() == len(agreed)
    again.get_by_label("Text", exact=True).fill("zzzz")
    assert again.locator(".filter-status").text_content().startswith("0 of")
    again.get_by_role("button", name="Show all").click()
    again.wait_for_function("() => !location.search && !document.querySelector('.evidence-row[hidden]')")


def test_a_link_to_a_row_shows_it_whatever_the_filter(visit: Any) -> None:
    page = visit().page
    here = visit()
    page = here.open("chapters/sources/evidence.html?type=law#evidence-TH31")
    page.wait_for_function("() => !document.getElementById('evidence-TH31').hidden")


# Tables of numbers that have no source outside: counts and judgements of the edition itself, and numbers in
# circulation for which none was found. Their own tables are on the page of the data.
OWN_TABLES = (
    "Readings of the rows",
    "From facts gathered",
    "How much would fall to whom",
    "Agreement of the two coding passes",
    "Numbers in circulation",
    "Question, and what a score is not",
    "The actions by rank",
    "How far the ranks hold",
    "In the first 5, over all weights",
    "First actions, and done when",
    # What `make bench` measured; the page leads to the file.
    "Seconds of processor time",
    "What was weighed",
    "Rows of all tables",
)
# For every number of a page: what it says, and where the first click leads. The click is on the number itself, or
# on what its row of a table or its sentence cites: the next mark after the number, or the last one of the block.
FIRST_CLICKS = """own => {
    const way = 'a.claim-ev, a.rows-link, a.key-link, a[href*="#source-"], a[href*="#evidence-"], '
        + 'a[href*="#recommendation-"], a[href$=".csv"], a.outside';
    return [...document.querySelectorAll('article .quantity, article td.number')].flatMap(e => {
        const table = e.closest('table'), caption = [...table?.querySelectorAll('caption, thead') ?? []].map(c => c.textContent).join(' ');
        const text = e.textContent.trim();
        if (!/[0-9]/.test(text) || own.some(name => caption.includes(name))) return [];
        // Nothing is there to be shown of what was counted and not found.
        if (e.matches('.quantity') && text === '0') return [];
        const all = [...(e.closest('tr') ?? e.closest('p, li, dd')).querySelectorAll(way)];
        const after = all.find(a => e.compareDocumentPosition(a) & Node.DOCUMENT_POSITION_FOLLOWING);
        const kind = e.matches('.quantity') ? 'prose' : e.closest('.twin') ? 'figure' : 'table';
        return [[kind, text, (e.closest('a') ?? after ?? all.at(-1))?.href ?? '']];
    });
}"""


def test_every_number_is_two_clicks_from_its_source(visit: Any) -> None:
    """Every number of every page has a first click; thirty, by a fixed seed, are followed to the source's address.

    Ten in prose, ten in the tables of figures, ten in other tables. A number that the edition counted leads to the
    rows counted and so to their sources, or to the table it comes from and its file.
    """
    import random

    here = visit(java_script_enabled=False)
    numbers: dict[str, list[tuple[str, str, str]]] = {"prose": [], "figure": [], "table": []}
    for name in PAGES:
        page = here.open(name)
        for kind, text, first in page.evaluate(FIRST_CLICKS, list(OWN_TABLES)):
            assert first, f"{name}: no way from {text!r} ({kind}) to a source"
            numbers[kind].append((name, text, first))
    draw = random.Random(30)
    for name, text, first in (n for found in numbers.values() for n in draw.sample(found, 10)):
        source, (_, _, anchor) = first, first.partition("#")
        if first.startswith(here.address) and not first.endswith(".csv"):
            page.goto(first)
            second = page.locator(f"[id='{anchor}']").locator("a.outside[href^='http'], a[href$='.csv']")
            assert second.count(), f"{name}: {text!r} leads to {first}, where no source is named"
            source = second.first.evaluate("a => a.href")
        assert not source.startswith(here.address) or source.endswith(".csv"), (name, text, source)


def test_the_policy_stops_a_script_that_the_book_did_not_write(visit: Any) -> None:
    here = visit()
    page = here.open("index.html")
    page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), { textContent: 'window.broken = 1' }))"
    )
    assert page.evaluate("window.broken") is None
    assert any("Content Security Policy" in error for error in here.errors)


def test_the_help_page_can_be_left_at_once(visit: Any) -> None:
    here = visit()
    page = here.open("chapters/about/help.html")
    link = page.get_by_role("link", name="Leave this page now")
    assert link.bounding_box()["y"] < 400
    link.click()
    page.wait_for_timeout(300)
    assert [urlparse(u).netloc for u in here.foreign] == ["www.wikipedia.org"]
    # Reading leaves nothing behind: no cookie, and nothing stored until a reader picks a colour.
    assert here.context.cookies() == []
