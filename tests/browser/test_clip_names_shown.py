"""What clips are called in the studio: by their place and the name that people gave the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.api_user import small_clip
from tests.browser.visit import DESK, PHONE, WITHIN_MS, Visit

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Locator

pytestmark = [pytest.mark.browser, pytest.mark.local_cloud]

LONG = "the second unit on the last day of the shoot, exported once more from the camera.mp4"
FIRST, SECOND = f"1. {LONG}", "2. drone shot.mp4"


def _until_cut_and_whole_under_the_pointer(visit: Visit, name: Locator) -> None:
    visit.until_equal(lambda: name.get_attribute("title"), FIRST)
    visit.until_equal(lambda: name.evaluate("(one) => one.scrollWidth > one.clientWidth"), wanted=True)


def _until_no_sideways_scroll(visit: Visit) -> None:
    visit.until("document.documentElement.scrollWidth <= innerWidth")


def _make_job(visit: Visit, folder: Path) -> None:
    files = [folder / LONG, folder / SECOND.removeprefix("2. ")]
    for number, file in enumerate(files):
        file.write_bytes(small_clip(number))
    visit.sign_in("nadia")
    visit.page.locator("input[type=file]").set_input_files(files)
    visit.button("Make a job of 2 clips").click(timeout=WITHIN_MS)
    visit.page.locator("video").wait_for(timeout=WITHIN_MS)


@pytest.mark.parametrize("window", [DESK, PHONE], ids=["desk", "phone"])
def test_clips_are_named_by_their_files_everywhere(
    visit: Visit, tmp_path: Path, window: dict[str, int]
) -> None:
    page = visit.page
    visit.resize(window)
    _make_job(visit, tmp_path)
    timeline = page.get_by_role("navigation", name="Timeline")
    timeline.get_by_role("button", name=SECOND).wait_for()
    _until_cut_and_whole_under_the_pointer(visit, timeline.get_by_text(FIRST))

    # Selector, price, progress
    visit.button("Regenerate clips").click(timeout=WITHIN_MS)
    for name in (FIRST, SECOND):
        page.get_by_role("checkbox", name=f"{name}, 0.3 s").check()
    page.get_by_label(FIRST, exact=True).fill("brighter")
    page.get_by_label(SECOND, exact=True).fill("darker")
    page.get_by_role("row", name=f"{SECOND} 0.3 s").wait_for()
    page.get_by_role("row", name=f"{FIRST} 0.3 s").wait_for()
    visit.shoot(f"names-selector-{window['width']}", whole=True)
    _until_no_sideways_scroll(visit)
    visit.button("Regenerate All").click()
    progress = page.get_by_role("region", name="Regeneration 1")
    progress.get_by_text(SECOND).wait_for(timeout=WITHIN_MS)
    visit.wait_for_text("All 2 clips regenerated.")
    _until_cut_and_whole_under_the_pointer(visit, progress.get_by_text(FIRST))
    visit.shoot(f"names-progress-{window['width']}", whole=True)

    # Version history, a version in the player, compare, a restored one
    timeline.get_by_role("button", name=FIRST).click()
    heading = page.get_by_role("heading", name=f"{FIRST} - Version History")
    heading.wait_for()
    _until_cut_and_whole_under_the_pointer(visit, heading.get_by_text(FIRST))
    visit.button("Play version 1").click()
    page.get_by_text(f"Version 1 of “{FIRST}”").wait_for()
    visit.shoot(f"names-versions-{window['width']}", whole=True)
    _until_no_sideways_scroll(visit)
    page.get_by_role("link", name="Compare Version 1").click()
    heading = page.get_by_role("heading", name=f"{FIRST} - Compare versions")
    heading.wait_for(timeout=WITHIN_MS)
    page.get_by_text("Similarity").wait_for(timeout=WITHIN_MS)
    visit.until_equal(lambda: page.title().startswith(f"{FIRST} - Compare versions"), wanted=True)
    visit.shoot(f"names-compare-{window['width']}", whole=True)
    _until_no_sideways_scroll(visit)
    visit.button("Restore Version 1").click()
    visit.wait_for_text(f"Version 1 of “{FIRST}” is current")

    # Removed, and named where that is reported
    page.get_by_role("link", name="Back to the job").click()
    page.get_by_role("heading", name="Version 1 (Current) ✓").wait_for(timeout=WITHIN_MS)
    page.reload()  # a change is refused that is of a timeline as it was before the restore
    timeline.get_by_role("button", name=SECOND).click()
    visit.button("Remove").click()
    visit.wait_for_text(f"“{SECOND}” was removed.")
    progress.get_by_text(f"{SECOND}, removed since").wait_for(timeout=WITHIN_MS)
