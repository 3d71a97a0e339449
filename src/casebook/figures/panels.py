"""Panels of indicator series: what a row of ``panels`` draws, and the sentence that says what it shows."""

import pandas as pd

from casebook.drawing import Drawing, Head
from casebook.figures.series import claims, lines, steps, value_text
from casebook.panels import panel_rows, step_names
from casebook.study import Study
from casebook.wording import counted, listed, percent, sentence


def _line_sentence(table: pd.DataFrame) -> str:
    first, last = table.iloc[0], table.iloc[-1]
    top = table.loc[table["value"].idxmax()]

    def say(row) -> str:
        return f"{value_text(row)} in {int(row.year)}"

    if len(table) == 1:
        return f"{first['line_label']}: {say(first)}"
    parts = [say(first)]
    if int(top["year"]) not in (int(first["year"]), int(last["year"])):
        parts.append(f"{say(top)} (the most)")
    parts.append(say(last))
    return f"{first['line_label']}: {listed(parts)}"


def _lines_caption(rows: pd.DataFrame) -> str:
    return " ".join(filter(None, [_course_sentence(rows), _break_sentence(rows)]))


def _break_sentence(rows: pd.DataFrame) -> str:
    """Say from which years on a line counts otherwise; nothing where none does."""
    found = rows[rows["break_year"].notna()][["break_year", "break_label"]].drop_duplicates()
    if found.empty:
        return ""
    years = found.groupby("break_year", sort=True)["break_label"].agg("; ".join)
    parts = listed([f"{year} ({labels})" for year, labels in years.items()])
    return f"Values before and after {parts} do not compare."


def _course_sentence(rows: pd.DataFrame) -> str:
    carrying = rows.drop_duplicates(["line", "year"], keep="last")
    groups = [table for _, table in carrying.groupby("line")]
    if len(groups) <= 3:
        return sentence("; ".join(_line_sentence(table) for table in groups))
    year = int(groups[0]["year"].max())
    same = {t["line_label"].iloc[0]: t[t["year"] == year] for t in groups[1:]}
    others = sorted((t.iloc[-1]["value"], name, t.iloc[-1]) for name, t in same.items() if len(t))
    if not others:
        return sentence(_line_sentence(groups[0]))
    ends = f"the others from {value_text(others[0][2])} ({others[0][1]}) to {value_text(others[-1][2])} ({others[-1][1]}) in {year}"
    return sentence(f"{_line_sentence(groups[0])}; {ends}")


def _claims_caption(rows: pd.DataFrame) -> str:
    own = int((rows["origin"] == "self-reported").sum())
    publishers = rows["publisher"].nunique()
    groups = [table for _, table in rows.groupby("line")]
    share = {0: "none", len(rows): "all"}.get(own, percent(own, len(rows)))
    head = f"{counted(len(rows), 'published value')} from {counted(publishers, 'publisher')}, {share} of them self-reported"
    return " ".join(filter(None, [sentence(f"{head}. {_claims_spans(groups)}"), _break_sentence(rows)]))


def _claims_spans(groups: list[pd.DataFrame]) -> str:
    """Say how far the values of each series reach; of more than three, those of the first or the longest.

    Series that end in one year stand beside the first; otherwise nothing can, and the longest speaks for itself.
    """
    if len(groups) <= 3:
        return "; ".join(_span_sentence(table) for table in groups)
    if len({int(table["year"].max()) for table in groups}) == 1 and all(len(t) > 1 for t in groups):
        return _course_sentence(pd.concat(groups))
    longest = max(groups, key=len)
    return f"{_span_sentence(longest)}; the other series count something else"


def _span_sentence(table: pd.DataFrame) -> str:
    low, high = table.loc[table["value"].idxmin()], table.loc[table["value"].idxmax()]
    span = f"{value_text(low)} ({int(low.year)})"
    if len(table) > 1:
        span = f"from {span} to {value_text(high)} ({int(high.year)})"
    return f"{table['line_label'].iloc[0]}: {span}"


def _steps_caption(rows: pd.DataFrame) -> str:
    names = step_names(rows["steps"].iloc[0])
    years = rows["year"]
    counts = rows["value"].map(names).value_counts()
    span = int(years.max()) - int(years.min()) + 1
    missing = span - years.nunique()
    parts = listed([f"{name} in {counted(int(n), 'year')}" for name, n in counts.items()])
    gap = f"; for {counted(missing, 'year')} of the {span} no source was found" if missing else ""
    return sentence(
        f"{rows['line_label'].iloc[0]} from {int(years.min())} to {int(years.max())}: {parts}{gap}"
    )


FORMS = {
    "lines": (lines, _lines_caption, "Line chart by year"),
    "claims": (
        claims,
        _claims_caption,
        "Dot chart of published values, one row a value with its year and publisher",
    ),
    "steps": (steps, _steps_caption, "Step chart by year"),
}


def panel(study: Study, panel_id: str) -> Drawing:
    """Return the drawing of one row of ``panels``; KeyError if there is no such panel."""
    head = study.row("panels", panel_id)
    rows = panel_rows(study, panel_id)
    if head["form"] == "steps":
        rows["level"] = rows["value"].map(step_names(rows["steps"].iloc[0]))
    build, caption, kind = FORMS[head["form"]]
    units = listed(list(dict.fromkeys(rows["unit"])), "or")
    return Drawing(
        name=panel_id,
        title=head["title"],
        caption=caption(rows),
        alt=f"{kind}, {units}. {caption(rows)}",
        rows=rows,
        heads=_heads(rows, head["form"], units),
        build=build(rows, head["scale"] == "log", units),
        note=" ".join(
            filter(None, ["" if pd.isna(head["note"]) else head["note"], _legend(rows, head["form"])])
        ),
    )


def _legend(rows: pd.DataFrame, form: str) -> str:
    """Say what the marks mean that occur in a figure."""
    origins = {
        "self-reported": "hollow marks: self-reported",
        "official": "solid marks: official",
        "independent": "black: independent",
    }
    parts = [text for origin, text in origins.items() if origin in set(rows["origin"])]
    marks = set(rows["mark"]) if form == "lines" else set()
    if "bound" in marks:
        parts.append("open triangles: fewer than, the number is not given")
    if "apart" in marks:
        parts.append("asterisks: another value published for the same year")
    if rows["break_year"].notna().any():
        parts.append("dashes across: from there on something else is counted, or in another way")
    return sentence("; ".join(parts))


def _heads(rows: pd.DataFrame, form: str, units: str) -> dict[str, Head]:
    """Return the columns of the table twin; those that say nothing here are left out."""
    heads = {
        "line_label": Head("Series"),
        "year": Head("Year", None),
        "period": Head("Period counted"),
        "value": Head(f"Value ({units})", int(rows["decimals"].max())),
        "level": Head("Level"),
        "qualifier": Head("Exactness"),
        "mark": Head("Drawn"),
        "basis": Head("Basis"),
        "publisher": Head("Published by"),
        "evidence_id": Head("Evidence", key="ev"),
        "source_id": Head("Source", key="src"),
        "break_year": Head("Counts otherwise from"),
        "break_label": Head("What changed"),
        "note": Head("Remark"),
    }
    idle = set() if form == "steps" else {"level"}
    if form != "lines" or set(rows["mark"]) == {"line"}:
        idle.add("mark")
    if rows["evidence_id"].isna().all():
        idle.add("evidence_id")
    if rows["break_year"].isna().all():
        idle |= {"break_year", "break_label"}
    return {name: head for name, head in heads.items() if name not in idle}


def panels(study: Study, topic: str) -> list[Drawing]:
    """Return the drawings of all panels of one topic, in the order of ``panels``; none if there is none."""
    table = study["panels"]
    return [panel(study, panel_id) for panel_id in table[table["topic"] == topic]["panel_id"]]


def show(study: Study, topic: str) -> None:
    """Display the drawings of all panels of one topic, one under the other; nothing where there is none."""
    from IPython.display import display  # noqa: PLC0415 - only a notebook has it

    for drawing in panels(study, topic):
        display(drawing)
