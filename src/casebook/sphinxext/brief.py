"""The policy brief: a page of the site that is also a short PDF of its own.

A page whose front matter says ``brief: NAME`` is one; its PDF is called ``NAME.pdf`` and the book leaves it out.
"""

from typing import Any

import pandas as pd
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from casebook import summaries
from casebook.counted import counted_rows
from casebook.first_steps import FIRST_RULE, first_actions
from casebook.sphinxext import paper
from casebook.sphinxext.catalogue import catalogue_link
from casebook.sphinxext.domain import NAME
from casebook.sphinxext.figure import picture_html
from casebook.sphinxext.metadata import public_address
from casebook.sphinxext.study import study_of
from casebook.sphinxext.writing import Cell, StudyDirective, inline, paragraph
from casebook.tokens import SIGN
from casebook.wording import number, percent

BRIEF = "{}.pdf"


def briefs(env: BuildEnvironment) -> dict[str, str]:
    """Return the pages that are briefs: docname → name of its PDF without the ending."""
    return {doc: facts["brief"] for doc, facts in sorted(env.metadata.items()) if facts.get("brief")}


class still_copy(nodes.General, nodes.Element):
    """The picture of a figure that stands elsewhere in the book."""


class StillCopy(StudyDirective):
    """Show the picture of a figure again, with a link to where it stands."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the picture's place."""
        self.env.get_domain(NAME).note_uses(self.env.docname, "fig", [self.arguments[0]], self.get_location())
        return [still_copy("", name=self.arguments[0])]


def visit_still_copy(translator: Any, node: still_copy) -> None:
    """Write the picture with its alternative text; its caption stands with the figure."""
    _, bundle = translator.builder.env.get_domain(NAME).data["drawings"][node["name"]]
    translator.body.append(f'<div class="still-copy">{picture_html(translator, bundle)}</div>')
    raise nodes.SkipNode


class Glance(StudyDirective):
    """The findings with what the evidence says of each and how sure this edition is."""

    def run(self) -> list[nodes.Node]:
        """Return a table, one row a finding that confidence was judged for."""
        study = self.study
        table = (
            study["confidence"][["theme_id", "confidence"]]
            .merge(summaries.stance_counts(study), on="theme_id")
            .merge(summaries.theme_profiles(study)[["theme_id", "share_reported"]], on="theme_id")
        )
        rows: list[list[Cell]] = []
        for row in table.itertuples():
            rows.append(
                [
                    [*self.refer("theme", [row.theme_id]), f" {row.title}"],
                    *[self._count(row, stance) for stance in summaries.STANCES],
                    percent(row.share_reported, 1),
                    row.confidence,
                ]
            )
        heads = ["Finding", *[f"{SIGN[s]} {s}" for s in summaries.STANCES], "self-reported", "confidence"]
        return [self.table(heads, rows, ["glance"], {1, 2, 3, 4})]

    def _count(self, row: Any, stance: str) -> Cell:
        """Return how many rows have a stance; on the site they are a click away."""
        count = number(getattr(row, stance))
        shown = counted_rows(self.study, f"coded({row.theme_id}, {stance})")
        if shown is None:
            return count
        link = catalogue_link("", count, query=shown[0], first=shown[1], plain_on_paper=True)
        link += inline(f" rows: {row.title}, {stance}", "hidden")
        return [link]


class FirstActions(StudyDirective):
    """Each field of recommendation with the actions to begin with, by when, and who would lead."""

    def run(self) -> list[nodes.Node]:
        """Return a table, one row a first action, under its field."""
        study = self.study
        rows: list[list[Cell]] = []
        for row in first_actions(study).itertuples():
            leads = row.leads if pd.notna(row.leads) else "no lead found"
            rows.append(
                [
                    [*self.refer("theme", [row.theme_id]), f" {row.theme}"],
                    [
                        inline(f"{row.title}. ", "term"),
                        row.measure,
                        " ",
                        *self.refer("rec", [row.recommendation_id]),
                    ],
                    number(row.rank),
                    row.horizon,
                    leads,
                ]
            )
        heads = ["Field", "First actions, and done when", "Rank", "By when", "Who leads"]
        note = paragraph(FIRST_RULE, classes=["fine"])
        return [self.table(heads, rows, ["first-actions"], {2}), note]


def brief_page(builder: Any, docname: str) -> nodes.document:
    """Return the page as a document of its own, with its sources at the end.

    A link to another page leads to the site if its address is known, else it is text.
    """
    tree = builder.env.get_and_resolve_doctree(docname, builder)
    tree["docname"] = docname
    paper.remove_screen_parts(tree)
    study = study_of(builder.env)
    cited = paper.note_citations([tree], study, set())
    for reference in tree.findall(nodes.reference):
        page, _, anchor = reference.get("refuri", "").removeprefix("#document-").partition("#")
        if reference.get("claim", "").startswith("ev:"):
            reference["refuri"] = f"#{anchor}"
        elif page in builder.env.found_docs:
            address = public_address(builder.app, f"{page}.html")
            reference["refuri"] = f"{address}#{anchor}" if address else "#"
    tree.next_node(nodes.section).extend(paper.brief_sources(study, cited))
    paper.remove_dead_links(tree)
    paper.tame_long_texts(tree)
    return tree


DIRECTIVES = {"still-of": StillCopy, "evidence-glance": Glance, "first-actions": FirstActions}


def setup_part(app: Sphinx) -> None:
    """Register the directives and the picture."""
    app.add_node(still_copy, html=(visit_still_copy, None), text=(lambda *_: None, lambda *_: None))
    for name, directive in DIRECTIVES.items():
        app.add_directive(name, directive)
