"""The numbers of every summary and matrix, worked out by hand in small.py."""

import pandas as pd

from casebook import matrices, summaries
from casebook.study import Study


def test_stance_counts(small: Study) -> None:
    table = summaries.stance_counts(small).set_index("theme_id")
    columns = ["supports", "qualifies", "challenges", "total", "reported", "supports_reported"]
    # F1: EV1 and EV2 support, EV3 qualifies; EV1 is the maker's own.
    assert table.loc["F1", columns].tolist() == [2, 1, 0, 3, 1, 1]
    # C1: EV2 supports, EV3 challenges; EV4 is not relevant and counts nowhere.
    assert table.loc["C1", columns].tolist() == [1, 0, 1, 2, 0, 0]
    assert table.loc["B1", columns].tolist() == [1, 0, 0, 1, 0, 0]
    assert table.loc["R1", columns].tolist() == [1, 0, 0, 1, 1, 1]
    assert list(table.index) == ["F1", "C1", "B1", "R1"]


def test_theme_profiles(small: Study) -> None:
    profile = summaries.theme_profiles(small).set_index("theme_id").loc["F1"]
    assert profile["share_reported"] == 1 / 3
    assert profile["share_independent"] == 1 / 3  # the lab alone; a court is official
    assert (profile["publishers"], profile["first_year"], profile["last_year"]) == (3, 2019, 2021)
    assert summaries.theme_profiles(small).set_index("theme_id").loc["C1", "share_challenging"] == 0.5


def test_telling_rows_put_independent_sources_first(small: Study) -> None:
    rows = summaries.telling_rows(small, "F1", "supports")
    assert rows["evidence_id"].tolist() == ["EV2", "EV1"]  # official before self-reported
    assert summaries.telling_rows(small, "F1", "challenges").empty


def test_evidence_flow(small: Study) -> None:
    flow = summaries.evidence_flow(small).set_index("detail")["rows"]
    assert flow["facts gathered"] == 5  # four rows of evidence and one left out
    assert (flow["published as evidence"], flow["exact"], flow["corrected"], flow["weak"]) == (4, 4, 0, 1)


def test_matrices(small: Study) -> None:
    assert len(matrices.action_findings(small)) == 3
    assert matrices.unanswered_findings(small)["theme_id"].tolist() == ["F1"]
    assert matrices.actions_without_lead(small)["recommendation_id"].tolist() == ["R1.2"]
    load = matrices.actor_load(small)
    assert load["actor_id"].tolist() == ["A01", "A02"]  # who leads comes first
    assert load[["leads", "supports", "consulted", "total"]].to_numpy().tolist() == [
        [1, 0, 0, 1],
        [0, 1, 1, 2],
    ]


def test_a_reader_cannot_change_the_study(small: Study) -> None:
    frame = small["evidence"]
    frame.loc[0, "claim"] = "changed"
    assert small["evidence"].loc[0, "claim"] == "The maker counts 1234 cases."


def test_types_follow_the_schema(small: Study) -> None:
    evidence = small["evidence"]
    assert str(evidence["year"].dtype) == "Int64"
    assert evidence["value"].dtype == "float64"
    assert evidence["verified_on"].iloc[0] == pd.Timestamp("2026-11-23")
    assert pd.isna(evidence["year"].iloc[3])
