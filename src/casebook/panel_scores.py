"""Scores of a reader's own panel: spread, agreement, and the ranking they lead to."""

import krippendorff
import numpy as np
import pandas as pd

from casebook.criteria import worth, worths
from casebook.study import Study


def panel_spread(table: pd.DataFrame) -> pd.DataFrame:
    """Return how far the members of a panel lie apart on each action and criterion.

    ``table`` has the columns member, recommendation_id, criterion_id, score, as ``panel_scores.csv`` has them.
    Columns: recommendation_id, criterion_id, members (int64), mean, low, high (float64, on the criterion's scale),
    the widest spread first.
    """
    grouped = table.groupby(["recommendation_id", "criterion_id"], sort=False)["score"]
    spread = grouped.agg(members="count", mean="mean", low="min", high="max").reset_index()
    wide = (spread["low"] - spread["high"]).rename("wide")
    order = pd.concat([wide, spread[["recommendation_id", "criterion_id"]]], axis=1)
    return spread.loc[order.sort_values(list(order.columns)).index].reset_index(drop=True)


def _alpha(scores: pd.DataFrame) -> float:
    """Return Krippendorff's alpha for scores on an interval scale; NaN where it is not defined."""
    units = scores.pivot(index="member", columns="recommendation_id", values="score").to_numpy(dtype=float)
    shared = units[:, (~np.isnan(units)).sum(axis=0) >= 2]
    if shared.size == 0 or len(set(shared[~np.isnan(shared)])) < 2:
        return float("nan")
    return float(krippendorff.alpha(reliability_data=units, level_of_measurement="interval"))


def panel_agreement(table: pd.DataFrame) -> pd.DataFrame:
    """Return how far the members agree on each criterion they scored.

    Columns: criterion_id, members, actions (int64: how many were scored by two members or more), alpha (float64:
    Krippendorff's alpha for interval data, 1 where all agree, 0 where they agree as chance would; NaN where no
    action has two scores or all scores are the same).
    """
    rows = []
    for criterion, scores in table.groupby("criterion_id", sort=False):
        shared = int((scores.groupby("recommendation_id")["member"].nunique() >= 2).sum())
        rows.append((criterion, scores["member"].nunique(), shared, _alpha(scores)))
    return pd.DataFrame(rows, columns=["criterion_id", "members", "actions", "alpha"])


def panel_worths(study: Study, table: pd.DataFrame) -> pd.DataFrame:
    """Return the worths of `casebook.criteria.worths` with the panel's mean score wherever the panel gave one."""
    values, criteria = worths(study), study["criteria"].set_index("criterion_id")
    for row in panel_spread(table).itertuples():
        scale = criteria.loc[row.criterion_id]
        mean = worth(row.mean, scale["low"], scale["high"], scale["direction"])
        values.loc[row.recommendation_id, row.criterion_id] = mean
    return values
