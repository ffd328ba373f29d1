"""A user who uses the studio in a browser, and what the browser saw while they did."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from infra.flavour import ROOT
from tests.stack import PASSWORD, Stack

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Locator, Page

DESK = {"width": 1360, "height": 900}
PHONE = {"width": 390, "height": 844}
FOOTAGE = ROOT / "tests" / "footage"
CLIPS = (FOOTAGE / "big-buck-bunny.mp4", FOOTAGE / "cockatoo.mp4")
LOOK_MS = 50
WITHIN_MS = 60_000
"""A batch of a few short clips takes some seconds; a busy machine takes longer."""
FRAMES_LATER = """() => new Promise((done) => {
    requestAnimationFrame(() => requestAnimationFrame(done));
})"""
PLAYERS = """[...document.querySelectorAll("video")].map((video) => ({
    time: video.currentTime, paused: video.paused, seeking: video.seeking, ready: video.readyState,
    rate: video.playbackRate, error: video.error?.message, source: video.dataset.source,
}))"""


class UnseenFaultError(Exception):
    """The page did something that no test saw, such as a request to another host; no rerun excuses it."""


class Visit:
    """A browser window of its own, with nothing remembered from before.

    Args:
        browser: Chromium.
        stack: What the studio talks to.
        screenshots: Where pictures are written, if they are asked for.
    """

    def __init__(self, browser: Browser, stack: Stack, *, screenshots: Path | None) -> None:
        self._stack = stack
        self._screenshots = screenshots
        self._context = browser.new_context(
            viewport=DESK,  # type: ignore[arg-type]
            color_scheme="light",
            reduced_motion="reduce",  # what moves for ever is painted for ever, by the processor
        )
        self.page: Page = self._context.new_page()
        self.addresses: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.addresses.append(request.url))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._hear)

    def _hear(self, message: Any) -> None:
        # A policy that is broken is reported here too. Answers that are refused on purpose are not meant.
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._context.close()

    @property
    def url(self) -> str:
        return self._stack.cloud.endpoint

    def check(self) -> None:
        """Nothing was asked of another host, no token was in an address, and the page had no complaint.

        Raises:
            UnseenFaultError: Something was.
        """
        if not self.addresses:  # a test that was left out before it opened anything
            return
        asked = {urlsplit(address).netloc for address in self.addresses if not address.startswith("blob:")}
        kept = self.page.evaluate("localStorage.getItem('retake.session') ?? ''")
        tokens = [part for part in kept.split('"') if len(part) > 40]
        faults = [
            *(asked - {urlsplit(self.url).netloc}),
            *(address for address in self.addresses for token in ("eyJ", *tokens) if token in address),
            *self.complaints,
        ]
        if faults:
            raise UnseenFaultError(faults)

    def sign_in(self, name: str = "vera", *, at: str = "/") -> None:
        """Sign a user in by e-mail and password."""
        self._stack.person(name)
        self.page.goto(self.url + at)
        self.type_password(name)

    def type_password(self, name: str = "vera") -> None:
        self.page.get_by_label("E-mail").fill(f"{name}@example.com")
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in", exact=True).click()
        self.page.get_by_role("button", name="Sign out").wait_for()

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def is_in_view(self, element: Locator) -> bool:
        """Return whether all of an element can be seen without scrolling, and nothing covers its middle."""
        found: bool = element.evaluate(
            """(one) => {
                const {left, top, right, bottom} = one.getBoundingClientRect();
                const hit = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
                const isInside = top >= 0 && left >= 0 && bottom <= innerHeight && right <= innerWidth;
                return isInside && one.contains(hit);
            }"""
        )
        return found

    def until_in_view(self, element: Locator) -> None:
        """Wait until all of an element can be seen without scrolling."""
        self.until_equal(lambda: self.is_in_view(element), wanted=True)

    def resize(self, window: dict[str, int]) -> None:
        """Give the window another size, and wait until the page is laid out for it."""
        self.page.set_viewport_size(window)  # type: ignore[arg-type]
        self.until(f"innerWidth === {window['width']} && innerHeight === {window['height']}")
        # What listens to the window's size renders in a task of its own, before the second frame from now.
        self.page.evaluate(FRAMES_LATER)

    def open_clip(self, number: int) -> None:
        """Open a clip's version history from the timeline; clips are counted from 1."""
        timeline = self.page.get_by_role("navigation", name="Timeline")
        timeline.get_by_role("button").nth(number - 1).click()
        name = re.compile(rf"^{number}\. .+ - Version History$")
        self.page.get_by_role("heading", name=name).wait_for()

    def select(self, *numbers: int) -> None:
        """Enter multi-select and tick clips."""
        self.button("Regenerate clips").click()
        for number in numbers:
            self.page.get_by_role("checkbox", name=re.compile(rf"^{number}\. ")).check()

    def wait_for_text(self, text: str) -> None:
        self.page.get_by_text(text).first.wait_for(timeout=WITHIN_MS)

    def until(self, expression: str) -> None:
        """Wait until something is true of the page.

        Playwright's own way evaluates text inside the page, which the page's policy forbids.
        """
        for _ in range(WITHIN_MS // LOOK_MS):
            if self.page.evaluate(expression):
                return
            self.page.wait_for_timeout(LOOK_MS)
        raise AssertionError(f"never true: {expression}; players: {self.page.evaluate(PLAYERS)}")

    def until_equal(self, found: Callable[[], object], wanted: object) -> None:
        """Wait until what is found is what is wanted: a page shows the effect of a click some frames later.

        Raises:
            AssertionError: It never was; with what was found last.
        """
        for _ in range(WITHIN_MS // LOOK_MS):
            if found() == wanted:
                return
            self.page.wait_for_timeout(LOOK_MS)
        assert found() == wanted

    def settle(self) -> None:
        """Wait until pictures and fonts are there."""
        self.until("[...document.images].every((picture) => picture.complete)")
        self.until("document.fonts.status === 'loaded'")

    def shoot(self, name: str, *, whole: bool = False) -> None:
        """Write a picture of the page, if pictures are asked for."""
        if self._screenshots is not None:
            self._screenshots.mkdir(parents=True, exist_ok=True)
            self.settle()
            self.page.evaluate("document.activeElement?.blur(); scrollTo(0, 0)")
            window = self.page.viewport_size or DESK
            if whole:
                # A window as high as the page: what sticks to its foot is then at the end of the page.
                tall = self.page.evaluate("document.documentElement.scrollHeight")
                self.page.set_viewport_size({"width": window["width"], "height": tall})
            self.page.wait_for_timeout(300)  # colours fade in
            self.page.screenshot(path=self._screenshots / f"{name}.png", full_page=whole)
            self.page.set_viewport_size({"width": window["width"], "height": window["height"]})
