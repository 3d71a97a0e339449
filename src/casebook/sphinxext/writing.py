"""What every directive writes with: texts, links, tables and boxes; the text of a cell stays text."""

import json
from collections.abc import Iterable
from typing import Any

import pandas as pd
from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from casebook.sphinxext.domain import KINDS, NAME, claim_nodes
from casebook.sphinxext.study import BookError, study_of
from casebook.study import Study

# How the address of a link begins that leads out of the book, in every edition.
OUTSIDE = ("http:", "https:", "mailto:", "tel:")
Part = str | nodes.Node
Cell = list[Part] | str


def script_json(value: object, **options: Any) -> str:
    """Return JSON that cannot end the script element it stands in, whatever a cell holds; compact unless told."""
    text = json.dumps(value, ensure_ascii=False, **{"separators": (",", ":"), **options})
    return text.replace("<", "\\u003c")


def inline(text: str, *classes: str) -> nodes.inline:
    """Return text as an inline node."""
    return nodes.inline(text, text, classes=list(classes))


def paragraph(*parts: Part, classes: Iterable[str] = ()) -> nodes.paragraph:
    """Return a paragraph of texts and nodes."""
    node = nodes.paragraph(classes=list(classes))
    node += [nodes.Text(p) if isinstance(p, str) else p for p in parts]
    return node


def row_head(key: str, title: str, tag: str) -> nodes.paragraph:
    """Return the head of a row of the data package: its key, its name and one tag."""
    parts = [inline(key, "key"), " ", inline(title, "row-title"), " ", inline(tag, "tag")]
    return paragraph(*parts, classes=["row-head"])


def outside(text: str, url: str) -> nodes.reference:
    """Return a link to an address outside the book."""
    return nodes.reference(text, text, refuri=url, classes=["outside"])


def root_of(page: str) -> str:
    """Return the way from a page of the book, such as ``chapters/paper/method``, up to the book's own folder."""
    return "../" * page.count("/")


def given(value: object) -> str:
    """Return a cell's text, nothing for a missing one; a year without decimals."""
    return "" if pd.isna(value) else str(value)


class StudyDirective(SphinxDirective):
    """A directive that writes from the study and gives what it writes an address."""

    @property
    def study(self) -> Study:
        """The study of this build."""
        return study_of(self.env)

    def place(self, kind: str, key: str) -> str:
        """Record that a thing stands on this page and return its address there."""
        anchor = KINDS[kind].anchor(key)
        self.env.get_domain(NAME).note_target(kind, key, self.env.docname, anchor)
        return anchor

    def refer(self, kind: str, keys: Iterable[str]) -> list[nodes.Node]:
        """Return references to things by key."""
        return claim_nodes(self.env, kind, list(keys), self.get_location())

    def box(self, *children: nodes.Node, classes: Iterable[str] = (), anchor: str = "") -> nodes.container:
        """Return children in a box, with an address if one is named."""
        node = nodes.container(classes=list(classes), ids=[anchor] if anchor else [])
        node += list(children)
        return node

    def table(
        self,
        heads: list[str],
        rows: list[list[Cell]],
        classes: list[str],
        numeric: Iterable[int] = (),
        caption: str = "",
    ) -> nodes.container:
        """Return a table with a head row, in a box of its own that scrolls; the first cell of each row is its head.

        A caption, which no other table of the book may have, gives the table its number and its address.
        """
        numbers = set(numeric)
        table = nodes.table(classes=classes)
        if caption:
            table["ids"] = [f"table-{nodes.make_id(caption)}"]
            table += nodes.title("", caption)
        group = nodes.tgroup(cols=len(heads))
        table += group
        for i in range(len(heads)):
            group += nodes.colspec(colwidth=1, **({"stub": 1} if i == 0 else {}))

        def row_of(cells: list[Cell]) -> nodes.row:
            row = nodes.row()
            for i, cell in enumerate(cells):
                entry = nodes.entry(classes=["number"] if i in numbers else [])
                entry += paragraph(*([cell] if isinstance(cell, str) else cell))
                row += entry
            return row

        head, body = nodes.thead(), nodes.tbody()
        head += row_of(list(heads))
        body += [row_of(row) for row in rows]
        group += [head, body]
        return self.box(table, classes=["scroll"])

    def theme(self, key: str) -> pd.Series:
        """Return the theme called ``key``; the build stops if there is none."""
        try:
            return self.study.row("themes", key)
        except KeyError as problem:
            raise BookError(f"{self.get_location()}: {problem.args[0]}") from problem
