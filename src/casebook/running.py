"""Run the cells of a notebook in this process, as Jupyter does, and return their outputs in the notebook format.

One IPython shell a process: the same display system as in a kernel, without the second that a kernel takes to start,
to answer and to stop. Whoever calls this does so in a process that is thrown away afterwards.
"""

import io
import re
import tempfile
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from typing import Any

# An output as the notebook format has it: output_type, and data and metadata, or name and text.
Output = dict[str, Any]
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class CellError(Exception):
    """A cell that failed: its place among the code cells, from 0, and the traceback as plain text."""

    def __init__(self, place: int, traceback: str) -> None:
        super().__init__(traceback)
        self.place, self.traceback = place, traceback


class _Stream(io.TextIOBase):
    """A standard stream whose text becomes outputs, between the figures where it was written."""

    def __init__(self, name: str, outputs: list[Output]) -> None:
        self.stream, self.outputs = name, outputs

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        last = self.outputs[-1] if self.outputs else {}
        if last.get("name") == self.stream:
            last["text"] += text
        elif text:
            self.outputs.append({"output_type": "stream", "name": self.stream, "text": text})
        return len(text)


def _shell(outputs: list[Output], home: str) -> Any:
    """Return a shell of its own, with no profile, history or colours, which adds what is shown to ``outputs``."""
    from IPython.core.displaypub import DisplayPublisher  # noqa: PLC0415 - whoever only checks data has no use for it
    from IPython.core.interactiveshell import InteractiveShell  # noqa: PLC0415
    from traitlets.config import Config  # noqa: PLC0415

    class Shown(DisplayPublisher):
        def publish(self, data: Any, metadata: Any = None, **_: Any) -> None:
            outputs.append({"output_type": "display_data", "data": data, "metadata": metadata or {}})

        def clear_output(self, wait: bool = False) -> None:
            outputs.clear()

    class Shell(InteractiveShell):
        def _showtraceback(self, etype: Any, evalue: Any, stb: list[str]) -> None:
            self.last_traceback = _COLOUR.sub("", self.InteractiveTB.stb2text(stb))

    def result(value: Any = None) -> None:
        if value is not None:
            data, metadata = shell.display_formatter.format(value)
            outputs.append({"output_type": "execute_result", "data": data, "metadata": metadata})
            shell.user_ns["_"] = value

    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    shell = Shell.instance(config=config, ipython_dir=home, display_pub_class=Shown)
    shell.display_trap.hook = result
    return shell


def run_cells(cells: Sequence[tuple[str, Sequence[str]]]) -> list[list[Output]]:
    """Run cells, each a source with its tags, one after the other; return the outputs of each.

    A cell tagged ``skip-execution`` is left out; one tagged ``raises-exception`` may fail.

    Raises:
        CellError: the first cell that failed.
    """
    outputs: list[Output] = []
    found: list[list[Output]] = []
    with (
        tempfile.TemporaryDirectory() as home,
        redirect_stdout(_Stream("stdout", outputs)),  # type: ignore[type-var]
        redirect_stderr(_Stream("stderr", outputs)),  # type: ignore[type-var]
    ):
        shell = _shell(outputs, home)
        for place, (source, tags) in enumerate(cells):
            outputs.clear()
            if "skip-execution" not in tags:
                _run_cell(shell, place, source, tags, outputs)
            found.append([_counted(output, place + 1) for output in outputs])
    return found


def _counted(output: Output, count: int) -> Output:
    """Return an output with the number of its cell, which the notebook format asks of a result."""
    return {**output, "execution_count": count} if output["output_type"] == "execute_result" else dict(output)


def _run_cell(shell: Any, place: int, source: str, tags: Sequence[str], outputs: list[Output]) -> None:
    done = shell.run_cell(source, store_history=True)
    problem = done.error_before_exec or done.error_in_exec
    if isinstance(problem, KeyboardInterrupt):
        raise problem
    if problem is None:
        return
    traceback = getattr(shell, "last_traceback", repr(problem))
    if "raises-exception" not in tags:
        raise CellError(place, traceback)
    outputs.append(
        {
            "output_type": "error",
            "ename": type(problem).__name__,
            "evalue": str(problem),
            "traceback": traceback.splitlines(),
        }
    )
