"""Making videos from words in the studio: now or later, from templates, going by files."""

from __future__ import annotations

import base64
import struct
import zlib
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.visit import WITHIN_MS, Visit

if TYPE_CHECKING:
    from tests.api_user import ApiUser
    from tests.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.local_cloud]


def _png(width: int = 64, height: int = 36) -> bytes:
    """Return an orange picture."""
    rows = (b"\0" + b"\xff\x8c\x5a" * width) * height
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    )
    chunks = (
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


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
    batch = page.get_by_role("tab", name="Batch Create")
    visit.until_equal(lambda: batch.get_attribute("aria-selected"), "true")
    visit.until_equal(page.get_by_label("Prompt").input_value, "clouds over a valley")

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


def _drop(visit: Visit, name: str, kind: str, content: bytes) -> None:
    """Drop a file on the field for a reference."""
    transfer = visit.page.evaluate_handle(
        """([name, kind, text]) => {
            const transfer = new DataTransfer();
            const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
            transfer.items.add(new File([bytes], name, {type: kind}));
            return transfer;
        }""",
        [name, kind, base64.b64encode(content).decode()],
    )
    visit.page.get_by_label("Reference picture or video").dispatch_event("drop", {"dataTransfer": transfer})


def _videos(person: ApiUser) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = person.get("/videos")["videos"]
    return found


def test_variations_and_a_batch_are_made_of_what_was_written(visit: Visit, stack: Stack) -> None:
    tom = stack.person(name := stack.newcomer("tom"))
    page = visit.page
    visit.sign_in(name, at="/create-video?prompt=waves&seconds=1&variations=2")
    page.get_by_text("About $0.03").wait_for()
    visit.button("Create 2 Variations").click()
    page.get_by_role("heading", name="waves").nth(1).wait_for()
    assert sorted(video["variation"] for video in _videos(tom)) == [1, 2]

    page.get_by_role("tab", name="Batch Create").click()
    for place, prompt in enumerate(("rain", "snow")):
        page.get_by_label("Prompt").nth(place).fill(prompt)
        page.get_by_label("Duration in seconds").nth(place).fill("1")
    visit.button("Create Batch").click()
    page.get_by_role("heading", name="snow").wait_for()
    batch = [video for video in _videos(tom) if video["prompt"] in ("rain", "snow")]
    assert len({video["batch_id"] for video in batch}) == 1
    assert len(batch) == 2


def test_a_video_is_made_from_a_picture_that_was_dropped(visit: Visit, stack: Stack) -> None:
    page, una = visit.page, stack.person("una")
    visit.sign_in("una", at="/create-video?prompt=move+slowly&seconds=1")
    page.get_by_label("Reference picture or video").wait_for()
    _drop(visit, "notes.txt", "text/plain", b"words")
    page.get_by_text("notes.txt was not taken").wait_for()
    _drop(visit, "fox.png", "image/png", _png())
    page.get_by_role("group", name="Reference picture or video").wait_for()
    page.get_by_text("notes.txt was not taken").wait_for(state="detached")
    visit.until("document.querySelector('[role=group] img').naturalWidth > 0")
    visit.shoot("reference")

    # Leaving and coming back loses no file either
    page.get_by_role("link", name="My Videos").click()
    page.get_by_role("link", name="Create").first.click()
    visit.button("Remove fox.png").wait_for()
    visit.button("Generate Video").click()
    page.get_by_role("heading", name="move slowly").wait_for(timeout=WITHIN_MS)
    assert [video["has_reference"] for video in _videos(una)] == [True]
    visit.button("Remove fox.png").wait_for()  # to be changed a little and made again


def test_templates_are_kept_filled_named_by_an_address_and_deleted(visit: Visit, stack: Stack) -> None:
    tina = stack.person(name := stack.newcomer("tina"))
    page = visit.page
    visit.sign_in(name, at="/create-video?prompt=a+red+{animal}+in+snow&seconds=2&size=720x1280")
    visit.button("Save as template").click()
    page.get_by_label("Name of the template").press("Enter")
    page.get_by_text("A name has 1 to 100 characters").wait_for()
    page.get_by_label("Name of the template").fill("Winter")
    visit.button("Save").click()
    visit.wait_for_text("“Winter” is kept as a template.")

    # Fill
    page.get_by_label("Prompt").fill("")
    page.get_by_label("Template").select_option("Winter")
    visit.button("Fill in").click()
    page.get_by_text("Say what stands for {animal}.").wait_for()
    page.get_by_label("animal").fill("fox")
    visit.shoot("template")
    visit.button("Fill in").click()
    visit.until("document.querySelector('textarea').value === 'a red fox in snow'")
    visit.until_equal(page.get_by_label("Duration in seconds").input_value, "2")
    visit.until_equal(page.get_by_label("Size").input_value, "720x1280")

    # By an address, whose own fields win; what was typed since is not written over by it
    kept = tina.post("/templates", {"name": "Rain", "prompt": "rain", "title": "Wet"}, status=201)
    page.goto(f"{visit.url}/create-video?template={kept['template_id']}&title=Mine")
    visit.until("document.querySelector('textarea')?.value === 'rain'")
    visit.until_equal(page.get_by_label("Title", exact=True).input_value, "Mine")
    page.get_by_label("Prompt").fill("heavy rain")
    page.reload()
    page.get_by_label("Prompt").wait_for()
    visit.until_equal(page.get_by_label("Prompt").input_value, "heavy rain")

    winter = next(one for one in tina.get("/templates")["templates"] if one["name"] == "Winter")
    page.goto(f"{visit.url}/create-video?template={winter['template_id']}&seconds=3")
    page.get_by_label("animal").fill("owl")
    visit.button("Fill in").click()
    visit.until("document.querySelector('textarea').value === 'a red owl in snow'")
    visit.until_equal(page.get_by_label("Duration in seconds").input_value, "3")

    # Delete
    page.get_by_label("Template", exact=True).select_option("Rain")
    visit.button("Delete template Rain").click()
    visit.button("Dismiss").click()
    tina.wait_for(lambda: [one["name"] for one in tina.get("/templates")["templates"]] == ["Winter"] or None)


def test_a_video_is_scheduled_for_a_time_and_taken_back(visit: Visit, stack: Stack) -> None:
    uma = stack.person(name := stack.newcomer("uma"))
    page = visit.page
    visit.sign_in(name, at="/create-video?prompt=dawn&seconds=1")
    page.get_by_label("Make it later").check()
    time = page.get_by_label("Time at which it is made")
    proposed = time.input_value()
    time.fill("2020-01-01T08:00")
    visit.button("Schedule").click()
    page.get_by_text("This is over").wait_for()
    visit.until_equal(lambda: time.get_attribute("aria-invalid"), "true")
    time.fill(proposed)
    visit.button("Schedule").click()
    visit.wait_for_text("Scheduled for")
    (schedule,) = uma.get("/schedules")["schedules"]
    assert (schedule["kind"], schedule["status"], schedule["request"]["prompt"]) == (
        "video",
        "scheduled",
        "dawn",
    )
    visit.button("Undo").click()
    uma.wait_for(lambda: uma.get("/schedules")["schedules"][0]["status"] == "cancelled" or None)
    assert _videos(uma) == []
