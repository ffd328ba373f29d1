"""A job in the studio: from files to a restored take, its clips and their versions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.api_user import small_clip
from tests.browser.visit import CLIPS, WITHIN_MS, Visit

if TYPE_CHECKING:
    from playwright.sync_api import Route

    from tests.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.local_cloud]

UNKNOWN = "juggle the flux capacitor"
"""Nothing that the local provider understands: it refuses the clip."""

STEP = """() => {
    const [left, right] = document.querySelectorAll('video');
    return [left.currentTime, right.currentTime];
}"""

PAINT = """async ([place, title]) => {
    const clip = document.querySelectorAll('nav[aria-label=Timeline] button')[place];
    const began = performance.now();
    clip.click();
    const titles = () => [...document.querySelectorAll('h2')].map((heading) => heading.textContent);
    const isThere = () => titles().includes(title) && document.querySelector('aside ol li img')?.complete;
    while (!isThere()) await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
    return performance.now() - began;
}"""
"""Milliseconds from the click on a clip until its takes and their pictures are on the screen."""


def test_from_files_to_a_restored_take(visit: Visit) -> None:
    page = visit.page
    page.goto(visit.url)
    page.get_by_role("button", name="Continue as you@retake.local").click()

    # Upload, make a job
    page.locator("input[type=file]").set_input_files([*CLIPS, CLIPS[0]])
    page.get_by_label("Title").fill("Birds")
    visit.button("Make a job of 3 clips").click(timeout=WITHIN_MS)
    page.get_by_role("heading", name="Birds").wait_for()
    page.locator("video").wait_for(timeout=WITHIN_MS)
    before = page.locator("video").get_attribute("src")

    # Select, price, regenerate
    visit.button("Regenerate clips").click(timeout=WITHIN_MS)
    visit.button("Select All").click()
    page.get_by_text("(3 selected)").wait_for()
    page.get_by_label("Instruction for all clips:").fill("warmer colors")
    page.get_by_label("1. big-buck-bunny.mp4", exact=True).fill("make it nighttime")
    page.get_by_role("row", name="Batch discount (10 % off)").wait_for()
    page.get_by_role("row", name="1. big-buck-bunny.mp4 2.0 s $0.03").wait_for()
    page.get_by_role("row", name="Total $0.081").wait_for()
    visit.shoot("select", whole=True)
    visit.button("Regenerate All").click()

    # Watch
    visit.button("Cancel batch").wait_for(timeout=WITHIN_MS)
    visit.shoot("progress")
    visit.wait_for_text("All 3 clips regenerated.")
    visit.until(f"document.querySelector('video').src !== {json.dumps(before)}")
    visit.shoot("job")

    # Versions
    visit.open_clip(1)
    page.get_by_role("heading", name="Version 2 (Current) ✓").wait_for()
    page.get_by_text("“make it nighttime” - $0.03").wait_for()
    visit.shoot("versions")

    # Compare, by a link that opens it
    page.get_by_role("link", name="Compare Version 1").click()
    page.get_by_text("Similarity").wait_for(timeout=WITHIN_MS)
    page.goto(page.url)
    page.get_by_text("Similarity").wait_for(timeout=WITHIN_MS)
    visit.shoot("compare")
    _play_in_step(visit)
    visit.button("Wipe").click()
    visit.shoot("wipe")

    # Restore, undo
    page.get_by_role("link", name="Back to the job").click()
    visit.button("Restore Version 1").click()
    page.get_by_role("heading", name="Version 1 (Current) ✓").wait_for(timeout=WITHIN_MS)
    visit.button("Undo").click()
    page.get_by_role("heading", name="Version 2 (Current) ✓").wait_for(timeout=WITHIN_MS)
    page.get_by_role("link", name="Jobs").click()
    page.get_by_role("heading", name="Birds").first.wait_for()  # another one where this runs again
    visit.shoot("jobs")


def _play_in_step(visit: Visit) -> None:
    visit.page.get_by_label("Position in both takes").fill("1")
    visit.until_equal(lambda: visit.page.evaluate(STEP), [1, 1])
    visit.button("Play both").click()
    visit.until("document.querySelector('video').currentTime > 1.3")
    visit.button("Pause both").click()
    visit.until("[...document.querySelectorAll('video')].every((one) => one.paused && !one.seeking)")
    left, right = visit.page.evaluate(STEP)
    assert left == pytest.approx(right, abs=0.1)


def test_a_clip_that_fails_is_reported_and_can_be_tried_again(visit: Visit, job: str) -> None:
    visit.sign_in(at=f"/jobs/{job}")
    visit.select(1, 3)
    visit.page.get_by_label("1. clip.mp4", exact=True).fill(UNKNOWN)
    visit.button("Regenerate All").click()
    visit.page.get_by_text("Say what to change").wait_for()  # clip 3 has no instruction
    visit.page.get_by_label("3. clip.mp4", exact=True).fill("brighter")
    visit.button("Regenerate All").click()
    visit.wait_for_text("1 of 2 clips regenerated.")
    visit.page.get_by_text(f"I do not understand “{UNKNOWN}”").wait_for()
    visit.button("Retry failed").click()
    visit.wait_for_text("The clip is not regenerated.")


def test_clips_are_moved_and_removed_on_the_timeline_that_is_seen(visit: Visit, stack: Stack) -> None:
    vera = stack.person("vera")
    job_id = vera.make_job(small_clip(0), small_clip(1), small_clip(2))
    first, second, third = (clip["clip_id"] for clip in vera.job(job_id)["clips"])

    def shown() -> list[str]:
        return [clip["clip_id"] for clip in vera.job(job_id)["clips"]]

    visit.sign_in(at=f"/jobs/{job_id}")
    visit.open_clip(1)
    visit.button("Move later").click()
    visit.page.get_by_role("heading", name="2. clip.mp4 - Version History").wait_for()
    visit.until_equal(shown, [second, first, third])

    def change_meanwhile(route: Route) -> None:
        vera.http.patch(f"/jobs/{job_id}/clips", json={"order": [2, 0, 1]})
        route.continue_()

    # Another user changes it while the request is on its way
    visit.page.route(f"**/jobs/{job_id}/clips", change_meanwhile, times=1)
    visit.button("Move later").click()
    visit.page.get_by_text("The timeline changed meanwhile").wait_for()
    visit.until_equal(shown, [third, second, first])

    visit.button("Remove").click()
    visit.page.get_by_text("“2. clip.mp4” was removed.").wait_for()
    visit.until_equal(shown, [third, first])
    timeline = visit.page.get_by_role("navigation", name="Timeline")
    visit.until_equal(timeline.get_by_role("button").count, 2)
    visit.page.reload()  # the server knows what can be undone
    visit.button("Undo: removed “clip.mp4”").click()
    timeline.get_by_role("button").nth(2).wait_for(timeout=WITHIN_MS)
    visit.until_equal(shown, [third, second, first])


def test_clips_are_added_trimmed_named_and_put_back(visit: Visit, stack: Stack) -> None:
    vera = stack.person("vera")
    first, second = (clip.read_bytes() for clip in CLIPS)
    job_id = vera.make_job(first, second)
    visit.sign_in(at=f"/jobs/{job_id}")
    page = visit.page
    visit.button("Add clips").click()
    page.locator("form input[type=file]").set_input_files(CLIPS[1])
    panel = page.get_by_role("form", name="Add clips")
    panel.get_by_label("Place").select_option("1")
    panel.get_by_role("button", name="Add 1 clip").click(timeout=WITHIN_MS)
    vera.wait_for(lambda: [clip["status"] for clip in vera.job(job_id)["clips"]] == ["ready"] * 3 or None)

    page.reload()  # as it is once the takes are made
    visit.open_clip(2)
    page.get_by_role("group", name="2. ").get_by_role("button", name=CLIPS[1].name).click()
    page.get_by_role("textbox", name="Title of").fill("Cockatoo")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="2. Cockatoo - Version History").wait_for(timeout=WITHIN_MS)
    page.get_by_role("button", name="Trim", exact=True).click()
    trim = page.get_by_role("form", name="Trim 2. Cockatoo")
    trim.get_by_label("First frame").fill("10")
    trim.get_by_label("End frame").fill("25")
    trim.locator("svg path").wait_for(state="attached", timeout=WITHIN_MS)  # its sound is drawn
    trim.get_by_role("button", name="Trim", exact=True).click()
    trim.wait_for(state="detached", timeout=WITHIN_MS)
    assert vera.job(job_id)["clips"][1]["trim"]["frames"] == 15

    page.get_by_role("button", name="Remove", exact=True).click()
    page.get_by_text("Removed clips (1)").click()
    page.get_by_role("button", name="Put “Cockatoo” back").click()
    vera.wait_for(lambda: len(vera.job(job_id)["clips"]) == 3 or None)
    back = vera.job(job_id)
    assert (back["clips"][1]["title"], back["clips"][1]["trim"]["frames"]) == ("Cockatoo", 15)
    vera.wait_for(lambda: vera.job(job_id)["video"]["up_to_date"] or None)


def test_what_the_api_refuses_is_reported_at_the_field(visit: Visit, job: str) -> None:
    visit.sign_in(at=f"/jobs/{job}")
    visit.select(2)
    field = visit.page.get_by_label("2. clip.mp4", exact=True)
    field.fill("brighter " * 60)
    visit.button("Regenerate All").click()
    visit.page.get_by_text("At most 500 characters are allowed").wait_for()
    visit.until_equal(lambda: field.get_attribute("aria-invalid"), "true")
    visit.button("Cancel").click()
    visit.button("Regenerate clips").wait_for()


def test_progress_is_polled_while_the_events_are_lost_and_not_after_the_end(visit: Visit, job: str) -> None:
    visit.page.route("**/events", lambda route: route.abort())
    visit.sign_in(at=f"/jobs/{job}")
    visit.select(2)
    visit.page.get_by_label("Instruction for all clips:").fill("add more motion")
    visit.button("Regenerate All").click()
    visit.wait_for_text("Reconnecting: asking every 3 seconds")
    visit.wait_for_text("The clip is regenerated.")
    visit.page.wait_for_timeout(3_500)  # what was still on its way
    known = len(visit.addresses)
    visit.page.wait_for_timeout(3_500)
    assert [address for address in visit.addresses[known:] if not address.endswith("/events")] == []


def test_a_batch_is_started_with_the_keyboard_alone(visit: Visit, job: str) -> None:
    visit.sign_in(at=f"/jobs/{job}")
    visit.button("Regenerate clips").focus()
    visit.page.keyboard.press("Enter")
    # The panel is loaded now, and takes the focus once it is there.
    visit.until("document.activeElement.ariaLabel?.startsWith('Select Multiple Clips') ?? "
                "document.activeElement.innerText.startsWith('Select Multiple Clips')")  # fmt: skip
    visit.page.get_by_role("checkbox", name="2. clip.mp4, ").focus()
    visit.page.keyboard.press("Space")
    visit.page.get_by_text("(1 selected)").wait_for()
    visit.page.get_by_label("Instruction for all clips:").focus()
    visit.page.keyboard.type("less motion")
    visit.button("Regenerate All").focus()
    visit.page.keyboard.press("Enter")
    visit.wait_for_text("The clip is regenerated.")


def test_the_version_history_is_painted(visit: Visit, job: str, capsys: pytest.CaptureFixture[str]) -> None:
    visit.sign_in(at=f"/jobs/{job}")
    visit.page.locator("video").wait_for()
    took_ms = [
        visit.page.evaluate(PAINT, [place, f"{place + 1}. clip.mp4 - Version History"]) for place in (0, 1, 2)
    ]
    with capsys.disabled():
        reported = ", ".join(f"{ms:.0f} ms" for ms in took_ms)
        print(f"\nversion history, from click to paint: {reported} (the product's limit: 500 ms)")  # noqa: T201
    visit.page.get_by_role("heading", name="Version 1").wait_for()
