"""The interactive edition's library: a data package in, tables, figures and pages out."""

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from casebook.load import load_study
    from casebook.study import Study

_PARTS = ("criteria", "figures", "matrices", "panel_scores", "panels", "ranking", "summaries")
_HOME = {"load_study": "casebook.load", "Study": "casebook.study"}
__all__ = ["Study", "__version__", "load_study"]


def __getattr__(name: str) -> object:
    """Import the public names when first used, so that a notebook pays only for what it needs."""
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    if name in _PARTS:  # as load_study is: when first used
        return import_module(f"casebook.{name}")
    raise AttributeError(f"module 'casebook' has no attribute {name!r}")
