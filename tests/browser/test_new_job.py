"""A new job in the studio: files, videos and prompts in any order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.visit import CLIPS, PHONE, WITHIN_MS, Visit

if TYPE_CHECKING:
    from tests.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.local_cloud]


def test_a_job_is_made_of_a_file_a_video_and_a_prompt(visit: Visit, stack: Stack) -> None:
    nina = stack.person(name := stack.newcomer("nina"))
    page = visit.page
    video = nina.post("/videos", {"prompt": "a red fox", "title": "Fox", "seconds": 1}, status=202)
    nina.wait_for(lambda: nina.get(f"/videos/{video['video_id']}")["status"] == "completed" or None)
    visit.sign_in(name)
    page.locator("input[type=file]").set_input_files(CLIPS[0])
    visit.button("Add my videos").click()
    page.get_by_role("dialog").get_by_label("Fox").check()
    visit.shoot("pick-videos")
    visit.button("Add 1 video").click()
    visit.button("Add a prompt").click()
    page.get_by_text("Uploaded").wait_for(timeout=WITHIN_MS)

    visit.button("Make a job of 3 clips").click()
    page.get_by_text("Say what the video should show.").wait_for()
    page.get_by_label("Prompt").fill("clouds")
    page.get_by_label("Duration in seconds").fill("1")
    page.get_by_text("About $0.02").wait_for()

    # Into another order: with the mouse, then with the keyboard
    handles = page.get_by_title("Drag to reorder")
    page.evaluate("scrollTo(0, 0)")  # what is scrolled under a pressed mouse is not dragged
    handles.nth(2).drag_to(handles.nth(0))
    visit.button("Move Fox earlier").focus()
    page.keyboard.press("Enter")
    visit.until("document.activeElement.getAttribute('aria-label') === 'Move Fox earlier'")
    visit.until_equal(lambda: _labels(visit), ["Generated clip 1", "Fox", CLIPS[0].name])
    # Size and rate are those of the first clip, which is made of words now, until others are chosen.
    page.get_by_text("720 at 30 frames a second.").wait_for(timeout=WITHIN_MS)
    page.get_by_label("Frames a second").select_option("23.976")
    page.get_by_role("group", name="Size and frame rate").get_by_label("Size").select_option("1080x1920")
    page.get_by_text("1920 at 23.976 frames a second.").wait_for(timeout=WITHIN_MS)
    visit.shoot("new-job")
    visit.resize(PHONE)
    visit.until("document.documentElement.scrollWidth <= innerWidth")
    visit.shoot("phone-new-job")

    visit.button("Make a job of 3 clips").click()
    page.get_by_role("heading", name="Untitled").wait_for(timeout=WITHIN_MS)
    job_id = page.url.rsplit("/", 1)[1]
    assert nina.job(job_id)["profile"] == {"width": 1080, "height": 1920, "fps": 23.976}
    assert [clip["title"] for clip in nina.job(job_id)["clips"]][1:] == ["Fox", CLIPS[0].name]
    page.locator("video").wait_for(timeout=WITHIN_MS)


def _labels(visit: Visit) -> list[str]:
    found: list[str] = visit.page.evaluate(
        "[...document.querySelectorAll('[aria-label^=Remove]')].map((one) => one.ariaLabel)"
    )
    return [label.removeprefix("Remove ") for label in found]
