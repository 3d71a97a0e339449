"""Figure builders: a study in, drawings out. One module a family."""

from casebook.figures.calendar import action_bodies, action_horizons
from casebook.figures.conflicts import conflicts
from casebook.figures.flow import evidence_flow
from casebook.figures.map import map_of_evidence
from casebook.figures.matrices import action_actors, action_findings, actor_load
from casebook.figures.panels import panel, panels, show
from casebook.figures.priorities import ranking, stability
from casebook.figures.stances import evidence_standing, theme_balance

__all__ = [
    "action_actors",
    "action_bodies",
    "action_findings",
    "action_horizons",
    "actor_load",
    "conflicts",
    "evidence_flow",
    "evidence_standing",
    "map_of_evidence",
    "panel",
    "panels",
    "ranking",
    "show",
    "stability",
    "theme_balance",
]
