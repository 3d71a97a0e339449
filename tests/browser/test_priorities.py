"""The ranking that a reader moves: the page's own script against the library, by keyboard, by address, by file."""

import random
from typing import Any

import krippendorff
import numpy as np
import pandas as pd
import pytest

from casebook.criteria import default_weights
from casebook.panel_scores import panel_agreement, panel_worths
from casebook.ranking import ranked
from casebook.study import Study
from visiting import press_to

PAGE = "chapters/annexes/priorities.html"
READ = """() => [...document.querySelectorAll('.ranking tbody tr')].map((line) => ({
    rank: line.querySelector('.rank').textContent,
    key: line.querySelector('a.claim').textContent,
    numbers: [...line.querySelectorAll('.bar-number')].map((number) => Number(number.textContent)),
}))"""
# All weights are set as a reader's hand would set them: a value in each field, and its event.
SET = """(weights) => weights.forEach((weight, i) => {
    const field = document.querySelectorAll('.weights input[type=number]')[i];
    field.value = weight;
    field.dispatchEvent(new Event('input', { bubbles: true }));
})"""


def shown(page: Any) -> list[tuple[str, str]]:
    return [(row["rank"], row["key"]) for row in page.evaluate(READ)]


def expected(table: pd.DataFrame) -> list[tuple[str, str]]:
    ranks = [f"{r}=" if tied else str(r) for r, tied in zip(table["rank"], table["tied"], strict=True)]
    return list(zip(ranks, table["recommendation_id"], strict=True))


def weighted(study: Study, weights: list[int]) -> dict[str, int]:
    return dict(zip(study["criteria"]["criterion_id"], weights, strict=True))


def test_the_page_ranks_as_the_library_does_under_two_hundred_weightings(visit: Any, study: Study) -> None:
    here = visit()
    page = here.open(PAGE)
    draw, count = random.Random(200), len(study["criteria"])
    weightings = [[draw.randint(0, 10) for _ in range(count)] for _ in range(180)]
    # Few weights bring many ties; no weight at all is one big tie.
    weightings += [[draw.choice([0, 0, 0, 1]) for _ in range(count)] for _ in range(19)] + [[0] * count]
    ties = 0
    for weights in weightings:
        page.evaluate(SET, weights)
        table = ranked(study, weighted(study, weights))
        rows = page.evaluate(READ)
        assert [(row["rank"], row["key"]) for row in rows] == expected(table), weights
        numbers = table[["points", *study["criteria"]["criterion_id"]]].to_numpy()
        assert np.abs(np.array([row["numbers"] for row in rows]) - numbers).max() <= 0.05 + 1e-9, weights
        ties += bool(table["tied"].any())
    assert len(weightings) == 200 and ties > 100
    assert here.errors == []


def test_without_scripts_the_ranking_at_the_outset_is_there(visit: Any, study: Study) -> None:
    page = visit(java_script_enabled=False).open(PAGE)
    cells = page.locator("#priority-board tbody tr")
    rows = [
        (
            line.locator("th, td").first.text_content().strip(),
            line.locator("a.claim-rec").text_content().strip(),
        )
        for line in cells.all()
    ]
    assert rows == expected(ranked(study))
    assert page.locator(".weights").count() == 0


def test_by_keyboard_from_the_weights_to_a_cited_address(visit: Any, study: Study) -> None:
    here = visit()
    here.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = here.open(PAGE)
    weights = default_weights(study)
    keys = list(weights)
    press_to(page, f"#weight-{keys[0]}")
    page.keyboard.press("Shift+Tab")  # back to the slider beside it
    page.keyboard.press("ArrowRight")
    press_to(page, f"#weight-{keys[-2]}")
    page.keyboard.press("Control+A")
    page.keyboard.type("10")
    page.keyboard.press("Tab")
    page.keyboard.press("Home")  # no weight at all
    weights |= {keys[0]: weights[keys[0]] + 1, keys[-2]: 10, keys[-1]: 0}
    assert shown(page) == expected(ranked(study, weights))
    for _ in range(3):
        page.keyboard.press("Tab")  # the field, then the tools
    assert page.evaluate("document.activeElement.textContent") == "Copy the address"
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    query = f"{keys[0]}={weights[keys[0]]}&{keys[-2]}=10&{keys[-1]}=0"
    assert copied == page.url == f"{here.address}/{PAGE}?{query}"
    fresh = visit().page
    fresh.goto(copied)
    assert shown(fresh) == expected(ranked(study, weights))
    press_to(fresh, ".weight-tools button")
    assert fresh.evaluate("document.activeElement.textContent") == "Back to the weights at the outset"
    fresh.keyboard.press("Enter")
    assert shown(fresh) == expected(ranked(study))
    assert "?" not in fresh.url


def test_a_change_at_the_head_is_said_once_the_hand_rests(visit: Any, study: Study) -> None:
    page = visit().open(PAGE)
    status = page.locator(".board-status")
    before = status.text_content()
    first = ranked(study)["recommendation_id"].iloc[0]
    assert first in before and status.get_attribute("role") == "status"
    only = [10 if name == "effort" else 0 for name in study["criteria"]["criterion_id"]]
    page.evaluate(SET, only)
    page.wait_for_function(
        "(text) => document.querySelector('.board-status').textContent !== text", arg=before
    )
    leaders = ranked(study, weighted(study, only)).query("rank == 1")["recommendation_id"]
    assert all(key in status.text_content() for key in leaders)


def test_the_sum_is_written_out_with_the_readers_numbers(visit: Any, study: Study) -> None:
    page = visit().open(PAGE)
    key = study["recommendations"]["recommendation_id"].iloc[-1]
    page.get_by_label("The sum for").select_option(key)
    weights = [1, 2, 3, 4, 5, 6, 7]
    page.evaluate(SET, weights)
    row = ranked(study, weighted(study, weights)).set_index("recommendation_id").loc[key]
    text = page.locator(".sum").text_content()
    assert text.startswith(f"{key}: 100 × (1 × ") and f"÷ {sum(weights)} = " in text
    assert abs(float(text.rsplit("= ", 1)[1]) - row["points"]) <= 0.05 + 1e-9


ADDRESSES = [
    ("", "", ""),
    ("?rights=5", "", ""),  # the weight at the outset needs no address
    ("?effort=0&rights=10", "?rights=10&effort=0", ""),
    ("?rights=007", "?rights=7", ""),
    ("?rights=11", "", "“11”"),
    ("?rights=-1", "", "“-1”"),
    ("?rights=1.5", "", "“1.5”"),
    ("?rights=1e1", "", "“1e1”"),
    ("?rights=", "", "“”"),
    ("?rights=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E", "", "<img src=x"),
    ("?rights=8&rights=2", "?rights=8", "more than once"),
    ("?nothing=3&rights=8", "?rights=8", "no criterion “nothing”"),
    ("?__proto__=3&constructor=1", "", "no criterion"),
    ("?rights=%E0%A4%A", "", "“rights”"),
]


@pytest.mark.parametrize(("query", "canonical", "said"), ADDRESSES)
def test_an_address_is_read_with_care_and_written_in_one_form(
    visit: Any, study: Study, query: str, canonical: str, said: str
) -> None:
    here = visit()
    page = here.open(PAGE + query)
    assert page.url == f"{here.address}/{PAGE}{canonical}"
    assert page.locator("#weights-address").input_value() == page.url
    given = dict(pair.split("=") for pair in canonical.removeprefix("?").split("&") if pair)
    weights = default_weights(study) | {name: int(value) for name, value in given.items()}
    assert shown(page) == expected(ranked(study, weights))
    warning = page.locator("#priority-board .board-warning")
    assert warning.is_visible() == bool(said)
    assert said in (warning.text_content() or "")
    assert here.errors == []


def upload(page: Any, text: str | bytes, name: str = "panel.csv") -> None:
    raw = text if isinstance(text, bytes) else text.encode()
    page.get_by_label("Open your panel’s scores (CSV)").set_input_files(
        [{"name": name, "mimeType": "text/csv", "buffer": raw}]
    )


def panel_of(study: Study, members: int, seed: int) -> pd.DataFrame:
    draw = random.Random(seed)
    rows = [
        (
            f"member {m}",
            action,
            criterion.criterion_id,
            float(draw.randint(int(criterion.low), int(criterion.high))),
        )
        for m in range(members)
        for action in study["recommendations"]["recommendation_id"]
        for criterion in study["criteria"].itertuples()
        if draw.random() < 0.7
    ]
    return pd.DataFrame(rows, columns=["member", "recommendation_id", "criterion_id", "score"])


def test_a_panels_file_stays_on_the_page_and_ranks_as_the_library_does(visit: Any, study: Study) -> None:
    here = visit()
    page = here.open(PAGE)
    table = panel_of(study, members=4, seed=11)
    before = len(here.requests)
    upload(page, "\ufeff" + table.to_csv(index=False, lineterminator="\r\n"))
    page.locator(".panel-result table").first.wait_for()
    assert shown(page) == expected(ranked(study, values=panel_worths(study, table)))
    agreed = panel_agreement(table).set_index("criterion_id")
    titles = study["criteria"].set_index("criterion_id")["title"]
    lines = page.locator(".panel-result table").first.locator("tbody tr")
    for line, key in zip(lines.all(), study["criteria"]["criterion_id"], strict=True):
        cells = line.locator("th, td").all_text_contents()
        assert cells[:3] == [titles[key], str(agreed.loc[key, "members"]), str(agreed.loc[key, "actions"])]
        assert abs(float(cells[3]) - agreed.loc[key, "alpha"]) <= 0.005 + 1e-9
    later = [path for path in here.requests[before:] if not path.endswith("/icon.svg")]
    assert later == [], "something was asked for when the file was opened"
    here.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy the address").click()
    said = page.locator(".board-status")
    page.wait_for_function("() => document.querySelector('.board-status').textContent.includes('copied')")
    assert "not the panel’s scores" in said.text_content(), (
        "an address without the panel passes for the ranking"
    )
    page.get_by_label("Rank with the panel’s mean scores").uncheck()
    assert shown(page) == expected(ranked(study))
    assert "panel" not in page.url and here.errors == []


def test_the_spread_of_a_panel(visit: Any, study: Study) -> None:
    page = visit().open(PAGE)
    judged = study["criteria"].query("basis == 'judged'").iloc[0]
    first, second = study["recommendations"]["recommendation_id"].iloc[:2]
    lines = [
        ("a", first, judged.low),
        ("b", first, judged.high),
        ("a", second, judged.high),
        ("b", second, judged.high),
    ]
    text = "\n".join(
        [
            "score,member,recommendation_id,criterion_id",
            *(f'{s:g},"{m}",{a},{judged.criterion_id}' for m, a, s in lines),
        ]
    )
    upload(page, text)
    spread = (
        page.locator(".panel-result table")
        .nth(1)
        .locator("tbody tr")
        .first.locator("th, td")
        .all_text_contents()
    )
    middle = (judged.low + judged.high) / 2
    assert spread[:4] == [
        f"{first} {judged.short_title}",
        "2",
        f"{middle:.1f}",
        f"{judged.low:g} to {judged.high:g}",
    ]
    units = np.array([[judged.low, judged.high], [judged.high, judged.high]])
    alpha = krippendorff.alpha(reliability_data=units, level_of_measurement="interval")
    cell = page.locator(".panel-result table").first.locator("tbody td").last.text_content()
    assert abs(float(cell.replace("−", "-")) - alpha) <= 0.005


HEAD = "member,recommendation_id,criterion_id,score\n"
BAD_FILES = [
    ("", "the first line must name the columns"),
    ("member;recommendation_id;criterion_id;score\n1;R1.1;rights;2\n", "its separator is not a comma"),
    ("member,action,score\n1,R1.1,2\n", "the first line must name the columns"),
    (HEAD, "no line has a score"),
    (HEAD + "1,R1.1,rights,\n", "no line has a score"),
    (HEAD + "1,R9.9,rights,2\n", "line 2: there is no action “R9.9”"),
    (HEAD + "1,R1.1,beauty,2\n", "line 2: there is no criterion “beauty”"),
    (HEAD + "1,R1.1,rights,much\n", "line 2: the score is “much”"),
    (HEAD + "1,R1.1,rights,\"2,5\"\n", "line 2: the score is “2,5”"),
    (HEAD + "1,R1.1,rights,99\n", "runs from 0 to 4"),
    (HEAD + ",R1.1,rights,2\n", "line 2: the member is missing"),
    (HEAD + "1,R1.1,rights,2\n\n1,R1.1,rights,3\n", "line 4: the score of this member, action and criterion stands already in line 2"),
    (HEAD + '1,"R1.1,rights,2\n', "line 2: a quotation mark is opened"),
    (HEAD + "<img src=x onerror=alert(1)>,R1.1,<b>,2\n", "there is no criterion “<b>”"),
    ((HEAD + "é,R1.1,rights,2\n").encode("latin-1"), "not UTF-8"),
    (HEAD + "1,R1.1,nothing,2\n" * 30, "… and 20 more"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "said"), BAD_FILES)
def test_a_bad_file_is_refused_with_its_reason(
    visit: Any, study: Study, text: str | bytes, said: str
) -> None:
    here = visit()
    page = here.open(PAGE)
    upload(page, text)
    page.get_by_role("alert").wait_for()
    assert said in page.locator(".panel-result").text_content()
    assert shown(page) == expected(ranked(study))
    assert here.errors == []


def test_a_refused_file_can_be_corrected_and_chosen_again(visit: Any, tmp_path: Any) -> None:
    page = visit().open(PAGE)
    path = tmp_path / "panel.csv"
    for text, last in ((HEAD + "1,R9.9,rights,2\n", "alert"), (HEAD + "1,R1.1,rights,2\n", "table")):
        path.write_text(text, encoding="utf-8")
        with page.expect_file_chooser() as chosen:
            page.get_by_label("Open your panel’s scores (CSV)").click()
        chosen.value.set_files(path)
        page.locator(".panel-result").get_by_role(last).first.wait_for()
    assert page.get_by_role("alert").count() == 0


def test_the_sheet_to_fill_in_is_a_file_that_can_be_opened(visit: Any, study: Study, tmp_path: Any) -> None:
    page = visit().open(PAGE)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Get a sheet to fill in").click()
    path = tmp_path / "sheet.csv"
    waiting.value.save_as(path)
    sheet = pd.read_csv(path, dtype=str)
    judged = study["criteria"].query("basis == 'judged'")
    assert len(sheet) == len(study["recommendations"]) * len(judged) and sheet["score"].isna().all()
    upload(page, sheet.assign(score="2").to_csv(index=False))
    page.locator(".panel-result table").first.wait_for()


def test_the_script_is_loaded_on_this_page_alone_and_fits_a_phone(visit: Any) -> None:
    here = visit()
    here.open(PAGE)
    assert any(path.endswith("/priorities.js") for path in here.requests)
    other = visit()
    other.open("chapters/annexes/recommendation-matrices.html")
    assert not any(path.endswith("/priorities.js") for path in other.requests)
    phone = visit(viewport={"width": 390, "height": 800}).open(PAGE)
    sizes = phone.evaluate(
        "[...document.querySelectorAll('.weights input, .weights button')].map((e) => e.getBoundingClientRect().height)"
    )
    assert min(sizes) >= 24, "a control is too small for a finger"
    assert phone.evaluate("document.querySelector('.ranking').scrollWidth <= innerWidth")
