"""Which actions to begin with, field by field."""

import pandas as pd

from casebook.ranking import ranked
from casebook.study import Study

EACH = 2
FIRST_RULE = "The actions shown in a field are those that rank highest under the default weights; the ranks are this edition's."


def first_actions(study: Study, each: int = EACH) -> pd.DataFrame:
    """Return the actions to begin with, at most ``each`` a field of recommendation, in the order of ``themes``.

    Within a field the actions stand by their rank under the default weights (`casebook.ranking.ranked`). Columns:
    theme_id, theme (its title), recommendation_id, rank (int64), title, measure, horizon, leads (the short names of
    the actors that lead it; missing if none is known).
    """
    order = ranked(study)[["recommendation_id", "rank"]]
    actions = order.merge(study["recommendations"], on="recommendation_id").groupby("theme_id").head(each)
    parts = study["responsibilities"].merge(study["actors"][["actor_id", "acronym"]], on="actor_id")
    leads = parts[parts["role"] == "leads"].groupby("recommendation_id")["acronym"].agg(", ".join)
    themes = study["themes"][["theme_id", "title"]].rename(columns={"title": "theme"})
    table = themes.merge(actions.assign(leads=actions["recommendation_id"].map(leads)), on="theme_id")
    columns = ["theme_id", "theme", "recommendation_id", "rank", "title", "measure", "horizon", "leads"]
    return table[columns].reset_index(drop=True)
