"""The role ``n``: a number in prose, computed from the data when the page is read."""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxRole

from casebook.quantities import QuantityError, evaluate
from casebook.sphinxext.study import BookError, study_of


class QuantityRole(SphinxRole):
    """Print the value of an expression such as ``coded(F2, challenges)``."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the value as text that remembers how it was computed."""
        try:
            text = evaluate(study_of(self.env), self.text)
        except QuantityError as problem:
            raise BookError(f"{self.get_location()}: {problem}") from problem
        return [nodes.inline(self.text, text, classes=["quantity"])], []


def setup_part(app: Sphinx) -> None:
    """Register the role."""
    app.add_role("n", QuantityRole())
