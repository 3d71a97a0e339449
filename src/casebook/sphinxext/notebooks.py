"""What a page that is a notebook offers: itself as Markdown and as a Jupyter notebook, and a place to run it."""

import json
import shutil
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config

from casebook.drawing import DRAWING_MIME
from casebook.repository import binder_address, git_remote
from casebook.sphinxext.writing import root_of

FOLDER = "notebooks"


def find_repository(app: Sphinx, config: Config) -> None:
    """Take the repository's address from git where the setting names none."""
    config.casebook_repository = config.casebook_repository or git_remote(Path(app.srcdir))


def _written(app: Sphinx, docname: str) -> Path:
    """Return where MyST-NB left the notebook of a page."""
    return Path(app.outdir).parent / "jupyter_execute" / f"{docname}.ipynb"


def is_notebook(app: Sphinx, docname: str) -> bool:
    """Return whether a page is a notebook."""
    return "kernelspec" in app.env.metadata.get(docname, {})


def offer(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Tell the template what can be downloaded, and where the notebook runs if anywhere."""
    if not is_notebook(app, pagename):
        context["notebook"] = None
        return
    stem = f"{root_of(pagename)}{FOLDER}/{pagename.rsplit('/', 1)[-1]}"
    file = Path(app.env.doc2path(pagename)).relative_to(app.srcdir).as_posix()
    binder = binder_address(app.config.casebook_repository, file)
    context["notebook"] = {"markdown": f"{stem}.md", "jupyter": f"{stem}.ipynb", "binder": binder}


def plain(notebook: dict[str, Any]) -> dict[str, Any]:
    """Return a notebook as Jupyter wants it: no output type of the book's own, and the same names of cells each time."""
    notebook["metadata"].pop("source_map", None)
    for place, cell in enumerate(notebook["cells"], 1):
        cell["id"] = f"cell-{place}"
        for output in cell.get("outputs", ()):
            output.get("data", {}).pop(DRAWING_MIME, None)
    return notebook


def write_notebooks(app: Sphinx, problem: Exception | None) -> None:
    """Put every notebook beside the pages, in both forms."""
    if problem or app.builder.name != "html":
        return
    folder = Path(app.outdir) / FOLDER
    folder.mkdir(exist_ok=True)
    for docname in sorted(app.env.found_docs):
        written = _written(app, docname)
        if is_notebook(app, docname) and written.is_file():
            name = docname.rsplit("/", 1)[-1]
            shutil.copyfile(app.env.doc2path(docname), folder / f"{name}.md")
            notebook = plain(json.loads(written.read_text(encoding="utf-8")))
            text = json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"
            (folder / f"{name}.ipynb").write_text(text, encoding="utf-8")


def setup_part(app: Sphinx) -> None:
    """Register the setting and the steps."""
    app.add_config_value("casebook_repository", "", "html")
    app.connect("config-inited", find_repository)
    app.connect("html-page-context", offer)
    app.connect("build-finished", write_notebooks)
