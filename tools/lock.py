"""Write the locks: every package of the book, and of its tests, with the hashes of all its published files.

Use: python tools/lock.py (run by `make lock`, after constraints.txt was written anew). Needs uv and asks the package
index for hashes. Each lock holds what one requirements file brings, at the versions of constraints.txt, and what builds
this package itself.
"""

import re
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
LOCKS = {
    "requirements.lock": ("requirements.txt",),
    "requirements-test.lock": ("requirements.txt", "requirements-test.txt"),
}
# `pip install -e .` builds with these, without fetching others (see tools/setup.sh); `pip freeze` leaves them out.
BUILD = {"setuptools": "setuptools>=77", "wheel": "wheel"}
HEAD = "# {what} with the hashes of its files, for Linux. Written by `make lock` from constraints.txt; not by hand.\n"


def pins() -> dict[str, str]:
    """Return what constraints.txt pins: canonical name → its line."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return {canonicalize_name(line.split("==")[0]): line for line in lines if "==" in line}


def named(file: str) -> set[str]:
    """Return the packages that a requirements file names itself."""
    lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
    found = (re.match(r"[A-Za-z0-9][\w.-]*", line) for line in lines)
    return {canonicalize_name(match[0]) for match in found if match}


def brought(names: set[str]) -> set[str]:
    """Return packages with all that they need in this environment; needs them installed."""
    found: set[tuple[str, str]] = set()
    todo = {(name, "") for name in names}
    while todo:
        name, extra = todo.pop()
        found.add((name, extra))
        try:
            lines = requires(name) or []
        except PackageNotFoundError:
            raise SystemExit(f"{name} is not installed: run make .venv/.test first.") from None
        needed = [Requirement(line) for line in lines]
        wanted = [r for r in needed if not r.marker or r.marker.evaluate({"extra": extra})]
        todo |= {(canonicalize_name(r.name), e) for r in wanted for e in ("", *r.extras)} - found
    return {name for name, _ in found}


def lock(target: str, files: tuple[str, ...]) -> None:
    """Write one lock."""
    known = pins() | BUILD
    wanted = brought(set().union(*map(named, files))) | set(BUILD)
    unknown = wanted - set(known)
    if unknown:
        raise SystemExit(f"constraints.txt does not pin {', '.join(sorted(unknown))}: run make lock.")
    command = ["uv", "pip", "compile", "-q", "-", "--no-deps", "--universal", "--python-version", "3.11"]
    command += ["--generate-hashes", "--no-header", "--no-annotate", "--index-strategy", "unsafe-best-match"]
    source = "\n".join(known[name] for name in sorted(wanted))
    done = subprocess.run(
        [sys.executable, "-m", *command], input=source, capture_output=True, text=True, check=True, cwd=ROOT
    )
    (ROOT / target).write_text(HEAD.format(what=" and ".join(files)) + done.stdout, encoding="utf-8")


if __name__ == "__main__":
    for name, sources in LOCKS.items():
        lock(name, sources)
