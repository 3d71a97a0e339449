"""A reader's path through each annex with the keyboard alone: question, cell, row, source."""

from typing import Any

import pytest

from casebook.evidence_map import map_cells
from casebook.summaries import agreed_pairs
from visiting import press_to


def source_of(page: Any, key: str) -> str:
    """Return the address of the source of a row, reached with Tab from where the reader has landed."""
    press_to(page, f"#evidence-{key} .source-line a.outside", 3000)
    return page.evaluate("document.activeElement.href")


def follow(page: Any, selector: str) -> None:
    """Reach a link with Tab and follow it with Enter."""
    press_to(page, selector)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_from_a_cell_of_the_map_to_a_source(visit: Any, study: Any) -> None:
    here = visit()
    page = here.open("chapters/annexes/evidence-map.html")
    cell = map_cells(study).query("rows > 0").iloc[0]
    follow(page, "table.matrix a.rows-link")
    page.wait_for_function(
        f"() => document.querySelector('.filter-status')?.textContent.startsWith('{cell['rows']} of')"
    )
    shown = page.locator(".evidence-row:visible .key").all_text_contents()
    pairs = agreed_pairs(study).query("theme_id == @cell.theme_id and evidence_type == @cell.evidence_type")
    assert sorted(shown) == sorted(pairs["evidence_id"])
    assert page.get_by_label("Theme").input_value() == cell["theme_id"]
    assert source_of(page, shown[0]).startswith("http")
    assert (here.errors, here.foreign) == ([], [])


def test_the_table_of_the_map_leads_to_one_stance(visit: Any) -> None:
    page = visit().open("chapters/annexes/evidence-map.html")
    press_to(page, "#figure-evidence-map details.twin summary")
    page.keyboard.press("Enter")
    link = "#figure-evidence-map details.twin td a"
    count = page.locator(link).first.text_content()
    follow(page, link)
    page.wait_for_function(
        f"() => document.querySelector('.filter-status')?.textContent.startsWith('{count} of')"
    )
    assert "stance=" in page.url


def test_a_cell_of_the_picture_leads_to_its_rows(visit: Any) -> None:
    for width in (1280, 390):
        page = visit(viewport={"width": width, "height": 900}).open("chapters/annexes/evidence-map.html")
        area = page.locator(f"svg.areas.{'wide' if width > 640 else 'compact'} a").first
        title = area.locator("title").text_content()
        area.scroll_into_view_if_needed()
        area.locator("rect").click()
        page.wait_for_url("**/evidence.html?*")
        assert page.get_by_label("Theme").input_value() == title.split(",")[0]


def test_a_live_mark_of_the_map_leads_to_its_rows(visit: Any) -> None:
    page = visit().open("chapters/annexes/evidence-map.html")
    page.locator(".live-button").click()
    mark = page.locator(".plot .scatterlayer .point").first
    mark.wait_for(state="visible")
    mark.scroll_into_view_if_needed()
    box = mark.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.locator(".plot .hoverlayer .hovertext").wait_for(state="visible")
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_url("**/evidence.html?*")
    assert page.locator(".evidence-row:visible").count() > 0


def test_without_scripts_a_cell_leads_to_its_first_row(visit: Any, study: Any) -> None:
    page = visit(java_script_enabled=False).open("chapters/annexes/evidence-map.html")
    first = map_cells(study).query("rows > 0").iloc[0]["first"]
    page.locator("table.matrix a.rows-link").first.click()
    assert page.url.endswith(f"#evidence-{first}")
    assert page.locator(f"#evidence-{first} .source-line a.outside").is_visible()


# Each annex with a link of its text or tables to a row of evidence: the first one is taken.
TO_ROWS = ("theme-summaries", "thorn-in-figures", "sri-lanka-in-figures", "figures-of-scale", "disagreements")


@pytest.mark.parametrize("name", TO_ROWS)
def test_from_an_annex_to_a_row_and_its_source(visit: Any, name: str) -> None:
    here = visit()
    page = here.open(f"chapters/annexes/{name}.html")
    link = "article a.claim-ev"
    key = page.locator(link).first.text_content().strip()
    follow(page, link)
    page.wait_for_url(f"**/evidence.html#evidence-{key}")
    assert source_of(page, key).startswith("http")
    assert (here.errors, here.foreign) == ([], [])


def test_from_a_stance_to_all_of_its_rows(visit: Any, study: Any) -> None:
    page = visit().open("chapters/annexes/theme-summaries.html")
    text = page.locator(".stance-head a.rows-link").first.text_content()
    follow(page, ".stance-head a.rows-link")
    count = text.split(" ")[1]
    page.wait_for_function(
        f"() => document.querySelector('.filter-status')?.textContent.startsWith('{count} of')"
    )


def open_table(page: Any, wanted: str) -> str:
    """Open, by keyboard, the table of the page's first figure that has a link of the kind; return the link's selector."""
    figure = page.locator(f"figure.drawing:has(details.twin {wanted})").first.get_attribute("id")
    press_to(page, f"#{figure} details.twin summary")
    page.keyboard.press("Enter")
    return f"#{figure} details.twin {wanted}"


# Annexes whose figures show values that rows of evidence tell of.
TABLES = ("recommendation-matrices", "thorn-in-figures", "sri-lanka-in-figures", "figures-of-scale")


@pytest.mark.parametrize("name", TABLES)
def test_from_a_figure_through_its_table_to_a_row_and_its_source(visit: Any, name: str) -> None:
    here = visit()
    page = here.open(f"chapters/annexes/{name}.html")
    link = open_table(page, "td a[href*='#evidence-']:not([href*='?'])")
    key = page.locator(link).first.text_content()
    follow(page, link)
    page.wait_for_url(f"**/evidence.html#evidence-{key}")
    assert page.locator(f"#evidence-{key} .key").text_content() == key
    assert source_of(page, key).startswith("http")
    assert (here.errors, here.foreign) == ([], [])


@pytest.mark.parametrize("name", TABLES[1:])
def test_from_a_figure_through_its_table_to_who_published_it(visit: Any, name: str) -> None:
    page = visit().open(f"chapters/annexes/{name}.html")
    link = open_table(page, "td a[href*='#source-']")
    place = page.locator(link).first.get_attribute("href").split("#")[1]
    follow(page, link)
    page.wait_for_url(f"**/references.html#{place}")
    press_to(page, f"#{place} a.outside", 3000)
    assert page.evaluate("document.activeElement.href").startswith("http")


def test_from_the_balance_to_the_rows_of_a_theme_and_a_source(visit: Any, study: Any) -> None:
    here = visit()
    page = here.open("chapters/annexes/theme-summaries.html")
    link = open_table(page, "th a[href*='theme=']")
    press_to(page, link)
    theme = page.evaluate("document.activeElement.textContent")
    assert theme == study["themes"]["theme_id"].iloc[0]
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/evidence.html?theme={theme}*")
    rows = agreed_pairs(study).query("theme_id == @theme")["evidence_id"]
    page.wait_for_function(
        f"() => document.querySelector('.filter-status')?.textContent.startsWith('{len(rows)} of')"
    )
    shown = page.locator(".evidence-row:visible .key").all_text_contents()
    assert sorted(shown) == sorted(rows)
    assert source_of(page, shown[0]).startswith("http")
    assert (here.errors, here.foreign) == ([], [])


def test_from_a_matrix_to_an_action_and_the_body_that_asks_for_it(visit: Any) -> None:
    here = visit()
    page = here.open("chapters/annexes/recommendation-matrices.html")
    link = "#figure-actions-by-body details.twin th a"
    press_to(page, "#figure-actions-by-body details.twin summary")
    page.keyboard.press("Enter")
    key = page.locator(link).first.text_content()
    place = f"recommendation-{key.lower().replace('.', '-')}"
    follow(page, link)
    page.wait_for_url(f"**#{place}")
    press_to(page, f"#{place} .endorsement a.claim-src", 1000)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    source = page.url.split("#")[1]
    press_to(page, f"#{source} a.outside", 3000)
    assert page.evaluate("document.activeElement.href").startswith("http")
    assert (here.errors, here.foreign) == ([], [])


def test_from_a_disagreement_in_the_figure_to_its_entry_a_row_and_a_source(visit: Any) -> None:
    page = visit().open("chapters/annexes/disagreements.html")
    link = open_table(page, "th a[href*='#conflict-']")
    press_to(page, link)
    place = page.evaluate("document.activeElement.hash").removeprefix("#")
    page.keyboard.press("Enter")
    page.wait_for_function("(place) => location.hash === `#${place}`", arg=place)
    row = f"#{place} a.claim-ev"
    key = page.locator(row).first.text_content().strip()
    follow(page, row)
    assert source_of(page, key).startswith("http")


def test_from_a_figure_to_the_reason_of_its_break(visit: Any) -> None:
    page = visit().open("chapters/annexes/figures-of-scale.html")
    follow_here = "article a[href='#where-the-counting-changed']"
    press_to(page, follow_here)
    page.keyboard.press("Enter")
    page.wait_for_function("() => location.hash === '#where-the-counting-changed'")
    press_to(page, "#where-the-counting-changed ~ * a.claim, section#where-the-counting-changed a.claim")
    assert page.evaluate("document.activeElement.closest('tr') !== null")


def test_from_a_disagreement_to_the_register(visit: Any) -> None:
    page = visit().open("chapters/annexes/thorn-in-figures.html")
    link = "article a.claim-conflict"
    key = page.locator(link).first.text_content().strip()
    follow(page, link)
    assert page.locator(f"#conflict-{key.lower()} table tbody tr").count() >= 2
