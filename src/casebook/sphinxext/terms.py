"""Terms of the glossary: a link from the text, and a note that gives the definition where the reader is."""

import re
from collections.abc import Iterator
from typing import Any

from docutils import nodes
from sphinx.addnodes import glossary, pending_xref
from sphinx.application import Sphinx

from casebook.sphinxext.domain import NAME

LINK = "term-link"


def _definition(item: nodes.definition_list_item) -> str:
    """Return the definition as one line; the codes of its claims are left to the glossary itself."""
    body = item.next_node(nodes.definition).deepcopy()
    for claim in list(body.findall(pending_xref)):
        claim.parent.remove(claim)
    return re.sub(r"\s+([.,;:])", r"\1", " ".join(body.astext().split()))


def note_terms(app: Sphinx, doctree: nodes.document) -> None:
    """Tell the domain what the page's glossaries define, by the address of the term."""
    terms = app.env.get_domain(NAME).data["terms"]
    for entries in doctree.findall(glossary):
        for item in entries.findall(nodes.definition_list_item):
            for term in item.findall(nodes.term):
                for anchor in term["ids"]:
                    terms[app.env.docname, anchor] = (app.env.docname, term.astext(), _definition(item))


def _links(doctree: nodes.document) -> Iterator[nodes.reference]:
    for reference in doctree.findall(nodes.reference):
        if any("std-term" in child.get("classes", ()) for child in reference.findall(nodes.inline)):
            yield reference


def mark_links(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Let style and script know a link to a term."""
    for reference in _links(doctree):
        reference["classes"] += [LINK]


def term_notes(app: Sphinx, doctree: nodes.document) -> list[dict[str, Any]]:
    """Return the notes of all terms a page links to, each once, in order."""
    terms = app.env.get_domain(NAME).data["terms"]
    by_anchor = {anchor: (term, text) for (_, anchor), (_, term, text) in terms.items()}
    addresses = dict.fromkeys(r["refuri"] for r in _links(doctree) if "refuri" in r)
    notes = []
    for address in addresses:
        anchor = address.rpartition("#")[2]
        if anchor in by_anchor:
            term, text = by_anchor[anchor]
            notes.append({"id": anchor, "term": term, "text": text, "href": address})
    return notes


def setup_part(app: Sphinx) -> None:
    """Read the glossary and mark what leads to it."""
    app.connect("doctree-read", note_terms)
    app.connect("doctree-resolved", mark_links)
