"""Print the path of an installed Chrome or Chromium; exit 1 with a sentence if there is none."""

import os
import shutil
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
# How a test or a tool starts it: as root in a container too, and asking no host of its own accord.
OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
)
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)


def find_chrome() -> str | None:
    """Return the browser named by ``CHROME``, else the first on the PATH or in macOS's applications."""
    if named := os.environ.get("CHROME"):
        return named if Path(named).is_file() else None
    return next(filter(None, map(shutil.which, NAMES)), None) or next(
        (p for p in PLACES if Path(p).is_file()), None
    )


if __name__ == "__main__":
    found = find_chrome()
    if not found:
        sys.exit("No Chrome or Chromium was found: install one, or name it with CHROME=/path/to/chrome.")
    print(found)
