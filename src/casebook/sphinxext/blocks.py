"""Small blocks of a page: its opening, and asides that name their voice."""

from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective


class Box(SphinxDirective):
    """Content in a box of its own class."""

    has_content = True
    box = ""

    def run(self) -> list[nodes.Node]:
        """Return the box with its content."""
        node = nodes.container(classes=[self.box])
        self.state.nested_parse(self.content, self.content_offset, node)
        return [node]


class Lead(Box):
    """The two or three sentences that answer the chapter's question."""

    box = "lead"


class Ways(Box):
    """The ways into the book, as a list of cards."""

    box = "ways"


class QuickExit(SphinxDirective):
    """Ask the theme for a way to leave the page at once; nothing on paper."""

    def run(self) -> list[nodes.Node]:
        """Return an empty mark that the template looks for."""
        return [nodes.container(classes=["quick-exit"])]


class Aside(SphinxDirective):
    """A titled box beside the argument."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec: ClassVar = {"class": directives.class_option}

    def run(self) -> list[nodes.Node]:
        """Return the box with its title."""
        box = nodes.container(classes=["aside", *self.options.get("class", [])])
        box += nodes.paragraph("", self.arguments[0], classes=["aside-title"])
        self.state.nested_parse(self.content, self.content_offset, box)
        return [box]


def setup_part(app: Sphinx) -> None:
    """Register the directives."""
    app.add_directive("lead", Lead)
    app.add_directive("ways", Ways)
    app.add_directive("quick-exit", QuickExit)
    app.add_directive("note-box", Aside)
