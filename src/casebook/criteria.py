"""Scores of the actions on the criteria: counted from other tables, or judged and given a reason."""

from collections.abc import Callable

import pandas as pd

from casebook.panels import step_names
from casebook.reads import remembered
from casebook.study import Study
from casebook.wording import listed

Measured = list[tuple[float, str]]


def _direct(study: Study) -> pd.DataFrame:
    """Return the findings that each action answers directly: the first level of directness."""
    table = study["addresses"]
    return table[table["directness"] == study.order("addresses", "directness")[0]]


def _by_action(study: Study, table: pd.DataFrame, column: str) -> list[list[str]]:
    """Return the different values of a column for each action, in the order of the actions."""
    groups = {key: list(dict.fromkeys(rows[column])) for key, rows in table.groupby("recommendation_id")}
    return [groups.get(action, []) for action in study["recommendations"]["recommendation_id"]]


def _direct_findings(study: Study) -> Measured:
    found = _by_action(study, _direct(study), "theme_id")
    return [(len(keys), f"directly: {listed(keys)}" if keys else "none directly") for keys in found]


def _confidence(study: Study) -> Measured:
    """Score the surest finding answered directly: the levels stand from the highest downward."""
    levels = study.order("confidence", "confidence")[::-1]
    known = study["confidence"].set_index("theme_id")["confidence"]
    measured: Measured = []
    for keys in _by_action(study, _direct(study), "theme_id"):
        judged = [(levels.index(known[key]) + 1, key) for key in keys if key in known.index]
        best = max((place for place, _ in judged), default=0)
        named = listed([key for place, key in judged if place == best])
        measured.append(
            (best, f"{levels[best - 1]}: {named}" if best else "no judged finding answered directly")
        )
    return measured


def _bodies(study: Study) -> Measured:
    found = _by_action(study, study["endorsements"], "body")
    return [(len(names), "; ".join(names) or "no body found") for names in found]


def _leader(study: Study) -> Measured:
    table = study["responsibilities"].merge(study["actors"][["actor_id", "name"]], on="actor_id")
    found = _by_action(study, table[table["role"] == study.order("responsibilities", "role")[0]], "name")
    return [(min(1, len(names)), "; ".join(names) or "nobody found") for names in found]


def _horizon(study: Study) -> Measured:
    levels = study.order("recommendations", "horizon")
    return [(levels.index(level) + 1, level) for level in study["recommendations"]["horizon"]]


# What a computed criterion may count; the names are the levels of criteria.measure.
MEASURES: dict[str, Callable[[Study], Measured]] = {
    "direct findings": _direct_findings,
    "confidence": _confidence,
    "endorsing bodies": _bodies,
    "leader": _leader,
    "horizon": _horizon,
}


def worth(score: float, low: float, high: float, direction: str) -> float:
    """Return a score as a share of its scale, 0 the worst and 1 the best; beyond the scale its end counts.

    The value function is linear, the simplest one; the script of the page computes the same.
    """
    inside = min(max(score, low), high)
    return (high - inside) / (high - low) if direction == "less is better" else (inside - low) / (high - low)


def action_scores(study: Study) -> pd.DataFrame:
    """Return the score of every action on every criterion, actions in order, then criteria in order.

    Columns: recommendation_id, action (its title), criterion_id, criterion (its title), basis, score (float64, on
    the criterion's scale), step (what the score means), worth (float64, 0 to 1, 1 the best), rationale, evidence_id.

    Raises:
        LookupError: the data package has no actions or no criteria.
    """
    if study["criteria"].empty or study["recommendations"].empty:
        raise LookupError("nothing can be ranked: recommendations.csv and criteria.csv must have rows")
    return _action_scores(study).copy(deep=False)


@remembered
def _action_scores(study: Study) -> pd.DataFrame:
    actions, judged = study["recommendations"], study["scores"]
    frames = []
    for row in study["criteria"].itertuples():
        part = actions[["recommendation_id", "title"]].rename(columns={"title": "action"})
        part = part.assign(criterion_id=row.criterion_id, criterion=row.title, basis=row.basis)
        if row.basis == "computed":
            measured = MEASURES[row.measure](study)
            part["score"] = [min(max(float(score), row.low), row.high) for score, _ in measured]
            part["rationale"] = [why for _, why in measured]
            part["evidence_id"] = None
        else:
            given = judged[judged["criterion_id"] == row.criterion_id].drop(columns="criterion_id")
            part = part.merge(given, on="recommendation_id")
        names = step_names(row.steps)
        part["step"] = [names.get(score, f"{score:g}") for score in part["score"]]
        part["worth"] = [worth(score, row.low, row.high, row.direction) for score in part["score"]]
        frames.append(part)
    table = pd.concat(frames, keys=range(len(frames)), names=["place"]).reset_index()
    order = {key: i for i, key in enumerate(actions["recommendation_id"])}
    table["order"] = table["recommendation_id"].map(order)
    table = table.sort_values(["order", "place"], kind="stable").reset_index(drop=True)
    columns = ["recommendation_id", "action", "criterion_id", "criterion", "basis", "score", "step", "worth"]
    return table[[*columns, "rationale", "evidence_id"]]


def worths(study: Study) -> pd.DataFrame:
    """Return the worth of every action on every criterion: actions as index, criteria as columns, float64 0 to 1."""
    table = action_scores(study).pivot(index="recommendation_id", columns="criterion_id", values="worth")
    return table.loc[study["recommendations"]["recommendation_id"], list(study["criteria"]["criterion_id"])]


def default_weights(study: Study) -> dict[str, int]:
    """Return the weight of each criterion before a reader moves it."""
    criteria = study["criteria"]
    return dict(zip(criteria["criterion_id"], criteria["weight"].astype(int), strict=True))
