"""Who speaks: each paragraph is marked as the paper's, the evidence's or this edition's.

The mark is not written by an author; it follows from what the paragraph cites. A paragraph that cites a statement
restates the paper, one that cites evidence rests on public sources, one that cites neither is the edition's own.
"""

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx

from casebook.sphinxext.domain import NAME

VOICES = {"stmt": "paper", "ev": "evidence"}


def voice_of(paragraph: nodes.Node) -> str:
    """Return the voice of a paragraph: paper, evidence, both of them, or edition."""
    kinds = {ref["reftype"] for ref in paragraph.findall(pending_xref) if ref.get("refdomain") == NAME}
    voices = [voice for kind, voice in VOICES.items() if kind in kinds]
    return "-".join(voices) or "edition"


def mark_voices(app: Sphinx, doctree: nodes.document) -> None:
    """Give each block of text its voice: paragraphs, and lists as a whole, that stand directly in a section."""
    for section in doctree.findall(nodes.section):
        for block in section.children:
            if isinstance(
                block, (nodes.paragraph, nodes.bullet_list, nodes.enumerated_list, nodes.block_quote)
            ):
                block["classes"] += ["voiced", f"voice-{voice_of(block)}"]


def setup_part(app: Sphinx) -> None:
    """Mark every page after it is read."""
    app.connect("doctree-read", mark_voices)
