"""The rows that a figure's CSV holds are the rows that its marks show, for every figure there is."""

import copy

import pytest

from casebook import figures
from casebook.load import load_study
from casebook.study import Study
from figure_rows import all_drawings, compare, csv_of
from small import ROOT

NAMES = [drawing.name for drawing in all_drawings(load_study(ROOT / "data"))]


@pytest.fixture(scope="module")
def bundles(study: Study) -> dict[str, dict]:
    return {drawing.name: drawing.bundle() for drawing in all_drawings(study)}


@pytest.mark.parametrize("name", NAMES)
def test_the_rows_of_the_csv_are_the_rows_drawn(study: Study, bundles: dict[str, dict], name: str) -> None:
    compare(study, bundles[name], csv_of(bundles[name]))


def test_the_small_package_draws_its_rows(small: Study) -> None:
    for drawing in all_drawings(small):
        compare(small, drawing.bundle(), csv_of(drawing.bundle()))


@pytest.mark.parametrize("name", NAMES)
def test_a_csv_without_one_of_its_rows_is_noticed(study: Study, bundles: dict[str, dict], name: str) -> None:
    short = copy.deepcopy(bundles[name])
    del short["rows"][-1]
    with pytest.raises((AssertionError, IndexError, KeyError)):
        compare(study, bundles[name], csv_of(short))


# What a table tells beyond the marks: names in full, reasons, sources. Every other column is drawn.
TOLD = {
    "action", "title", "finding", "name", "why", "basis", "actor_id", "evidence_id", "source_id", "publisher", "year",
    "says", "horizon_basis", "legal_basis", "label", "value", "unit", "period", "qualifier", "note", "step",
    "independent", "reported", "break_year", "break_label", "mark", "first", "line_label", "actor",
}  # fmt: skip
# Columns of that list which some figures do draw.
DRAWN = {
    "lines": {"line_label", "year", "value", "mark", "break_year", "break_label"},
    "claims": {"line_label", "year", "value", "break_label"}, "steps": {"year"},
    "evidence-map": {"first"}, "actions-by-actor": {"actor"}, "actor-load": {"name"},
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_changed_value_is_noticed_in_every_column_drawn(
    study: Study, bundles: dict[str, dict], name: str
) -> None:
    forms = study["panels"].set_index("panel_id")["form"]
    drawn = DRAWN.get(forms.get(name, name), set())
    columns = [c["name"] for c in bundles[name]["columns"]]
    chosen = [c for c in columns if c not in TOLD or c in drawn]
    assert chosen, name
    for column in chosen:
        wrong, place = copy.deepcopy(bundles[name]), columns.index(column)
        row = next(r for r in wrong["rows"] if r[place] is not None)
        row[place] = row[place] + 1 if isinstance(row[place], int | float) else f"not {row[place]}"
        with pytest.raises((AssertionError, IndexError, KeyError)):
            compare(study, bundles[name], csv_of(wrong))
            pytest.fail(f"{name}: {column} may change and nobody notices", pytrace=False)


def test_a_figure_without_a_reader_is_named(small: Study) -> None:
    bundle = {**figures.theme_balance(small).bundle(), "name": "brand-new"}
    with pytest.raises(AssertionError, match="no reader for the figure brand-new"):
        compare(small, bundle, csv_of(bundle))
