"""Numbers and texts as a reader meets them."""

import csv
import io
from pathlib import Path

import pytest

from casebook.counted import counted_rows, counted_table, drawn_source
from casebook.load import load_study
from casebook.quantities import QuantityError, evaluate, known
from casebook.study import Study
from casebook.tables import rows_csv, twin_html
from casebook.wording import counted, large, listed, lowered, number, percent, sentence
from small import edited, write_small


def test_wording() -> None:
    assert number(1234567.891, 2) == "1,234,567.89"
    assert number(-3) == "−3"
    assert (large(71_400_000_000), large(57_300_000), large(2_255_390), large(999)) == (
        "71.4 billion",
        "57.3 million",
        "2,255,390",
        "999",
    )
    assert (counted(1, "row"), counted(2, "body", "bodies"), counted(1234, "row")) == (
        "one row",
        "two bodies",
        "1,234 rows",
    )
    assert (percent(1, 3), percent(411, 413), percent(1, 900), percent(0, 4), percent(4, 4)) == (
        "33\u00a0%",
        "over 99\u00a0%",
        "under 1\u00a0%",
        "0\u00a0%",
        "100\u00a0%",
    )
    assert percent(1, 0) == "–"
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert (lowered("Data quality"), lowered("AI with others")) == ("data quality", "AI with others")
    assert sentence("it ends") == "It ends."


QUANTITIES = {
    "rows(evidence)": "4",
    "words rows(evidence)": "four",
    "rows(evidence, evidence_type, peer-reviewed study)": "2",
    "share(evidence, evidence_type, audit)": "25\u00a0%",
    "gathered": "5",
    "reading(R1, exact)": "2",
    "reading(R1, retrieved)": "2",
    "read_again": "4",
    "read_again_share": "100\u00a0%",
    "publishers": "3",
    "coded": "7",
    "coded(F1)": "3",
    "coded(F1, qualifies)": "1",
    "stance_share(supports)": "71\u00a0%",
    "coded_share(C1, challenges)": "50\u00a0%",
    "reported_share(F1)": "33\u00a0%",
    "reported_share(F1, supports)": "50\u00a0%",
    "independent_share(F1)": "33\u00a0%",
    "value(EV1)": "1,234",
    "value(EV3)": "0.25",
    "actions": "2",
    "actions(R1, Sri Lanka)": "0",
    "outweighed": "no theme",  # nowhere more rows against than for
    "far_apart(2)": "1",  # 1,234 is twice 617
    "alpha": "1.00",
    "alpha_low": "–",
    "alpha_high": "–",
    "named_pairs": "0",
    "alpha_unnamed": "1.00",
    "alpha_below(EV3)": "no theme",
    "alpha_below(EV1)": "F1 (teamwork) and C1 (data)",  # the others have one stance only, and no alpha
    "bodies": "1",
    "unled": "1",
    "words unanswered": "one",
    "draws": "10,000",
    "draw_error": "1.0",
    "leading": "R1.2 (do R1.2)",
    "in_first(50)": "2",  # two actions are always among the first five
    "rank_ties": "0",
    "map_cells": "32",  # four themes by eight kinds of evidence
    "map_empty": "25",  # seven codings, each alone in its cell
    "map_inside": "5",  # EV1 and EV2 stand in five cells; the lab's EV3 in two
    "indicators(country)": "1",
    "indicators(country, self-reported)": "0",
    "drawn(country-cases, 1, 2019)": "30",
    "drawn(country-cases, 1)": "5",
    "drawn_year(country-cases, 1, first)": "2018",
}


@pytest.mark.parametrize("expression", QUANTITIES)
def test_quantities(small: Study, expression: str) -> None:
    assert evaluate(small, expression) == QUANTITIES[expression]


def test_every_quantity_is_tested_and_described() -> None:
    used = {e.removeprefix("words ").split("(")[0] for e in QUANTITIES}
    assert used == set(known())
    assert all(known().values())


@pytest.mark.parametrize(
    "bad",
    [
        "nothing",
        "coded(F9)",
        "coded(F1, agrees)",
        "value(EV2)",
        "rows(evidence, evidence_type, Law)",
        "drawn(country-cases, 2)",
        "rows()",
        "reading(R9, exact)",
        "reading(R1, found)",
        "drop table",
    ],
)
def test_a_wrong_quantity_is_refused(small: Study, bad: str) -> None:
    with pytest.raises(QuantityError):
        evaluate(small, bad)


def test_a_changed_cell_changes_the_number(tmp_path: Path) -> None:
    changed = load_study(write_small(tmp_path, evidence=edited("evidence", 0, value="99")))
    assert evaluate(changed, "value(EV1)") == "99"


def test_a_count_leads_to_the_rows_or_the_table_it_counts(small: Study) -> None:
    assert counted_rows(small, "rows(evidence)") == ("", "EV1")
    assert counted_rows(small, "value(EV1)") is None
    query, first = counted_rows(small, "coded(F1, qualifies)")
    assert query == "theme=F1&stance=qualifies"
    pairs = small["codings"]
    agreed = pairs[
        (pairs["theme_id"] == "F1") & (pairs["coder"] == "agreed") & (pairs["stance"] == "qualifies")
    ]
    assert first == agreed["evidence_id"].iloc[0]
    assert counted_rows(small, "independent_share(F1)")[0] == "theme=F1"
    assert counted_rows(small, "stance_share(supports)")[0] == "stance=supports"
    assert counted_table("words rows(sources, read, full)") == "sources"
    assert counted_table("value(EV1)") is None
    assert drawn_source(small, "drawn(country-cases, 1)") in set(small["sources"]["source_id"])
    assert drawn_source(small, "value(EV1)") is None
    # Whatever is not the value of a source leads somewhere, and to a table that there is.
    own = {q for q in known() if q not in ("value", "drawn", "drawn_year", "rows", "share")}
    for name in own:
        table = counted_table(name)
        assert (
            small.schema.table(table) if table else counted_rows(small, name.replace("coded_share", "coded"))
        )


def test_keys_in_a_table_twin_lead_to_what_they_name() -> None:
    bundle = {
        "columns": [
            {"name": "value", "label": "Value", "decimals": 0},
            {"name": "source_id", "label": "Source", "decimals": None, "key": "src"},
            {"name": "evidence_id", "label": "Evidence", "decimals": None, "key": "ev"},
        ],
        "rows": [[3, "src1", "EV1; EV9"], [4, None, None]],
    }
    places = {("src", "src1"): "refs.html#source-src1", ("ev", "EV1"): "rows.html#evidence-EV1"}
    html = twin_html(bundle, "F", place=lambda kind, key: places.get((kind, key)))
    assert '<td><a href="refs.html#source-src1">src1</a></td>' in html
    assert '<td><a href="rows.html#evidence-EV1">EV1</a>; EV9</td>' in html
    assert "<td>–</td>" in html


BUNDLE = {
    "columns": [
        {"name": "a", "label": "Name <b>", "decimals": None},
        {"name": "n", "label": "Rows (rows)", "decimals": 1},
    ],
    "rows": [["<script>", 1234.5], ["=HYPERLINK(1)", None]],
}


def test_a_table_twin_is_accessible_and_shows_cells_as_text() -> None:
    html = twin_html(BUNDLE, 'Figure "1"')
    assert 'role="region" aria-label="Figure &quot;1&quot;" tabindex="0"' in html
    assert '<th scope="col">Name &lt;b&gt;</th>' in html
    assert '<th scope="row">&lt;script&gt;</th><td class="number">1,234.5</td>' in html
    assert '<td class="number">–</td>' in html


def test_a_download_opens_safely_in_a_spreadsheet() -> None:
    rows = list(csv.reader(io.StringIO(rows_csv(["a", "n"], [*BUNDLE["rows"], ["-3", -3]]))))
    assert rows == [["a", "n"], ["<script>", "1234.5"], ["'=HYPERLINK(1)", ""], ["'-3", "-3"]]
