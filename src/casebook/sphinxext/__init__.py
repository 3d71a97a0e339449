"""The Sphinx extension: wires the parts together and does nothing else."""

from sphinx.application import Sphinx

from casebook import __version__


def setup(app: Sphinx) -> dict[str, object]:
    """Register domain, roles, directives, figure node, site and PDF builder."""
    from casebook.sphinxext import blocks, catalogue, domain, figure, pdf, quantities, reports, site, voices  # noqa: PLC0415 - Sphinx only

    app.setup_extension("myst_nb")
    for part in (domain, quantities, blocks, catalogue, reports, figure, voices, site, pdf):
        part.setup_part(app)
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True}
