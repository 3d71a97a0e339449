"""The study behind the pages, loaded once a build, and the dependency of a page on its files."""

from sphinx.environment import BuildEnvironment
from sphinx.errors import SphinxError

from casebook.findings import DataError
from casebook.load import load_study
from casebook.study import Study


class BookError(SphinxError):
    """Something a reader would trip over: the build stops."""

    category = "Book error"


def study_of(env: BuildEnvironment) -> Study:
    """Return the study, and note that the page being read depends on every file of the data package.

    Raises:
        BookError: the data package cannot be used; says every reason.
    """
    try:
        study = load_study()
    except DataError as problem:
        raise BookError(str(problem)) from problem
    if env.temp_data.get("docname"):
        for table in study.schema.tables:
            env.note_dependency(str(study.folder / table.path))
    return study
