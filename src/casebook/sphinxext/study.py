"""The study behind the pages, loaded once a build."""

from sphinx.environment import BuildEnvironment
from sphinx.errors import SphinxError

from casebook.findings import DataError
from casebook.load import load_study
from casebook.study import Study


class BookError(SphinxError):
    """Something a reader would trip over: the build stops."""

    category = "Book error"


def study_of(env: BuildEnvironment) -> Study:
    """Return the study; which of its tables a page uses is noted as it uses them (see `freshness`).

    Raises:
        BookError: the data package cannot be used; says every reason.
    """
    if not hasattr(env.app, "casebook_study"):
        try:
            env.app.casebook_study = load_study()
        except DataError as problem:
            raise BookError(str(problem)) from problem
    study: Study = env.app.casebook_study
    study.note_schema()
    return study
