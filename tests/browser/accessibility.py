"""What axe finds wrong with a page, and how wide it is."""

from __future__ import annotations

import pytest

from infra.flavour import ROOT
from tests.browser.visit import Visit

AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def need_axe() -> None:
    """Skip where axe is not installed."""
    if not AXE.is_file():
        pytest.skip("axe-core is not installed; run 'npm ci' in frontend/")


def faults(visit: Visit) -> list[str]:
    """Return what axe finds wrong with a light page, and with its colours when it is dark; and where.

    Not with forced colours: there axe takes a text's fill for its colour, which the browser gives as written.
    """
    light = _run(visit, {"type": "tag", "values": RULES})
    visit.page.emulate_media(color_scheme="dark")
    dark = _run(visit, {"type": "rule", "values": ["color-contrast"]})
    visit.page.emulate_media(color_scheme="light")
    return [*light, *(f"dark: {fault}" for fault in dark)]


def _run(visit: Visit, only: dict[str, object]) -> list[str]:
    visit.settle()
    # What is asked for anew is dimmed until it is there, and colours fade from one to the other.
    visit.until("!document.querySelector('[aria-busy=true]')")
    visit.until("!document.getAnimations().some((one) => one instanceof CSSTransition)")
    if not visit.page.evaluate("'axe' in window"):
        visit.page.evaluate(AXE.read_text(encoding="utf-8"))
    found = visit.page.evaluate("(only) => axe.run(document, {runOnly: only})", only)["violations"]
    return [f"{fault['id']}: {node['html'][:160]}" for fault in found for node in fault["nodes"]]


def width(visit: Visit) -> int:
    """Return how wide the page's content is, in CSS pixels."""
    pixels: int = visit.page.evaluate("document.documentElement.scrollWidth")
    return pixels
