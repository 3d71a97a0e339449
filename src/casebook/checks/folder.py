"""Files in the folder that nobody asked for."""

import os
from collections.abc import Iterator
from pathlib import Path

from casebook.findings import Finding
from casebook.schema import Schema

_WORKBOOKS = (".xlsx", ".xls", ".ods", ".numbers")
_TABLES = (".csv", ".tsv", ".txt")


def check_folder(folder: Path, schema: Schema) -> Iterator[Finding]:
    """Yield tables that the descriptor does not name, and workbooks, which the book does not read."""
    known = {table.path for table in schema.tables}
    for path in sorted(folder.iterdir()):
        if path.name in known or not path.is_file():
            continue
        ending = path.suffix.lower()
        # A name may be bytes that are no UTF-8; a message is.
        name = os.fsencode(path.name).decode("utf-8", errors="backslashreplace")
        if path.name.startswith(("~$", ".~lock.")):
            yield Finding(
                name, 0, "", "file-extra", "", "close the spreadsheet: it may hold changes not saved yet"
            )
        elif ending in _WORKBOOKS:
            yield Finding(name, 0, "", "file-extra", "", "save its sheets as CSV UTF-8, or keep it elsewhere")
        elif ending in _TABLES:
            yield Finding(
                name, 0, "", "file-extra", "", "describe it in datapackage.json, or keep it elsewhere"
            )
