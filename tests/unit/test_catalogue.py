"""The catalogue in parts: which row stands where, what the filters know, what a row says."""

import json
from pathlib import Path

import pytest

from casebook.load import load_study
from casebook.sphinxext import catalogue_index, catalogue_rows
from casebook.sphinxext.catalogue_index import notes_script
from casebook.sphinxext.catalogue_rows import Links, part_count, part_page, part_rows, parts_html, rows_html
from casebook.sphinxext.domain import home_of
from casebook.study import Study
from small import edited, write_small

LINKS = Links(
    theme=lambda key: f"t.html#theme-{key.lower()}",
    page=lambda name: f"{name}.html",
    titles={"a": "A & B", "c": "C"},
    uses={"EV1": ["a", "c"]},
)


def test_a_row_says_what_its_tables_say(small: Study) -> None:
    text = rows_html(small, small["evidence"].iloc[:1], LINKS)
    assert '<div class="row evidence-row" id="evidence-EV1">' in text
    assert "The maker counts 1234 cases." in text
    assert '<a class="outside" href="https://example.org/maker">Title of maker</a>, Maker, 2020' in text
    assert "Read again: exact, 23 November 2026." in text
    assert '+ supports </span><a class="claim claim-theme" href="t.html#theme-f1">' in text
    assert 'Used in <a href="a.html">A &amp; B</a>, <a href="c.html">C</a>.' in text
    assert "Not used in the text" in rows_html(small, small["evidence"].iloc[1:2], LINKS)


def test_a_row_says_what_a_reader_must_know_of_it(tmp_path: Path) -> None:
    study = load_study(
        write_small(tmp_path, evidence=edited("evidence", 0, note="floor value; place not stated"))
    )
    first, second = (rows_html(study, study["evidence"].iloc[[row]], LINKS, notes=True) for row in (0, 1))
    assert '<p class="fine">Note: floor value; place not stated.</p>' in first
    assert "Note:" not in second
    assert "Note:" not in rows_html(study, study["evidence"], LINKS)
    assert notes_script(study) == 'window.catalogueNotes = {"EV1":"Note: floor value; place not stated."};\n'


def test_no_cell_becomes_markup(tmp_path: Path) -> None:
    bad = '"><script>alert(1)</script>'
    study = load_study(
        write_small(tmp_path, evidence=edited("evidence", 0, claim=bad, locator=bad, note=bad))
    )
    text = rows_html(study, study["evidence"].iloc[:1], LINKS, notes=True)
    assert "<script" not in text and "&lt;script&gt;" in text


@pytest.mark.parametrize(("size", "parts"), [(4, 1), (3, 2), (2, 2), (1, 4)])
def test_every_row_stands_in_one_part(
    small: Study, monkeypatch: pytest.MonkeyPatch, size: int, parts: int
) -> None:
    monkeypatch.setattr(catalogue_rows, "PART", size)
    assert part_count(small) == parts
    keys = [key for part in range(parts) for key in part_rows(small, part)["evidence_id"]]
    assert keys == small["evidence"]["evidence_id"].tolist()
    ways = parts_html(small, 0, lambda part: f"{part}.html")
    assert ways.count("<li>") == (parts if parts > 1 else 0)


def test_parts_are_pages_of_their_own_and_know_their_home() -> None:
    pages = [part_page("chapters/sources/evidence", part) for part in range(3)]
    assert pages == [
        "chapters/sources/evidence",
        "chapters/sources/evidence-part-2",
        "chapters/sources/evidence-part-3",
    ]
    assert {home_of(page) for page in pages} == {"chapters/sources/evidence"}


def test_the_index_holds_what_the_filters_ask_for(small: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    columns = catalogue_index.catalogue_columns(small, "e")
    assert columns["key"] == ["EV1", "EV2", "EV3", "EV4"]
    assert columns["year"] == [2019, 2021, 2020, 0]
    assert [columns["places"][p] for row in columns["place"] for p in row] == ["Nowhere"] * 4
    themes, stances = [key for key, _ in columns["themes"]], columns["stances"]
    said = [
        {(themes[code // len(stances)], stances[code % len(stances)]) for code in row}
        for row in columns["says"]
    ]
    # As the head of small.py has it; EV4 is not relevant and says nothing.
    assert said == [
        {("F1", "supports"), ("R1", "supports")},
        {("F1", "supports"), ("C1", "supports"), ("B1", "supports")},
        {("F1", "qualifies"), ("C1", "challenges")},
        set(),
    ]
    assert columns["pages"] == ["e.html"] and columns["claim"] == []
    monkeypatch.setattr(catalogue_rows, "PART", 3)
    parted = catalogue_index.catalogue_columns(small, "e")
    assert parted["pages"] == ["e.html", "e-part-2.html"]
    assert parted["claim"][0] == "The maker counts 1234 cases."
    script = catalogue_index.index_script(small, "e")
    assert (
        json.loads(script.removeprefix("window.catalogueIndex = ").removesuffix(";\n"))["key"]
        == columns["key"]
    )
