"""Criteria, ranking, stability and panel scores, worked out by hand on the small package."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from casebook import figures
from casebook.criteria import MEASURES, action_scores, default_weights, worth, worths
from casebook.load import find_problems, load_study
from casebook.panel_scores import panel_agreement, panel_spread, panel_worths
from casebook.ranking import DRAWS, acceptability, draw_error, places, ranked, stability
from casebook.study import Study
from small import TABLES, edited, write_small

EQUAL = {"direct": 5, "lead": 5, "rights": 5, "effort": 5}
NONE = dict.fromkeys(EQUAL, 0)


def test_worths(small: Study) -> None:
    table = worths(small)
    assert list(table.columns) == ["direct", "lead", "rights", "effort"]
    # R1.1 answers C1 directly: 1 of 0–2. It is led. Rights 1 of 0–4. Effort 3 of 1–3, where less is better.
    assert table.loc["R1.1"].tolist() == [0.5, 1, 0.25, 0]
    # R1.2 answers C1 in part and B1 from afar: nothing directly. Nobody leads. Rights 4 of 4; effort 1, the least.
    assert table.loc["R1.2"].tolist() == [0, 0, 1, 1]


@pytest.mark.parametrize(
    ("score", "direction", "expected"),
    [
        (1, "more is better", 0),
        (3, "more is better", 1),
        (9, "more is better", 1),
        (1.5, "less is better", 0.75),
    ],
)
def test_a_score_beyond_its_scale_counts_as_the_end(score: float, direction: str, expected: float) -> None:
    assert worth(score, 1, 3, direction) == expected


def test_measures_count_what_the_tables_hold(small: Study, tmp_path: Path) -> None:
    assert MEASURES["direct findings"](small) == [(1, "directly: C1"), (0, "none directly")]
    assert MEASURES["endorsing bodies"](small) == [(1, "Court"), (0, "no body found")]
    assert MEASURES["leader"](small) == [(1, "Ministry"), (0, "nobody found")]
    assert MEASURES["horizon"](small) == [(1, "within 1 year"), (1, "within 1 year")]
    # Only F1 has a confidence, and no action answers F1 directly.
    assert [score for score, _ in MEASURES["confidence"](small)] == [0, 0]
    addresses = edited("addresses", 0, theme_id="F1")
    study = load_study(write_small(tmp_path / "f1", addresses=addresses))
    # F1 is “low”: very low 1, low 2, moderate 3, high 4.
    assert MEASURES["confidence"](study) == [(2, "low: F1"), (0, "no judged finding answered directly")]


def test_a_computed_score_follows_its_table(tmp_path: Path) -> None:
    more = [
        *TABLES["addresses"],
        {"recommendation_id": "R1.2", "theme_id": "F1", "directness": "direct", "why": "w"},
    ]
    study = load_study(write_small(tmp_path, addresses=more))
    assert worths(study).loc["R1.2", "direct"] == 0.5


def test_scores_carry_basis_meaning_and_reason(small: Study) -> None:
    table = action_scores(small).set_index(["recommendation_id", "criterion_id"])
    assert table.loc[("R1.1", "lead"), ["basis", "score", "step", "rationale"]].tolist() == [
        "computed",
        1.0,
        "step 1",
        "Ministry",
    ]
    row = table.loc[("R1.1", "rights")]
    assert (row["basis"], row["score"], row["rationale"], row["evidence_id"]) == (
        "judged",
        1.0,
        "Because of rights",
        "EV3",
    )


def test_ranking_under_equal_weights(small: Study) -> None:
    table = ranked(small)
    assert default_weights(small) == EQUAL
    assert table["recommendation_id"].tolist() == ["R1.2", "R1.1"]
    assert table["points"].tolist() == [50, 43.75]
    assert table["rank"].tolist() == [1, 2]
    assert not table["tied"].any()
    # Parts add up to the points: 100 × 5 × worth ÷ 20.
    assert table.loc[1, ["direct", "lead", "rights", "effort"]].tolist() == [12.5, 25, 6.25, 0]


def test_equal_points_share_the_better_rank_in_the_order_of_the_table(small: Study) -> None:
    # R1.1 has all of lead and none of effort, R1.2 the reverse: 50 points each.
    table = ranked(small, {**NONE, "lead": 3, "effort": 3})
    assert table["points"].tolist() == [50, 50]
    assert table["rank"].tolist() == [1, 1]
    assert table["tied"].all()
    assert table["recommendation_id"].tolist() == ["R1.1", "R1.2"]


def test_without_any_weight_everything_ties(small: Study) -> None:
    table = ranked(small, NONE)
    assert table["points"].tolist() == [0, 0]
    assert table["rank"].tolist() == [1, 1]


def test_weights_count_in_proportion(small: Study) -> None:
    once, twice = (
        ranked(small, {**EQUAL, "lead": 1}),
        ranked(small, {k: 2 * v for k, v in {**EQUAL, "lead": 1}.items()}),
    )
    assert once["rank"].tolist() == twice["rank"].tolist()
    assert np.allclose(once["points"], twice["points"])


def test_bad_weights_are_refused(small: Study) -> None:
    with pytest.raises(ValueError, match="negative"):
        ranked(small, {**EQUAL, "lead": -1})
    with pytest.raises(KeyError):
        ranked(small, {"lead": 1})


def test_places_share_the_better_rank_and_ignore_the_noise_of_adding() -> None:
    assert places(np.array([0.1 + 0.2, 0.3, 5.0, -1.0])).tolist() == [2, 2, 1, 4]
    assert places(np.array([[1.0, 2.0], [2.0, 1.0]])).tolist() == [[2, 1], [1, 2]]


def two_criteria(folder: Path) -> Study:
    """The small package with the criteria lead and effort alone, on which each action wins one."""
    criteria = [r for r in TABLES["criteria"] if r["criterion_id"] in ("lead", "effort")]
    scores = [r for r in TABLES["scores"] if r["criterion_id"] == "effort"]
    return load_study(write_small(folder, criteria=criteria, scores=scores))


def test_stability_is_the_share_of_all_weights(tmp_path: Path) -> None:
    study = two_criteria(tmp_path)
    # R1.1 has 100 × weight of lead, R1.2 100 × weight of effort: each is first for one half of all weights.
    shares = acceptability(study)
    assert abs(100 * shares.loc["R1.1", 1] - 50) < draw_error()
    assert shares.sum(axis=1).tolist() == [1, 1]
    table = stability(study).set_index("recommendation_id")
    assert table["first"].tolist() == [shares.loc[k, 1] for k in table.index]
    assert table["first_five"].tolist() == [1, 1]
    assert (table.loc["R1.1", "low"], table.loc["R1.1", "high"]) == (1, 2)


def test_stability_of_a_known_inequality(small: Study) -> None:
    # R1.1 beats R1.2 where 0.5 d + l > 0.75 r + e with d, l, r, e even over the simplex. The difference is
    # X = 0.5 d + 1 l − 0.75 r − 1 e. For Dirichlet(1,1,1,1) the share of X > 0 is the sum over the positive
    # coefficients a of a³ ÷ Π (a − b) over the other coefficients b:
    #   a = 0.5: 0.125 ÷ ((0.5−1)(0.5+0.75)(0.5+1))  = 0.125 ÷ −0.9375 = −0.13333
    #   a = 1:   1 ÷ ((1−0.5)(1+0.75)(1+1))          = 1 ÷ 1.75        =  0.57143
    # together 0.43810.
    share = acceptability(small).loc["R1.1", 1]
    assert abs(100 * share - 43.810) < draw_error()


def test_the_same_data_give_the_same_draws(tmp_path: Path) -> None:
    first, second = (acceptability(two_criteria(tmp_path / name)) for name in ("a", "b"))
    pd.testing.assert_frame_equal(first, second)
    assert DRAWS >= 10_000
    assert round(draw_error(), 2) == 0.98  # 1.96 × √(0.25 ÷ 10,000) × 100


PANEL = pd.DataFrame(
    [("a", "R1.1", "rights", 1.0), ("b", "R1.1", "rights", 3.0), ("a", "R1.2", "rights", 4.0), ("b", "R1.2", "rights", 4.0), ("a", "R1.2", "effort", 2.0)],
    columns=["member", "recommendation_id", "criterion_id", "score"],
)  # fmt: skip


def test_panel_spread_and_agreement() -> None:
    spread = panel_spread(PANEL)
    # The widest first: R1.1 rights runs from 1 to 3 with mean 2.
    assert spread.iloc[0].tolist() == ["R1.1", "rights", 2, 2.0, 1.0, 3.0]
    assert len(spread) == 3
    agreement = panel_agreement(PANEL).set_index("criterion_id")
    # Scores 1, 3 | 4, 4. Observed: (3−1)² twice ÷ (2−1) = 8. Expected over all ordered pairs of 1, 3, 4, 4:
    # 2 × (4 + 9 + 9 + 1 + 1 + 0) = 48. Alpha = 1 − (4−1) × 8 ÷ 48 = 0.5.
    assert agreement.loc["rights", ["members", "actions"]].tolist() == [2, 2]
    assert round(agreement.loc["rights", "alpha"], 6) == 0.5
    assert np.isnan(agreement.loc["effort", "alpha"])  # one member alone


def test_panel_means_replace_scores(small: Study) -> None:
    values = panel_worths(small, PANEL)
    assert values.loc["R1.1"].tolist() == [0.5, 1, 0.5, 0]  # mean 2 of 0–4
    assert values.loc["R1.2"].tolist() == [0, 0, 1, 0.5]  # one member's 2 of 1–3
    assert worths(small).loc["R1.1", "rights"] == 0.25, "the edition's own scores stay"
    # 100 × (0.5 + 1 + 0.5) ÷ 4 = 50 against 100 × 1.5 ÷ 4 = 37.5.
    assert ranked(small, values=values)["points"].tolist() == [50, 37.5]


def problems(folder: Path, **tables: list[dict[str, str]]) -> list[tuple[str, int, str, str]]:
    return [(f.file, f.line, f.column, f.code) for f in find_problems(write_small(folder, **tables))]


def test_an_empty_panel_is_no_problem_and_a_full_one_is_read(tmp_path: Path) -> None:
    assert problems(tmp_path / "none") == []
    row = {"member": "a", "recommendation_id": "R1.1", "criterion_id": "lead", "score": "1"}
    assert problems(tmp_path / "one", panel_scores=[row]) == []
    assert problems(tmp_path / "off", panel_scores=[{**row, "score": "2"}]) == [
        ("panel_scores.csv", 2, "score", "score-scale")
    ]


BAD = {
    "computed and typed": (
        {"scores": [*TABLES["scores"], {"recommendation_id": "R1.1", "criterion_id": "lead", "score": "1", "rationale": "r"}]},
        ("scores.csv", 6, "criterion_id", "score-computed"),
    ),
    "off the scale": ({"scores": edited("scores", 0, score="5")}, ("scores.csv", 2, "score", "score-scale")),
    "not judged": ({"scores": TABLES["scores"][1:]}, ("recommendations.csv", 2, "recommendation_id", "score-missing")),
    "nothing counted": ({"criteria": edited("criteria", 0, measure="")}, ("criteria.csv", 2, "measure", "criterion-measure")),
    "judged yet counted": ({"criteria": edited("criteria", 2, measure="leader")}, ("criteria.csv", 4, "measure", "criterion-measure")),
    "a step too few": ({"criteria": edited("criteria", 2, steps="0=a;1=b")}, ("criteria.csv", 4, "steps", "criterion-scale")),
    "upside down": ({"criteria": edited("criteria", 3, low="3", high="1")}, ("criteria.csv", 5, "steps", "criterion-scale")),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD)
def test_what_is_wrong_with_criteria_and_scores_is_named(tmp_path: Path, what: str) -> None:
    tables, expected = BAD[what]
    assert expected in problems(tmp_path, **tables)


def test_the_figures_draw_their_rows(small: Study) -> None:
    ranking, stable = figures.ranking(small), figures.stability(small)
    assert ranking.caption == (
        "With equal weights R1.2 (do R1.2) comes first with 50.0 of 100 points, 6.2 points ahead of the next."
    )
    for width in ("wide", "compact"):
        bars = {t["name"]: t["customdata"] for t in ranking.specs()[width]["data"] if "name" in t}
        assert bars == {
            "Points": ranking.rows["points"].round(2).tolist(),
            **{
                k.capitalize(): ranking.rows[k].round(2).tolist()
                for k in ("direct", "lead", "rights", "effort")
            },
        }
        median, here = stable.specs()[width]["data"]
        assert median["x"] == stable.rows["middle"].tolist()
        assert median["customdata"] == stable.rows[["low", "high"]].to_numpy().tolist()
        assert here["x"] == stable.rows["rank"].tolist()
        shares = [
            a["text"] for a in stable.specs()[width]["layout"]["annotations"] if a["text"].endswith("\u00a0%")
        ]
        assert shares == ["100\u00a0%", "100\u00a0%"]


def test_the_book_weighs_all_criteria_alike_and_counts_rights_among_them(study: Study) -> None:
    criteria = study["criteria"]
    assert len(set(criteria["weight"])) == 1
    assert {"computed", "judged"} == set(criteria["basis"])
    assert study["scores"]["rationale"].nunique() == len(study["scores"]), "one reason stands for two scores"
