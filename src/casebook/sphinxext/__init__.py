"""The Sphinx extension: wires the parts together and does nothing else."""

from importlib import import_module

from sphinx.application import Sphinx

from casebook import __version__

# In the order in which they build on one another; imported only when Sphinx asks.
PARTS = (
    "freshness",
    "execution",
    "domain",
    "quantities",
    "blocks",
    "catalogue",
    "advice",
    "reports",
    "dictionary",
    "speed",
    "priorities",
    "annexes",
    "landing",
    "figure",
    "notebooks",
    "voices",
    "terms",
    "scrolling",
    "site",
    "metadata",
    "brief",
    "pdf",
    "epub",
)


def setup(app: Sphinx) -> dict[str, object]:
    """Register domain, roles, directives, figure node, site and PDF builder."""
    app.setup_extension("myst_nb")
    for part in PARTS:
        import_module(f"casebook.sphinxext.{part}").setup_part(app)
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True}
