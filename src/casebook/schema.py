"""Read ``datapackage.json`` into tables and columns."""

import json
from dataclasses import dataclass
from pathlib import Path

from casebook.findings import DataError, Finding

DESCRIPTOR = "datapackage.json"
TYPES = ("string", "integer", "number", "date")


@dataclass(frozen=True)
class Column:
    """One column of a table, as the descriptor gives it."""

    name: str
    type: str
    description: str
    unit: str = ""
    format: str = ""
    required: bool = False
    pattern: str = ""
    minimum: float | None = None
    maximum: float | None = None
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


@dataclass(frozen=True)
class Schema:
    """All tables of a data package, and what the package says of itself."""

    title: str
    version: str
    license: str
    tables: tuple[Table, ...]

    def table(self, name: str) -> Table:
        """Return the table called ``name``; KeyError if there is none."""
        for table in self.tables:
            if table.name == name:
                return table
        raise KeyError(f"the data package has no table {name}")


def _column(field: dict) -> Column:
    limits = field.get("constraints", {})
    return Column(
        name=field["name"],
        type=field.get("type", "string"),
        description=field.get("description", ""),
        unit=field.get("unit", ""),
        format=field.get("format", ""),
        required=bool(limits.get("required", False)),
        pattern=limits.get("pattern", ""),
        minimum=limits.get("minimum"),
        maximum=limits.get("maximum"),
        max_length=limits.get("maxLength"),
        levels=tuple((c["value"], c.get("label", "")) for c in field.get("categories", ())),
    )


def _table(resource: dict) -> Table:
    schema = resource["schema"]
    columns = tuple(_column(f) for f in schema["fields"])
    unknown = {c.type for c in columns} - set(TYPES)
    if unknown:
        raise ValueError(f"{resource['name']}: column types {sorted(unknown)}; known are {', '.join(TYPES)}")
    return Table(
        name=resource["name"],
        path=resource["path"],
        title=resource.get("title", resource["name"]),
        description=resource.get("description", ""),
        columns=columns,
        key=tuple(schema["primaryKey"]),
        references=tuple(
            Reference(k["fields"][0], k["reference"]["resource"], k["reference"]["fields"][0])
            for k in schema.get("foreignKeys", ())
        ),
    )


def read_schema(folder: Path) -> Schema:
    """Read the descriptor in ``folder``.

    Raises:
        DataError: the descriptor is missing, is not JSON, or lacks what a table needs.
    """
    path = folder / DESCRIPTOR
    if not path.is_file():
        raise DataError(folder, [Finding(DESCRIPTOR, 0, "", "descriptor-missing")])
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        tables = tuple(_table(r) for r in raw["resources"])
        names = {t.name: {c.name for c in t.columns} for t in tables}
        for table in tables:
            for ref in table.references:
                if ref.target not in names.get(ref.table, ()):
                    raise ValueError(
                        f"{table.name}.{ref.column} refers to {ref.table}.{ref.target}, which is not there"
                    )
        return Schema(raw["title"], raw.get("version", ""), raw["licenses"][0]["name"], tables)
    except (KeyError, IndexError, TypeError, ValueError) as problem:
        found = f"no {problem}" if isinstance(problem, KeyError) else str(problem)
        finding = Finding(DESCRIPTOR, 0, "", "descriptor-invalid", found, "see the data dictionary")
        raise DataError(folder, [finding]) from problem
