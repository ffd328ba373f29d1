"""What axe finds wrong with a page, and how wide it is."""

from __future__ import annotations

import pytest

from infra.flavour import ROOT
from tests.browser.visit import Visit

AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


FILL_IS_COLOUR = """() => {
    const read = CSSStyleDeclaration.prototype.getPropertyValue;
    CSSStyleDeclaration.prototype.getPropertyValue = function (name) {
        return read.call(this, name === '-webkit-text-fill-color' ? 'color' : name);
    };
}"""
"""axe judges a text by its fill, which is its colour here. Where colours are forced, the browser answers
for the fill what the style sheet says, and for the colour what is painted."""


def need_axe() -> None:
    """Skip where axe is not installed."""
    if not AXE.is_file():
        pytest.skip("axe-core is not installed; run 'npm ci' in frontend/")


def faults(visit: Visit) -> list[str]:
    """Return what axe finds wrong with a light page, and with its colours when dark, and when forced."""
    light = _run(visit, {"type": "tag", "values": RULES})
    visit.page.emulate_media(color_scheme="dark")
    dark = _run(visit, {"type": "rule", "values": ["color-contrast"]})
    visit.page.emulate_media(color_scheme="light", forced_colors="active")
    forced = _run(visit, {"type": "rule", "values": ["color-contrast"]})
    visit.page.emulate_media(forced_colors="none")
    return [*light, *(f"dark: {fault}" for fault in dark), *(f"forced: {fault}" for fault in forced)]


def _run(visit: Visit, only: dict[str, object]) -> list[str]:
    visit.settle()
    # What is asked for anew is dimmed until it is there, and colours fade from one to the other.
    visit.until("!document.querySelector('[aria-busy=true]')")
    visit.until("!document.getAnimations().some((one) => one instanceof CSSTransition)")
    if not visit.page.evaluate("'axe' in window"):
        visit.page.evaluate(AXE.read_text(encoding="utf-8"))
        visit.page.evaluate(FILL_IS_COLOUR)
    found = visit.page.evaluate("(only) => axe.run(document, {runOnly: only})", only)["violations"]
    return [f"{fault['id']}: {node['html'][:160]}" for fault in found for node in fault["nodes"]]


def width(visit: Visit) -> int:
    """Return how wide the page's content is, in CSS pixels."""
    pixels: int = visit.page.evaluate("document.documentElement.scrollWidth")
    return pixels
