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
    # A shell that starts the tests in the background has them ignore interrupts, and each process inherits that.
    heeds = "import signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"
    slow = heeds + "import time\nopen('begun', 'w').close()\ntime.sleep(60)"
    executions = room.anew()
    executions.add([Job("slow", room.folder, ((slow, ()),))])
    (process,) = [process for process, _ in executions._running.values()]
    # Python drops an interrupt that meets a process in the middle of being forked, or of a callback: wait until its
    # cell does nothing but sleep.
    while not (room.folder / "begun").exists():
        time.sleep(0.01)
    time.sleep(0.5)
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


def test_a_module_beside_the_notebook_counts_with_and_without_bytecode(room: Room) -> None:
    (room.folder / "helper.py").write_text("ANSWER = 1\n")
    source = "import helper\nhelper.ANSWER"
    assert room.run(source) == ["page"]
    assert room.run(source) == []
    # Other cells, so that it runs again, now from bytecode; then the source changes.
    assert room.run(source, "2") == ["page"]
    (room.folder / "helper.py").write_text("ANSWER = 1000\n")
    assert room.run(source, "2") == ["page"]
    assert room.shown[0][0]["data"]["text/plain"] == "1000"


def test_a_module_that_the_build_could_import_itself_counts(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A helper in the folder that the build starts in must not be imported before anybody notes it."""
    monkeypatch.syspath_prepend(str(room.folder))
    (room.folder / "helper_at_root.py").write_text("ANSWER = 1\n")
    assert room.run("from helper_at_root import ANSWER\nANSWER") == ["page"]
    (room.folder / "helper_at_root.py").write_text("ANSWER = 2\n")
    assert room.run("from helper_at_root import ANSWER\nANSWER") == ["page"]
    assert room.shown[0][0]["data"]["text/plain"] == "2"


def test_a_file_behind_a_link_counts(room: Room, tmp_path_factory: pytest.TempPathFactory) -> None:
    away = tmp_path_factory.mktemp("away") / "real.txt"
    away.write_text("1")
    (room.folder / "linked.txt").symlink_to(away)
    assert room.run("open('linked.txt').read()") == ["page"]
    away.write_text("2")
    assert room.run("open('linked.txt').read()") == ["page"]
    # And the other way round: a name from outside for a file of the book.
    (away.parent / "outside.txt").symlink_to(room.folder / "inside.txt")
    (room.folder / "inside.txt").write_text("1")
    source = f"open({str(away.parent / 'outside.txt')!r}).read()"
    assert room.run(source) == ["page"]
    assert room.run(source) == []
    (room.folder / "inside.txt").write_text("2")
    assert room.run(source) == ["page"]


def test_same_size_and_same_date_do_not_hide_a_change(room: Room) -> None:
    path = room.data / "actors.csv"
    before = path.stat()
    source = "from casebook import load_study\nload_study()['actors'].name[0]"
    room.run(source)
    path.write_text(path.read_text().replace("Ministry", "Minister"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    assert room.run(source) == ["page"]
    assert "Minister" in room.shown[0][0]["data"]["text/plain"]


def test_a_file_that_was_not_there_counts_when_it_comes(room: Room) -> None:
    source = "try:\n    print(open('later.txt').read())\nexcept OSError:\n    print('none')"
    assert room.run(source) == ["page"]
    assert room.run(source) == []
    (room.folder / "later.txt").write_text("here")
    assert room.run(source) == ["page"]
    assert room.shown[0][0]["text"] == "here\n"


@pytest.mark.parametrize(
    "source",
    [
        "import os\nos.listdir('lists')",
        "from pathlib import Path\nsorted(p.name for p in Path('lists').glob('*.txt'))",
    ],
)
def test_the_names_in_a_folder_count_for_whoever_lists_them(room: Room, source: str) -> None:
    (room.folder / "lists").mkdir()
    (room.folder / "lists" / "a.txt").write_text("1")
    assert room.run(source) == ["page"]
    (room.folder / "lists" / "a.txt").write_text("2")
    (room.folder / "elsewhere.txt").write_text("1")
    assert room.run(source) == []
    (room.folder / "lists" / "b.txt").write_text("1")
    assert room.run(source) == ["page"]
    assert "b.txt" in room.shown[0][0]["data"]["text/plain"]


@pytest.mark.parametrize(
    "source",
    [
        "import os\nfd = os.open(Path('raw.txt'), os.O_RDONLY)\nprint(os.read(fd, 9).decode())",
        "import sqlite3\nprint(sqlite3.connect('raw.txt').execute('pragma user_version').fetchall())",
    ],
    ids=["descriptor", "database"],
)
def test_other_ways_to_open_a_file_count(room: Room, source: str) -> None:
    import sqlite3

    def write(number: int) -> None:
        with sqlite3.connect(room.folder / "raw.txt") as database:
            database.execute(f"pragma user_version = {number}")
            database.execute("create table if not exists t (x)")
        database.close()

    source = "from pathlib import Path\n" + source.replace(".decode()", "")
    write(1)
    assert room.run(source) == ["page"]
    assert room.run(source) == []
    write(2)
    assert room.run(source) == ["page"]


@pytest.mark.parametrize(
    "source", ["!cat said.txt", "import subprocess\nprint(subprocess.check_output(['cat', 'said.txt']))"]
)
def test_what_another_process_said_is_shown_but_never_kept(room: Room, source: str) -> None:
    (room.folder / "said.txt").write_text("one")
    assert room.run(source) == ["page"]
    assert room.kept == []
    (room.folder / "said.txt").write_text("two")
    assert room.run(source) == ["page"]


def test_data_switched_to_and_fro(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    other = write_small(room.folder / "other", actors=edited("actors", 0, name="Another"))
    source = "from casebook import load_study\nload_study()['actors'].name[0]"
    for folder, shown in ((room.data, "Ministry"), (other, "Another"), (room.data, "Ministry")):
        monkeypatch.setenv("CASEBOOK_DATA", str(folder))
        assert room.run(source) == ["page"]
        assert shown in room.shown[0][0]["data"]["text/plain"]
    # The same folder by another name is the same data; what only an edition for paper asks is no notebook's business.
    monkeypatch.setenv("CASEBOOK_DATA", f"{room.folder}/other/../data")
    monkeypatch.setenv("CASEBOOK_WITH_PDF", "1")
    assert room.run(source) == []


def test_the_descriptor_counts(room: Room) -> None:
    room.run(COUNT)
    path = room.data / "datapackage.json"
    path.write_text(path.read_text() + "\n")
    assert room.run(COUNT) == ["page"]


def test_names_that_look_alike_have_records_of_their_own(room: Room) -> None:
    executions = room.anew()
    jobs = [Job(name, room.folder, ((f"{name!r}", ()),)) for name in ("a/b", "a--b", "a%2Fb")]
    executions.add(jobs)
    for job in jobs:
        assert executions.outputs(job.name)[0][0][0]["data"]["text/plain"] == repr(job.name)
    assert room.anew().add(jobs) == []


def test_the_environment_is_its_python_its_packages_and_what_they_hold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from casebook.inputs import environment_hash

    info = tmp_path / "thing-1.0.dist-info"
    info.mkdir()
    monkeypatch.syspath_prepend(str(tmp_path))
    seen = set()

    def look() -> None:
        environment_hash.cache_clear()
        before = len(seen)
        seen.add(environment_hash())
        assert len(seen) == before + 1

    try:
        look()
        (info / "RECORD").write_text("thing.py,sha256=a,1\n")
        look()
        # The same version again, built anew from another source.
        (info / "RECORD").write_text("thing.py,sha256=b,1\n")
        look()
        info.rename(tmp_path / "thing-1.1.dist-info")
        look()
        monkeypatch.setattr("sys.version", "another Python")
        look()
    finally:
        environment_hash.cache_clear()
