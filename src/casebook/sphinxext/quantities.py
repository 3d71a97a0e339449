"""The role ``n``: a number in prose, computed from the data when the page is read."""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxRole

from casebook.counted import counted_rows, counted_table, drawn_source
from casebook.quantities import QuantityError, evaluate
from casebook.sphinxext.catalogue import catalogue_link, key_link
from casebook.sphinxext.domain import TABLE
from casebook.sphinxext.study import BookError, study_of


class QuantityRole(SphinxRole):
    """Print the value of an expression such as ``coded(F2, challenges)``."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the value, a link unless a source carries it as it is and the text cites that.

        A count of rows of evidence leads to these rows and so to their sources, another count to its table, and a
        value of a figure to its source.
        """
        try:
            text = evaluate(study_of(self.env), self.text)
        except QuantityError as problem:
            raise BookError(f"{self.get_location()}: {problem}") from problem
        number = nodes.inline(self.text, text, classes=["quantity"])
        shown = counted_rows(study_of(self.env), self.text)
        table, source = counted_table(self.text), drawn_source(study_of(self.env), self.text)
        if shown is not None:
            link = catalogue_link("", "", query=shown[0], first=shown[1], plain_on_paper=True)
        elif table is not None:
            link = key_link("", "", kind=TABLE, key=table)
        elif source is not None:
            link = key_link("", "", kind="src", key=source)
        else:
            return [number], []
        link += number
        return [link], []


def setup_part(app: Sphinx) -> None:
    """Register the role."""
    app.add_role("n", QuantityRole())
