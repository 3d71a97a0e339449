"""The evidence map: how much evidence of which kind bears on each theme, and where there is none."""

from dataclasses import dataclass
from urllib.parse import urlencode

import pandas as pd

from casebook.study import Study
from casebook.summaries import STANCES, agreed_pairs
from casebook.wording import WORDS

# The sources that stand apart from what they report.
APART = ("independent", "peer-reviewed")
STANDINGS = ("mostly independent", "mostly official or news", "mostly self-reported")


def catalogue_query(**wanted: str) -> str:
    """Return the part of the catalogue's address that shows only the rows wanted: “theme=F2&stance=supports”."""
    return urlencode({name: value for name, value in wanted.items() if value})


def evidence_map(study: Study) -> pd.DataFrame:
    """Return one row for each theme, kind of evidence and stance that evidence was found for.

    Columns: theme_id, title, short_title, evidence_type, stance, rows, independent (from independent or
    peer-reviewed sources), reported (self-reported; all int64), standing (str, one of ``STANDINGS``: what more than
    half of the rows are, or “mostly official or news” where they are neither), filter (str: the catalogue's query),
    first (str: the first of the rows). In the order of ``themes``, of the levels of evidence_type, and of stances.
    """
    pairs = agreed_pairs(study)
    pairs["apart"] = pairs["independence"].isin(APART)
    keys = ["theme_id", "evidence_type", "stance"]
    grouped = pairs.groupby(keys, sort=False)
    table = grouped.agg(
        rows=("evidence_id", "size"),
        independent=("apart", "sum"),
        reported=("reported", "sum"),
        first=("evidence_id", "first"),
    ).reset_index()
    table["standing"] = [_standing(r.rows, r.independent, r.reported) for r in table.itertuples()]
    table["filter"] = [
        catalogue_query(theme=r.theme_id, stance=r.stance, type=r.evidence_type) for r in table.itertuples()
    ]
    return _in_order(study, table)


def _standing(rows: int, independent: int, reported: int) -> str:
    if 2 * independent > rows:
        return STANDINGS[0]
    return STANDINGS[2] if 2 * reported > rows else STANDINGS[1]


def _in_order(study: Study, table: pd.DataFrame) -> pd.DataFrame:
    """Put the rows into the order of the descriptor and the names of the themes beside them."""
    table = study["themes"][["theme_id", "title", "short_title"]].merge(table, on="theme_id")
    themes = {key: place for place, key in enumerate(study["themes"]["theme_id"])}
    orders = {
        "theme_id": themes,
        "evidence_type": {v: i for i, v in enumerate(study.order("evidence", "evidence_type"))},
        "stance": {v: i for i, v in enumerate(study.order("codings", "stance"))},
    }
    columns = ["theme_id", "title", "short_title", "evidence_type", "stance"]
    columns += ["rows", "independent", "reported", "standing", "filter", "first"]
    table = table.sort_values(list(orders), key=lambda column: column.map(orders[column.name]))
    return table[columns].reset_index(drop=True)


def map_cells(study: Study) -> pd.DataFrame:
    """Return one row for each theme and kind of evidence, empty cells among them.

    Columns: theme_id, evidence_type, supports, qualifies, challenges, rows, independent, reported (int64),
    filter, first (str; first is missing where there are no rows).
    """
    table = evidence_map(study)
    kinds, themes = study.order("evidence", "evidence_type"), study["themes"]["theme_id"]
    grid = pd.MultiIndex.from_product([themes, kinds], names=["theme_id", "evidence_type"])
    keys = ["theme_id", "evidence_type"]
    counts = table.pivot_table(index=keys, columns="stance", values="rows", aggfunc="sum", fill_value=0)
    counts = counts.reindex(columns=list(STANCES), fill_value=0)
    sums = table.groupby(keys)[["rows", "independent", "reported"]].sum()
    cells = counts.join(sums).reindex(grid, fill_value=0).astype("int64")
    cells["first"] = agreed_pairs(study).groupby(keys)["evidence_id"].first().reindex(grid)
    cells = cells.reset_index().rename_axis(columns=None)
    cells["filter"] = [
        catalogue_query(theme=t, type=k)
        for t, k in zip(cells["theme_id"], cells["evidence_type"], strict=True)
    ]
    return cells


@dataclass(frozen=True)
class Gap:
    """A gap of the map: what is missing, for which themes, and what does not follow from it."""

    says: str
    themes: tuple[str, ...]
    caution: str = ""


# So few rows from outside leave a theme to the word of those who work on it.
FEW = 2


def map_gaps(study: Study) -> list[Gap]:
    """Return the gaps of the map: kinds of evidence that themes lack, and themes on which hardly anybody speaks."""
    cells = map_cells(study)
    found = []
    for kind in study.order("evidence", "evidence_type"):
        bare = cells[(cells["evidence_type"] == kind) & (cells["rows"] == 0)]["theme_id"]
        found.append(Gap(f"no row of the kind “{kind}” bears on", tuple(bare)))
    sums = cells.groupby("theme_id", sort=False)[["challenges", "independent"]].sum()
    outside = sums[sums["independent"] <= FEW].index
    found.append(
        Gap(f"{WORDS[FEW]} rows or fewer from independent or peer-reviewed sources bear on", tuple(outside))
    )
    quiet = sums[sums["challenges"] == 0].index
    caution = "that nothing was found against a theme does not show that it holds"
    found.append(Gap("no row challenges", tuple(quiet), caution))
    return [gap for gap in found if gap.themes]
