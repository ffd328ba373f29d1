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
    """Return what axe finds wrong, and where."""
    visit.settle()
    # What is asked for anew is dimmed until it is there, and colours fade from one to the other.
    visit.until("!document.querySelector('[aria-busy=true]')")
    visit.until("!document.getAnimations().some((one) => one instanceof CSSTransition)")
    visit.page.evaluate(AXE.read_text(encoding="utf-8"))
    found = visit.page.evaluate("(tags) => axe.run(document, {runOnly: {type: 'tag', values: tags}})", RULES)[
        "violations"
    ]
    return [f"{fault['id']}: {node['html'][:160]}" for fault in found for node in fault["nodes"]]


def width(visit: Visit) -> int:
    """Return how wide the page's content is, in CSS pixels."""
    pixels: int = visit.page.evaluate("document.documentElement.scrollWidth")
    return pixels
