"""Making videos from words in the studio."""

from __future__ import annotations

import pytest

from tests.browser.visit import WITHIN_MS, Visit

pytestmark = [pytest.mark.browser, pytest.mark.local_cloud]


def test_videos_are_made_from_words_and_changed_like_any_clip(visit: Visit) -> None:
    page = visit.page
    visit.sign_in("walt", at="/create-video?prompt=a+red+fox+in+snow&seconds=1")
    page.get_by_text("About $0.02").wait_for()  # $0.012 a second, to the cent
    visit.button("Generate Video").click()
    page.get_by_role("heading", name="a red fox in snow").wait_for()

    # Leaving and coming back loses nothing
    page.get_by_role("tab", name="Batch Create").click()
    page.get_by_label("Prompt").nth(0).fill("clouds over a valley")
    visit.button("Remove video 2").click()
    page.get_by_role("link", name="My Videos").click()
    page.get_by_role("link", name="Create").click()
    assert page.get_by_role("tab", name="Batch Create").get_attribute("aria-selected") == "true"
    assert page.get_by_label("Prompt").input_value() == "clouds over a valley"

    # Download, find, change
    page.get_by_text("Completed").wait_for(timeout=WITHIN_MS)
    visit.shoot("create")
    with page.expect_download() as download:
        visit.button("Download").click()
    assert download.value.suggested_filename == "a-red-fox-in-snow.mp4"
    page.get_by_role("link", name="My Videos").click()
    page.get_by_label("Search").fill("fox")
    page.get_by_role("link", name="a red fox in snow").click()
    visit.open_clip(1)
    page.get_by_role("heading", name="Version 1 (Current) ✓").wait_for()
