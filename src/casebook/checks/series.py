"""Indicators, their values, and the panels that draw them."""

from collections.abc import Iterator, Mapping

from casebook.findings import Finding
from casebook.schema import Schema
from casebook.sheet import Sheet

TABLES = ("indicators", "series", "panels", "panel_lines")


def check_series(schema: Schema, sheets: Mapping[str, Sheet]) -> Iterator[Finding]:
    """Yield indicators without values, panels that would draw nothing or what cannot be drawn."""
    if not all(sheets[name].whole for name in TABLES):
        return
    yield from _bare(sheets)
    yield from _panels(sheets)


def _bare(sheets: Mapping[str, Sheet]) -> Iterator[Finding]:
    series, lines = sheets["series"].cells, sheets["panel_lines"]
    valued = set(series["indicator_id"])
    at_place = set(zip(series["indicator_id"], series["place"], strict=True))
    for name, column, known, code in (
        ("indicators", "indicator_id", valued, "indicator-bare"),
        ("panels", "panel_id", set(lines.cells["panel_id"]), "panel-bare"),
    ):
        sheet = sheets[name]
        for line, key in zip(sheet.lines, sheet.cells[column], strict=True):
            if key and key not in known:
                yield Finding(sheet.table.path, line, column, code, key)
    for line, *pair in zip(lines.lines, lines.cells["indicator_id"], lines.cells["place"], strict=True):
        if all(pair) and tuple(pair) not in at_place:
            yield Finding(lines.table.path, line, "place", "line-bare", " in ".join(pair))


def _panels(sheets: Mapping[str, Sheet]) -> Iterator[Finding]:
    """Look at what each panel draws: nothing at or under zero on a logarithmic scale, a name for every step."""
    indicators = sheets["indicators"].cells
    steps = dict(zip(indicators["indicator_id"], indicators["steps"], strict=True))
    values: dict[tuple[str, str], set[str]] = {}
    series = sheets["series"].cells
    for indicator, place, value in zip(series["indicator_id"], series["place"], series["value"], strict=True):
        values.setdefault((indicator, place), set()).add(value)
    lines = sheets["panel_lines"].cells
    drawn: dict[str, list[tuple[str, str]]] = {}
    for panel, indicator, place in zip(lines["panel_id"], lines["indicator_id"], lines["place"], strict=True):
        drawn.setdefault(panel, []).append((indicator, place))
    sheet = sheets["panels"]
    for line, panel, form, scale in zip(
        sheet.lines, *(sheet.cells[n] for n in ("panel_id", "form", "scale")), strict=True
    ):
        pairs = drawn.get(panel, [])
        found = {v for pair in pairs for v in values.get(pair, ())}
        low = sorted(v for v in found if _number(v) is not None and _number(v) <= 0)
        if scale == "log" and low:
            yield Finding(sheet.table.path, line, "scale", "scale-log", low[0])
        if form == "steps":
            for problem in _step_problems(pairs, steps, found):
                yield Finding(sheet.table.path, line, "form", "steps-missing", problem)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _step_problems(pairs: list[tuple[str, str]], steps: Mapping[str, str], found: set[str]) -> Iterator[str]:
    if len(pairs) > 1:
        yield "a panel of steps has one line only"
    for indicator, _ in pairs[:1]:
        named = {
            _number(part.partition("=")[0])
            for part in steps.get(indicator, "").split(";")
            if part.partition("=")[2]
        }
        if not named or None in named:
            yield f"the indicator {indicator} has no names of its steps"
            continue
        for value in sorted(found):
            if _number(value) is not None and _number(value) not in named:
                yield f"the value {value} of {indicator} has no name among its steps"
