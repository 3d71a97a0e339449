"""What a figure says and draws, on the small package."""

import json
from pathlib import Path

import pytest

from casebook import figures
from casebook.drawing import DRAWING_MIME, PLOTLY_MIME, Drawing, Head, fingerprint
from casebook.figures.house import spread, text_width, wrap
from casebook.load import load_study
from casebook.stills import flat_svg, fresh_still, still_path, tidy_svg
from casebook.study import Study
from figure_rows import all_drawings
from small import edited, write_small


@pytest.mark.parametrize("which", ["small", "study"])
def test_every_drawing_is_complete(which: str, request: pytest.FixtureRequest) -> None:
    drawings = all_drawings(request.getfixturevalue(which))
    assert len({d.name for d in drawings}) == len(drawings)
    for drawing in drawings:
        bundle = drawing.bundle()
        assert bundle["caption"].endswith("."), drawing.name
        assert "nan" not in bundle["caption"].lower().split(), drawing.name
        assert len(bundle["alt"]) > 60, drawing.name
        assert bundle["rows"], drawing.name
        assert all(len(row) == len(bundle["columns"]) for row in bundle["rows"]), drawing.name
        for width, spec in bundle["specs"].items():
            assert spec["data"], drawing.name
            assert spec["layout"]["width"] == {"wide": 720, "compact": 360}[width]
            assert "template" not in spec["layout"]


def test_the_balance_says_what_the_counts_say(small: Study) -> None:
    drawing = figures.theme_balance(small)
    # Seven codings bear on a theme; five of them support: 5/7 = 71 %.
    # In C1 one row supports and one challenges: not outnumbered.
    assert (
        drawing.caption
        == "Of 7 codings 71\u00a0% support the paper; no theme has more rows against it than for it."
    )
    bars = {t["name"]: t["x"] for t in drawing.specs()["wide"]["data"]}
    assert bars["challenges"] == [0, -1, 0, 0]
    assert bars["qualifies"] == [-1, 0, 0, 0]
    assert [
        a + b for a, b in zip(bars["supports, others report"], bars["supports, self-reported"], strict=True)
    ] == [2, 1, 1, 1]


def test_a_gap_in_a_series_is_a_gap_in_its_line(tmp_path: Path) -> None:
    series = [{**r, "qualifier": "exact"} for r in edited("series", 0)]
    drawing = figures.panel(load_study(write_small(tmp_path, series=series)), "country-cases")
    line = drawing.specs()["wide"]["data"][0]
    assert line["x"] == [2018, 2019, None, 2021]
    assert line["y"] == [10, 30, None, 5]
    says = "Cases in Nowhere: 10 in 2018, 30 in 2019 (the most) and 5 in 2021."
    assert drawing.caption == f"{says} Values before and after 2020 (attempts count too) do not compare."


def test_a_withheld_number_stands_apart(small: Study) -> None:
    drawing = figures.panel(small, "country-cases")
    line, bound = drawing.specs()["wide"]["data"]
    assert line["x"] == [2018, 2019]
    assert (bound["x"], bound["y"], bound["marker"]["symbol"]) == ([2021], [5], "triangle-down-open")
    assert "< 5 in 2021" in drawing.caption


def test_matrix_draws_each_cell_of_its_table(small: Study) -> None:
    drawing = figures.action_findings(small)
    drawn = {
        (text.split(" – ")[0], trace["name"])
        for trace in drawing.specs()["wide"]["data"]
        for text in trace["text"]
    }
    assert drawn == set(zip(drawing.rows["recommendation_id"], drawing.rows["directness"], strict=True))
    assert "no action answers F1" in drawing.caption


def test_a_notebook_gets_plotly_and_the_book_its_own_type(small: Study) -> None:
    data, metadata = figures.theme_balance(small)._repr_mimebundle_()
    assert set(data) == {PLOTLY_MIME, DRAWING_MIME, "text/plain"}
    assert metadata[PLOTLY_MIME] == {"drawing": "theme-balance"}
    json.dumps(data)


def test_a_drawing_refuses_what_cannot_be_shown(small: Study) -> None:
    good = figures.theme_balance(small)
    with pytest.raises(ValueError, match="cannot name a drawing"):
        Drawing("No Name", "t", "c.", "a", good.rows, good.heads, good.build)
    with pytest.raises(ValueError, match="no column nothing"):
        Drawing("name", "t", "c.", "a", good.rows, {"nothing": Head("Nothing")}, good.build)


def test_labels_are_moved_apart_and_stay_inside() -> None:
    moved = spread([50, 52, 51], gap=10, low=0, high=100)
    assert sorted(moved) == [50, 60, 70]
    assert moved[0] < moved[2] < moved[1]
    assert max(spread([98, 99, 100], gap=10, low=0, high=100)) == 100
    assert wrap("one two three", text_width("one two")) == "one two<br>three"


SVG = (
    '<svg class="main-svg" xmlns="http://www.w3.org/2000/svg" width="9" height="9"><defs id="defs-1a2b3c">'
    '<clipPath id="clip1a2b3c"><rect/></clipPath></defs><g clip-path="url(#clip1a2b3c)">'
    '<path style="fill: rgb(20, 86, 140); stroke: #123456"/></g></svg>'
)


def test_a_still_is_stable_recoloured_and_marked(tmp_path: Path) -> None:
    spec = {"data": [], "layout": {}}
    svg = tidy_svg(SVG, fingerprint(spec))
    assert "var(--c-supports, #14568c)" in svg and "stroke: #123456" in svg
    assert "prefers-color-scheme: dark" in svg and "1a2b3c" not in svg
    assert svg == tidy_svg(SVG.replace("1a2b3c", "9f8e7d"), fingerprint(spec))
    still_path(tmp_path, "name", "wide").write_text(svg, encoding="utf-8")
    assert fresh_still(tmp_path, "name", "wide", spec) == svg
    assert fresh_still(tmp_path, "name", "wide", {"data": [1], "layout": {}}) is None
    assert fresh_still(tmp_path, "name", "compact", spec) is None
    paper = flat_svg(svg)
    assert "var(" not in paper and "<style>" not in paper and "#14568c" in paper
