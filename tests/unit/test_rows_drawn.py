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


def test_a_changed_value_is_noticed(study: Study, bundles: dict[str, dict]) -> None:
    wrong = copy.deepcopy(bundles["theme-balance"])
    place = [c["name"] for c in wrong["columns"]].index("supports")
    wrong["rows"][0][place] += 1
    with pytest.raises(AssertionError):
        compare(study, bundles["theme-balance"], csv_of(wrong))


def test_a_figure_without_a_reader_is_named(small: Study) -> None:
    bundle = {**figures.theme_balance(small).bundle(), "name": "brand-new"}
    with pytest.raises(AssertionError, match="no reader for the figure brand-new"):
        compare(small, bundle, csv_of(bundle))
