"""What is kept of a notebook's execution is true, or it is not kept."""

import json
import os
import signal
import time
from pathlib import Path

import pytest

from casebook import reads
from casebook.executions import ExecutionError, Executions, Job
from casebook.load import load_study
from casebook.running import CellError, run_cells
from small import edited, write_small

COUNT = "from casebook import load_study\nlen(load_study()['actors'])"


class Room:
    """A folder to run in and one to keep in; every look begins anew, as a new build does."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.data = write_small(folder / "data")
        monkeypatch.setenv("CASEBOOK_DATA", str(self.data))
        self.executions = self.anew()

    def anew(self, timeout: float = 60) -> Executions:
        return Executions(self.folder / "kept", (self.folder,), timeout)

    def run(self, *sources: str, name: str = "page") -> list[str]:
        """Return the names of what had to run."""
        self.executions = self.anew()
        job = Job(name, self.folder, tuple((source, ()) for source in sources))
        ran = self.executions.add([job])
        self.shown = self.executions.outputs(name)[0]
        return ran

    @property
    def kept(self) -> list[str]:
        return sorted(path.name for path in (self.folder / "kept").glob("*"))


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Room:
    return Room(tmp_path, monkeypatch)


def test_outputs_are_those_of_a_notebook(room: Room) -> None:
    source = "import sys\nprint('a')\nprint('b', file=sys.stderr)\ndisplay(1)\nprint('c')\n2"
    room.run("x = 20", source, "x + _")
    silent, shown, last = room.shown
    assert silent == []
    assert [(o["output_type"], o.get("text") or o["data"]["text/plain"]) for o in shown] == [
        ("stream", "a\n"),
        ("stream", "b\n"),
        ("display_data", "1"),
        ("stream", "c\n"),
        ("execute_result", "2"),
    ]
    assert last[0]["data"] == {"text/plain": "22"} and last[0]["execution_count"] == 3


def test_what_did_not_change_does_not_run_again(room: Room) -> None:
    assert room.run(COUNT) == ["page"]
    before = room.shown
    assert room.run(COUNT) == []
    assert room.shown == before
    assert room.run(COUNT + " + 1") == ["page"]


def test_only_the_tables_a_notebook_used_count(room: Room) -> None:
    room.run(COUNT)
    write_small(room.data, evidence=edited("evidence", 0, value="4321"))
    assert room.run(COUNT) == []
    write_small(room.data, actors=edited("actors", 0, role="another role"))
    assert room.run(COUNT) == ["page"]


def test_a_remembered_result_counts_for_whoever_asks_second(tmp_path: Path) -> None:
    from casebook.summaries import stance_counts

    study = load_study(write_small(tmp_path))
    with reads.noted() as first:
        stance_counts(study)
    with reads.noted() as second:
        stance_counts(study)
    assert first == second
    assert {Path(path).name for path in second} == {
        "codings.csv",
        "evidence.csv",
        "sources.csv",
        "themes.csv",
    }


def test_a_file_that_a_cell_opens_counts(room: Room) -> None:
    (room.folder / "extra.txt").write_text("1")
    source = "open('extra.txt').read()"
    assert room.run(source) == ["page"]
    assert room.run(source) == []
    (room.folder / "extra.txt").write_text("2")
    assert room.run(source) == ["page"]
    assert room.shown[0][0]["data"]["text/plain"] == "'2'"


def test_a_changed_package_or_environment_counts(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    room.run(COUNT)
    for name in ("code_hash", "environment_hash"):
        with monkeypatch.context() as patch:
            patch.setattr(f"casebook.executions.{name}", lambda *_, **__: "another")
            assert room.run(COUNT) == ["page"]
        assert room.run(COUNT) == ["page"]


def test_a_failed_notebook_is_not_kept(room: Room) -> None:
    room.run("1")
    with pytest.raises(ExecutionError, match="ZeroDivisionError") as problem:
        room.run("1", "1 / 0")
    assert problem.value.place == 1
    assert room.kept == []


@pytest.mark.parametrize("source", ["import os\nos._exit(0)", "import os, signal\nos.kill(os.getpid(), 9)"])
def test_a_notebook_that_ends_its_process_is_not_kept(room: Room, source: str) -> None:
    with pytest.raises(ExecutionError, match="its process ended with code"):
        room.run(source)
    assert room.kept == []


def test_a_slow_notebook_is_stopped_and_not_kept(room: Room) -> None:
    executions = room.anew(timeout=0.5)
    executions.add([Job("slow", room.folder, (("import time\ntime.sleep(60)", ()),))])
    started = time.monotonic()
    with pytest.raises(ExecutionError, match="timed out"):
        executions.outputs("slow")
    assert time.monotonic() - started < 10 and room.kept == []


def test_an_interrupted_build_keeps_nothing_half_done(room: Room) -> None:
    slow = "open('begun', 'w').close()\nimport time\ntime.sleep(60)"
    executions = room.anew()
    executions.add([Job("slow", room.folder, ((slow, ()),))])
    (process,) = [process for process, _ in executions._running.values()]
    # Python drops an interrupt that meets a process in the middle of being forked: wait until its cell runs.
    while not (room.folder / "begun").exists():
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGINT)
    process.join(10)
    assert process.exitcode == 1
    with pytest.raises(ExecutionError, match="its process ended with code 1"):
        executions.outputs("slow")
    executions.add([Job("other", room.folder, (("import time\ntime.sleep(60)", ()),))])
    executions.stop()
    assert room.kept == []


def test_data_that_change_while_a_notebook_runs_are_noticed(room: Room) -> None:
    ready = "\nopen('ready', 'w').close()\nimport os, time\nwhile not os.path.exists('go'): time.sleep(0.01)"
    job = Job("page", room.folder, ((COUNT + ready, ()),))
    executions = room.anew()
    executions.add([job])
    while not (room.folder / "ready").exists():
        time.sleep(0.01)
    write_small(room.data, actors=edited("actors", 0, role="another role"))
    (room.folder / "go").touch()
    with pytest.raises(ExecutionError, match="changed while it ran"):
        executions.outputs("page")
    assert room.anew().add([job]) == ["page"]


def test_a_broken_record_is_no_record(room: Room) -> None:
    room.run("1")
    (room.folder / "kept" / "page.json").write_text(json.dumps({"key": {}})[:-1])
    assert room.run("1") == ["page"]


def test_tags_are_kept_to(room: Room) -> None:
    cells = (("1 / 0", ("raises-exception",)), ("1 / 0", ("skip-execution",)), ("3", ()))
    executions = room.anew()
    executions.add([Job("tags", room.folder, cells)])
    failed, skipped, last = executions.outputs("tags")[0]
    assert failed[0]["output_type"] == "error" and failed[0]["ename"] == "ZeroDivisionError"
    assert skipped == [] and last[0]["data"]["text/plain"] == "3"


def test_a_bare_error_says_which_cell() -> None:
    import multiprocessing

    def fail() -> None:
        try:
            run_cells([("1", ()), ("oops(", ())])
        except CellError as problem:
            assert problem.place == 1 and "SyntaxError" in problem.traceback
            os._exit(0)
        os._exit(1)

    process = multiprocessing.get_context("fork").Process(target=fail)
    process.start()
    process.join()
    assert process.exitcode == 0
