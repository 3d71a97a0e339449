"""Put the outputs of the notebooks into the pages: executed by this package, side by side, when they are not known.

MyST-NB executes one notebook after the other, each in a kernel of its own, and its cache looks at code only. Here the
notebooks are executed by `casebook.executions` while the other pages are read, and MyST-NB reads them as notebooks
that have their outputs already, through its own setting for custom formats.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import nbformat
import plotly.io
from myst_nb.core.read import is_myst_markdown_notebook, read_myst_markdown_notebook
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

from casebook.executions import ExecutionError, Executions, Job
from casebook.paths import DATA_VARIABLE, data_dir
from casebook.reads import note
from casebook.sphinxext.study import BookError, study_of

logger = logging.getLogger(__name__)
_LANGUAGE = {
    "name": "python",
    "pygments_lexer": "ipython3",
    "mimetype": "text/x-python",
    "file_extension": ".py",
}


def _notebook(path: str, text: str) -> nbformat.NotebookNode:
    notebook = read_myst_markdown_notebook(text, add_source_map=True, path=path)
    kernel = notebook.metadata.get("kernelspec", {}).get("name", "python3")
    if kernel != "python3":
        raise BookError(f"{path}: the kernel is {kernel!r}; the notebooks of this book run with 'python3'")
    notebook.metadata["language_info"] = dict(_LANGUAGE)
    return notebook


def job_of(docname: str, path: str, text: str) -> Job:
    """Return what there is to execute in a page that is a notebook."""
    cells = (c for c in _notebook(path, text).cells if c.cell_type == "code")
    return Job(
        docname, Path(path).parent, tuple((c.source, tuple(c.metadata.get("tags", ()))) for c in cells)
    )


@dataclass
class Reader:
    """Reads one notebook for MyST-NB, with its outputs."""

    executions: Executions
    docname: str
    path: str

    def read(self, text: str) -> nbformat.NotebookNode:
        """Return the notebook of ``text`` as it looks after it was executed; the page depends on what it read.

        Raises:
            BookError: a cell failed, or the text is no longer the one that was executed.
        """
        if not self.executions.ran(job_of(self.docname, self.path, text)):
            self.executions.stop()
            raise BookError(f"{self.path}: the notebook was edited while it ran; build again")
        notebook = _notebook(self.path, text)
        cells = [(i, c) for i, c in enumerate(notebook.cells) if c.cell_type == "code"]
        try:
            outputs, reads = self.executions.outputs(self.docname)
        except ExecutionError as problem:
            self.executions.stop()
            raise BookError(self._message(problem, notebook, [i for i, _ in cells])) from None
        for path, digest in reads.items():
            note(path, digest)
        for count, ((_, cell), shown) in enumerate(zip(cells, outputs, strict=True), 1):
            cell.outputs = [nbformat.from_dict(output) for output in shown]
            cell.execution_count = count
        return notebook

    def _message(self, problem: ExecutionError, notebook: nbformat.NotebookNode, cells: list[int]) -> str:
        if problem.place is None:
            return f"{self.path}: the notebook did not run to its end: {problem.reason}"
        line = notebook.metadata["source_map"][cells[problem.place]] + 1
        return f"{self.path}:{line}: this cell failed:\n{problem.reason}"


def begin(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Start the notebooks among the pages to read, and let the pages that wait for none be read first."""
    if app.config.nb_execution_mode != "off" or not app.config.casebook_execute:
        return
    # In a kernel plotly shows itself as data; without one it would look for a browser.
    plotly.io.renderers.default = "plotly_mimetype"
    study = study_of(env)
    folder = Path(app.outdir).parent / ".executions"
    roots = (Path(app.srcdir), data_dir())
    executions = app.casebook_executions = Executions(folder, roots, app.config.nb_execution_timeout)
    jobs = []
    for docname in docnames:
        path = env.doc2path(docname)
        text = Path(path).read_text(encoding="utf-8")
        if is_myst_markdown_notebook(text):
            jobs.append(job_of(docname, path, text))
            reader = Reader(executions, docname, path)
            env.mystnb_config.custom_formats[path] = (reader.read, {}, False)
    running = set(executions.add(jobs))
    docnames.sort(key=lambda docname: docname in running)
    logger.info("%d of %d notebooks to execute, over %s", len(running), len(jobs), study.folder.name)


def keep_busy(app: Sphinx, docname: str, source: list[str]) -> None:
    """Start further notebooks between two pages."""
    if hasattr(app, "casebook_executions"):
        app.casebook_executions.keep_busy()


def forget(app: Sphinx, env: BuildEnvironment) -> None:
    """Leave nothing of this build's executions in the environment that Sphinx keeps."""
    env.mystnb_config.custom_formats.clear()


def end(app: Sphinx, problem: Exception | None) -> None:
    """Stop what a failed build leaves running, and say what was executed."""
    if hasattr(app, "casebook_executions"):
        app.casebook_executions.stop()
        _report(app, app.casebook_executions.executed)


def _report(app: Sphinx, executed: Iterable[str]) -> None:
    """Write which notebooks this build executed, for whoever asks what a change cost."""
    folder = Path(app.outdir).parent / ".executions"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "last.txt").write_text("".join(f"{name}\n" for name in sorted(executed)), encoding="utf-8")


def setup_part(app: Sphinx) -> None:
    """Register the setting and the steps."""
    # Notebooks run in their own folders: a data package named by a path from here must mean the same there.
    if os.environ.get(DATA_VARIABLE):
        os.environ[DATA_VARIABLE] = str(data_dir())
    app.add_config_value("casebook_execute", True, "env")
    app.connect("env-before-read-docs", begin)
    app.connect("source-read", keep_busy)
    app.connect("env-updated", forget)
    app.connect("build-finished", end)
