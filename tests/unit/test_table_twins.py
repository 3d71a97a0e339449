"""The table under a figure holds the rows of its CSV, cell by cell, for every figure there is."""

import math
from html.parser import HTMLParser

import pytest

from casebook.load import load_study
from casebook.study import Study
from casebook.tables import twin_html
from figure_rows import all_drawings, csv_of, read_csv
from small import ROOT

NAMES = [drawing.name for drawing in all_drawings(load_study(ROOT / "data"))]
# Where a thing stands in this test; nothing for sources, as in a book without a list of them.
PLACES = {"ev": "e.html#", "rec": "r.html#", "theme": "t.html#", "conflict": "k.html#"}


class Table(HTMLParser):
    """The cells of a table as (text, class, address), row by row."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[list[str]]] = []
        self.inside = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        if tag == "tr":
            self.rows.append([])
        if tag in ("th", "td"):
            self.rows[-1].append(["", given.get("class") or "", ""])
            self.inside = True
        if tag == "a":
            self.rows[-1][-1][2] = given["href"] or ""

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag not in ("th", "td")

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.rows[-1][-1][0] += data


def place(kind: str, key: str) -> str | None:
    return f"{PLACES[kind]}{key}" if kind in PLACES else None


@pytest.fixture(scope="module")
def bundles(study: Study) -> dict[str, dict]:
    return {drawing.name: drawing.bundle() for drawing in all_drawings(study)}


@pytest.mark.parametrize("name", NAMES)
def test_the_twin_holds_the_rows_of_the_csv(bundles: dict[str, dict], name: str) -> None:
    bundle, table = bundles[name], Table()
    table.feed(twin_html(bundle, "Figure 1", lambda query, first: f"?{query}#{first}", place))
    aims = {aim for column in bundle["columns"] for aim in column.get("link", ())}
    columns = [c for c in bundle["columns"] if c["name"] not in aims]
    assert [text for text, _, _ in table.rows[0]] == [c["label"] for c in columns]
    rows = read_csv(csv_of(bundle))
    assert len(table.rows) == len(rows) + 1
    for cells, row in zip(table.rows[1:], rows, strict=True):
        for (text, look, address), column in zip(cells, columns, strict=True):
            value = row[column["name"]]
            if not value:
                assert text == "–"
            elif column["decimals"] is None:
                assert text == value.removeprefix("'")
            else:
                shown = float(text.replace(",", "").replace("−", "-"))
                assert math.isclose(shown, float(value), abs_tol=0.5 * 10.0 ** -column["decimals"] + 1e-9)
                assert look == "number"
            if value and column.get("key") in PLACES:
                assert address == f"{PLACES[column['key']]}{value}"
            elif value and "link" in column:
                query, first = column["link"]
                assert address == f"?{row[query]}#{row[first]}"
            else:
                assert address == ""
