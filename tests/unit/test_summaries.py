"""The numbers of every summary and matrix, worked out by hand in small.py."""

from pathlib import Path

import pandas as pd

from casebook import evidence_map, matrices, summaries
from casebook.load import load_study
from casebook.panels import panel_rows
from casebook.quantities import evaluate
from casebook.study import Study
from small import TABLES, edited, write_small


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


def test_themes_that_are_outweighed(tmp_path: Path) -> None:
    small = load_study(write_small(tmp_path / "small"))
    # C1 has one row for and one against: not outweighed, and no other theme has more against it.
    assert summaries.outweighed_themes(small).empty
    assert evaluate(small, "outweighed") == "no theme"
    # EV2 now challenges C1 too: two against, none for.
    against = [
        {**row, "stance": "challenges"} if (row["evidence_id"], row["theme_id"]) == ("EV2", "C1") else row
        for row in TABLES["codings"]
    ]
    study = load_study(write_small(tmp_path / "against", codings=against))
    assert summaries.outweighed_themes(study)["theme_id"].tolist() == ["C1"]
    assert evaluate(study, "outweighed") == "C1 (data)"


def test_conflicts_as_multiples(tmp_path: Path) -> None:
    first = edited("conflict_values", 0)
    more = [{**first[0], "conflict_id": "K02", "value": v} for v in ("0", "5")]
    more += [{**first[0], "conflict_id": "K03", "value": v, "unit": "year"} for v in ("2018", "2020")]
    conflicts = [{**edited("conflicts", 0)[0], "conflict_id": f"K0{i}"} for i in (1, 2, 3)]
    study = load_study(write_small(tmp_path, conflict_values=[*first, *more], conflicts=conflicts))
    rows = summaries.conflict_spread(study)
    # 1234 ÷ 617 = 2; a zero and years have no multiples.
    assert list(zip(rows["conflict_id"], rows["times"], strict=True)) == [("K01", 2.0), ("K01", 1.0)]
    assert [evaluate(study, f"far_apart({n})") for n in ("2", "2.1")] == ["1", "0"]


def test_evidence_flow(small: Study) -> None:
    flow = summaries.evidence_flow(small).set_index("detail")["rows"]
    assert flow["facts gathered"] == 5  # four rows of evidence and one left out
    assert flow["left out"] == 1
    assert (flow["published as evidence"], flow["exact"], flow["corrected"], flow["weak"]) == (4, 4, 0, 1)


def test_agreed_pairs_leave_out_what_is_not_relevant(small: Study) -> None:
    pairs = summaries.agreed_pairs(small)
    # Eight agreed codings, one of them (EV4 on C1) not relevant.
    assert list(zip(pairs["evidence_id"], pairs["theme_id"], pairs["stance"], strict=True)) == [
        ("EV1", "F1", "supports"),
        ("EV2", "F1", "supports"),
        ("EV3", "F1", "qualifies"),
        ("EV2", "C1", "supports"),
        ("EV3", "C1", "challenges"),
        ("EV1", "R1", "supports"),
        ("EV2", "B1", "supports"),
    ]
    # Only the maker, whose row is EV1, reports on its own work.
    assert pairs["evidence_id"][pairs["reported"]].tolist() == ["EV1", "EV1"]


def test_matrices(small: Study) -> None:
    answers = matrices.action_findings(small)
    # R1.1 answers C1; R1.2 answers C1 in part and enables B1; nothing answers F1, and R1 is no finding.
    columns = ["recommendation_id", "theme_id", "finding", "directness", "evidence_id"]
    assert answers[columns].fillna("").to_numpy().tolist() == [
        ["R1.1", "C1", "Data", "direct", ""],
        ["R1.2", "C1", "Data", "partial", "EV3"],
        ["R1.2", "B1", "Feedback", "enabling", "EV2"],
    ]
    parts = matrices.action_actors(small)
    assert parts[["recommendation_id", "actor_id", "actor", "role", "basis"]].to_numpy().tolist() == [
        ["R1.1", "A01", "Ministry", "leads", "proposed"],
        ["R1.1", "A02", "Police", "supports", "proposed"],
        ["R1.2", "A02", "Police", "consulted", "proposed"],
    ]
    assert matrices.unanswered_findings(small)["theme_id"].tolist() == ["F1"]
    assert matrices.actions_without_lead(small)["recommendation_id"].tolist() == ["R1.2"]
    load = matrices.actor_load(small)
    assert load["actor_id"].tolist() == ["A01", "A02"]  # who leads comes first
    assert load[["leads", "supports", "consulted", "total"]].to_numpy().tolist() == [
        [1, 0, 0, 1],
        [0, 1, 1, 2],
    ]


def test_what_follows_from_a_theme(small: Study) -> None:
    # C1 is a finding that both actions answer; R1 is the field that both stand under; nothing answers F1.
    rows = summaries.implications(small, "C1")
    assert list(zip(rows["recommendation_id"], rows["directness"], strict=True)) == [
        ("R1.1", "direct"),
        ("R1.2", "partial"),
    ]
    under = summaries.implications(small, "R1")
    assert under["recommendation_id"].tolist() == ["R1.1", "R1.2"]
    assert under["directness"].isna().all()
    assert summaries.implications(small, "F1").empty


def test_the_evidence_map_counts_by_hand(small: Study) -> None:
    table = evidence_map.evidence_map(small)
    cells = [
        (r.theme_id, r.evidence_type, r.stance, r.rows, r.independent, r.reported, r.standing, r.first)
        for r in table.itertuples()
    ]
    # EV1 is a self-report of the maker, EV2 an audit by a court, EV3 a peer-reviewed study of the lab.
    assert cells == [
        ("F1", "self-report", "supports", 1, 0, 1, "mostly self-reported", "EV1"),
        ("F1", "audit", "supports", 1, 0, 0, "mostly official or news", "EV2"),
        ("F1", "peer-reviewed study", "qualifies", 1, 1, 0, "mostly independent", "EV3"),
        ("C1", "audit", "supports", 1, 0, 0, "mostly official or news", "EV2"),
        ("C1", "peer-reviewed study", "challenges", 1, 1, 0, "mostly independent", "EV3"),
        ("B1", "audit", "supports", 1, 0, 0, "mostly official or news", "EV2"),
        ("R1", "self-report", "supports", 1, 0, 1, "mostly self-reported", "EV1"),
    ]
    assert table["filter"].iloc[2] == "theme=F1&stance=qualifies&type=peer-reviewed+study"


def test_two_rows_of_three_make_a_standing(tmp_path: Path) -> None:
    # EV2 and EV4 become self-reports of the maker: with EV1 three rows of one kind support F1, all self-reported
    # but the court's, so two of three are; an even split of two would be neither.
    evidence = [{**r, "evidence_type": "self-report"} for r in edited("evidence", 3, source_id="maker")]
    codings = [
        {**r, "theme_id": "F1", "stance": "supports"} if r["evidence_id"] == "EV4" else r
        for r in edited("codings", 0)
    ]
    study = load_study(write_small(tmp_path, evidence=evidence, codings=codings))
    first = evidence_map.evidence_map(study).iloc[0]
    assert (first["rows"], first["reported"], first["standing"]) == (3, 2, "mostly self-reported")


def test_cells_and_gaps_of_the_map(small: Study) -> None:
    cells = evidence_map.map_cells(small)
    assert len(cells) == 32  # four themes by eight kinds
    cell = cells.set_index(["theme_id", "evidence_type"]).loc[("C1", "peer-reviewed study")]
    assert cell[["supports", "qualifies", "challenges", "rows", "independent"]].tolist() == [0, 0, 1, 1, 1]
    gaps = {gap.says: gap.themes for gap in evidence_map.map_gaps(small)}
    assert gaps["no row of the kind “audit” bears on"] == ("R1",)
    assert gaps["no row of the kind “law” bears on"] == ("F1", "C1", "B1", "R1")
    assert gaps["no row challenges"] == ("F1", "B1", "R1")
    # The lab alone stands apart: one row on F1, one on C1, none on the others; two or fewer are few.
    assert gaps["two rows or fewer from independent or peer-reviewed sources bear on"] == (
        "F1",
        "C1",
        "B1",
        "R1",
    )


def test_bodies_and_horizons(tmp_path: Path) -> None:
    # The court asks for R1.1 in two documents; the later one is shown. R1.2 is the edition's own.
    court = {"recommendation_id": "R1.1", "body": "Court", "says": "Do it."}
    endorsements = [
        {**court, "source_id": "court", "year": "2021"},
        {**court, "source_id": "lab", "year": "2023"},
    ]
    actions = edited("recommendations", 0, horizon="3–5 years", legal_state="law open")
    study = load_study(write_small(tmp_path, endorsements=endorsements, recommendations=actions))
    rows = matrices.action_bodies(study)
    assert rows[["recommendation_id", "body", "year"]].to_numpy().tolist() == [["R1.1", "Court", 2023]]
    table = matrices.action_horizons(study)
    # The nearest horizon comes first: R1.2 within a year and without a law, R1.1 later and with an open one.
    assert table[["recommendation_id", "horizon", "legal_state"]].to_numpy().tolist() == [
        ["R1.2", "within 1 year", "none needed"],
        ["R1.1", "3–5 years", "law open"],
    ]


def test_a_break_stands_at_the_first_value_after_it(small: Study) -> None:
    # Cases: 10 in 2018, 30 in 2019, fewer than 5 in 2021; from 2020 attempts count too.
    rows = panel_rows(small, "country-cases")
    assert rows["break_year"].tolist() == [pd.NA, pd.NA, 2020]
    assert rows["break_label"].iloc[2] == "attempts count too"
    assert rows["mark"].tolist() == ["line", "line", "bound"]


def test_of_two_values_of_a_year_the_last_carries_the_line(tmp_path: Path) -> None:
    # The lab counts 31 in 2019 where the court counted 30, and repeats the court's 10 for 2018.
    lab = [{**r, "source_id": "lab"} for r in edited("series", 1, value="31")[:2]]
    rows = panel_rows(load_study(write_small(tmp_path, series=[*TABLES["series"], *lab])), "country-cases")
    assert list(zip(rows["year"], rows["value"], rows["mark"], strict=True)) == [
        (2018, 10.0, "line"),
        (2019, 30.0, "apart"),
        (2019, 31.0, "line"),
        (2021, 5.0, "bound"),
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
