"""Keys, references, circles of references, and rows that say the same twice."""

import difflib
import re
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from casebook.contract import ADDRESSES
from casebook.findings import Finding
from casebook.schema import Schema, Table
from casebook.sheet import Sheet
from casebook.wording import shown


def _keys(table: Table, sheet: Sheet) -> list[tuple[str, ...]]:
    return list(zip(*(sheet.cells[name] for name in table.key), strict=True))


def check_keys(schema: Schema, sheets: Mapping[str, Sheet]) -> Iterator[Finding]:
    """Yield keys that stand twice, keys that differ only in case, and keys that can be no address."""
    for table in schema.tables:
        sheet = sheets[table.name]
        first: dict[tuple[str, ...], int] = {}
        alike: dict[str, int] = {}
        pattern = ADDRESSES.get(f"{table.name}.{table.key[0]}") if len(table.key) == 1 else None
        for line, key in zip(sheet.lines, _keys(table, sheet), strict=True):
            if not all(key):
                continue
            column = ", ".join(table.key)
            if key in first:
                yield Finding(table.path, line, column, "key-duplicate", " + ".join(key), str(first[key]))
                continue
            first[key] = line
            if len(key) == 1:
                bare = key[0].casefold().replace(".", "-").replace("_", "-")
                if bare in alike:
                    yield Finding(table.path, line, column, "key-alike", shown(key[0]), str(alike[bare]))
                alike.setdefault(bare, line)
            if pattern and not re.fullmatch(pattern, key[0]):
                yield Finding(table.path, line, column, "value-pattern", shown(key[0]), pattern)
        yield from _unique(table, sheet)


def _unique(table: Table, sheet: Sheet) -> Iterator[Finding]:
    for column in table.columns:
        if column.unique and (column.name,) != table.key:
            first: dict[str, int] = {}
            for line, value in zip(sheet.lines, sheet.cells[column.name], strict=True):
                if value and value in first:
                    yield Finding(
                        table.path, line, column.name, "key-duplicate", shown(value), str(first[value])
                    )
                first.setdefault(value, line)


def check_repeats(schema: Schema, sheets: Mapping[str, Sheet]) -> Iterator[Finding]:
    """Yield rows that are the same as an earlier one but for their key, in tables that others refer to."""
    named = {ref.table for table in schema.tables for ref in table.references}
    for table in (t for t in schema.tables if t.name in named):
        sheet = sheets[table.name]
        rest = [c.name for c in table.columns if c.name not in table.key]
        if len(table.key) > 1 or len(rest) < 2 or not sheet.whole:
            continue
        first: dict[tuple[str, ...], tuple[int, tuple[str, ...]]] = {}
        rows = zip(*(sheet.cells[name] for name in rest), strict=True)
        for line, key, row in zip(sheet.lines, _keys(table, sheet), rows, strict=True):
            if row in first and first[row][1] != key:
                column = ", ".join(table.key)
                yield Finding(table.path, line, column, "row-twice", "", str(first[row][0]))
            first.setdefault(row, (line, key))


def check_references(schema: Schema, sheets: Mapping[str, Sheet]) -> Iterator[Finding]:
    """Yield every foreign key that leads nowhere; a table that could not be read is no one's target."""
    for table in schema.tables:
        sheet = sheets[table.name]
        for ref in table.references:
            goal = sheets[ref.table]
            if not goal.whole or (goal.table.needed and not goal.lines):
                continue
            known = set(sheets[ref.table].cells[ref.target])
            target = schema.table(ref.table).path
            hints: dict[str, str] = {}
            for line, value in zip(sheet.lines, sheet.cells[ref.column], strict=True):
                if value and value not in known:
                    if value not in hints and len(hints) < 50:
                        hints[value] = _near(value, known)
                    yield Finding(
                        table.path,
                        line,
                        ref.column,
                        "reference-broken",
                        shown(value),
                        target + hints.get(value, ""),
                    )


def _near(value: str, known: set[str]) -> str:
    """Return a key that may be meant, in words; nothing where none is near."""
    same = [k for k in known if k.casefold() == value.strip().casefold()]
    near = same or difflib.get_close_matches(value, sorted(known)[:5000], 1, 0.8)
    return f" (is it {near[0]}?)" if near else ""


def check_cycles(schema: Schema, sheets: Mapping[str, Sheet]) -> Iterator[Finding]:
    """Yield circles of references, row by row, among tables that refer to themselves or to one another."""
    chained = _in_circles(schema)
    graph: dict[tuple[str, str], set[tuple[str, str]]] = {}
    places: dict[tuple[str, str], tuple[str, int, str]] = {}
    for table in schema.tables:
        sheet = sheets[table.name]
        for ref in table.references:
            if not {table.name, ref.table} <= chained or len(table.key) > 1:
                continue
            for line, (key,), value in zip(
                sheet.lines, _keys(table, sheet), sheet.cells[ref.column], strict=True
            ):
                if value:
                    graph.setdefault((table.name, key), set()).add((ref.table, value))
                    places[table.name, key] = (table.path, line, ref.column)
    while True:
        try:
            TopologicalSorter(graph).prepare()
            return
        except CycleError as problem:
            circle = problem.args[1][:-1]
        start = min(circle, key=lambda node: places[node])
        at = circle.index(start)
        # graphlib gives the circle against the direction of the references.
        path = [*circle[at:], *circle[:at], start][::-1]
        yield Finding(*places[start], "reference-cycle", " → ".join(key for _, key in path))
        graph[start] = graph[start] - set(circle)


def _in_circles(schema: Schema) -> set[str]:
    """Return the tables that can be reached from themselves by references."""
    links = {t.name: {r.table for r in t.references} for t in schema.tables}

    def reach(name: str) -> set[str]:
        seen, todo = set(), list(links.get(name, ()))
        while todo:
            at = todo.pop()
            if at not in seen:
                seen.add(at)
                todo += links.get(at, ())
        return seen

    return {name for name in links if name in reach(name)}
