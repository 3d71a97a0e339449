"""Load a data package: every problem listed before anything is drawn."""

import csv
import hashlib
import io
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from casebook.checks import check_references, check_rules, check_values
from casebook.findings import DataError, Finding
from casebook.paths import data_dir
from casebook.schema import DESCRIPTOR, Schema, Table, read_schema
from casebook.study import Study

Cells = list[tuple[int, list[str]]]
DTYPES = {"string": "str", "integer": "Int64", "number": "float64", "date": "datetime64[s]"}


def _read_cells(folder: Path, table: Table) -> tuple[Cells, list[Finding]]:
    """Read a CSV as text, each row with the line it begins at; the header must be the schema's columns."""
    path = folder / table.path
    if not path.is_file():
        return [], [Finding(table.path, 0, "", "table-missing")]
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        return [], [
            Finding(
                table.path, 0, "", "encoding", f"byte {problem.start} is {problem.object[problem.start]:#x}"
            )
        ]
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: Cells = []
    try:
        start = 1
        for row in reader:
            rows.append((start, row))
            start = reader.line_num + 1
    except csv.Error as problem:
        return [], [Finding(table.path, reader.line_num, "", "csv-broken", str(problem))]
    wanted = [c.name for c in table.columns]
    if not rows or rows[0][1] != wanted:
        found = ", ".join(rows[0][1]) if rows else "none"
        return [], [Finding(table.path, 1, "", "columns", found, ", ".join(wanted))]
    findings = [Finding(table.path, 0, "", "table-empty")] if len(rows) == 1 else []
    for line, row in rows[1:]:
        if not any(row):
            findings.append(Finding(table.path, line, "", "row-blank"))
        elif len(row) != len(wanted):
            findings.append(Finding(table.path, line, "", "row-length", str(len(row)), str(len(wanted))))
    return [(line, row) for line, row in rows[1:] if len(row) == len(wanted) and any(row)], findings


def _frame(table: Table, cells: Cells) -> pd.DataFrame:
    """Turn checked cells into a typed frame, with the columns of the schema and one row a cell row."""
    data = {}
    for place, column in enumerate(table.columns):
        values = [row[place] or None for _, row in cells]
        if column.type == "integer":
            values = [None if v is None else int(v) for v in values]
        elif column.type == "number":
            values = [None if v is None else float(v) for v in values]
        data[column.name] = pd.Series(values, dtype=DTYPES[column.type])
    return pd.DataFrame(data)


def digest_of(folder: Path, schema: Schema) -> str:
    """Return the SHA-256 of the descriptor and all tables, in the order of the schema."""
    total = hashlib.sha256()
    for name in (DESCRIPTOR, *(t.path for t in schema.tables)):
        total.update(hashlib.sha256((folder / name).read_bytes()).digest())
    return total.hexdigest()


def find_problems(folder: Path) -> list[Finding]:
    """Return everything that is wrong with the data package in ``folder``, in order of file and line."""
    try:
        _load(folder)
    except DataError as error:
        return sorted(error.findings)
    return []


def _load(folder: Path) -> Study:
    schema = read_schema(folder)
    cells: dict[str, Cells] = {}
    findings: list[Finding] = []
    for table in schema.tables:
        cells[table.name], problems = _read_cells(folder, table)
        findings += problems
        findings += check_values(table, cells[table.name])
    unreadable = {
        f.file for f in findings if f.code in ("table-missing", "encoding", "csv-broken", "columns")
    }
    findings += check_references(schema, cells, unreadable)
    if findings:
        raise DataError(folder, sorted(findings))
    frames = {t.name: _frame(t, cells[t.name]) for t in schema.tables}
    lines = {name: [line for line, _ in rows] for name, rows in cells.items()}
    findings = check_rules(schema, frames, lines)
    if findings:
        raise DataError(folder, sorted(findings))
    return Study(folder, schema, MappingProxyType(frames), digest_of(folder, schema))


@lru_cache(maxsize=4)
def _load_once(folder: Path, _stamp: tuple[tuple[str, int, int], ...]) -> Study:
    return _load(folder)


def load_study(folder: Path | str | None = None) -> Study:
    """Load and check the data package in ``folder`` (default: ``$CASEBOOK_DATA``, else the book's ``data/``).

    Reading it again is free as long as no file in the folder changes.

    Raises:
        DataError: anything is wrong with the package; lists every finding.
        FileNotFoundError: no folder was named and none was found.
    """
    place = Path(folder).resolve() if folder is not None else data_dir()
    files = sorted(place.glob("*")) if place.is_dir() else []
    stamp = tuple((f.name, f.stat().st_mtime_ns, f.stat().st_size) for f in files)
    return _load_once(place, stamp)
