"""Where a number in the text leads: to the rows of evidence it counts, to the table it is computed from, or to its source."""

from casebook import evidence_map, summaries
from casebook.quantities import CALL, drawn_row
from casebook.reads import remembered
from casebook.study import Study

# The tables behind the quantities that count something other than rows of evidence.
_TABLES = {
    "gathered": "excluded",
    "read_again": "evidence",
    "read_again_share": "evidence",
    "reading": "readings",
    "publishers": "sources",
    "actions": "recommendations",
    "outweighed": "codings",
    "alpha": "codings",
    "alpha_low": "codings",
    "alpha_high": "codings",
    "alpha_unnamed": "codings",
    "alpha_below": "codings",
    "named_pairs": "codings",
    "bodies": "endorsements",
    "unled": "responsibilities",
    "unanswered": "addresses",
    "draws": "scores",
    "draw_error": "scores",
    "leading": "scores",
    "in_first": "scores",
    "rank_ties": "scores",
    "map_cells": "codings",
    "map_empty": "codings",
    "map_inside": "codings",
    "indicators": "indicators",
    "far_apart": "conflict_values",
}


def counted_table(text: str) -> str | None:
    """Return the table that an expression counts or computes from; None for a value that its own source carries."""
    match = CALL.fullmatch(text.strip())
    if match["name"] in ("rows", "share"):
        return match["arguments"].split(",")[0].strip()
    return _TABLES.get(match["name"])


def drawn_source(study: Study, text: str) -> str | None:
    """Return the source of the value or year that a panel draws; None for any other expression."""
    match = CALL.fullmatch(text.strip())
    if match["name"] not in ("drawn", "drawn_year"):
        return None
    given = [a.strip() for a in match["arguments"].split(",")]
    return str(drawn_row(study, *given)["source_id"])


@remembered
def counted_rows(study: Study, text: str) -> tuple[str, str] | None:
    """Return where the catalogue shows the rows of evidence that an expression counts: its filter, and the first row.

    None where it counts no rows of evidence. Shares lead to the rows they are shares of.
    """
    match = CALL.fullmatch(text.strip())
    name, given = match["name"], [a.strip() for a in (match["arguments"] or "").split(",") if a.strip()]
    if name in ("coded", "coded_share", "reported_share", "independent_share", "stance_share"):
        stance = given[-1] if given and given[-1] in summaries.STANCES else ""
        theme = given[0] if given and given[0] != stance else ""
        pairs = summaries.agreed_pairs(study)
        chosen = pairs[
            ((pairs["theme_id"] == theme) | (not theme)) & ((pairs["stance"] == stance) | (not stance))
        ]
        query = evidence_map.catalogue_query(theme=theme, stance=stance)
    elif name in ("rows", "share") and given[0] == "evidence":
        chosen, query = study["evidence"], ""
        if len(given) > 1:
            chosen = chosen[chosen[given[1]] == given[2]]
            query = evidence_map.catalogue_query(type=given[2]) if given[1] == "evidence_type" else ""
    else:
        return None
    return None if chosen.empty else (query, str(chosen["evidence_id"].iloc[0]))
