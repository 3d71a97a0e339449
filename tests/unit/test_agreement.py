"""Agreement of the coding passes, against numbers worked out by hand and against the published table."""

import math

import numpy as np
import pytest

from casebook.agreement import _alphas, agreement, alpha_of, alpha_unnamed, coded_pairs, named_pairs
from casebook.load import load_study
from casebook.study import Study
from small import TABLES, edited, write_small


def test_alpha_by_hand() -> None:
    # Four pairs, two values; the coders differ on one. Coincidences: o_aa = 4, o_bb = 2, o_ab = o_ba = 1; n_a = 5, n_b = 3.
    # Observed disagreement 2/8; expected 2·5·3/(8·7); alpha = 1 − (2/8)/(30/56) = 1 − 112/240 = 0.5333…
    counts = np.array([[2, 0], [2, 0], [0, 2], [1, 1]])
    assert alpha_of(counts) == pytest.approx(1 - 112 / 240)
    assert alpha_of(np.array([[2, 0], [0, 2]])) == 1
    assert math.isnan(alpha_of(np.array([[2, 0], [2, 0]])))


def test_pairs_and_shares(tmp_path: object) -> None:
    codings = [dict(r) for r in TABLES["codings"]]
    codings[1]["stance"] = "qualifies"  # the second pass on EV1 and F1
    study = load_study(write_small(tmp_path, codings=codings))  # type: ignore[arg-type]
    pairs = coded_pairs(study).set_index(["evidence_id", "theme_id"])
    assert pairs.loc[("EV1", "F1")].tolist() == ["supports", "qualifies", "supports"]
    table = agreement(study).set_index("theme_id")
    assert table.loc["all", ["pairs", "same"]].tolist() == [8, 7]
    assert table.loc["F1", ["pairs", "same"]].tolist() == [3, 2]
    assert math.isnan(table.loc["F1", "low"])  # fewer than ten pairs


def test_alpha_without_the_pairs_that_a_boundary_text_names(tmp_path: object) -> None:
    codings = [dict(r) for r in TABLES["codings"]]
    codings[1]["stance"] = "qualifies"  # the second pass on EV1 and F1
    # EV2 is named under F1 and not under C1, where it stays; EV4 is not coded for F1; EV10 is not EV1.
    themes = edited("themes", 0, boundary="A gain told by its maker supports (EV2, EV4). So would EV10.")
    study = load_study(write_small(tmp_path, codings=codings, themes=themes))  # type: ignore[arg-type]
    assert named_pairs(study)[["evidence_id", "theme_id"]].values.tolist() == [["EV2", "F1"]]
    # Fourteen values of seven pairs remain, with one pair unlike.
    left = coded_pairs(study).drop(named_pairs(study).index)
    both = left["first"].tolist() + left["second"].tolist()
    assert {v: both.count(v) for v in set(both)} == {
        "supports": 7,
        "qualifies": 3,
        "challenges": 2,
        "not relevant": 2,
    }
    # Observed 2/14; expected (14² − 7² − 3² − 2² − 2²)/(14·13) = 130/182.
    assert alpha_unnamed(study) == pytest.approx(1 - (2 / 14) / (130 / 182))


def test_the_published_agreement_is_recomputed_from_the_codings(study: Study) -> None:
    pairs = coded_pairs(study)
    table = agreement(study).iloc[0]
    assert table["pairs"] == len(pairs) == len(study["codings"]) / 3
    # Alpha by its definition, without the library: 1 − (n − 1)·Σ o_ck / Σ n_c·n_k over unlike values.
    both = pairs["first"].tolist() + pairs["second"].tolist()
    n = len(both)
    observed = 2 * int((pairs["first"] != pairs["second"]).sum())
    totals = {v: both.count(v) for v in set(both)}
    expected = sum(totals[c] * totals[k] for c in totals for k in totals if c != k)
    assert table["alpha"] == pytest.approx(1 - (n - 1) * observed / expected)
    assert table["low"] < table["alpha"] < table["high"]


def test_the_interval_is_drawn_from_the_library_s_alpha() -> None:
    random = np.random.default_rng(1)
    values = random.integers(0, 4, (30, 2))
    counts = np.stack([(values == level).sum(axis=1) for level in range(4)], axis=1)
    draws = random.integers(0, 30, (20, 30))
    assert _alphas(counts, draws) == pytest.approx([alpha_of(counts[draw]) for draw in draws])
    assert math.isnan(_alphas(np.array([[2, 0], [2, 0]]), np.array([[0, 1]]))[0])
