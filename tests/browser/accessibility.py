"""Asking axe whether a page can be used by everybody."""

from importlib.resources import files
from typing import Any

from playwright.sync_api import Page

AXE = (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")

STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SERIOUS = {"serious", "critical"}


def serious_complaints(page: Page) -> list[str]:
    """Return what axe finds wrong with *page* as it stands, a line for each place.

    The script is evaluated rather than added to the page, so that a strict content policy does not matter.
    """
    page.evaluate(AXE)
    result: dict[str, Any] = page.evaluate(
        "standards => axe.run({runOnly: {type: 'tag', values: standards}})",
        STANDARDS,
    )
    return [
        f"{violation['id']}: {violation['help']} at {' '.join(map(str, node['target']))}"
        for violation in result["violations"]
        if violation["impact"] in SERIOUS
        for node in violation["nodes"]
    ]
