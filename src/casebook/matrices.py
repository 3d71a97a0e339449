"""Recommendation matrices: what answers what, who carries it, what is left open."""

import pandas as pd

from casebook.study import Study

FINDING_KINDS = ("success factor", "challenge", "best practice")


def findings(study: Study) -> pd.DataFrame:
    """Return the themes that are findings, not fields of recommendation, in the order of ``themes``."""
    themes = study["themes"]
    return themes[themes["kind"].isin(FINDING_KINDS)].reset_index(drop=True)


def action_findings(study: Study) -> pd.DataFrame:
    """Return one row for each action and finding it answers.

    Columns: recommendation_id, action (its title), theme_id, finding (its title), directness, why, evidence_id.
    """
    actions = study["recommendations"][["recommendation_id", "title"]].rename(columns={"title": "action"})
    titles = findings(study)[["theme_id", "title"]].rename(columns={"title": "finding"})
    table = actions.merge(study["addresses"], on="recommendation_id").merge(titles, on="theme_id")
    columns = ["recommendation_id", "action", "theme_id", "finding", "directness", "why", "evidence_id"]
    return table[columns]


def unanswered_findings(study: Study) -> pd.DataFrame:
    """Return the findings that no action answers, with the columns of ``themes``."""
    table = findings(study)
    return table[~table["theme_id"].isin(study["addresses"]["theme_id"])].reset_index(drop=True)


def action_actors(study: Study) -> pd.DataFrame:
    """Return one row for each action and actor with a part in it.

    Columns: recommendation_id, action (its title), actor_id, actor (its short name), name, role, basis, why.
    """
    actions = study["recommendations"][["recommendation_id", "title"]].rename(columns={"title": "action"})
    actors = study["actors"][["actor_id", "acronym", "name"]].rename(columns={"acronym": "actor"})
    table = actions.merge(study["responsibilities"], on="recommendation_id").merge(actors, on="actor_id")
    return table[["recommendation_id", "action", "actor_id", "actor", "name", "role", "basis", "why"]]


def actor_load(study: Study) -> pd.DataFrame:
    """Return how many actions each actor leads, supports or is consulted on, the most loaded first.

    Columns: actor_id, actor, name, leads, supports, consulted, total (int64).
    """
    roles = study.order("responsibilities", "role")
    table = action_actors(study)
    counts = table.groupby(["actor_id", "actor", "name", "role"]).size().unstack(fill_value=0)
    counts = counts.reindex(columns=roles, fill_value=0).astype("int64")
    counts["total"] = counts.sum(axis=1)
    counts = counts.reset_index().rename_axis(columns=None)
    return counts.sort_values(["leads", "total", "actor_id"], ascending=[False, False, True]).reset_index(
        drop=True
    )


def actions_without_lead(study: Study) -> pd.DataFrame:
    """Return the actions that no actor leads, with the columns of ``recommendations``."""
    table = study["responsibilities"]
    led = table[table["role"] == "leads"]["recommendation_id"]
    actions = study["recommendations"]
    return actions[~actions["recommendation_id"].isin(led)].reset_index(drop=True)


def action_bodies(study: Study) -> pd.DataFrame:
    """Return one row for each action and published body that recommends it, the body with most actions first.

    Columns: recommendation_id, action (its title), body, year (Int64), says, source_id. A body that recommends an
    action in several documents has one row, that of the latest.
    """
    actions = study["recommendations"][["recommendation_id", "title"]].rename(columns={"title": "action"})
    table = actions.merge(study["endorsements"], on="recommendation_id")
    table = table.sort_values("year", kind="stable", na_position="first")
    table = table.drop_duplicates(["recommendation_id", "body"], keep="last")
    table["many"] = table.groupby("body")["recommendation_id"].transform("size")
    order = {key: place for place, key in enumerate(actions["recommendation_id"])}
    table["place"] = table["recommendation_id"].map(order)
    table = table.sort_values(["many", "body", "place"], ascending=[False, True, True], kind="stable")
    columns = ["recommendation_id", "action", "body", "year", "says", "source_id"]
    return table[columns].reset_index(drop=True)


def action_horizons(study: Study) -> pd.DataFrame:
    """Return when each action could be done and what law it needs, the nearest horizon first.

    Columns: recommendation_id, action (its title), horizon, horizon_basis, legal_state, legal_basis.
    """
    table = study["recommendations"].drop(columns="action").rename(columns={"title": "action"})
    orders = {name: study.order("recommendations", name) for name in ("horizon", "legal_state")}
    table = table.sort_values(
        list(orders), key=lambda column: column.map(orders[column.name].index), kind="stable"
    )
    columns = ["recommendation_id", "action", "horizon", "horizon_basis", "legal_state", "legal_basis"]
    return table[columns].reset_index(drop=True)
