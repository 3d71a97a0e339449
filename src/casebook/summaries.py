"""Summaries of the evidence: frames in, frames out."""

import pandas as pd

from casebook.reads import remembered
from casebook.study import Study

STANCES = ("supports", "qualifies", "challenges")


def agreed_pairs(study: Study) -> pd.DataFrame:
    """Return one row for each (evidence, theme) pair whose agreed stance bears on the theme.

    Columns: evidence_id, theme_id, stance, evidence_type, year (Int64), place, source_id, publisher, independence,
    reported (bool: the source reports on its own work).
    """
    return _agreed_pairs(study).copy(deep=False)


# Every number in the text and every figure begins here; pandas copies on write, so one frame serves them all.
@remembered
def _agreed_pairs(study: Study) -> pd.DataFrame:
    codings = study["codings"]
    agreed = codings[(codings["coder"] == "agreed") & codings["stance"].isin(STANCES)]
    sources = study["sources"][["source_id", "publisher", "independence"]]
    evidence = study["evidence"][["evidence_id", "evidence_type", "year", "place", "source_id"]].merge(
        sources, on="source_id"
    )
    pairs = agreed[["evidence_id", "theme_id", "stance"]].merge(evidence, on="evidence_id")
    pairs["reported"] = pairs["independence"] == "self-reported"
    return pairs.reset_index(drop=True)


def stance_counts(study: Study) -> pd.DataFrame:
    """Return, for each theme in the order of ``themes``, the number of evidence rows by stance.

    Columns: theme_id, title, kind, supports, qualifies, challenges, total (int64), reported (int64: how many of the
    total are self-reported), supports_reported (int64).
    """
    pairs = agreed_pairs(study)
    themes = study["themes"][["theme_id", "title", "short_title", "kind"]]
    counts = (
        pairs.groupby(["theme_id", "stance"])
        .size()
        .unstack(fill_value=0)
        .reindex(columns=list(STANCES), fill_value=0)
    )
    counts["total"] = counts.sum(axis=1)
    counts["reported"] = pairs.groupby("theme_id")["reported"].sum()
    counts["supports_reported"] = (
        pairs[pairs["reported"] & (pairs["stance"] == "supports")].groupby("theme_id").size()
    )
    table = themes.merge(counts.reset_index(), on="theme_id", how="left")
    numbers = [*STANCES, "total", "reported", "supports_reported"]
    table[numbers] = table[numbers].fillna(0).astype("int64")
    return table


def outweighed_themes(study: Study) -> pd.DataFrame:
    """Return the themes that more rows qualify or challenge than support, with the columns of `stance_counts`."""
    table = stance_counts(study)
    return table[table["qualifies"] + table["challenges"] > table["supports"]].reset_index(drop=True)


def conflict_spread(study: Study) -> pd.DataFrame:
    """Return the figures of each conflict as multiples of its smallest, with the columns of ``conflict_values``.

    More columns: title, kind (of the conflict), times (float64, 1 for the smallest). A year and a zero have no
    multiples: such conflicts are left out.
    """
    values = study["conflict_values"].merge(
        study["conflicts"][["conflict_id", "title", "kind"]], on="conflict_id"
    )
    smallest = values.groupby("conflict_id")["value"].transform("min")
    rows = values[(smallest > 0) & (values["unit"] != "year")].copy()
    rows["times"] = (rows["value"] / rows.groupby("conflict_id")["value"].transform("min")).round(3)
    return rows


def theme_profiles(study: Study) -> pd.DataFrame:
    """Return what the evidence for each theme is made of.

    Columns: theme_id, total, share_reported, share_independent (independent or peer-reviewed), share_challenging
    (float64, 0 to 1), publishers (int64), first_year, last_year (Int64).
    """
    pairs = agreed_pairs(study)
    grouped = pairs.groupby("theme_id")
    profile = pd.DataFrame(
        {
            "total": grouped.size(),
            "share_reported": grouped["reported"].mean(),
            "share_independent": grouped["independence"].agg(
                lambda x: x.isin(["independent", "peer-reviewed"]).mean()
            ),
            "share_challenging": grouped["stance"].agg(lambda x: (x == "challenges").mean()),
            "publishers": grouped["publisher"].nunique(),
            "first_year": grouped["year"].min(),
            "last_year": grouped["year"].max(),
        }
    )
    return study["themes"][["theme_id"]].merge(profile.reset_index(), on="theme_id", how="left")


_STANDING = ("peer-reviewed", "independent", "official", "news", "self-reported")


def telling_rows(study: Study, theme: str, stance: str, most: int = 3) -> pd.DataFrame:
    """Return the rows that tell most for one theme and stance, with the columns of ``evidence``.

    Independent sources come before self-reported ones, then rows read again before rows that were not, then the
    latest year; no source stands twice while another one has not been heard.
    """
    pairs = agreed_pairs(study)
    chosen = pairs[(pairs["theme_id"] == theme) & (pairs["stance"] == stance)]
    rows = study["evidence"].merge(chosen[["evidence_id", "independence"]], on="evidence_id")
    rows["standing"] = rows["independence"].map(_STANDING.index)
    rows["unread"] = rows["verified"] == "not retrieved"
    rows = rows.sort_values(
        ["standing", "unread", "year", "evidence_id"], ascending=[True, True, False, True]
    )
    rows["again"] = rows.groupby("source_id").cumcount()
    return rows.sort_values("again", kind="stable").head(most).drop(columns=["standing", "unread", "again"])


def implications(study: Study, theme: str) -> pd.DataFrame:
    """Return the actions that follow from a theme: those that answer the finding, or those under the field.

    Columns: recommendation_id, title, directness (str; missing under a field of recommendation).
    """
    actions = study["recommendations"][["recommendation_id", "title", "theme_id"]]
    under = actions[actions["theme_id"] == theme].assign(directness=pd.NA)
    answers = study["addresses"][["recommendation_id", "theme_id", "directness"]]
    answering = actions.drop(columns="theme_id").merge(answers[answers["theme_id"] == theme])
    columns = ["recommendation_id", "title", "directness"]
    return (under if len(under) else answering)[columns].astype("str").reset_index(drop=True)


def evidence_flow(study: Study) -> pd.DataFrame:
    """Return how many gathered facts reached the book.

    Columns: step (str: gathered, included, verified, excluded, reason), detail (str), rows (int64).
    """
    evidence, excluded = study["evidence"], study["excluded"]
    verified = evidence["verified"].value_counts()
    reasons = excluded["reason"].value_counts()
    steps = [
        ("gathered", "facts gathered", len(evidence) + len(excluded)),
        ("included", "published as evidence", len(evidence)),
    ]
    steps += [
        ("verified", level, int(verified.get(level, 0))) for level in study.order("evidence", "verified")
    ]
    steps.append(("excluded", "left out", len(excluded)))
    steps += [
        ("reason", level, int(reasons[level]))
        for level in study.order("excluded", "reason")
        if level in reasons
    ]
    return pd.DataFrame(steps, columns=["step", "detail", "rows"])
