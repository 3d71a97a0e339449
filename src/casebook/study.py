"""A checked data package in memory."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from casebook.reads import note
from casebook.schema import DESCRIPTOR, Schema


@dataclass(frozen=True, eq=False)
class Study:
    """The tables of one data package, typed by its schema.

    ``study["evidence"]`` returns the table as a frame of its own: pandas copies on write, so nobody can change
    what another reader sees. Columns have the dtypes ``str`` (string), ``Int64`` (integer), ``float64`` (number)
    and ``datetime64[s]`` (date); an empty cell is missing, and nothing else is.

    ``digests`` holds the SHA-256 of each file as it was when it was read, ``digest`` that of all of them. Who asks for
    a table is noted as its reader (see `casebook.reads`).
    """

    folder: Path
    schema: Schema
    tables: Mapping[str, pd.DataFrame]
    digests: Mapping[str, str]
    digest: str
    # Table → key → place of its row; filled when first asked for.
    _places: dict[str, dict[str, int]] = field(default_factory=dict, repr=False)

    def _used(self, name: str) -> pd.DataFrame:
        path = self.schema.table(name).path
        note(self.folder / path, self.digests[path])
        return self.tables[name]

    def note_schema(self) -> None:
        """Note whoever reads now as a reader of the descriptor."""
        note(self.folder / DESCRIPTOR, self.digests[DESCRIPTOR])

    def __getitem__(self, name: str) -> pd.DataFrame:
        """Return the table called ``name``; KeyError names the tables there are."""
        if name not in self.tables:
            raise KeyError(f"no table {name!r}; there are {', '.join(self.tables)}")
        return self._used(name).copy(deep=False)

    def row(self, name: str, key: str) -> pd.Series:
        """Return the row of table ``name`` whose single-column key is ``key``; KeyError if there is none."""
        if not self.has(name, key):
            raise KeyError(f"{key!r} is not in {name}.csv")
        return self.tables[name].iloc[self._places[name][key]]

    def has(self, name: str, key: str) -> bool:
        """Return whether a row of table ``name`` has the single-column key ``key``."""
        table = self._used(name)
        if name not in self._places:
            (column,) = self.schema.table(name).key
            self._places[name] = {value: place for place, value in enumerate(table[column])}
        return key in self._places[name]

    def with_table(self, name: str, frame: pd.DataFrame) -> "Study":
        """Return a study in which one table is another frame, for trying things out: it is not checked.

        ``frame`` has the table's columns and dtypes; this study stays as it is.
        """
        rows = pd.util.hash_pandas_object(frame.astype(str), index=False).to_numpy().tobytes()
        digest = hashlib.sha256(f"{self.digest} {name} {rows.hex()}".encode()).hexdigest()
        return replace(self, tables={**self.tables, name: frame}, digest=digest, _places={})

    def order(self, name: str, column: str) -> list[str]:
        """Return the levels of a column in the order of the descriptor."""
        return list(self.schema.table(name).column(column).allowed)

    def fact(self, name: str) -> str:
        """Return what the package says of itself under ``casebook`` in its descriptor; KeyError if it does not."""
        facts = dict(self.schema.facts)
        if name not in facts:
            raise KeyError(f"datapackage.json says no {name!r} under “casebook”")
        return facts[name]
