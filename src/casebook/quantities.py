"""Numbers that stand in prose: a name and arguments in the text, a value computed from the study."""

import re
from collections.abc import Callable
from typing import TypeVar

import pandas as pd

from casebook import agreement as passes
from casebook import evidence_map, matrices, ranking, summaries
from casebook.agreement import agreement
from casebook.panels import panel_rows
from casebook.reads import remembered
from casebook.study import Study
from casebook.wording import WORDS, large, listed, lowered, number, percent

CALL = re.compile(r"(?P<word>words\s+)?(?P<name>[a-z_]+)(?:\((?P<arguments>.*)\))?")
F = TypeVar("F", bound=Callable[..., str | int])
_QUANTITIES: dict[str, Callable[..., str | int]] = {}


class QuantityError(ValueError):
    """A quantity that does not exist, or that was asked for something that is not in the data."""


def quantity(function: F) -> F:
    """Make a function usable in prose under its own name; it takes the study and texts."""
    _QUANTITIES[function.__name__] = function
    return function


def known() -> dict[str, str]:
    """Return every quantity with the first line of its description."""
    return {
        name: (function.__doc__ or "").strip().splitlines()[0]
        for name, function in sorted(_QUANTITIES.items())
    }


def evaluate(study: Study, text: str) -> str:
    """Return the value of an expression such as ``coded(F2, challenges)`` as it is printed.

    ``words coded(F2)`` writes numbers up to twelve as words.

    Raises:
        QuantityError: no such quantity, or its arguments name nothing in the data.
    """
    match = CALL.fullmatch(text.strip())
    if not match or match["name"] not in _QUANTITIES:
        raise QuantityError(f"no quantity {text!r}; there are {', '.join(sorted(_QUANTITIES))}")
    arguments = [a.strip() for a in (match["arguments"] or "").split(",") if a.strip()]
    try:
        value = _QUANTITIES[match["name"]](study, *arguments)
    except (KeyError, TypeError, IndexError) as problem:
        raise QuantityError(f"{text!r}: {problem.args[0] if problem.args else problem}") from problem
    if isinstance(value, str):
        return value
    return WORDS[value] if match["word"] and value < len(WORDS) else number(value)


def _check(value: str, allowed: list[str], what: str) -> None:
    if value not in allowed:
        raise KeyError(f"{value!r} is not a {what}; there are {', '.join(allowed)}")


@quantity
def rows(study: Study, table: str, column: str = "", value: str = "") -> int:
    """Count the rows of a table; with a column and a value, those where the column holds it."""
    frame = study[table]
    if not column:
        return len(frame)
    allowed = study.order(table, column)
    _check(value, allowed or sorted(set(frame[column].dropna())), f"{table}.{column}")
    return int((frame[column] == value).sum())


@quantity
def share(study: Study, table: str, column: str, value: str) -> str:
    """Give the rows of a table where a column holds a value, as a percentage of its rows."""
    return percent(rows(study, table, column, value), rows(study, table))


@quantity
def reading(study: Study, reading_id: str, count: str) -> int:
    """Give a count of one reading: a column of its table, or retrieved (drawn and found)."""
    row = study.row("readings", reading_id)
    if count == "retrieved":
        return int(row["drawn"] - row["not_retrieved"])
    _check(
        count,
        ["drawn", "exact", "claim_exact", "loose", "contradicted", "not_retrieved"],
        "count of a reading",
    )
    return int(row[count])


@quantity
def gathered(study: Study) -> int:
    """Count the facts gathered: evidence and excluded."""
    return len(study["evidence"]) + len(study["excluded"])


@quantity
def read_again(study: Study) -> int:
    """Count the rows of evidence that were retrieved and read a second time."""
    return int(study["evidence"]["verified"].isin(["exact", "corrected"]).sum())


@quantity
def read_again_share(study: Study) -> str:
    """Give the rows of evidence read a second time, as a percentage of all evidence."""
    return percent(read_again(study), len(study["evidence"]))


@quantity
def publishers(study: Study) -> int:
    """Count the different publishers of the sources that evidence was taken from."""
    used = study["sources"]["source_id"].isin(study["evidence"]["source_id"])
    return study["sources"][used]["publisher"].nunique()


@quantity
def coded(study: Study, theme: str = "", stance: str = "") -> int:
    """Count the agreed codings that bear on a theme (all themes if none is named), or those with one stance."""
    pairs = summaries.agreed_pairs(study)
    if theme:
        study.row("themes", theme)
        pairs = pairs[pairs["theme_id"] == theme]
    if stance:
        _check(stance, list(summaries.STANCES), "stance")
        pairs = pairs[pairs["stance"] == stance]
    return len(pairs)


@quantity
def stance_share(study: Study, stance: str) -> str:
    """Give the agreed codings with one stance, as a percentage of all that bear on a theme."""
    return percent(coded(study, "", stance), coded(study))


def _themes_named(table: pd.DataFrame) -> str:
    return listed([f"{r.theme_id} ({lowered(r.short_title)})" for r in table.itertuples()]) or "no theme"


@quantity
def outweighed(study: Study) -> str:
    """Name the themes that more rows qualify or challenge than support, by key and short title; “no theme” if none."""
    return _themes_named(summaries.outweighed_themes(study))


@quantity
def far_apart(study: Study, times: str = "1") -> int:
    """Count the conflicts whose largest figure is at least so many times the smallest."""
    widest = summaries.conflict_spread(study).groupby("conflict_id")["times"].max()
    return int((widest >= float(times)).sum())


@quantity
def coded_share(study: Study, theme: str, stance: str) -> str:
    """Give the agreed codings of a theme with one stance, as a percentage of the theme's codings."""
    return percent(coded(study, theme, stance), coded(study, theme))


@quantity
def reported_share(study: Study, theme: str = "", stance: str = "") -> str:
    """Give the codings of a theme (and stance) that rest on self-reports, as a percentage."""
    pairs = summaries.agreed_pairs(study)
    chosen = pairs[(pairs["theme_id"] == theme) | (not theme)]
    if theme:
        study.row("themes", theme)
    if stance:
        _check(stance, list(summaries.STANCES), "stance")
        chosen = chosen[chosen["stance"] == stance]
    return percent(int(chosen["reported"].sum()), len(chosen))


@quantity
def independent_share(study: Study, theme: str) -> str:
    """Give the codings of a theme that rest on independent or peer-reviewed sources, as a percentage."""
    study.row("themes", theme)
    profile = summaries.theme_profiles(study).set_index("theme_id").loc[theme]
    return percent(profile["share_independent"], 1)


@quantity
def value(study: Study, evidence: str) -> str:
    """Give the number that stands for a row of evidence."""
    found = study.row("evidence", evidence)["value"]
    if pd.isna(found):
        raise KeyError(f"{evidence} has no value")
    return large(found, 0 if float(found).is_integer() else len(str(found).split(".")[1]))


@quantity
def actions(study: Study, theme: str = "", scope: str = "") -> int:
    """Count the actions, of one theme and scope if named."""
    table = study["recommendations"]
    if theme:
        study.row("themes", theme)
        table = table[table["theme_id"] == theme]
    if scope:
        _check(scope, study.order("recommendations", "scope"), "scope")
        table = table[table["scope"] == scope]
    return len(table)


@quantity
def alpha(study: Study) -> str:
    """Give Krippendorff's alpha of the two coding passes over all pairs."""
    return number(agreement(study).iloc[0]["alpha"], 2)


@quantity
def alpha_low(study: Study) -> str:
    """Give the lower end of the 95 % interval of alpha over all pairs."""
    return number(agreement(study).iloc[0]["low"], 2)


@quantity
def alpha_high(study: Study) -> str:
    """Give the upper end of the 95 % interval of alpha over all pairs."""
    return number(agreement(study).iloc[0]["high"], 2)


@quantity
def named_pairs(study: Study) -> int:
    """Count the coded pairs whose row the boundary text of their theme names, with the decision."""
    return len(passes.named_pairs(study))


@quantity
def alpha_unnamed(study: Study) -> str:
    """Give Krippendorff's alpha of the two coding passes over the pairs that no boundary text names."""
    return number(passes.alpha_unnamed(study), 2)


@quantity
def alpha_below(study: Study, evidence: str) -> str:
    """Name the themes whose alpha is below the value of a row of evidence, by key and short title; “no theme” if none."""
    table = agreement(study).merge(study["themes"][["theme_id", "short_title"]], on="theme_id")
    low = table[table["alpha"] < study.row("evidence", evidence)["value"]]
    return _themes_named(low)


@quantity
def bodies(study: Study) -> int:
    """Count the published bodies that recommend at least one action."""
    return study["endorsements"]["body"].nunique()


@quantity
def unled(study: Study) -> int:
    """Count the actions that no actor is found to lead."""
    return len(matrices.actions_without_lead(study))


@quantity
def unanswered(study: Study) -> int:
    """Count the findings that no action answers."""
    return len(matrices.unanswered_findings(study))


@quantity
def draws(study: Study) -> int:
    """Count the sets of weights drawn for the stability of the ranks."""
    return ranking.DRAWS


@quantity
def draw_error(study: Study) -> str:
    """Give the most by which chance may move a share of those sets, in percentage points."""
    return number(ranking.draw_error(), 1)


@quantity
def leading(study: Study) -> str:
    """Name the actions at the first rank under the weights at the outset, by key and title."""
    table = ranking.ranked(study)
    return listed(
        [f"{r.recommendation_id} ({lowered(r.action)})" for r in table[table["rank"] == 1].itertuples()]
    )


@quantity
def in_first(study: Study, more_than: str) -> int:
    """Count the actions that are among the first five under more than a percentage of all weights."""
    return int((100 * ranking.stability(study)["first_five"] > float(more_than)).sum())


@quantity
def rank_ties(study: Study) -> int:
    """Count the actions that share their rank with another under the weights at the outset."""
    return int(ranking.ranked(study)["tied"].sum())


@quantity
def map_cells(study: Study) -> int:
    """Count the cells of the evidence map: themes times kinds of evidence."""
    return len(evidence_map.map_cells(study))


@quantity
def map_empty(study: Study) -> int:
    """Count the cells of the evidence map without a row."""
    return int((evidence_map.map_cells(study)["rows"] == 0).sum())


@quantity
def map_inside(study: Study) -> int:
    """Count the cells of the evidence map with rows, none of them from an independent or peer-reviewed source."""
    cells = evidence_map.map_cells(study)
    return int(((cells["rows"] > 0) & (cells["independent"] == 0)).sum())


@quantity
def indicators(study: Study, topic: str, origin: str = "") -> int:
    """Count the indicators of a topic, or those of them that a kind of body counts."""
    table = study["indicators"]
    _check(topic, study.order("indicators", "topic"), "topic")
    table = table[table["topic"] == topic]
    if origin:
        _check(origin, study.order("indicators", "origin"), "origin")
        table = table[table["origin"] == origin]
    return len(table)


@quantity
def drawn(study: Study, panel: str, line: str, year: str = "last") -> str:
    """Give the value a panel draws for one line (counted from 1) in a year, “first” or “last”."""
    row = drawn_row(study, panel, line, year)
    return number(row["value"], int(row["decimals"]))


@remembered
def drawn_row(study: Study, panel: str, line: str, year: str = "last") -> pd.Series:
    """Return the row that a panel draws on a line in a year, by default in the last one that the line has.

    Raises:
        KeyError: the panel has no such line.
        IndexError: the line has no value in that year.
    """
    table = panel_rows(study, panel)
    table = table[table["line"] == int(line) - 1].drop_duplicates("year", keep="last")
    if table.empty:
        raise KeyError(f"panel {panel!r} has no line {line}")
    if year in ("first", "last"):
        return table.iloc[0 if year == "first" else -1]
    return table[table["year"] == int(year)].iloc[0]


@quantity
def drawn_year(study: Study, panel: str, line: str, which: str = "last") -> str:
    """Give the first or last year a panel draws for one line (counted from 1)."""
    table = panel_rows(study, panel)
    table = table[table["line"] == int(line) - 1]
    return str(int(table["year"].min() if which == "first" else table["year"].max()))
