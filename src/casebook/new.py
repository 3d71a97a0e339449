"""Begin a data package of one's own: a folder that passes the checks and builds, with an example for every table."""

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

from casebook.contract import NEEDED
from casebook.schema import DESCRIPTOR, Schema, Table, read_schema

STARTER = Path(__file__).parent / "starter"
_HEAD = """# {title}: a data package

This folder is the data of one edition.
Each table is a CSV file in UTF-8 with commas; `datapackage.json` says what every column means and may hold.
Tables with rows are needed: {needed}.
Every other table may stay as it is, with a head and no rows: the book then says that it has nothing to show there.

1. Set title, description, authors, date (“created”) and licence in `datapackage.json`.
2. Replace the example rows by your own; they are invented and begin with “example”.
3. Run `casebook check --data DIR` until it finds nothing wrong, then `CASEBOOK_DATA=DIR make book`; DIR is this folder.

An empty cell means “none”; never write NA or null.
Evidence is coded by two people: each pair of row and theme has three lines in `codings.csv`, `first`, `second` and `agreed`.
Pages of your own go beside the tables, as `chapters/…/NAME.md`; a page of the same name as one of the edition's replaces it.
To change which pages there are, copy `edition/_toc.yml` here and change it.

# The tables, each with an example row
"""


def examples() -> dict[str, list[dict[str, str]]]:
    """Return the example rows of every table: table → rows; together they make a package without faults."""
    rows: dict[str, list[dict[str, str]]] = json.loads(
        (STARTER / "examples.json").read_text(encoding="utf-8")
    )
    return rows


def new_package(folder: Path, title: str = "") -> list[Path]:
    """Write a minimal data package into ``folder`` and return its files.

    Raises:
        FileExistsError: the folder is there and not empty; nothing was written.
        OSError: it cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FileExistsError(
            f"{folder} is there already and is not empty: name a folder that does not exist."
        )
    title = (
        title.strip() or f"{folder.name.replace('-', ' ').replace('_', ' ').strip().capitalize()}: an edition"
    )
    schema = read_schema(STARTER)
    files = {DESCRIPTOR: _descriptor(folder.name, title), "README.md": _readme(schema, title)}
    rows = examples()
    for table in schema.tables:
        files[table.path] = as_csv(table, rows[table.name] if table.name in NEEDED else [])
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    return [folder / name for name in files]


def as_csv(table: Table, rows: list[dict[str, str]]) -> str:
    """Return rows as the text of a table's CSV, head first."""
    text = io.StringIO()
    writer = csv.DictWriter(text, [c.name for c in table.columns], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _descriptor(name: str, title: str) -> str:
    raw: dict[str, Any] = json.loads((STARTER / DESCRIPTOR).read_text(encoding="utf-8"))
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "my-edition"
    raw |= {"name": slug, "title": title}
    raw["casebook"]["short_title"] = title if len(title) <= 40 else title[:39].rstrip() + "…"
    return json.dumps(raw, ensure_ascii=False, indent=2) + "\n"


def _readme(schema: Schema, title: str) -> str:
    needed = ", ".join(f"`{name}.csv`" for name in NEEDED)
    return _HEAD.format(title=title, needed=needed) + "".join(_about(table) for table in schema.tables)


def _about(table: Table) -> str:
    lines = "".join(
        f"- `{c.name}`{' (needed)' if c.required else ''}: {c.description}"
        + (f" One of: {', '.join(c.allowed)}." if c.allowed else "")
        + "\n"
        for c in table.columns
    )
    rows = as_csv(table, examples()[table.name][:3])
    return f"\n## {table.title} (`{table.path}`)\n\n{table.description}\n\n{lines}\n```csv\n{rows}```\n"
