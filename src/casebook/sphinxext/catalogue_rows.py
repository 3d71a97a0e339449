"""The rows of the catalogue as HTML: written straight from the tables, in parts that stay small however many rows there are.

A row of evidence is not built as a tree of nodes: ten thousands of them would take minutes and gigabytes. Site and PDF
are both HTML, so that one text serves both; the site shows it in parts, the PDF as a whole.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape

import pandas as pd
from docutils.utils.smartquotes import educate_tokens

from casebook import summaries
from casebook.sphinxext.domain import KINDS
from casebook.study import Study
from casebook.tokens import SIGN
from casebook.wording import sentence

# Rows on one page. A browser lays out and searches as many within a tenth of a second on a phone.
PART = 500


def part_page(home: str, part: int) -> str:
    """Return the page of a part, counted from 0; the first part is the catalogue's own page."""
    return f"{home}-part-{part + 1}" if part else home


def part_count(study: Study) -> int:
    """Return how many parts the catalogue has."""
    return max(1, -(-len(study["evidence"]) // PART))


def part_rows(study: Study, part: int) -> pd.DataFrame:
    """Return the rows of ``evidence`` that stand in a part, counted from 0."""
    return study["evidence"].iloc[part * PART : (part + 1) * PART]


@dataclass(frozen=True)
class Links:
    """How a page reaches other things: a theme by its key, a page by its name, and the titles of pages."""

    theme: Callable[[str], str]
    page: Callable[[str], str]
    titles: Mapping[str, str]
    uses: Mapping[str, list[str]]


def _printed(text: str) -> str:
    """Return text as the rest of the book has it: with typographic quotation marks."""
    return "".join(educate_tokens([("plain", text)], "qDe", "en"))


def _text(text: str) -> str:
    """Return text as it is printed, safe in HTML."""
    return escape(_printed(text), quote=False)


def _span(text: str, *classes: str) -> str:
    return f'<span class="{" ".join(classes)}">{_text(text)}</span>'


def _source(row, source: pd.Series) -> str:
    link = f'<a class="outside" href="{escape(source["url"])}">{_text(source["title"])}</a>'
    year = f", {source['year']}" if pd.notna(source["year"]) else ""
    where = f"; {_text(row.locator)}" if pd.notna(row.locator) else ""
    return f"{link}, {_text(source['publisher'])}{year}{where}"


def _reading(row) -> str:
    facts = [
        f"Read again: {row.verified}" + (f", {row.verified_on:%d %B %Y}" if pd.notna(row.verified_on) else "")
    ]
    if row.basis != "stated":
        facts.append(f"{row.basis} by this edition")
    return _text(". ".join(map(sentence, facts)).replace("..", "."))


def note_text(note: str) -> str:
    """Return the note of a row as it is printed, without markup."""
    return _printed(sentence(f"Note: {note}"))


def _note(row) -> str:
    return f'<p class="fine">{escape(note_text(row.note), quote=False)}</p>\n' if pd.notna(row.note) else ""


def _stance(theme: str, stance: str, links: Links) -> str:
    sign = _span(f"{SIGN[stance]} {stance} ", "stance", f"stance-{stance}")
    return f'{sign}<a class="claim claim-theme" href="{escape(links.theme(theme))}"><span class="claim-key">{escape(theme)}</span></a>'


def _uses(key: str, links: Links) -> str:
    pages = [
        f'<a href="{escape(links.page(p))}">{_text(links.titles[p])}</a>' for p in links.uses.get(key, ())
    ]
    return f"Used in {', '.join(pages)}." if pages else "Not used in the text; it counts in the figures."


def rows_html(study: Study, rows: pd.DataFrame, links: Links, notes: bool = False) -> str:
    """Return rows of ``evidence`` as HTML: claim, source, locator, standing, what each says of a theme, where it is used.

    The notes are there if asked for: on the site they come in a file of their own, for whoever wants to see them.
    """
    sources = {s.source_id: s._asdict() for s in study["sources"].itertuples()}
    stances: dict[str, list[tuple[str, str]]] = {}
    pairs = summaries.agreed_pairs(study)
    chosen = pairs[pairs["evidence_id"].isin(rows["evidence_id"])]
    for key, theme, stance in zip(chosen["evidence_id"], chosen["theme_id"], chosen["stance"], strict=True):
        stances.setdefault(key, []).append((theme, stance))
    boxes = []
    for row in rows.itertuples():
        source, key = sources[row.source_id], row.evidence_id
        standing = source["independence"]
        says = " ".join(_stance(theme, stance, links) for theme, stance in stances.get(key, ()))
        boxes.append(
            f'<div class="row evidence-row" id="{escape(KINDS["ev"].anchor(key))}">\n'
            f'<p class="row-head">{_span(key, "key")} {_span(row.evidence_type, "tag")} {_span(standing, "tag", f"standing-{standing}")}</p>\n'
            f'<p class="claim-text">{_text(row.claim)}</p>\n<p class="source-line">{_source(row, source)}</p>\n'
            f'{_note(row) if notes else ""}<p class="fine">{_reading(row)} {says}</p>\n<p class="used-in">{_uses(key, links)}</p>\n</div>\n'
        )
    return "".join(boxes)


def parts_html(study: Study, here: int, link: Callable[[int], str]) -> str:
    """Return the way to the other parts; nothing where there is one part."""
    count = part_count(study)
    if count == 1:
        return ""
    items = []
    for part in range(count):
        keys = part_rows(study, part)["evidence_id"]
        name = f"{keys.iloc[0]} to {keys.iloc[-1]}"
        at = ' aria-current="page"' if part == here else ""
        items.append(f'<li><a href="{escape(link(part))}"{at}>{escape(name)}</a></li>')
    return f'<nav class="parts" aria-label="Parts of the catalogue"><ol>{"".join(items)}</ol></nav>'
