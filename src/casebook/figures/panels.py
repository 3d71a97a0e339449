"""Indicator series: lines by year, published values side by side, and steps of a scale."""

import math
from itertools import pairwise

import pandas as pd

from casebook.drawing import Drawing, Head
from casebook.figures.house import (
    LABEL_GAP,
    C,
    Frame,
    house_figure,
    note,
    slot_rows,
    spread,
    text_width,
    wrap,
)
from casebook.panels import panel_rows, step_names
from casebook.study import Study
from casebook.tokens import FIGURE_SIZE
from casebook.wording import counted, listed, number, percent, sentence

ORIGIN = {"official": C["official"], "self-reported": C["reported"], "independent": C["ink"]}
DASHES = ("solid", "dot", "dash", "dashdot", "longdash")
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "x", "star")
QUALIFIED = {"at least": "≥ ", "over": "> ", "fewer than": "< ", "about": "≈ ", "exact": ""}


def _value(row) -> str:
    return QUALIFIED[row.qualifier] + number(row.value, int(row.decimals))


def _segments(years: list[int], values: list[float]) -> tuple[list, list]:
    """Break a line where years are missing, so that a gap in the data is a gap in the line."""
    xs, ys = years[:1], values[:1]
    for (y0, _), (y1, v1) in pairwise(zip(years, values, strict=True)):
        if y1 - y0 > 1:
            xs.append(None)
            ys.append(None)
        xs.append(y1)
        ys.append(v1)
    return xs, ys


def _axis_range(values: pd.Series, log: bool) -> tuple[float, float]:
    """Return the range of the value axis, in the axis's own terms (exponents of ten on a log scale)."""
    if log:
        low, high = math.log10(values[values > 0].min()), math.log10(values.max())
        pad = max(0.08 * (high - low), 0.05)
        return low - pad, high + pad
    return min(0.0, values.min()), values.max() * 1.06 or 1.0


def _lines(rows: pd.DataFrame, log: bool, unit: str):
    labels = rows.groupby("line")["line_label"].first()
    low, high = _axis_range(rows["value"], log)

    def build(compact: bool):
        size = FIGURE_SIZE - (1 if compact else 0)
        room = 112 if compact else 190
        texts = {line: wrap(label, room - 10, size) for line, label in labels.items()}
        right = min(room, max(text_width(t, size) for t in texts.values()) + 14)
        frame = Frame(
            compact,
            height=300 if compact else 340,
            left=44 if compact else 58,
            right=right,
            top=30,
            bottom=28,
        )
        figure = house_figure(frame)
        ends = []
        for line, table in rows.groupby("line"):
            style = int(line) % len(SYMBOLS)
            origin = table["origin"].iloc[0]
            color = ORIGIN[origin]
            bound = table["qualifier"] == "fewer than"
            known = table[~bound]
            xs, ys = _segments(known["year"].tolist(), known["value"].tolist())
            symbol = SYMBOLS[style] + ("-open" if origin == "self-reported" else "")
            figure.add_scatter(
                x=xs,
                y=ys,
                mode="lines+markers",
                name=labels[line],
                connectgaps=False,
                line={
                    "color": color,
                    "width": 2.5 if line == 0 else 1.5,
                    "dash": DASHES[style % len(DASHES)],
                },
                marker={"symbol": symbol, "size": 7 if line == 0 else 6, "color": color},
                hovertemplate="%{x}: %{y:,}<extra>" + labels[line] + "</extra>",
            )
            if bound.any():
                # A withheld number is a bound, not a value: it stands apart and no line runs through it.
                figure.add_scatter(
                    x=table[bound]["year"].tolist(),
                    y=table[bound]["value"].tolist(),
                    mode="markers",
                    marker={"symbol": "triangle-down-open", "size": 9, "color": color},
                    hovertemplate="%{x}: fewer than %{y}<extra>" + labels[line] + "</extra>",
                )
            last = table.iloc[-1]["value"]
            place = math.log10(last) if log and last > 0 else last
            ends.append((line, color, frame.inner_height * (high - place) / (high - low)))
        lines_of = {line: texts[line].count("<br>") + 1 for line in texts}
        gap = LABEL_GAP * max(lines_of.values())
        moved = spread([end for _, _, end in ends], gap, 0, frame.inner_height)
        for (line, color, _), at in zip(ends, moved, strict=True):
            note(
                figure,
                texts[line],
                x=1,
                xref="paper",
                xshift=8,
                y=1 - at / frame.inner_height,
                yref="paper",
                size=size,
                color=color,
            )
        note(
            figure,
            unit,
            x=0,
            xref="paper",
            xshift=-frame.left + 4,
            y=1,
            yref="paper",
            yshift=18,
            size=FIGURE_SIZE - 1,
            color=C["muted"],
        )
        first, last_year = int(rows["year"].min()), int(rows["year"].max())
        step = max(1, math.ceil((last_year - first) / (4 if compact else 9)))
        figure.update_xaxes(
            range=[first - 0.4, last_year + 0.4], dtick=step, tick0=last_year, tickformat="d", showgrid=False
        )
        figure.update_yaxes(
            range=[low, high],
            type="log" if log else "linear",
            tickformat="~s" if compact else ",~f",
            nticks=6,
            **({"dtick": 1} if log else {}),
        )
        return figure

    return build


def _claims(rows: pd.DataFrame, log: bool, unit: str):
    many = rows["line"].nunique() > 1

    def build(compact: bool):
        slots: list[tuple[str, object]] = []
        for _, table in rows.groupby("line"):
            if many:
                slots.append(("head", table["line_label"].iloc[0]))
            slots += [("value", row) for row in table.itertuples()]
        step, left = (40, 8) if compact else (24, 300)
        frame = Frame(compact, height=step * len(slots) + 30, left=left, right=84, top=8, bottom=22)
        figure = house_figure(frame)
        shift = 0.2 if compact else 0
        for y, (kind, content) in enumerate(slots):
            at = {"x": 0, "xref": "paper", "xshift": 0 if compact else -frame.left + 4}
            if kind == "head":
                note(figure, f"<b>{wrap(str(content), frame.width - 20)}</b>", y=y, **at)
                continue
            who = f"{content.year}  {content.publisher}"
            room = (frame.width if compact else frame.left) - 16
            short = (
                who if text_width(who) <= room else who[: int(room / (FIGURE_SIZE * 0.54)) - 1].rstrip() + "…"
            )
            note(figure, short, y=y - (0.28 if compact else 0), size=FIGURE_SIZE - 1, **at)
            color = ORIGIN[content.origin]
            hollow = "-open" if content.origin == "self-reported" else ""
            figure.add_scatter(
                x=[content.value],
                y=[y + shift],
                mode="markers",
                showlegend=False,
                hoverinfo="skip",
                marker={
                    "symbol": SYMBOLS[int(content.line) % len(SYMBOLS)] + hollow,
                    "size": 10,
                    "color": color,
                    "line": {"width": 2, "color": color},
                },
            )
            place = math.log10(content.value) if log else content.value
            note(figure, _value(content), x=place, y=y + shift, xshift=9, size=FIGURE_SIZE - 1)
        low, high = _axis_range(rows["value"], log)
        figure.update_xaxes(
            range=[low, high],
            type="log" if log else "linear",
            tickformat="~s",
            nticks=5,
            title_text="",
            side="bottom",
            **({"dtick": 1} if log else {}),
        )
        slot_rows(figure, len(slots), 0.4)
        return figure

    return build


def _steps(rows: pd.DataFrame, log: bool, unit: str):
    names = step_names(rows["steps"].iloc[0])

    def build(compact: bool):
        left = max(text_width(n) for n in names.values()) + 10
        frame = Frame(compact, height=46 * len(names) + 40, left=left, right=12, top=12, bottom=28)
        figure = house_figure(frame)
        rank = {value: i for i, value in enumerate(sorted(names))}
        years, places = rows["year"].tolist(), [rank[v] for v in rows["value"]]
        xs, ys = _segments(years, places)
        color = ORIGIN[rows["origin"].iloc[0]]
        figure.add_scatter(
            x=xs,
            y=ys,
            mode="lines+markers",
            connectgaps=False,
            line={"shape": "hv", "color": color, "width": 2},
            marker={"size": 9, "color": color},
            hovertemplate="%{x}<extra></extra>",
        )
        first, last = min(years), max(years)
        figure.update_xaxes(
            range=[first - 0.5, last + 0.5],
            dtick=4 if compact else 2,
            tick0=last,
            tickformat="d",
            showgrid=False,
        )
        figure.update_yaxes(
            range=[len(names) - 0.5, -0.5],
            tickvals=list(rank.values()),
            ticktext=[names[v] for v in sorted(names)],
        )
        return figure

    return build


def _line_sentence(table: pd.DataFrame) -> str:
    first, last = table.iloc[0], table.iloc[-1]
    top = table.loc[table["value"].idxmax()]

    def say(row) -> str:
        return f"{_value(row)} in {int(row.year)}"

    if len(table) == 1:
        return f"{first['line_label']}: {say(first)}"
    parts = [say(first)]
    if int(top["year"]) not in (int(first["year"]), int(last["year"])):
        parts.append(f"{say(top)} (the most)")
    parts.append(say(last))
    return f"{first['line_label']}: {listed(parts)}"


def _lines_caption(rows: pd.DataFrame) -> str:
    groups = [table for _, table in rows.groupby("line")]
    if len(groups) <= 3:
        return sentence("; ".join(_line_sentence(table) for table in groups))
    year = int(groups[0]["year"].max())
    same = {t["line_label"].iloc[0]: t[t["year"] == year] for t in groups[1:]}
    others = sorted((t.iloc[-1]["value"], name, t.iloc[-1]) for name, t in same.items() if len(t))
    if not others:
        return sentence(_line_sentence(groups[0]))
    ends = f"the others from {_value(others[0][2])} ({others[0][1]}) to {_value(others[-1][2])} ({others[-1][1]}) in {year}"
    return sentence(f"{_line_sentence(groups[0])}; {ends}")


def _claims_caption(rows: pd.DataFrame) -> str:
    own = int((rows["origin"] == "self-reported").sum())
    publishers = rows["publisher"].nunique()
    parts = []
    for _, table in rows.groupby("line"):
        low, high = table.loc[table["value"].idxmin()], table.loc[table["value"].idxmax()]
        span = (
            f"from {_value(low)} ({int(low.year)}) to {_value(high)} ({int(high.year)})"
            if len(table) > 1
            else f"{_value(low)} ({int(low.year)})"
        )
        parts.append(f"{table['line_label'].iloc[0]}: {span}")
    head = f"{counted(len(rows), 'published value')} from {counted(publishers, 'publisher')}, {percent(own, len(rows))} of them self-reported"
    return sentence(f"{head}. {'; '.join(parts)}" if len(parts) <= 3 else head)


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
    "lines": (_lines, _lines_caption, "Line chart by year"),
    "claims": (
        _claims,
        _claims_caption,
        "Dot chart of published values, one row a value with its year and publisher",
    ),
    "steps": (_steps, _steps_caption, "Step chart by year"),
}


def panel(study: Study, panel_id: str) -> Drawing:
    """Return the drawing of one row of ``panels``; KeyError if there is no such panel."""
    head = study.row("panels", panel_id)
    rows = panel_rows(study, panel_id)
    build, caption, kind = FORMS[head["form"]]
    units = listed(list(dict.fromkeys(rows["unit"])), "or")
    note_text = "" if pd.isna(head["note"]) else head["note"]
    legend = {
        "self-reported": "hollow marks: self-reported",
        "official": "solid marks: official",
        "independent": "black: independent",
    }
    bounds = (
        ["open triangles: fewer than, the number is withheld"]
        if "fewer than" in set(rows["qualifier"]) and head["form"] == "lines"
        else []
    )
    origins = [legend[o] for o in legend if o in set(rows["origin"])]
    heads = {
        "line_label": Head("Series"),
        "year": Head("Year", None),
        "period": Head("Period counted"),
        "value": Head(f"Value ({units})", int(rows["decimals"].max())),
        "qualifier": Head("Exactness"),
        "basis": Head("Basis"),
        "publisher": Head("Published by"),
        "source_id": Head("Source"),
        "note": Head("Remark"),
    }
    return Drawing(
        name=panel_id,
        title=head["title"],
        caption=caption(rows),
        alt=f"{kind}, {units}. {caption(rows)}",
        rows=rows,
        heads=heads,
        build=build(rows, head["scale"] == "log", units),
        note=" ".join(filter(None, [note_text, sentence("; ".join(origins + bounds))])),
    )


def panels(study: Study, topic: str) -> list[Drawing]:
    """Return the drawings of all panels of one topic, in the order of ``panels``; none if there is none."""
    table = study["panels"]
    return [panel(study, panel_id) for panel_id in table[table["topic"] == topic]["panel_id"]]


def show(study: Study, topic: str) -> None:
    """Display the drawings of all panels of one topic, one under the other; nothing where there is none."""
    from IPython.display import display  # noqa: PLC0415 - only a notebook has it

    for drawing in panels(study, topic):
        display(drawing)
