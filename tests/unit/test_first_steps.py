"""What a brief puts first in each field of recommendation."""

from casebook.first_steps import EACH, first_actions
from casebook.ranking import ranked
from casebook.study import Study


def test_no_action_of_a_field_that_is_left_out_ranks_higher(study: Study) -> None:
    ranks = ranked(study).merge(study["recommendations"][["recommendation_id", "theme_id"]])
    table = first_actions(study)
    for theme, rows in table.groupby("theme_id"):
        rest = ranks[
            (ranks["theme_id"] == theme) & ~ranks["recommendation_id"].isin(rows["recommendation_id"])
        ]
        assert list(rows["rank"]) == sorted(rows["rank"])
        assert rest.empty or rows["rank"].max() <= rest["rank"].min(), theme


def test_every_field_has_its_first_actions(study: Study) -> None:
    fields = study["themes"][study["themes"]["kind"] == "recommendation"]["theme_id"]
    assert list(dict.fromkeys(first_actions(study)["theme_id"])) == list(fields)
    assert (first_actions(study).groupby("theme_id").size() <= EACH).all()


def test_who_leads_an_action_stands_beside_it(small: Study) -> None:
    # The small package has one field with two actions: the ministry leads R1.1, and nobody leads R1.2.
    leads = first_actions(small).set_index("recommendation_id")["leads"]
    assert leads["R1.1"] == "Ministry"
    assert leads.isna()["R1.2"]
