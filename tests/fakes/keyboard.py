"""A person without a mouse: every key press must leave a focus that can be seen."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Page

FARTHEST = 120
"""Tab presses after which a thing counts as out of reach."""
_FOCUS = r"""() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const style = getComputedStyle(at);
  const box = at.getBoundingClientRect();
  const label = at.getAttribute("aria-label") || at.labels?.[0]?.textContent;
  const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const down = box.bottom > 0 && box.top < innerHeight;
  return {
    name: (label || at.textContent || at.name || "").replace(/\s+/g, " ").trim(),
    ring: at.matches(":focus-visible") && outlined,
    seen: box.width > 0 && down && box.right > 0 && box.left < innerWidth,
  };
}"""
_REACHABLE = r"""() => {
  const kinds = "a[href], button, input, select, textarea, summary, [tabindex='0']";
  const shown = [...document.querySelectorAll(kinds)].filter((e) =>
    e.checkVisibility({ visibilityProperty: true }) && !e.disabled && e.type !== "hidden"
    && !e.closest("dialog:not([open])"));
  const first = (radio) => shown.find((other) => other.name === radio.name);
  return shown.filter((e) => e.type !== "radio" || e === first(e)).length;
}"""
_MARK = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return 0;
  const fresh = !at.hasAttribute("data-visited");
  at.setAttribute("data-visited", "");
  return fresh ? 1 : 0;
}"""


@dataclass(frozen=True, slots=True)
class Focus:
    """What has the focus."""

    name: str
    ring: bool
    seen: bool


class Keyboard:
    """Moves through a page by keys alone."""

    def __init__(self, page: Page) -> None:
        """`page` is open already."""
        self.page = page

    def press(self, *keys: str) -> None:
        """One after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        """Letters into what has the focus."""
        self.page.keyboard.type(text)

    def focus(self) -> Focus | None:
        """What has the focus; None where nothing has."""
        found = self.page.evaluate(_FOCUS)
        return None if found is None else Focus(**found)

    def tab_to(self, name: str) -> None:
        """Press Tab until something of that name has the focus; at each stop it must be seen."""
        passed = []
        for _ in range(FARTHEST):
            self.page.keyboard.press("Tab")
            focus = self.focus()
            if focus is None:
                continue
            passed.append(focus.name)
            assert focus.ring, f"the focus is not shown at {focus.name!r}"
            assert focus.seen, f"the focus is out of sight at {focus.name!r}"
            if focus.name.startswith(name):
                return
        raise AssertionError(f"{name!r} is not reached by Tab; passed: {passed[:60]}")

    def follow(self, name: str) -> None:
        """Go to a link or a button that leads to another page, and press Enter."""
        self.tab_to(name)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def walk(self) -> tuple[int, int]:
        """Tab through the whole page once: how many stops, and how many there should be."""
        expected: int = self.page.evaluate(_REACHABLE)
        stops = 0
        for _ in range(expected + 2):
            self.page.keyboard.press("Tab")
            focus = self.focus()
            assert focus is None or (focus.ring and focus.seen), focus
            stops += self.page.evaluate(_MARK)
        return stops, expected
