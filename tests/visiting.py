"""What browser tests share: the pages of the book, and a page open in a browser with what went wrong on it."""

from typing import Any
from urllib.parse import urlparse

from small import ROOT

TOC = [
    line.split("file: ")[1].strip()
    for line in (ROOT / "_toc.yml").read_text().splitlines()
    if "file: " in line
]
PAGES = ["index.html", *(f"{name}.html" for name in TOC)]
FIGURE_PAGES = [
    f"{name}.html" for name in TOC if "code-cell" in (ROOT / f"{name}.md").read_text(encoding="utf-8")
]


class Visit:
    """A page open in the browser, with what went wrong on it."""

    def __init__(self, browser: Any, address: str, **context: Any) -> None:
        self.context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **context})
        self.page = self.context.new_page()
        self.errors: list[str] = []
        self.foreign: list[str] = []
        self.requests: list[str] = []
        self.address = address
        host = urlparse(address).netloc
        self.page.on(
            "console", lambda m: self.errors.append(m.text) if m.type in ("error", "warning") else None
        )
        self.page.on("pageerror", lambda e: self.errors.append(str(e)))

        def watch(route: Any) -> None:
            url = urlparse(route.request.url)
            if url.scheme in ("http", "https") and url.netloc != host:
                self.foreign.append(route.request.url)
                return route.abort()
            self.requests.append(url.path)
            return route.continue_()

        self.page.route("**/*", watch)

    def open(self, name: str) -> Any:
        self.page.goto(f"{self.address}/{name}", wait_until="load")
        return self.page


def press_to(page: Any, selector: str, most: int = 400) -> None:
    """Press Tab until the element that ``selector`` names first has the focus; fail if it is out of reach."""
    page.locator(selector).first.wait_for(state="attached")
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement === document.querySelector(s)", selector):
            return
    raise AssertionError(f"{selector} is not reached in {most} steps")
