"""Read ``datapackage.json`` into tables and columns."""

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from casebook.contract import NEEDED, TABLES, as_resource
from casebook.descriptor import descriptor_findings
from casebook.findings import DataError, Finding
from casebook.reads import file_bytes

DESCRIPTOR = "datapackage.json"


@dataclass(frozen=True)
class Column:
    """One column of a table, as the descriptor gives it."""

    name: str
    type: str
    description: str
    unit: str = ""
    format: str = ""
    required: bool = False
    unique: bool = False
    pattern: str = ""
    minimum: float | None = None
    maximum: float | None = None
    min_length: int | None = None
    max_length: int | None = None
    levels: tuple[tuple[str, str], ...] = ()

    @property
    def allowed(self) -> tuple[str, ...]:
        """The values a column of levels may hold; empty for any other column."""
        return tuple(value for value, _ in self.levels)


@dataclass(frozen=True)
class Reference:
    """A foreign key: this table's column holds keys of another table."""

    column: str
    table: str
    target: str


@dataclass(frozen=True)
class Table:
    """One table of the data package."""

    name: str
    path: str
    title: str
    description: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    references: tuple[Reference, ...] = ()

    def column(self, name: str) -> Column:
        """Return the column called ``name``; KeyError if there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.name} has no column {name}")

    @property
    def linked(self) -> frozenset[str]:
        """The columns that hold keys of another table."""
        return frozenset(reference.column for reference in self.references)

    @property
    def needed(self) -> bool:
        """Whether there is no book without rows in this table."""
        return self.name in NEEDED


@dataclass(frozen=True)
class Schema:
    """All tables of a data package, and what the package says of itself.

    ``absent`` are tables that the book could show and that this package does not have.
    """

    name: str
    title: str
    version: str
    license: str
    tables: tuple[Table, ...]
    absent: tuple[Table, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()

    def table(self, name: str) -> Table:
        """Return the table called ``name``, absent ones too; KeyError if there is none."""
        for table in (*self.tables, *self.absent):
            if table.name == name:
                return table
        raise KeyError(f"the data package has no table {name}")


def _column(field: dict) -> Column:
    limits = field.get("constraints", {})
    levels = field.get("categories") or limits.get("enum") or ()
    return Column(
        name=field["name"],
        type=field.get("type", "string"),
        description=field.get("description", ""),
        unit=field.get("unit", ""),
        format=field.get("format", ""),
        required=bool(limits.get("required", False)),
        unique=bool(limits.get("unique", False)),
        pattern=limits.get("pattern", ""),
        minimum=limits.get("minimum"),
        maximum=limits.get("maximum"),
        min_length=limits.get("minLength"),
        max_length=limits.get("maxLength"),
        levels=tuple((c["value"], c.get("label", "")) if isinstance(c, dict) else (c, c) for c in levels),
    )


def _table(resource: dict) -> Table:
    schema = resource["schema"]
    return Table(
        name=resource["name"],
        path=resource["path"],
        title=resource.get("title", resource["name"]),
        description=resource.get("description", ""),
        columns=tuple(_column(f) for f in schema["fields"]),
        key=tuple(schema["primaryKey"]),
        references=tuple(
            Reference(k["fields"][0], k["reference"]["resource"], k["reference"]["fields"][0])
            for k in schema.get("foreignKeys", ())
        ),
    )


def _twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make a JSON object; a name that stands twice would lose a value in silence."""
    names = Counter(name for name, _ in pairs)
    if len(names) < len(pairs):
        raise ValueError(
            f"the name “{next(n for n, k in names.items() if k > 1)}” stands twice in one object"
        )
    return dict(pairs)


def _no_number(word: str) -> Any:
    """Refuse what JSON has no word for, though Python reads it."""
    raise ValueError(f"{word} is no number")


def read_schema(folder: Path) -> Schema:
    """Read the descriptor in ``folder``.

    Raises:
        DataError: the descriptor is missing, cannot be read, contradicts itself or lacks what the book reads.
    """
    try:
        text = file_bytes(folder / DESCRIPTOR).decode("utf-8-sig")
        raw = json.loads(text, object_pairs_hook=_twice, parse_constant=_no_number)
        json.dumps(raw, ensure_ascii=False).encode()  # half of a letter written as \\ud800 is none
    except FileNotFoundError:
        raise DataError(folder, [Finding(DESCRIPTOR, 0, "", "descriptor-missing")]) from None
    except (OSError, ValueError, RecursionError) as problem:
        line = getattr(problem, "lineno", 0)
        found = str(problem) or "it is nested too deep"
        finding = Finding(DESCRIPTOR, line, "", "descriptor-invalid", found, "it must be JSON in UTF-8")
        raise DataError(folder, [finding]) from problem
    try:
        findings = descriptor_findings(DESCRIPTOR, raw, text)
        if findings:
            raise DataError(folder, findings)
        resources = {r["name"]: r for r in raw["resources"]}
        tables = tuple(_table(r) for r in raw["resources"])
        absent = tuple(_table(as_resource(n)) for n in TABLES if n not in resources)
        facts = tuple((k, v) for k, v in raw.get("casebook", {}).items() if isinstance(v, str))
        return Schema(
            raw["name"],
            raw["title"],
            raw.get("version", ""),
            raw["licenses"][0]["name"],
            tables,
            absent,
            facts,
        )
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as problem:
        found = f"there is no {problem}" if isinstance(problem, KeyError) else str(problem)
        finding = Finding(DESCRIPTOR, 0, "", "descriptor-invalid", found, "see the data dictionary")
        raise DataError(folder, [finding]) from problem
