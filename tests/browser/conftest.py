"""A page to open for every browser test."""

from collections.abc import Iterator
from typing import Any

import pytest

from visiting import Visit


@pytest.fixture
def visit(browser: Any, address: str) -> Iterator[Any]:
    open_visits: list[Visit] = []

    def start(**context: Any) -> Visit:
        open_visits.append(Visit(browser, address, **context))
        return open_visits[-1]

    yield start
    for each in open_visits:
        each.context.close()
