"""Two builds from two clean clones, in different folders, times, locales, time zones and with other seeds: the same bytes."""

import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

from small import ROOT

# What differs between the two, besides folder and time of day; fifteen hours of time zone are another date.
PLACES = (
    {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONHASHSEED": "1", "HOME": "one", "UMASK": "022"},
    {
        "TZ": "Pacific/Pago_Pago",
        "LC_ALL": "C.UTF-8",
        "PYTHONHASHSEED": "77777",
        "HOME": "two",
        "UMASK": "077",
    },
)


def build(folder: Path, place: dict[str, str]) -> dict[str, str]:
    """Clone the repository, build and pack everything; return the SHA-256 of each file made, by its path."""
    clone = folder / "clone"
    subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
    home = folder / place["HOME"]
    home.mkdir()
    dropped = ("CASEBOOK_", "SOURCE_DATE_EPOCH", "LANG", "XDG_")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(dropped)}
    environment |= {k: v for k, v in place.items() if k != "UMASK"} | {"HOME": str(home)}
    for command in ("book", "archive"):
        done = subprocess.run(
            ["sh", "-c", f'umask {place["UMASK"]} && exec "$0" -m casebook.cli {command}', sys.executable],
            cwd=clone,
            env=environment | {"PYTHONPATH": str(clone / "src")},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    made = clone / "_build"
    return {
        path.relative_to(made).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(made.rglob("*"))
        if path.is_file() and not path.relative_to(made).parts[0].startswith(".")
    }


def test_two_clones_give_the_same_bytes(tmp_path: Path) -> None:
    here = tmp_path / "here"
    here.mkdir()
    one = build(here, PLACES[0])
    time.sleep(2)  # dates in archives have steps of two seconds
    deep = tmp_path / "there with a space" / "and deeper"
    deep.mkdir(parents=True)
    two = build(deep, PLACES[1])
    assert {p.split("/")[0] for p in one} == {"html", "pdf", "epub", "archive.zip"}
    assert len(one) > 150
    assert sorted(p for p in one.keys() | two.keys() if one.get(p) != two.get(p)) == []
