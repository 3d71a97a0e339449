"""Panels of indicator series: which lines a figure draws, as rows."""

import pandas as pd

from casebook.study import Study


def panel_rows(study: Study, panel_id: str) -> pd.DataFrame:
    """Return the series values that a panel draws, line by line in the order of ``panel_lines``, then by year.

    Columns: line (int64), line_label, indicator_id, label, unit, origin, decimals (Int64), year (Int64), period,
    place, value (float64), qualifier, basis, source_id, publisher, note.
    """
    lines = study["panel_lines"]
    lines = lines[lines["panel_id"] == panel_id].drop(columns="panel_id").reset_index(drop=True)
    lines["line"] = range(len(lines))
    indicators = study["indicators"][["indicator_id", "label", "unit", "origin", "decimals", "steps"]]
    publishers = study["sources"][["source_id", "publisher"]]
    table = lines.merge(study["series"], on=["indicator_id", "place"]).merge(indicators, on="indicator_id")
    table = table.merge(publishers, on="source_id").sort_values(["line", "year", "value"], kind="stable")
    columns = [
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
    ]
    columns += ["value", "qualifier", "basis", "source_id", "publisher", "note"]
    return table[columns].reset_index(drop=True)


def step_names(steps: str) -> dict[float, str]:
    """Return the names of the levels of an ordinal indicator: “1=Tier 1;2=Tier 2” → {1.0: "Tier 1", …}."""
    pairs = (part.split("=", 1) for part in steps.split(";"))
    return {float(value): name for value, name in pairs}
