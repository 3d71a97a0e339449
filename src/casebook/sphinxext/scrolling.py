"""Wide tables scroll in a box of their own, which has a name and can be reached by keyboard; a row begins with its head."""

from collections import Counter
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx


class scroll_box(nodes.General, nodes.Element):
    """A box that scrolls sideways where the screen is too narrow for what it holds."""


def _label(box: nodes.Element) -> str:
    """Return the name of a box: the title of the table in it, or of the nearest heading above it."""
    title = next(box.findall(nodes.title), None)
    parent = box.parent
    while title is None and parent is not None:
        title = parent.next_node(nodes.title) if isinstance(parent, nodes.section) else None
        parent = parent.parent
    return f"Table: {title.astext()}" if title is not None else "Table"


def name_boxes(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Turn each container of the class ``scroll`` into a box with a name that no other box of the page has."""
    seen: Counter[str] = Counter()
    for container in list(doctree.findall(nodes.container)):
        if "scroll" in container["classes"]:
            label = _label(container)
            seen[label] += 1
            box = scroll_box("", *container.children, ids=container["ids"])
            box["label"] = f"{label} ({seen[label]})" if seen[label] > 1 else label
            container.replace_self(box)


def head_rows(app: Sphinx, doctree: nodes.document) -> None:
    """Make the first cell of each row its head, in the tables that are written in Markdown too."""
    for group in doctree.findall(nodes.tgroup):
        next(group.findall(nodes.colspec))["stub"] = 1


def visit_html(translator: Any, node: scroll_box) -> None:
    """Open the box; paper does not scroll."""
    attributes = {"role": "region", "tabindex": "0", "aria-label": node["label"]}
    paper = hasattr(translator.builder, "keep_picture")
    translator.body.append(translator.starttag(node, "div", CLASS="scroll", **({} if paper else attributes)))


def depart_html(translator: Any, node: scroll_box) -> None:
    """Close the box."""
    translator.body.append("</div>\n")


def setup_part(app: Sphinx) -> None:
    """Name the boxes of every page, and head its rows."""
    app.add_node(scroll_box, html=(visit_html, depart_html))
    app.connect("doctree-read", head_rows)
    app.connect("doctree-resolved", name_boxes)
