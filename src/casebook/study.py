"""A checked data package in memory."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from casebook.schema import Schema


@dataclass(frozen=True, eq=False)
class Study:
    """The tables of one data package, typed by its schema.

    ``study["evidence"]`` returns the table as a frame of its own: pandas copies on write, so nobody can change
    what another reader sees. Columns have the dtypes ``str`` (string), ``Int64`` (integer), ``float64`` (number)
    and ``datetime64[s]`` (date); an empty cell is missing, and nothing else is.
    """

    folder: Path
    schema: Schema
    tables: Mapping[str, pd.DataFrame]
    digest: str

    def __getitem__(self, name: str) -> pd.DataFrame:
        """Return the table called ``name``; KeyError names the tables there are."""
        if name not in self.tables:
            raise KeyError(f"no table {name!r}; there are {', '.join(self.tables)}")
        return self.tables[name].copy(deep=False)

    def row(self, name: str, key: str) -> pd.Series:
        """Return the row of table ``name`` whose single-column key is ``key``; KeyError if there is none."""
        (column,) = self.schema.table(name).key
        table = self.tables[name]
        found = table[table[column] == key]
        if found.empty:
            raise KeyError(f"{key!r} is not in {name}.csv")
        return found.iloc[0]

    def order(self, name: str, column: str) -> list[str]:
        """Return the levels of a column in the order of the descriptor."""
        return list(self.schema.table(name).column(column).allowed)

    def fact(self, name: str) -> str:
        """Return what the package says of itself under ``casebook`` in its descriptor; KeyError if it does not."""
        facts = dict(self.schema.facts)
        if name not in facts:
            raise KeyError(f"datapackage.json says no {name!r} under “casebook”")
        return facts[name]
