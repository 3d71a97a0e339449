"""Checks of single values: presence, spaces, letters, type, levels, pattern, range, length."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from casebook.checks.letters import letter_problems
from casebook.checks.types import type_problem
from casebook.findings import Finding
from casebook.schema import Column, Schema, Table
from casebook.sheet import Sheet
from casebook.spreadsheet import safe_text
from casebook.wording import number, shown

Problem = tuple[str, str, str]  # code, found, allowed

_MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_MANGLED = re.compile(rf"\d{{1,2}}-(?:{_MONTHS})|(?:{_MONTHS})-\d{{2}}|\d+(?:[.,]\d+)?E\+\d+|#{{4,}}")
# In English, German, French, Spanish and Portuguese, and as LibreOffice numbers them.
_FAILED = re.compile(
    r"#(?:NAME\?|REF!|VALUE!|DIV/0!|N/A|NUM!|NULL!|SPILL!|CALC!|FIELD!|BLOCKED!|CONNECT!|UNKNOWN!|GETTING_DATA|"
    r"BEZUG!|WERT!|NV|ZAHL!|NOM\s?\?|VALEUR!|NOMBRE!|NOME\?|VALOR!|¡(?:REF|VALOR|DIV/0|NUM|NULO)!|¿NOMBRE\?)|Err:5\d\d"
)
_FAILED_WITHIN = re.compile(r"#(?:REF!|VALUE!|DIV/0!|NAME\?)")
_NULL_WORDS = {"na", "n/a", "n.a.", "none", "null", "nan", "nil", "nat", "<na>", "undefined"}
_APOSTROPHE = re.compile(r"'(?:[=+\-@\d]|[^']*$)")
_ODD_SPACES = re.compile(r"[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
# In running text these have a use: before a unit, a percent sign, a colon in French.
_FINE_SPACES = re.compile(r"(?<=\S)[\u00a0\u2009\u202f](?=\S)")
HUGE = 5000
_CELL_LIMITS = (32767, 32759)
EXAMPLE = "EXAMPLE:"
# Exact in a 64-bit float, and so in every table, figure and download.
BIGGEST = 2**53


def check_values(schema: Schema, sheets: Mapping[str, Sheet]) -> Iterator[Finding]:
    """Yield what is wrong with single values; a value that occurs often is looked at once."""
    for table in schema.tables:
        sheet = sheets[table.name]
        for column in table.columns:
            values = sheet.cells[column.name]
            absent = any(f.code == "column-missing" and f.column == column.name for f in sheet.findings)
            if absent:
                continue
            bad = {v: found for v in set(values) if (found := list(value_problems(table, column, v)))}
            if not bad:
                continue
            for line, value in zip(sheet.lines, values, strict=True):
                for problem in bad.get(value, ()):
                    yield Finding(table.path, line, column.name, *problem)
        if not sheet.lines and sheet.whole and table.needed:
            yield Finding(table.path, 0, "", "table-empty")


def value_problems(table: Table, column: Column, text: str) -> Iterator[Problem]:
    """Yield what is wrong with one cell: at most one thing about its form, and each about its letters."""
    if not text:
        if column.name in table.key:
            yield "key-empty", "", ""
        elif column.required:
            yield "value-missing", "", " ".join(column.description.split()) or "a value"
        return
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        return  # bytes that are not UTF-8 have a finding of their own
    yield from letter_problems(text)
    problem = _form(table, column, text)
    if problem:
        yield problem


def _form(table: Table, column: Column, text: str) -> Problem | None:
    if text != text.strip():
        return "value-space", shown(text), ""
    bound = column.levels or column.pattern or column.type != "string" or column.name in table.linked
    odd = text if bound else _FINE_SPACES.sub("", text)
    if _ODD_SPACES.search(odd) and column.type not in ("integer", "number"):
        return "value-inner-space", shown(text), ""
    if _FAILED.fullmatch(text) or _FAILED_WITHIN.search(text):
        return "value-error", shown(text), ""
    problem = type_problem(column, text) or _limits(column, text) or _text(table, column, text)
    return problem or _future(column, text)


def _future(column: Column, text: str) -> Problem | None:
    """Return that a date or a year has not come yet; a day is left for places where it already has."""
    ahead = (date.today() + timedelta(days=1)).isoformat()
    year = column.name == "year" and column.type == "integer" and int(text) > int(ahead[:4])
    return ("date-future", shown(text), "") if year or (column.type == "date" and text > ahead) else None


def _limits(column: Column, text: str) -> Problem | None:
    if column.levels and text not in column.allowed:
        near = [v for v in column.allowed if v.casefold() == text.casefold()]
        return (
            "value-level",
            shown(text),
            f"{near[0]} (in just these letters)" if near else ", ".join(column.allowed),
        )
    if column.pattern and not re.fullmatch(column.pattern, text):
        return "value-pattern", shown(text), column.pattern
    if column.type in ("integer", "number"):
        return _range(column, text)
    if column.max_length is not None and len(text) > column.max_length:
        return "value-long", number(len(text)), number(column.max_length)
    if column.min_length is not None and len(text) < column.min_length:
        return "value-short", number(len(text)), number(column.min_length)
    return None


def _range(column: Column, text: str) -> Problem | None:
    low, high = column.minimum, column.maximum
    value = float(text)
    if abs(value) > BIGGEST:
        return "value-range", shown(text, 30), f"at most {BIGGEST}, beyond which digits are lost"
    if (low is not None and value < low) or (high is not None and value > high):
        span = f"{low} or more" if high is None else f"{high} or less" if low is None else f"{low} to {high}"
        return "value-range", text, span
    return None


def _text(table: Table, column: Column, text: str) -> Problem | None:
    """Return what is doubtful in a text that the column allows."""
    if column.type != "string" or column.levels or column.format == "uri":
        return None
    lines, long = len(re.split(r"\r\n|\r|\n", text)), number(len(text))
    doubts = (
        (safe_text(text) != text, "value-formula", ""),
        (_APOSTROPHE.match(text), "value-apostrophe", ""),
        (text.startswith(EXAMPLE), "value-example", ""),
        (text.lower() in _NULL_WORDS, "value-null-word", ""),
        (_MANGLED.fullmatch(text), "value-mangled", ""),
        (len(text) in _CELL_LIMITS, "value-cut", long),
        (len(text) > HUGE, "value-huge", long),
        (lines > 1, "value-lines", str(lines)),
    )
    return next(((code, found or shown(text), "") for doubtful, code, found in doubts if doubtful), None)
