"""Execute notebooks side by side, and keep what came out for as long as it is true.

Each notebook runs in a process of its own, forked from one that has imported what the notebooks import and has loaded
the data: a notebook then costs what its cells cost. Kept are only the outputs of notebooks that ran to their end,
together with everything they depend on: their code, the package's code, the environment, and each file they read with
the hash of what it held. If any of it differs, the notebook runs again; one that asked another process or the network
is not kept at all.
"""

import ast
import base64
import hashlib
import importlib
import importlib.util
import json
import multiprocessing
import os
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any
from urllib.parse import quote

from casebook.inputs import PACKAGE, code_hash, environment_hash
from casebook.paths import data_dir
from casebook.publish import die_with_parent
from casebook.reads import Notes, below, forget_readers, noted, still_true, unchanged, unnoted, watch_files
from casebook.running import CellError, Output, run_cells


@dataclass(frozen=True)
class Job:
    """A notebook to execute: a name for its record, the folder it runs in, and its code cells with their tags."""

    name: str
    folder: Path
    cells: tuple[tuple[str, tuple[str, ...]], ...]


class ExecutionError(Exception):
    """A notebook that did not run to its end: the failing cell among the code cells (None if it is none), and why."""

    def __init__(self, name: str, place: int | None, reason: str) -> None:
        super().__init__(reason)
        self.name, self.place, self.reason = name, place, reason


def preload(jobs: Sequence[Job], roots: Sequence[Path]) -> None:
    """Import what the notebooks import, so that each process finds it there; what cannot be imported fails there.

    Modules that stand in the folders ``roots`` are left to the notebooks, which are then noted as their readers.
    """
    import IPython.core.interactiveshell  # noqa: F401, PLC0415 - only whoever executes needs it

    for source in {source for job in jobs for source, _ in job.cells}:
        try:
            tree = ast.parse(source)
        except SyntaxError:
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                _import([alias.name for alias in node.names if not _local(alias.name, roots)], ())
            elif isinstance(node, ast.ImportFrom) and node.module and not _local(node.module, roots):
                _import([node.module], [alias.name for alias in node.names])


def _local(module: str, roots: Sequence[Path]) -> bool:
    """Return whether a module is found in the book's folders and is not this package."""
    try:
        found = importlib.util.find_spec(module.partition(".")[0])
    except (ImportError, ValueError):
        return False
    places = (
        [] if found is None else [found.origin] if found.has_location else found.submodule_search_locations
    )
    files = [Path(place).resolve() for place in places or () if place]
    return any(below(file, roots) and not file.is_relative_to(PACKAGE) for file in files)


def _import(modules: Iterable[str], names: Iterable[str]) -> None:
    for module in modules:
        try:
            found = importlib.import_module(module)
            for name in names:
                getattr(found, name, None)
        except Exception:  # the notebook will fail with it, and say where
            continue


def _work(job: Job, target: Path, roots: tuple[Path, ...]) -> None:
    """Execute a notebook in this process and leave its outputs, or how it failed, in ``target``."""
    die_with_parent()
    forget_readers()
    os.chdir(job.folder)
    if "" not in sys.path:
        sys.path.insert(0, "")  # as in a kernel: modules beside the notebook
    watch_files(*roots)
    with noted() as notes:
        try:
            record: dict[str, Any] = {"outputs": run_cells(job.cells), "reads": notes}
        except CellError as problem:
            record = {"failed": problem.place, "reason": problem.traceback}
    target.write_text(json.dumps(record, default=_as_text), encoding="utf-8")


def _as_text(value: object) -> str:
    """Return a value that JSON has no word for: bytes, such as a picture's, in the notebook format's coding."""
    return base64.b64encode(value).decode() if isinstance(value, bytes) else str(value)


def _context() -> Any:
    """Return how processes begin: forked where that is safe, else started anew, slower and with the same result."""
    return multiprocessing.get_context("fork" if sys.platform.startswith("linux") else "spawn")


class Executions:
    """The notebooks of one build: executed on every core, their records kept in ``folder``.

    ``outputs`` returns what a notebook showed and notes what it read for the page that shows it.
    """

    def __init__(
        self, folder: Path, roots: tuple[Path, ...], timeout: float, workers: int | None = None
    ) -> None:
        self.folder, self.roots, self.timeout = folder, roots, timeout
        self.workers = workers or os.cpu_count() or 1
        self.executed: list[str] = []
        self._waiting: list[Job] = []
        self._running: dict[str, tuple[BaseProcess, float]] = {}
        self._jobs: dict[str, Job] = {}
        self._code = code_hash(executed_only=True)

    def _path(self, name: str, suffix: str = ".json") -> Path:
        return self.folder / (quote(name, safe="") + suffix)

    def _key(self, job: Job) -> dict[str, str]:
        cells = hashlib.sha256(json.dumps([str(job.folder), job.cells]).encode()).hexdigest()
        return {
            "cells": cells,
            "package": self._code,
            "environment": environment_hash(),
            "data": str(data_dir()),
        }

    def _record(self, job: Job) -> dict[str, Any] | None:
        """Return the record of a notebook if there is one and it is true, else None."""
        try:
            record = json.loads(self._path(job.name).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        true = record.get("key") == self._key(job) and still_true(record.get("reads", {}))
        return record if true else None

    def add(self, jobs: Iterable[Job]) -> list[str]:
        """Take notebooks on; returns the names of those that must run, which begin to."""
        for job in jobs:
            self._jobs[job.name] = job
            if self._record(job) is None:
                self._waiting.append(job)
        names = [job.name for job in self._waiting]
        if names:
            self.folder.mkdir(parents=True, exist_ok=True)
            preload(self._waiting, [root.resolve() for root in self.roots])
            self.keep_busy()
        return names

    def keep_busy(self) -> None:
        """Begin the next notebooks as places fall free; to be called now and then."""
        alive = sum(process.is_alive() for process, _ in self._running.values())
        while self._waiting and alive < self.workers:
            job = self._waiting.pop(0)
            self._path(job.name).unlink(missing_ok=True)
            target = self._path(job.name, ".part")
            target.unlink(missing_ok=True)
            process = _context().Process(target=_work, args=(job, target, self.roots), daemon=True)
            with unnoted():  # a page that is being read meanwhile does not ask this process
                process.start()
            self._running[job.name] = (process, time.monotonic())
            alive += 1

    def outputs(self, name: str) -> tuple[list[list[Output]], Notes]:
        """Return the outputs of each code cell of a notebook and what it read; waits for it if need be.

        Raises:
            ExecutionError: a cell failed, or the notebook took too long or ended its process.
        """
        while any(job.name == name for job in self._waiting):
            self.keep_busy()
            time.sleep(0.01)
        record = self._finish(name) if name in self._running else self._record(self._jobs[name])
        if record is None or not unchanged(record["reads"]):
            raise ExecutionError(name, None, "what it reads changed while it ran; build again")
        return record["outputs"], record["reads"]

    def _finish(self, name: str) -> dict[str, Any]:
        """Wait for a notebook's process; keep what it left if it ran to its end and nothing it read has changed."""
        process, started = self._running.pop(name)
        process.join(max(0.0, started + self.timeout - time.monotonic()))
        if process.is_alive():
            process.kill()
            process.join()
            raise ExecutionError(name, None, f"it timed out after {self.timeout:g} s")
        part = self._path(name, ".part")
        if process.exitcode or not part.is_file():
            part.unlink(missing_ok=True)
            raise ExecutionError(name, None, f"its process ended with code {process.exitcode}")
        record = json.loads(part.read_text(encoding="utf-8"))
        if "failed" in record:
            part.unlink()
            raise ExecutionError(name, record["failed"], record["reason"])
        record["key"] = self._key(self._jobs[name])
        if still_true(record["reads"]):
            part.write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
            part.replace(self._path(name))
        part.unlink(missing_ok=True)
        self.executed.append(name)
        return record

    def ran(self, job: Job) -> bool:
        """Return whether what is known of a notebook is of exactly these cells."""
        return self._jobs.get(job.name) == job

    def stop(self) -> None:
        """End what still runs; its outputs are not kept."""
        self._waiting.clear()
        for name, (process, _) in self._running.items():
            process.kill()
            process.join()
            self._path(name, ".part").unlink(missing_ok=True)
        self._running.clear()
