"""Panels of indicator series: which lines a figure draws, as rows, and where a series breaks."""

import pandas as pd

from casebook.study import Study

_ROW = (
    "line",
    "line_label",
    "indicator_id",
    "label",
    "unit",
    "origin",
    "decimals",
    "steps",
    "year",
    "period",
    "place",
    "value",
    "qualifier",
    "basis",
    "evidence_id",
    "source_id",
    "publisher",
    "note",
    "mark",
)
_BREAK = ["break_year", "break_label", "break_note", "break_evidence"]


def panel_rows(study: Study, panel_id: str) -> pd.DataFrame:
    """Return the series values that a panel draws, line by line in the order of ``panel_lines``, then by year.

    Columns: line (int64), line_label, indicator_id, label, unit, origin, decimals (Int64), year (Int64), period,
    place, value (float64), qualifier, basis, evidence_id, source_id, publisher, note, mark (str: “line”; “apart”, another value
    carries the line in that year; “bound”, fewer than the value), break_year (Int64: the line counts
    otherwise from then on; at the first value after it), break_label, break_note, break_evidence (str).
    """
    lines = study["panel_lines"]
    lines = lines[lines["panel_id"] == panel_id].drop(columns="panel_id").reset_index(drop=True)
    lines["line"] = range(len(lines))
    indicators = study["indicators"][["indicator_id", "label", "unit", "origin", "decimals", "steps"]]
    publishers = study["sources"][["source_id", "publisher"]]
    table = lines.merge(study["series"], on=["indicator_id", "place"]).merge(indicators, on="indicator_id")
    table = table.merge(publishers, on="source_id").sort_values(["line", "year"], kind="stable")
    # A second publication that repeats a value adds no mark.
    table = table.drop_duplicates(["line", "year", "period", "value", "qualifier"], keep="last")
    table["mark"] = _marks(table)
    return _with_breaks(table[list(_ROW)].reset_index(drop=True), study["breaks"])


def _marks(table: pd.DataFrame) -> pd.Series:
    """Say how each value stands: the last row that the data hold for a year carries the line."""
    carries = ~table.duplicated(["line", "year"], keep="last")
    marks = carries.map({True: "line", False: "apart"}).astype("str")
    return marks.mask(table["qualifier"] == "fewer than", "bound")


def _with_breaks(table: pd.DataFrame, breaks: pd.DataFrame) -> pd.DataFrame:
    """Write each break at the first value after it, in every line that has a value before it too."""
    table["break_year"] = pd.array([pd.NA] * len(table), dtype="Int64")
    for name in _BREAK[1:]:
        table[name] = pd.array([pd.NA] * len(table), dtype="str")
    carrying = table.drop_duplicates(["line", "year"], keep="last")
    for change in breaks.sort_values("year").itertuples():
        here = carrying["indicator_id"] == change.indicator_id
        for _, line in carrying[here].groupby("line"):
            after = line.index[line["year"] >= change.year]
            if len(after) and len(after) < len(line):
                table.loc[after[0], _BREAK] = [change.year, change.label, change.what, change.evidence_id]
    return table


def step_names(steps: str) -> dict[float, str]:
    """Return the names of the levels of an ordinal indicator: “1=Tier 1;2=Tier 2” → {1.0: "Tier 1", …}."""
    pairs = (part.split("=", 1) for part in steps.split(";"))
    return {float(value): name for value, name in pairs}
