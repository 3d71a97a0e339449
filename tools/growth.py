"""Measure how the cost of the book grows with its rows: load, check, build and page weight at 1, 10, 100, 1,000 times.

Use: python tools/growth.py [FACTOR …]   `make bench` calls `measure_growth`. A site is built up to BUILT times only.
"""

import json
import os
import resource
import runpy
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
FACTORS = (1, 10, 100, 1000)
# Past this a build takes longer than anybody waits, and no reader is served by its pages.
BUILT = 100
LOAD = "import sys; from pathlib import Path; from casebook.load import load_study; load_study(Path(sys.argv[1]))"
CHECK = "import sys; from pathlib import Path; from casebook.load import find_problems; find_problems(Path(sys.argv[1]))"


def _timed(code: str, data: Path) -> dict[str, float]:
    """Run code over a package in a process of its own; return seconds on the wall, on the processor, and MB at the most."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run([sys.executable, "-c", code, str(data)], check=True, env={**os.environ, "PYTHONUTF8": "1"})
    wall, after = time.monotonic() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"wall": round(wall, 2), "processor": round(used, 2)}


def _rows(data: Path) -> int:
    from casebook.load import load_study  # noqa: PLC0415 - the processes measured import it themselves

    return sum(len(table) for table in load_study(data).tables.values())


def measure_growth(factors: tuple[int, ...] = FACTORS, built: int = BUILT) -> list[dict[str, Any]]:
    """Return one record for each factor: rows, seconds to load, to check and (up to ``built``) to build, bytes of pages."""
    scale = runpy.run_path(str(ROOT / "tools" / "scale.py"))
    found = []
    for factor in factors:
        with tempfile.TemporaryDirectory() as name:
            place = Path(name)
            data = scale["write_larger"](ROOT / "data", place / "data", factor)
            record: dict[str, Any] = {
                "times": factor,
                "load": _timed(LOAD, data),
                "check": _timed(CHECK, data),
            }
            record["rows"] = _rows(data)
            if factor <= built:
                started = time.monotonic()
                site = scale["build_narrow"](place / "book", data)
                record["build"] = round(time.monotonic() - started, 1)
                sizes = scale["page_sizes"](site)
                record["pages"] = {"heaviest": max(sizes.values()), "all": sum(sizes.values())}
                record["site"] = sum(p.stat().st_size for p in site.rglob("*") if p.is_file())
            found.append(record)
            print(record, flush=True)
    return found


if __name__ == "__main__":
    chosen = tuple(map(int, sys.argv[1:])) or FACTORS
    print(json.dumps(measure_growth(chosen), indent=1))
