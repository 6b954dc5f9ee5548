"""axe-core on a page: what it finds against accessibility, in light and dark, wide and narrow."""

from __future__ import annotations

from typing import Literal

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, ViewportSize

LAPTOP = ViewportSize(width=1280, height=800)
BESIDE_A_CALL = ViewportSize(width=420, height=700)
SIZES = (LAPTOP, BESIDE_A_CALL)
COLOR_RULES = ["color-contrast", "link-in-text-block"]
"""What can differ between light and dark; every other rule is about the page itself."""

_RUN = """async (rules) => {
  const which = rules === null ? {} : { runOnly: { type: "rule", values: rules } };
  const found = await axe.run(document, { resultTypes: ["violations"], ...which });
  return found.violations.flatMap((rule) =>
    rule.nodes.map((node) => `${rule.id} at ${node.target}: ${node.failureSummary}`));
}"""


def violations(page: Page) -> list[str]:
    """Every violation on the page as it stands; empty where axe-core finds none.

    The page is looked at in both color schemes at both sizes, and left light and wide.
    """
    page.evaluate(AXE_SCRIPT)
    found = []
    schemes: tuple[tuple[Literal["light", "dark"], list[str] | None], ...]
    schemes = (("light", None), ("dark", COLOR_RULES))
    for size in SIZES:
        page.set_viewport_size(size)
        for scheme, rules in schemes:
            page.emulate_media(color_scheme=scheme)
            here: list[str] = page.evaluate(_RUN, rules)
            found += [f"{scheme}, {size['width']} wide, {page.url}: {one}" for one in here]
    page.set_viewport_size(LAPTOP)
    page.emulate_media(color_scheme="light")
    return found
