"""A walk through the structure of a tagged PDF."""

from collections.abc import Iterator
from typing import Any

from pypdf.generic import IndirectObject


def walk(node: Any) -> Iterator[Any]:
    """Yield every structure element below ``node``, in reading order."""
    stack = [node]
    while stack:
        item = stack.pop()
        if isinstance(item, IndirectObject):
            item = item.get_object()
        if isinstance(item, list):
            stack += reversed(item)
        elif isinstance(item, dict):
            if "/S" in item:
                yield item
            if "/K" in item:
                stack.append(item["/K"])


def fact(element: Any, name: str) -> Any:
    """Return an attribute of an element, whichever of its lists holds it."""
    return next(
        (part.get_object()[name] for part in element.get("/A", ()) if name in part.get_object()), None
    )
