"""Load a data package: every problem listed before anything is drawn."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from casebook.checks import check_sheets
from casebook.checks.chapters import check_chapters
from casebook.checks.folder import check_folder
from casebook.findings import DataError, Finding, errors
from casebook.paths import data_dir
from casebook.reads import file_hash, unnoted
from casebook.schema import DESCRIPTOR, Schema, read_schema
from casebook.sheet import Sheet, read_sheet
from casebook.study import Study

DTYPES = {"string": "str", "integer": "Int64", "number": "float64", "date": "datetime64[s]"}


@dataclass(frozen=True)
class Reading:
    """A data package as its files have it, and everything that was found in it."""

    schema: Schema
    sheets: dict[str, Sheet]
    findings: list[Finding]


def read_package(folder: Path) -> Reading:
    """Read and check a data package; raises DataError only where the descriptor itself cannot be used."""
    schema = read_schema(folder)
    sheets = {t.name: read_sheet(folder, t) for t in schema.tables}
    sheets |= {t.name: Sheet(t, cells={c.name: [] for c in t.columns}) for t in schema.absent}
    return Reading(schema, sheets, sorted({*check_sheets(schema, sheets), *check_folder(folder, schema)}))


def find_problems(folder: Path, book: Path | None = None) -> list[Finding]:
    """Return everything that is wrong or doubtful in the data package in ``folder``, by file and line.

    With ``book``, the folder of the chapters, also what the chapters leave out.
    """
    try:
        reading = read_package(folder)
    except DataError as error:
        return sorted(error.findings)
    chapters = check_chapters(book, reading.sheets) if book else ()
    return sorted([*reading.findings, *chapters])


def _frame(sheet: Sheet) -> pd.DataFrame:
    """Turn a checked sheet into a typed frame, with the columns of the schema and one row a row of the file."""
    data = {}
    for column in sheet.table.columns:
        values: list[object] = [text or None for text in sheet.cells[column.name]]
        if column.type in ("integer", "number"):
            make = int if column.type == "integer" else float
            values = [None if v is None else make(v) for v in values]  # type: ignore[arg-type]
        data[column.name] = pd.Series(values, dtype=DTYPES[column.type])
    return pd.DataFrame(data)


def _digests(folder: Path, schema: Schema) -> dict[str, str]:
    """Return the SHA-256 of the descriptor and of each table, in the order of the schema."""
    return {
        name: file_hash(folder / name)
        for name in (DESCRIPTOR, *(t.path for t in (*schema.tables, *schema.absent)))
    }


def _load(folder: Path) -> Study:
    # Hashed before it is read: a file that changes meanwhile is then one that changed, never one that did not.
    digests = _digests(folder, read_schema(folder))
    reading = read_package(folder)
    if errors(reading.findings):
        raise DataError(folder, reading.findings)
    frames = {name: _frame(sheet) for name, sheet in reading.sheets.items()}
    total = hashlib.sha256("".join(digests.values()).encode()).hexdigest()
    return Study(folder, reading.schema, MappingProxyType(frames), MappingProxyType(digests), total)


@lru_cache(maxsize=4)
def _load_once(folder: Path, _stamp: tuple[tuple[str, int, int, int], ...]) -> Study:
    with unnoted():
        return _load(folder)


def load_study(folder: Path | str | None = None) -> Study:
    """Load and check the data package in ``folder`` (default: ``$CASEBOOK_DATA``, else the book's ``data/``).

    Reading it again is free as long as no file in the folder changes.

    Raises:
        DataError: no right book can be made of the package; lists every finding.
        FileNotFoundError: no folder was named and none was found.
    """
    place = Path(folder).resolve() if folder is not None else data_dir()
    with unnoted():
        files = sorted(p for p in place.glob("*") if p.is_file()) if place.is_dir() else []
    # The change time too: a tool may set a file's date back, but not that.
    stamp = tuple((f.name, f.stat().st_mtime_ns, f.stat().st_ctime_ns, f.stat().st_size) for f in files)
    study = _load_once(place, stamp)
    study.note_schema()
    return study
