"""What a figure says and draws, on the small package."""

import json
from pathlib import Path

import pytest

from casebook import figures
from casebook.drawing import DRAWING_MIME, PLOTLY_MIME, Drawing, Head, fingerprint
from casebook.figures.house import spread, text_width, wrap
from casebook.load import load_study
from casebook.markup import BREAK
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


def test_the_matrix_of_actors_shades_and_names_what_nobody_leads(small: Study) -> None:
    drawing = figures.action_actors(small)
    # The ministry leads R1.1; of R1.2 the police are only consulted.
    assert drawing.caption == (
        "Ministry would lead one action, more than any other actor; "
        "R1.2 of the 2 actions has no actor whose mandate fits the lead."
    )
    for spec in drawing.specs().values():
        shaded = [s["name"] for s in spec["layout"]["shapes"] if s["type"] == "rect"]
        assert shaded == ["R1.2"]
        marks = {
            t["name"]: [(x, round(y)) for x, y in zip(t["x"], t["y"], strict=True)] for t in spec["data"]
        }
        # Columns R1.1 and R1.2, rows Ministry and Police.
        assert marks == {"leads": [(0, 0)], "supports": [(0, 1)], "consulted": [(1, 1)]}


def claims_of(folder: Path, values: list[tuple[str, str, str, str]], breaks: list[dict[str, str]]) -> str:
    """The caption of published values: indicator, year, value and source of each."""
    indicator = edited("indicators", 0)[0]
    names = list(dict.fromkeys(name for name, _, _, _ in values))
    study = load_study(
        write_small(
            folder,
            indicators=[{**indicator, "indicator_id": n} for n in names],
            series=[
                {**edited("series", 0)[0], "indicator_id": n, "year": y, "value": v, "source_id": s}
                for n, y, v, s in values
            ],
            panels=edited("panels", 0, form="claims"),
            panel_lines=[
                {**edited("panel_lines", 0)[0], "indicator_id": n, "line_label": f"Line {n}"} for n in names
            ],
            breaks=breaks,
            conflict_values=edited("conflict_values", 0),
        )
    )
    return figures.panel(study, "country-cases").caption


def test_published_values_say_how_far_they_reach(tmp_path: Path) -> None:
    two = [("a", "2018", "10", "court"), ("a", "2020", "3000000000", "court"), ("b", "2019", "7", "lab")]
    # Large numbers that lose nothing by it are named; nobody reports on their own work.
    assert claims_of(tmp_path / "two", two, []) == (
        "Three published values from two publishers, none of them self-reported. "
        "Line a: from 10 (2018) to 3 billion (2020); Line b: 7 (2019)."
    )
    four = [("a", "2018", "10", "court"), ("a", "2020", "5", "court")]
    four += [(n, y, v, "court") for n, v in (("b", "7"), ("c", "1"), ("d", "9")) for y in ("2018", "2020")]
    # All four end in 2020: the first stands beside the others of that year.
    assert claims_of(tmp_path / "four", four, []).endswith(
        "Line a: 10 in 2018 and 5 in 2020; the others from 1 (Line c) to 9 (Line d) in 2020."
    )
    # One ends earlier: the longest, the first of equals, speaks for itself.
    assert claims_of(tmp_path / "uneven", four[:-1], []).endswith(
        "Line a: from 5 (2020) to 10 (2018); the other series count something else."
    )
    change = {**edited("breaks", 0)[0], "indicator_id": "a", "year": "2019"}
    assert claims_of(tmp_path / "break", two, [change]).endswith(
        "Values before and after 2019 (attempts count too) do not compare."
    )


def test_a_label_of_billions_has_the_room_it_needs(study: Study) -> None:
    for drawing in all_drawings(study):
        if not any(study["panels"].query("form == 'claims'")["panel_id"] == drawing.name):
            continue
        for spec in drawing.specs().values():
            layout, axis = spec["layout"], spec["layout"]["xaxis"]
            room = layout["width"] - layout["margin"]["l"] - layout["margin"]["r"]
            for label in (a for a in layout["annotations"] if "xref" not in a):
                at = (label["x"] - axis["range"][0]) / (axis["range"][1] - axis["range"][0]) * room
                end = layout["margin"]["l"] + at + label["xshift"] + text_width(label["text"], 12)
                assert end <= layout["width"] + 2, f"{drawing.name}: {label['text']} is cut"


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
    assert wrap("one two three", text_width("one two")) == f"one two{BREAK}three"


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
