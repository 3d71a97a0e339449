"""Agreement between the two coding passes."""

import re

import krippendorff
import numpy as np
import pandas as pd

from casebook.reads import remembered
from casebook.study import Study

# Resamples of the pairs for the interval; the seed is fixed so that the same data give the same page.
DRAWS = 1000
SEED = 20261123


def coded_pairs(study: Study) -> pd.DataFrame:
    """Return one row for each (evidence, theme) pair: evidence_id, theme_id, first, second, agreed (stances)."""
    codings = study["codings"]
    table = codings.pivot(index=["evidence_id", "theme_id"], columns="coder", values="stance").reset_index()
    return table.rename_axis(columns=None)[["evidence_id", "theme_id", "first", "second", "agreed"]]


def named_pairs(study: Study) -> pd.DataFrame:
    """Return the pairs whose row of evidence the theme's own boundary text names, with the columns of `coded_pairs`.

    The text carries the decision, so both passes were told it, and their agreement there is no test of the rules.
    """
    pairs, themes = coded_pairs(study), study["themes"]
    named = {
        t: set(re.findall(r"\w+", text))
        for t, text in zip(themes["theme_id"], themes["boundary"], strict=True)
    }
    told = [e in named[t] for e, t in zip(pairs["evidence_id"], pairs["theme_id"], strict=True)]
    return pairs[told]


def alpha_unnamed(study: Study) -> float:
    """Return alpha over the pairs that no boundary text names; NaN where it is not defined."""
    pairs = coded_pairs(study).drop(named_pairs(study).index)
    return alpha_of(_counts(pairs, study.order("codings", "stance")))


def _counts(pairs: pd.DataFrame, levels: list[str]) -> np.ndarray:
    """Return how often each stance was given to each pair: units by values."""
    found = np.zeros((len(pairs), len(levels)), dtype=int)
    for coder in ("first", "second"):
        found[np.arange(len(pairs)), pairs[coder].map(levels.index)] += 1
    return found


def alpha_of(counts: np.ndarray) -> float:
    """Return Krippendorff's alpha for nominal data (Hayes and Krippendorff 2007); NaN where only one value occurs."""
    if (counts.sum(axis=0) > 0).sum() < 2:
        return float("nan")
    return float(krippendorff.alpha(value_counts=counts, level_of_measurement="nominal"))


def _alphas(counts: np.ndarray, draws: np.ndarray) -> np.ndarray:
    """Return alpha of many resamples at once: ``draws`` holds the units of one in each row.

    What `alpha_of` computes, for units with two values each: 1 − (n − 1) × disagreeing pairs / pairs of unlike values
    among all n values (Krippendorff 2011, nominal data).
    """
    totals = counts[draws].sum(axis=1)
    values = totals.sum(axis=1)
    unlike = values**2 - (totals**2).sum(axis=1)
    disagreeing = 2.0 * (counts.max(axis=1) == 1)[draws].sum(axis=1)
    return 1 - (values - 1) * disagreeing / np.where(unlike > 0, unlike, np.nan)


def _interval(counts: np.ndarray) -> tuple[float, float]:
    """Return the middle 95 % of alpha over resamples of the pairs with replacement."""
    random = np.random.default_rng(SEED)
    draws = np.array([random.integers(0, len(counts), len(counts)) for _ in range(DRAWS)])
    low, high = np.nanpercentile(_alphas(counts, draws), [2.5, 97.5])
    return float(low), float(high)


@remembered
def agreement(study: Study) -> pd.DataFrame:
    """Return the agreement of the two passes, overall and by theme.

    Columns: theme_id (“all” for the first row), title, pairs (int64), same (int64: pairs with one stance from
    both), share (float64, 0 to 1), alpha, low, high (float64; alpha is NaN where it is not defined, the interval
    where there are fewer than ten pairs).
    """
    pairs, levels = coded_pairs(study), study.order("codings", "stance")
    themes = study["themes"]
    groups = [("all", "All themes", pairs)]
    groups += [
        (t, title, pairs[pairs["theme_id"] == t])
        for t, title in zip(themes["theme_id"], themes["title"], strict=True)
    ]
    rows = []
    for theme, title, chosen in groups:
        counts = _counts(chosen, levels)
        low, high = _interval(counts) if len(chosen) >= 10 else (float("nan"), float("nan"))
        same = int((chosen["first"] == chosen["second"]).sum())
        rows.append(
            (theme, title, len(chosen), same, same / max(1, len(chosen)), alpha_of(counts), low, high)
        )
    return pd.DataFrame(rows, columns=["theme_id", "title", "pairs", "same", "share", "alpha", "low", "high"])
