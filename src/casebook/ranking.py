"""Ranking of the actions: a weighted sum, and how far the ranks hold over all weights.

The sum is the additive model of multi-attribute value theory (Keeney and Raiffa 1976, Decisions with Multiple
Objectives): points = 100 × Σ weight × worth ÷ Σ weight. Stability is stochastic multicriteria acceptability
analysis for ranks (Lahdelma and Salminen 2001, SMAA-2, Operations Research 49(3); Tervonen and Figueira 2008, A
survey on SMAA methods): weights are drawn evenly over all weights that add up to one, the share of draws in which
an action has a rank is its acceptability for that rank.
"""

from collections.abc import Mapping
from math import sqrt

import numpy as np
import pandas as pd

from casebook.criteria import default_weights, worths
from casebook.reads import remembered
from casebook.study import Study

# Even weights over the simplex are a Dirichlet distribution with all parameters one; the seed is fixed so that
# the same data give the same page.
DRAWS = 10_000
SEED = 20261123
FIRST = 5
# Points that agree to nine decimals are a tie: rounding in the sum must not decide a rank.
_GRAIN = 1e9


def points(values: pd.DataFrame, weights: Mapping[str, float]) -> np.ndarray:
    """Return the points of each action, 0 to 100; all are 0 where every weight is 0.

    The terms are added one after the other in the order of the criteria, as the page's script adds them: in both
    languages the same sum is the same number.
    """
    total, whole = np.zeros(len(values)), 0.0
    for name in values.columns:
        total = total + weights[name] * values[name].to_numpy()
        whole += weights[name]
    return 100 * total / whole if whole else total


def places(scored: np.ndarray) -> np.ndarray:
    """Return the rank of each of the points along the last axis: 1 is best, equal points share the better rank."""
    grains = np.floor(scored * _GRAIN + 0.5)
    ordered = np.sort(-grains, axis=-1)
    flat = ordered.reshape(-1, ordered.shape[-1])
    wanted = (-grains).reshape(flat.shape)
    found = [np.searchsorted(row, keys, side="left") + 1 for row, keys in zip(flat, wanted, strict=True)]
    return np.array(found).reshape(grains.shape)


def ranked(
    study: Study, weights: Mapping[str, float] | None = None, values: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return the actions by rank under weights (default: the study's), ties in the order of the table.

    ``values`` are worths as `casebook.criteria.worths` returns them (default), or as a panel gives them.

    Columns: rank (int64), tied (bool: another action has the same rank), recommendation_id, action (its title),
    points (float64, 0 to 100), then one column for each criterion with its part of the points.

    Raises:
        KeyError: the weights leave out a criterion.
        ValueError: a weight is negative.
    """
    values = worths(study) if values is None else values
    weights = default_weights(study) if weights is None else weights
    if any(weights[name] < 0 for name in values.columns):
        raise ValueError("a weight is negative; weights run from 0 upward")
    whole = sum(weights[name] for name in values.columns)
    scored = points(values, weights)
    parts = {n: 100 * weights[n] * values[n].to_numpy() / whole if whole else 0.0 for n in values.columns}
    titles = study["recommendations"].set_index("recommendation_id")["title"]
    table = pd.DataFrame({"recommendation_id": values.index, "action": titles[values.index].to_numpy()})
    table = table.assign(rank=places(scored), points=scored, **parts)
    table["tied"] = table["rank"].duplicated(keep=False)
    head = ["rank", "tied", "recommendation_id", "action", "points"]
    return table.sort_values("rank", kind="stable")[[*head, *values.columns]].reset_index(drop=True)


@remembered
def _drawn_places(study: Study) -> np.ndarray:
    """Return the ranks of the actions (columns) under weights drawn evenly over all weights (rows)."""
    values = worths(study)
    drawn = np.random.default_rng(SEED).dirichlet(np.ones(values.shape[1]), DRAWS)
    return places(100 * drawn @ values.to_numpy().T)


def acceptability(study: Study) -> pd.DataFrame:
    """Return the share of draws in which each action has each rank.

    Index: recommendation_id; columns: ranks from 1 (int); float64, each row adds up to 1. Actions that tie share
    the better rank.
    """
    drawn = _drawn_places(study)
    ranks = range(1, drawn.shape[1] + 1)
    shares = {rank: (drawn == rank).mean(axis=0) for rank in ranks}
    return pd.DataFrame(shares, index=study["recommendations"]["recommendation_id"])


def stability(study: Study) -> pd.DataFrame:
    """Return how far the ranks hold over all weights, actions in the order of their rank under the study's weights.

    Columns: rank (int64), tied (bool), recommendation_id, action, points (float64), first (share of draws at rank
    1), first_five (share of draws at rank 5 or better), middle, low, high (float64: the median rank and the ranks
    between which the middle nine tenths of the draws lie).
    """
    drawn = _drawn_places(study)
    table = pd.DataFrame(
        {
            "recommendation_id": study["recommendations"]["recommendation_id"],
            "first": (drawn == 1).mean(axis=0),
            "first_five": (drawn <= FIRST).mean(axis=0),
            "middle": np.quantile(drawn, 0.5, axis=0, method="inverted_cdf"),
            "low": np.quantile(drawn, 0.05, axis=0, method="inverted_cdf"),
            "high": np.quantile(drawn, 0.95, axis=0, method="inverted_cdf"),
        }
    )
    head = ranked(study)[["rank", "tied", "recommendation_id", "action", "points"]]
    return head.merge(table, on="recommendation_id")


def draw_error() -> float:
    """Return the most by which chance may move a share, in percentage points: half of its 95 % interval at one half."""
    return 100 * 1.96 * sqrt(0.25 / DRAWS)
