"""Numbers, dates and addresses: what is allowed, and by what slip another form came about."""

import re
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from casebook.schema import Column
from casebook.wording import shown

Problem = tuple[str, str, str]  # code, found, allowed

INTEGER = re.compile(r"-?[0-9]+")
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_SPACE = r"[ \u00a0\u2009\u202f'’]"
_GROUPED = re.compile(
    rf"[-−]?\d{{1,3}}(?:(?:,\d{{2,3}})*,\d{{3}}|(?:{_SPACE}\d{{3}})+|(?:\.\d{{3}}){{2,}})(?:[.,]\d+)?"
)
_GERMAN = re.compile(r"[-−]?\d{1,3}(?:\.\d{3})+,\d+")
_COMMA = re.compile(r"[-−]?\d+,\d+")
_EXPONENT = re.compile(r"[-+]?\d+(?:[.,]\d+)?[eE][-+]?\d+")
_MISSING = {"", "-", "–", "—", ".", "..", "…", "?", "na", "n/a", "n.a.", "nan", "none", "null", "nil", "unknown", "<na>", "inf", "-inf"}  # fmt: skip
_SIGNS = re.compile(
    r"^(?:[<>~≈≥≤+$€£¥₨₹]|USD|EUR|GBP|LKR|Rs\.?)+[ \u00a0]?|[ \u00a0\u202f]?(?:%|per cent|\+)$"
)
_DAY = re.compile(
    r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|\d{1,2}[ -](?:[A-Za-z]{3,9})[ -]\d{2,4}|[A-Za-z]{3,9} \d{1,2},? \d{4}|\d{8}|\d{4}-\d{2}-\d{2}[T ].*"
)
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
# A day outside these is a slip of the pen or of another calendar.
_FIRST, _LAST = "1800-01-01", "2199-12-31"
# A spreadsheet counts days from here, and thinks that 1900 had a 29 February.
_EPOCH = date(1899, 12, 30)


def type_problem(column: Column, text: str) -> Problem | None:
    """Return what keeps ``text`` from being of the column's type as (code, found, allowed), or None."""
    if column.type == "integer":
        return None if INTEGER.fullmatch(text) else _number(text, "a whole number such as 2021")
    if column.type == "number":
        wanted = "a number with a decimal point and no marks between thousands, such as 12345.6"
        return None if NUMBER.fullmatch(text) else _number(text, wanted)
    if column.type == "date":
        return _date(text)
    return _address(text) if column.format == "uri" else None


def _number(text: str, wanted: str) -> Problem:
    """Say by what slip a text is no number."""
    found, plain = shown(text), text.replace("−", "-")
    # In South Asia only the last group has three digits: 12,34,567.
    grouped = re.sub(
        rf"{_SPACE}|,(?=(?:\d{{2,3}},)*\d{{3}}(?:\D|$))|\.(?=\d{{3}}(?:\D|$))", "", plain
    ).replace(",", ".")
    bare = _SIGNS.sub("", plain)
    slips = (
        (text.lower() in _MISSING, "number-missing-word", ""),
        (_GERMAN.fullmatch(text), "number-decimal-comma", plain.replace(".", "").replace(",", ".")),
        (_GROUPED.fullmatch(text), "number-thousands", grouped),
        (_COMMA.fullmatch(text), "number-decimal-comma", plain.replace(",", ".")),
        (_EXPONENT.fullmatch(text), "number-exponent", ""),
        (bare != text and NUMBER.fullmatch(bare), "number-sign", bare),
        (True, "value-type", wanted),
    )
    return next((code, found, allowed) for slip, code, allowed in slips if slip)


def _date(text: str) -> Problem | None:
    if _ISO.fullmatch(text) and text.isascii():
        try:
            datetime.strptime(text, "%Y-%m-%d")
        except ValueError:
            return "date-impossible", shown(text), ""
        return None if _FIRST <= text <= _LAST else ("value-range", shown(text), f"{_FIRST} to {_LAST}")
    found, example = shown(text), "a date such as 2026-11-23"
    if re.fullmatch(r"[3-6]\d{4}(?:\.\d+)?", text) and text.isascii():
        return "date-serial", found, (_EPOCH + timedelta(days=int(text[:5]))).isoformat()
    if text.lower() in _MISSING:
        return "number-missing-word", found, ""
    if _DAY.fullmatch(text):
        return "date-order", found, example
    return "value-type", found, example


def _address(text: str) -> Problem | None:
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError as problem:
        return "url-invalid", shown(text), f"an address that can be read ({problem})"
    if parts.scheme not in ("http", "https"):
        return "url-scheme", shown(text), ""
    if re.search(r"[\s<>\"`{}|\\^]", text):
        return (
            "url-invalid",
            shown(text),
            "an address without spaces, quotation marks, brackets or backslashes",
        )
    if parts.username or parts.password:
        return "url-invalid", shown(text), "an address without a name or password in it"
    if not host or ("." not in host and host != "localhost") or ".." in host:
        return "url-invalid", shown(text), "an address with a host such as www.example.org"
    return None
