"""The only place that knows where things are."""

import os
from pathlib import Path

DATA_VARIABLE = "CASEBOOK_DATA"


def find_root(start: Path | None = None) -> Path:
    """Return the folder that holds ``_config.yml``, looking upward from ``start`` (the working directory).

    The package may be installed far from the book (a plain ``pip install .`` copies it), so its own place says
    nothing about the data.

    Raises:
        FileNotFoundError: no folder above ``start`` holds a ``_config.yml``.
    """
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / "_config.yml").is_file():
            return folder
    raise FileNotFoundError(
        f"No _config.yml in {here} or above it: run this inside the book's folder, "
        f"or name a data package with {DATA_VARIABLE}=DIR."
    )


def data_dir() -> Path:
    """Return the data package's folder: ``$CASEBOOK_DATA`` if set, else ``data/`` beside ``_config.yml``."""
    named = os.environ.get(DATA_VARIABLE)
    return Path(named).expanduser().resolve() if named else find_root() / "data"


def stills_dir() -> Path:
    """Return the folder of committed still pictures."""
    return find_root() / "stills"
