"""Open the studio's screens in Chromium and measure them by the DevTools protocol.

The address, the sign-in and the jobs are given by the caller, who also started the stack.
Prints one JSON object: ``{"first_load": {..}, "screens": [..], "batch": {..}, "growth": {..}, ..}``.

Not Lighthouse itself: that is an npm package of some 100 MB for figures that the protocol gives. The
names and bounds of the figures are those of https://web.dev/articles/vitals (read in November 2026);
blocking time counts every task of more than 50 ms, from the start to two quiet seconds.
"""

from __future__ import annotations

import argparse
import json
import shutil
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from playwright.sync_api import TimeoutError as PlaywrightTimeout
from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, CDPSession, Locator, Page

FLAGS = ("--no-sandbox", "--disable-gpu", "--in-process-gpu", "--disable-background-networking")
DESK = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}
QUIET_MS = 2000
LOOK_MS = 1000
LONGEST_MS = 600_000
SLOW_PROCESSOR = 4
"""How many times slower the phone's processor is made, as Lighthouse does."""

OBSERVERS = """
window.seen = { cls: 0, lcp: 0, blocked: 0 };
const note = (type, add) =>
    new PerformanceObserver((list) => list.getEntries().forEach(add)).observe({ type, buffered: true });
note('layout-shift', (shift) => { if (!shift.hadRecentInput) seen.cls += shift.value; });
note('largest-contentful-paint', (paint) => { seen.lcp = paint.startTime; });
note('longtask', (task) => { seen.blocked += task.duration - 50; });
"""

PAINTED = """(name) => new Promise((done) => {
    const button = [...document.querySelectorAll('button')].find((one) => one.textContent.trim() === name);
    const begun = performance.now();
    button.click();
    requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - begun)));
})"""
"""Milliseconds from a press of a button to the second frame after it: the first has what it shows."""


class Studio:
    """A browser with a person signed in."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.context = context
        self.url = url
        self.page: Page = context.new_page()
        self.protocol: CDPSession = context.new_cdp_session(self.page)
        self.protocol.send("Performance.enable")
        self.protocol.send("Network.enable")
        self.bytes = 0
        self.requests = 0
        self.files = 0
        self.protocol.on("Network.loadingFinished", self._note)
        self.page.on("request", self._count)

    def _note(self, event: dict[str, Any]) -> None:
        self.bytes += int(event["encodedDataLength"])

    def _count(self, request: Any) -> None:
        is_file = "X-Amz-" in request.url
        self.files += is_file
        self.requests += is_file or "/api/" in request.url

    def sign_in(self, email: str, password: str) -> None:
        self.page.goto(self.url)
        self.page.get_by_label("E-mail").fill(email)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Sign in", exact=True).click()
        self.page.get_by_role("button", name="Sign out").wait_for()

    def busy_s(self) -> float:
        """Return how long the main thread has worked so far."""
        metrics = self.protocol.send("Performance.getMetrics")["metrics"]
        return float(next(item["value"] for item in metrics if item["name"] == "TaskDuration"))

    def held(self) -> dict[str, int]:
        """Return how many listeners and kilobytes are left when the page's garbage was collected."""
        self.page.wait_for_timeout(QUIET_MS)
        self.protocol.send("HeapProfiler.collectGarbage")
        found = self.protocol.send("Performance.getMetrics")["metrics"]
        metrics = {item["name"]: item["value"] for item in found}
        return {"listeners": metrics["JSEventListeners"], "heap_kb": round(metrics["JSHeapUsedSize"] / 1000)}

    def measure(self, name: str, path: str) -> dict[str, Any]:
        """Open a screen as a new page, wait until it is quiet, and return its figures."""
        self.page.goto(f"{self.url}{path}", wait_until="load")
        self.page.get_by_role("heading", level=1).wait_for()
        if "/compare" in path:  # measured by a function, the first time
            self.page.get_by_text("Similarity").wait_for()
        self.page.wait_for_timeout(QUIET_MS)
        seen = self.page.evaluate("window.seen")
        fcp = self.page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0")
        height = self.page.evaluate("document.documentElement.scrollHeight")
        return {
            "screen": name,
            "fcp_ms": round(fcp),
            "lcp_ms": round(seen["lcp"]),
            "blocked_ms": round(seen["blocked"]),
            "cls": round(seen["cls"], 3),
            "height_px": height,
        }


def first_load(studio: Studio) -> dict[str, Any]:
    """Return the bytes that come over the network for the first screen, from an empty cache."""
    studio.protocol.send("Network.clearBrowserCache")
    studio.bytes = 0
    studio.page.goto(f"{studio.url}/jobs", wait_until="load")
    studio.page.get_by_role("heading", level=1).wait_for()
    studio.page.wait_for_timeout(QUIET_MS)  # a paint is reported a moment after it
    # What comes after the largest paint is read ahead, for other screens.
    sizes = studio.page.evaluate(
        "['navigation', 'resource'].flatMap((type) => performance.getEntriesByType(type))"
        ".filter((one) => !one.name.includes('/api/') && !one.name.includes('X-Amz-'))"
        ".filter((one) => one.startTime <= seen.lcp).map((one) => one.transferSize)"
    )
    return {"files": len(sizes), "bytes": sum(sizes)}


def during_batch(studio: Studio, job: str, seconds: float) -> dict[str, Any]:
    """Regenerate every clip of a job; count requests and the main thread's work while that runs."""
    page = studio.page
    page.goto(f"{studio.url}/jobs/{job}")
    cancel = start_batch(page)
    begun, busy, studio.requests, studio.files = time.monotonic(), studio.busy_s(), 0, 0
    found: dict[str, Any] = {}
    # Figures of a moment at which it still ran: its end, which is early on a fast machine, loads its video.
    while (took := time.monotonic() - begun) < seconds and cancel.is_visible():
        found = {
            "requests_a_minute": round(studio.requests * 60 / took),
            "files_a_minute": round(studio.files * 60 / took),
            "busy": round((studio.busy_s() - busy) / took, 3),
        }
        page.wait_for_timeout(LOOK_MS)
    found["height_px"] = page.evaluate("document.documentElement.scrollHeight")
    with suppress(PlaywrightTimeout):  # it may just have ended
        cancel.click(timeout=LOOK_MS)
    return found


def start_batch(page: Page) -> Locator:
    """Regenerate every clip of the job that is open; return the button that is there while the batch runs."""
    page.get_by_role("button", name="Regenerate clips", exact=True).click()
    page.get_by_role("button", name="Select All", exact=True).click()
    page.get_by_label("Instruction for all clips:").fill("brighter")
    page.get_by_role("button", name="Regenerate All", exact=True).click()
    cancel = page.get_by_role("button", name="Cancel batch")
    cancel.wait_for()
    return cancel


def growth_by_batch(studio: Studio) -> dict[str, int]:
    """Watch another batch of the job that is open to its end; return what it left behind in the page."""
    studio.page.get_by_role("button", name="Cancel batch").wait_for(state="detached", timeout=LONGEST_MS)
    before = studio.held()
    start_batch(studio.page).wait_for(state="detached", timeout=LONGEST_MS)
    after = studio.held()
    return {f"{name}_left": after[name] - before[name] for name in before}


def selector(studio: Studio, job: str) -> dict[str, Any]:
    """Open the selector of a job, select all of it, and return when each was painted."""
    page = studio.page
    page.goto(f"{studio.url}/jobs/{job}")
    page.get_by_role("button", name="Regenerate clips", exact=True).wait_for()
    page.wait_for_timeout(QUIET_MS)
    opened = page.evaluate(PAINTED, "Regenerate clips")
    page.get_by_role("button", name="Select All", exact=True).wait_for()
    chosen = page.evaluate(PAINTED, "Select All")
    page.wait_for_timeout(QUIET_MS)
    height = page.evaluate("document.documentElement.scrollHeight")
    return {"open_ms": round(opened), "select_ms": round(chosen), "height_px": height}


def main() -> None:
    parser = argparse.ArgumentParser()
    for name in ("--url", "--email", "--password", "--few", "--many", "--running"):
        parser.add_argument(name, required=True)
    parser.add_argument("--seconds", type=float, default=60)
    given = parser.parse_args()
    screens = {
        "jobs": "/jobs",
        "job of 6 clips": f"/jobs/{given.few}",
        "job of 100 clips": f"/jobs/{given.many}",
        "clip open": f"/jobs/{given.few}/clips/1",
        "create": "/create-video",
        "my videos": "/my-videos",
        "queue": "/queue",
        "history": "/history",
        "storage": "/storage",
    }
    versions = f"/jobs/{given.running}/clips/0/compare?left=1&right=2"
    compared = {"two versions": versions, "two versions, wipe": f"{versions}&view=wipe"}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)

        def studio(viewport: dict[str, int]) -> Studio:
            context = browser.new_context(viewport=viewport)  # type: ignore[arg-type]
            context.add_init_script(OBSERVERS)
            one = Studio(context, given.url)
            one.sign_in(given.email, given.password)
            return one

        desk, phone = studio(DESK), studio(PHONE)
        answer: dict[str, Any] = {"first_load": first_load(desk)}
        rows = [{"at": "desk", **desk.measure(name, path)} for name, path in screens.items()]
        phone.protocol.send("Emulation.setCPUThrottlingRate", {"rate": SLOW_PROCESSOR})
        rows += [{"at": "phone", **phone.measure(name, path)} for name, path in screens.items()]
        answer["selector"] = selector(desk, given.many)
        answer["batch"] = during_batch(desk, given.running, given.seconds)
        answer["growth"] = growth_by_batch(desk)
        for at, one in (("desk", desk), ("phone", phone)):
            rows += [{"at": at, **one.measure(name, path)} for name, path in compared.items()]
        answer["screens"] = rows
        browser.close()
    print(json.dumps(answer))  # noqa: T201


if __name__ == "__main__":
    main()
