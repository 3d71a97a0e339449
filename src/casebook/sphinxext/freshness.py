"""Never a stale page: what is read again when something changed, and what is written again.

A page is read again if any file it used last time holds something else now: its own text, a table, a file that a cell
of it opened. Every page is read again if the code, the environment or the place of the data changed. If anything at
all changed, every page is written again from what was read: a title, a number of a figure or a note may stand on any
of them, and writing is quick.
"""

import hashlib
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.environment.collectors import EnvironmentCollector

from casebook.inputs import book_hash, code_hash, digest, environment_hash, settings_hash
from casebook.paths import data_dir
from casebook.reads import Notes, note, start_reader, still_true, stop_reader, watch_files


def stamp(app: Sphinx, config: Config) -> None:
    """Give Sphinx two settings that differ when it must read, or write, every page again."""
    root = Path(app.srcdir)
    config.casebook_code = digest(code_hash(), environment_hash(), settings_hash(), str(data_dir()))
    config.casebook_inputs = book_hash(root)
    watch_files(root, data_dir())


class ReadsCollector(EnvironmentCollector):
    """Keeps, page by page, what it read."""

    def clear_doc(self, app: Sphinx, env: BuildEnvironment, docname: str) -> None:
        """Forget a page."""
        _reads(env).pop(docname, None)

    def merge_other(
        self, app: Sphinx, env: BuildEnvironment, docnames: set[str], other: BuildEnvironment
    ) -> None:
        """Take over what another process read."""
        _reads(env).update({docname: _reads(other).get(docname, {}) for docname in docnames})

    def process_doc(self, app: Sphinx, doctree: nodes.document) -> None:
        """Nothing to do: the reader is ended when the page has been read whole."""


def _reads(env: BuildEnvironment) -> dict[str, Notes]:
    if not hasattr(env, "casebook_reads"):
        env.casebook_reads = {}
    return env.casebook_reads


def open_page(app: Sphinx, docname: str, source: list[str]) -> None:
    """Begin to note what a page reads, with its own text."""
    close_page(app)
    path = Path(app.env.doc2path(docname))
    app.casebook_reader = _reads(app.env)[docname] = start_reader()
    # Noted is the text that is read here; if the file holds another by now, that is a change.
    held = path.read_bytes()
    same = held.decode("utf-8-sig", "replace").splitlines() == source[0].splitlines()
    note(path, hashlib.sha256(held).hexdigest() if same else "")


def close_page(app: Sphinx, *_: Any) -> None:
    """End the notes of the page that was open."""
    stop_reader(getattr(app, "casebook_reader", {}))


def changed_pages(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> list[str]:
    """Return the pages of which anything they used differs now."""
    reads = _reads(env)
    return [doc for doc in env.found_docs - added if doc not in reads or not still_true(reads[doc])]


def setup_part(app: Sphinx) -> None:
    """Register the settings, the collector and the steps."""
    app.add_config_value("casebook_code", "", "env")
    app.add_config_value("casebook_inputs", "", "html")
    app.add_env_collector(ReadsCollector)
    app.connect("config-inited", stamp)
    app.connect("env-get-outdated", changed_pages)
    app.connect("source-read", open_page)
    app.connect("doctree-read", close_page, priority=900)
    app.connect("env-updated", close_page)
