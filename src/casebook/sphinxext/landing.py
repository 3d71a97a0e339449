"""The balance of the evidence as one bar on the landing page, on the site only; the text says the same in words."""

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from casebook.sphinxext.writing import StudyDirective
from casebook.summaries import STANCES, agreed_pairs
from casebook.tokens import SIGN
from casebook.wording import number, percent


class stance_balance(nodes.General, nodes.Element):
    """How many readings of evidence support, qualify and challenge the paper: ``counts`` by stance."""


class StanceBalance(StudyDirective):
    """A bar of all agreed codings that bear on a theme, by stance."""

    def run(self) -> list[nodes.Node]:
        """Return the bar."""
        stances = agreed_pairs(self.study)["stance"]
        return [stance_balance("", counts={s: int((stances == s).sum()) for s in STANCES})]


def visit_html(translator: Any, node: stance_balance) -> None:
    """Write the bar with a key that names sign, stance, share and count; nothing on paper."""
    counts = {stance: count for stance, count in node["counts"].items() if count}
    if counts and not hasattr(translator.builder, "keep_picture"):
        total = sum(counts.values())
        bar = "".join(f'<span class="{s}" style="--n:{n}"></span>' for s, n in counts.items())
        key = "".join(
            f'<li><span class="stance stance-{s}">{SIGN[s]} {s}</span> {percent(n, total)} ({number(n)})</li>'
            for s, n in counts.items()
        )
        translator.body.append(
            f'<div class="balance"><p>{number(total)} readings of evidence against what the paper says of its themes</p>'
            f'<div class="balance-bar" aria-hidden="true">{bar}</div><ul class="balance-key">{key}</ul></div>'
        )
    raise nodes.SkipNode


def skip(translator: Any, node: stance_balance) -> None:
    """Write nothing where no bar can stand."""
    raise nodes.SkipNode


def setup_part(app: Sphinx) -> None:
    """Register the directive and its node."""
    app.add_node(
        stance_balance,
        html=(visit_html, None), text=(skip, None), latex=(skip, None), man=(skip, None), texinfo=(skip, None),
    )  # fmt: skip
    app.add_directive("stance-balance", StanceBalance)
