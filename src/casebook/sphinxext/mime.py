"""The renderer MyST-NB asks for our output type, and for plotly's own, which it would drop in silence."""

from typing import Any

from docutils import nodes

from casebook.drawing import DRAWING_MIME, PLOTLY_MIME
from casebook.sphinxext.figure import drawing_node
from casebook.sphinxext.study import BookError


class DrawingRenderer:
    """Turn a drawing's output into one node that every builder knows."""

    # Lower wins; HTML's own table begins at 10.
    mime_priority_overrides = (("*", DRAWING_MIME, 1), ("*", PLOTLY_MIME, 2))

    @staticmethod
    def handle_mime(renderer: Any, data: Any, inline: bool) -> list[nodes.Node] | None:
        """Return the figure node; decline what is not ours.

        Raises:
            BookError: a bare plotly figure, which has no caption, no alternative text and no table.
        """
        if inline or data.mime_type not in (DRAWING_MIME, PLOTLY_MIME):
            return None
        if data.mime_type == PLOTLY_MIME:
            if "drawing" in data.output_metadata.get(PLOTLY_MIME, {}):
                return []
            raise BookError(
                f"{renderer.renderer.document['source']}, line {data.line}: a bare plotly figure; "
                "return a casebook Drawing, which brings caption, alternative text and table"
            )
        return [drawing_node(data.content)]
