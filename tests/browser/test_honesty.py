"""The studio says what happened: what was started, refused, cancelled or deleted, and what it costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.api_user import small_clip
from tests.browser.visit import CLIPS, WITHIN_MS, Visit

if TYPE_CHECKING:
    from pathlib import Path

    from tests.api_user import ApiUser
    from tests.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.local_cloud]


@pytest.fixture(scope="module")
def hana(stack: Stack) -> ApiUser:
    return stack.person("hana")


def _videos(person: ApiUser) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = person.get("/videos")["videos"]
    return found


def _prompted(person: ApiUser, prompt: str) -> list[dict[str, Any]]:
    return [video for video in _videos(person) if video["prompt"] == prompt]


def test_a_batch_that_is_started_is_reported_counted_and_can_be_made_again(
    visit: Visit, stack: Stack
) -> None:
    page, name = visit.page, stack.newcomer("hana")
    visit.sign_in(name, at="/create-video?mode=batch&prompt=rain+in+june&seconds=1")
    page.get_by_label("Prompt").nth(1).fill("snow in june")
    page.get_by_label("Duration in seconds").nth(1).fill("1")
    button = visit.button("Create Batch")
    visit.until_in_view(button)  # however long the form is
    button.click()
    page.get_by_text("2 videos started.").wait_for(timeout=WITHIN_MS)
    visit.button("Show").click()
    visit.until("document.activeElement.id === 'created-videos'")
    page.get_by_text("2 of 2 done").wait_for(timeout=WITHIN_MS)
    hana = stack.person(name)
    made = _prompted(hana, "rain in june") + _prompted(hana, "snow in june")
    assert len({video["batch_id"] for video in made}) == 1
    titles = page.locator("#created-videos h3")
    visit.until_equal(lambda: titles.all_inner_texts()[:2], ["rain in june", "snow in june"])
    visit.until_equal(page.get_by_label("Prompt").nth(0).input_value, "rain in june")


def test_the_first_field_at_fault_is_brought_into_sight(visit: Visit, hana: ApiUser) -> None:
    page = visit.page
    visit.resize({"width": 1280, "height": 600})
    visit.sign_in("hana", at="/create-video?mode=batch&seconds=1")
    page.get_by_label("Prompt").nth(1).fill("fog in june")
    visit.button("Create Batch").scroll_into_view_if_needed()
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    visit.button("Create Batch").click()
    visit.until("document.activeElement === document.querySelector('textarea')")
    visit.until_in_view(page.get_by_label("Prompt").nth(0))
    assert _prompted(hana, "fog in june") == []


def test_a_project_that_is_gone_is_named_and_no_refusal_is_silent(visit: Visit, stack: Stack) -> None:
    page, name = visit.page, stack.newcomer("hana")
    visit.sign_in(name, at="/create-video?prompt=dew&seconds=1&project_id=nope")
    page.get_by_text("There is no such project. Choose another, or none.").wait_for()
    visit.button("Generate Video").click()
    visit.until("document.activeElement.tagName === 'SELECT'")
    assert _prompted(stack.person(name), "dew") == []
    page.get_by_label("Project", exact=True).select_option("")
    visit.button("Generate Video").click()
    page.get_by_text("1 video started.").wait_for(timeout=WITHIN_MS)


def test_a_cancelled_video_says_so_at_once_and_shows_no_price(visit: Visit, stack: Stack) -> None:
    hana = stack.person(name := stack.newcomer("hana"))
    page = visit.page
    video = hana.post("/videos", {"prompt": "hail", "title": "Hail", "seconds": 8}, status=202)
    processing = {**video, "status": "processing", "progress": 40}

    def still_processing(route: Any) -> None:
        answer = route.fetch()
        body = answer.json()
        shown = [processing if one["video_id"] == video["video_id"] else one for one in body["videos"]]
        route.fulfill(response=answer, json={**body, "videos": shown})

    page.route("**/api/v1/videos?*", still_processing)
    page.route("**/api/v1/videos", still_processing)
    page.route("**/cancel", lambda route: route.fulfill(status=202, json=processing))
    visit.sign_in(name, at="/my-videos")
    card = page.get_by_role("listitem").filter(has_text="Hail")
    card.get_by_role("button", name="Cancel").click()
    card.get_by_text("Cancelling").wait_for()
    card.get_by_role("button", name="Cancel").wait_for(state="detached")
    page.reload()
    card.get_by_text("Cancelling").wait_for()

    page.unroute("**/api/v1/videos?*")
    page.unroute("**/api/v1/videos")
    hana.http.post(f"/videos/{video['video_id']}/cancel")
    over = hana.wait_for(lambda: _ended(hana, video["video_id"]))
    page.reload()
    card.wait_for()
    if over["status"] == "cancelled":
        card.get_by_text("not charged").wait_for()
        assert "$" not in card.inner_text()


def _ended(person: ApiUser, video_id: str) -> dict[str, Any] | None:
    found = person.get(f"/videos/{video_id}")
    return None if found["status"] == "processing" else found


def test_a_deletion_holds_when_the_page_is_left_at_once(visit: Visit, stack: Stack) -> None:
    ines = stack.person(name := stack.newcomer("ines"))
    job_id = ines.make_job(small_clip(0))
    for how in ("reload", "close"):
        ines.post("/videos", {"prompt": how, "title": how, "seconds": 1}, status=202)
    ines.wait_for(lambda: all(video["status"] == "completed" for video in _videos(ines)) or None)
    page = visit.page
    visit.sign_in(name, at="/my-videos")
    visit.button("Delete reload").click()
    page.reload()
    page.get_by_role("heading", name="My Videos").wait_for()
    ines.wait_for(lambda: [video["title"] for video in _videos(ines)] == ["close"] or None)
    page.goto(f"{visit.url}/jobs")
    visit.button("Delete Test").click()
    page.goto("about:blank")
    ines.wait_for(lambda: ines.http.get(f"/jobs/{job_id}").json().get("status") in (404, "deleting") or None)
    page.goto(f"{visit.url}/my-videos")


def test_only_what_moves_is_read_again_and_filters_outlive_a_reload(visit: Visit, stack: Stack) -> None:
    jana = stack.person("jana")
    jana.post("/videos", {"prompt": "wind", "title": "Wind", "seconds": 1}, status=202)
    page = visit.page
    visit.sign_in("jana", at="/my-videos?q=wi&status=completed")
    page.get_by_role("link", name="Wind").wait_for(timeout=WITHIN_MS)
    visit.until_equal(page.get_by_label("Search").input_value, "wi")
    page.get_by_label("Search").fill("nothing")
    page.get_by_text("No video matches.").wait_for()
    page.reload()
    page.get_by_text("No video matches.").wait_for()
    visit.until_equal(page.get_by_label("Search").input_value, "nothing")
    visit.until_equal(page.get_by_label("Status").input_value, "completed")


def test_versions_are_compared_by_dragging_heard_and_restored(visit: Visit, hana: ApiUser) -> None:
    job_id = hana.make_job(CLIPS[0].read_bytes())
    hana.run(job_id, {0: "warmer colors"})
    first, second = sorted(hana.versions(job_id, 0), key=lambda one: int(one["version_number"]))
    page = visit.page
    visit.resize({"width": 1440, "height": 900})
    sides = f"left={first['version_id']}&right={second['version_id']}"
    visit.sign_in("hana", at=f"/jobs/{job_id}/clips/0/compare?{sides}&view=wipe&at=0.5")
    page.get_by_text("Similarity").wait_for(timeout=WITHIN_MS)
    stand = "[...document.querySelectorAll('video')].every((one) => one.currentTime === 0.5)"
    visit.until(stand)
    visit.until_in_view(page.get_by_role("button", name="Play both"))
    # As after a URL that has ended was renewed: each goes on where it stood.
    page.evaluate("document.querySelectorAll('video').forEach((one) => one.load())")
    visit.until(stand)

    box = page.locator("main video").first.bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 4, middle, steps=4)
    page.mouse.up()
    edge = page.get_by_label("Wipe position")
    visit.until_equal(lambda: float(edge.input_value()), pytest.approx(25, abs=1))

    visit.button("Sound of right").click()
    muted = "[...document.querySelectorAll('main video')].map((one) => one.muted).join()"
    visit.until(f"{muted} === 'true,false'")
    page.keyboard.press("Escape")
    page.keyboard.press(".")
    visit.until("[...document.querySelectorAll('video')].every((one) => one.currentTime > 0.5)")
    visit.button("Restore Version 1").click()
    visit.wait_for_text("Version 1 of “1. clip.mp4” is current")
    current = [one["version_number"] for one in hana.versions(job_id, 0) if one["is_current"]]
    assert current == [1]
    # An address without versions compares the current one with another, and is then the address of these two.
    page.goto(f"{visit.url}/jobs/{job_id}/clips/0/compare")
    page.get_by_text("Similarity").wait_for(timeout=WITHIN_MS)
    visit.until(f"location.search === '?left={second['version_id']}&right={first['version_id']}'")


def test_a_file_that_cannot_be_used_says_why_and_nothing_is_lost_by_leaving(
    visit: Visit, hana: ApiUser, tmp_path: Path
) -> None:
    empty = tmp_path / "empty.mp4"
    empty.write_bytes(b"")
    page = visit.page
    visit.sign_in("hana")
    page.locator("input[type=file]").set_input_files([empty, CLIPS[0]])
    page.get_by_text("This file is empty. Remove it and choose another.").wait_for()
    page.get_by_text("Uploaded").wait_for(timeout=WITHIN_MS)
    visit.button("Remove what failed first").wait_for()
    left = [
        page.get_by_text(name, exact=True).evaluate("(one) => one.getBoundingClientRect().left")
        for name in ("empty.mp4", CLIPS[0].name)
    ]
    assert left[0] == pytest.approx(left[1], abs=1)
    page.get_by_role("link", name="Queue").click()
    page.get_by_role("heading", name="Queue").wait_for()
    page.get_by_role("link", name="Jobs", exact=True).click()
    visit.button("Remove empty.mp4").click()
    visit.button("Make a job of 1 clip").wait_for()
    visit.button("Cancel").click()
    visit.button("Undo").click()
    visit.button("Make a job of 1 clip").wait_for()
    assert hana.get("/jobs")["jobs"] is not None


def test_the_keys_are_listed(visit: Visit) -> None:
    visit.sign_in("hana")
    visit.page.keyboard.press("?")
    visit.page.get_by_role("heading", name="Keyboard").wait_for()
    visit.page.keyboard.press("Escape")
    visit.page.get_by_role("heading", name="Keyboard").wait_for(state="detached")
