"""Criteria and the scores given on them: scales that hold together, scores on their scale, every action judged."""

import re
from collections.abc import Iterator, Mapping

from casebook.findings import Finding
from casebook.schema import Schema
from casebook.sheet import Sheet

_STEP = re.compile(r"(-?\d+)=[^;=]+")


def check_criteria(schema: Schema, sheets: Mapping[str, Sheet]) -> Iterator[Finding]:
    """Yield criteria that cannot be scored, scores off their scale, and actions that nobody judged.

    A package without criteria has no ranking and nothing to check here.
    """
    if not all(sheets[name].whole for name in ("criteria", "scores", "panel_scores", "recommendations")):
        return
    yield from _criteria(sheets["criteria"])
    for name in ("scores", "panel_scores"):
        yield from _scores(sheets["criteria"], sheets[name], name == "scores")
    yield from _gaps(sheets)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _rows(sheet: Sheet, *columns: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield the line of each row and its cells in the columns named."""
    cells = (sheet.cells[name] for name in columns)
    for line, *row in zip(sheet.lines, *cells, strict=True):
        yield line, tuple(row)


def _criteria(sheet: Sheet) -> Iterator[Finding]:
    path = sheet.table.path
    for line, (basis, measure, *ends, steps) in _rows(sheet, "basis", "measure", "low", "high", "steps"):
        if (basis == "computed") != bool(measure):
            repair = "say what is counted" if basis == "computed" else "leave the measure empty"
            yield Finding(path, line, "measure", "criterion-measure", basis, repair)
        low, high = map(_number, ends)
        if low is None or high is None:
            continue
        named = [match[1] for part in steps.split(";") if (match := _STEP.fullmatch(part.strip()))]
        if low >= high or sorted(map(float, named)) != [float(n) for n in range(int(low), int(high) + 1)]:
            yield Finding(path, line, "steps", "criterion-scale", f"{low:g} to {high:g} with “{steps}”")


def _scores(criteria: Sheet, sheet: Sheet, own: bool) -> Iterator[Finding]:
    known = {row[0]: row[1:] for _, row in _rows(criteria, "criterion_id", "basis", "low", "high")}
    for line, (criterion, text) in _rows(sheet, "criterion_id", "score"):
        if criterion not in known:
            continue  # a broken reference, named as such
        basis, *ends = known[criterion]
        if own and basis == "computed":
            yield Finding(sheet.table.path, line, "criterion_id", "score-computed", criterion)
        score, low, high = (_number(value) for value in (text, *ends))
        if None not in (score, low, high) and not low <= score <= high:  # type: ignore[operator]
            allowed = f"{criterion} runs from {low:g} to {high:g}"
            yield Finding(sheet.table.path, line, "score", "score-scale", text, allowed)


def _gaps(sheets: Mapping[str, Sheet]) -> Iterator[Finding]:
    given = {row for _, row in _rows(sheets["scores"], "recommendation_id", "criterion_id")}
    judged = [
        key for _, (key, basis) in _rows(sheets["criteria"], "criterion_id", "basis") if basis == "judged"
    ]
    sheet = sheets["recommendations"]
    for line, (action,) in _rows(sheet, "recommendation_id"):
        for criterion in judged:
            if action and (action, criterion) not in given:
                place = (sheet.table.path, line, "recommendation_id")
                yield Finding(*place, "score-missing", action, criterion)
