"""Checks of values, keys, references and the rules that span tables."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from urllib.parse import urlsplit

import pandas as pd

from casebook.findings import Finding
from casebook.schema import Column, Schema, Table

Cells = list[tuple[int, list[str]]]
INTEGER = re.compile(r"-?[0-9]+")
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def _type_problem(column: Column, text: str) -> str:
    """Return what is allowed if ``text`` is not of the column's type, else nothing."""
    if column.type == "integer" and not INTEGER.fullmatch(text):
        return "a whole number such as 2021"
    if column.type == "number" and not NUMBER.fullmatch(text):
        return "a number with a decimal point and no thousands separators, such as 12345.6"
    if column.type == "date":
        try:
            ok = date.fromisoformat(text).isoformat() == text
        except ValueError:
            ok = False
        return "" if ok else "a date such as 2026-11-23"
    if column.format == "uri":
        parts = urlsplit(text)
        return (
            ""
            if parts.scheme in ("http", "https") and parts.netloc
            else "an address that begins with https:// or http://"
        )
    return ""


def _range_problem(column: Column, text: str) -> str:
    low, high = column.minimum, column.maximum
    below = low is not None and float(text) < low
    above = high is not None and float(text) > high
    return f"{'' if low is None else low} to {'' if high is None else high}".strip() if below or above else ""


def _value_findings(table: Table, column: Column, line: int, text: str) -> Iterator[Finding]:
    def finding(code: str, found: str = "", allowed: str = "") -> Finding:
        return Finding(table.path, line, column.name, code, found, allowed)

    if not text:
        if column.required:
            yield finding("value-missing", allowed=" ".join(column.description.split()) or "a value")
        return
    if text != text.strip():
        yield finding("value-space", repr(text))
    elif problem := _type_problem(column, text):
        yield finding("value-type", repr(text), problem)
    elif column.levels and text not in column.allowed:
        yield finding("value-level", repr(text), ", ".join(column.allowed))
    elif column.pattern and not re.fullmatch(column.pattern, text):
        yield finding("value-pattern", repr(text), column.pattern)
    elif column.type in ("integer", "number") and (problem := _range_problem(column, text)):
        yield finding("value-range", text, problem)
    elif column.max_length is not None and len(text) > column.max_length:
        yield finding("value-long", str(len(text)), str(column.max_length))


def check_values(table: Table, cells: Cells) -> list[Finding]:
    """Return what is wrong with single values and with the table's key."""
    findings: list[Finding] = []
    places = [i for i, c in enumerate(table.columns) if c.name in table.key]
    seen: dict[tuple[str, ...], int] = {}
    for line, row in cells:
        for column, text in zip(table.columns, row, strict=True):
            findings += _value_findings(table, column, line, text)
        key = tuple(row[i] for i in places)
        if key in seen:
            found = " + ".join(key)
            findings.append(
                Finding(table.path, line, ", ".join(table.key), "key-duplicate", found, str(seen[key]))
            )
        seen.setdefault(key, line)
    return findings


def check_references(schema: Schema, cells: Mapping[str, Cells], unreadable: set[str]) -> list[Finding]:
    """Return every foreign key that leads nowhere; tables in ``unreadable`` are no one's target."""
    findings = []
    for table in schema.tables:
        names = [c.name for c in table.columns]
        for ref in table.references:
            target = schema.table(ref.table)
            if target.path in unreadable:
                continue
            place = [c.name for c in target.columns].index(ref.target)
            known = {row[place] for _, row in cells[ref.table]}
            here = names.index(ref.column)
            for line, row in cells[table.name]:
                if row[here] and row[here] not in known:
                    findings.append(
                        Finding(
                            table.path, line, ref.column, "reference-broken", repr(row[here]), target.path
                        )
                    )
    return findings


def check_rules(
    schema: Schema, frames: Mapping[str, pd.DataFrame], lines: Mapping[str, list[int]]
) -> list[Finding]:
    """Return what is wrong between tables: codings, leads, and where actions come from."""
    return [
        *_codings(schema, frames, lines),
        *_leads(schema, frames, lines),
        *_origins(schema, frames, lines),
    ]


def _codings(
    schema: Schema, frames: Mapping[str, pd.DataFrame], lines: Mapping[str, list[int]]
) -> Iterator[Finding]:
    codings, path = frames["codings"], schema.table("codings").path
    pairs = list(zip(codings["evidence_id"], codings["theme_id"], strict=True))
    agreed = {p for p, coder in zip(pairs, codings["coder"], strict=True) if coder == "agreed"}
    reported = set()
    for line, pair in zip(lines["codings"], pairs, strict=True):
        if pair not in agreed and pair not in reported:
            reported.add(pair)
            yield Finding(path, line, "coder", "coding-agreed", " + ".join(pair))
    used = codings[(codings["coder"] == "agreed") & (codings["stance"] != "not relevant")]["theme_id"]
    for line, theme in zip(lines["themes"], frames["themes"]["theme_id"], strict=True):
        if theme not in set(used):
            yield Finding(schema.table("themes").path, line, "theme_id", "theme-bare", theme)


def _leads(
    schema: Schema, frames: Mapping[str, pd.DataFrame], lines: Mapping[str, list[int]]
) -> Iterator[Finding]:
    table = frames["responsibilities"]
    leads = Counter(table[table["role"] == "leads"]["recommendation_id"])
    for line, action, role in zip(
        lines["responsibilities"], table["recommendation_id"], table["role"], strict=True
    ):
        if role == "leads" and leads[action] > 1:
            yield Finding(schema.table("responsibilities").path, line, "role", "lead-twice", action)


def _origins(
    schema: Schema, frames: Mapping[str, pd.DataFrame], lines: Mapping[str, list[int]]
) -> Iterator[Finding]:
    table, path = frames["recommendations"], schema.table("recommendations").path
    endorsed = set(frames["endorsements"]["recommendation_id"])
    addresses = frames["addresses"]
    founded = set(addresses[addresses["evidence_id"].notna()]["recommendation_id"])
    for line, action, origin in zip(
        lines["recommendations"], table["recommendation_id"], table["origin"], strict=True
    ):
        if origin == "published" and action not in endorsed:
            repair = "add the body to endorsements.csv, or set the origin to “edition”"
            yield Finding(path, line, "origin", "origin-unfounded", f"no body endorses {action}", repair)
        if origin == "edition" and action not in founded:
            repair = "name the evidence that led to it in addresses.csv"
            yield Finding(
                path, line, "origin", "origin-unfounded", f"no evidence stands behind {action}", repair
            )
        if origin == "edition" and action in endorsed:
            repair = "set the origin to “published”"
            yield Finding(path, line, "origin", "origin-unfounded", f"a body endorses {action}", repair)
