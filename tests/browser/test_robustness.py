"""The studio where things go wrong: odd shapes and windows, events in a running batch, lost files."""

from __future__ import annotations

import itertools
import json
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.api_user import small_clip
from tests.browser.accessibility import faults as faults_of
from tests.browser.accessibility import need_axe
from tests.browser.visit import DESK, PHONE, WITHIN_MS, Visit
from tests.media_samples import ffmpeg_executable

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Route

    from tests.api_user import ApiUser
    from tests.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.local_cloud]

SHAPES = {"portrait": "180x320", "square": "240x240", "landscape": "320x180", "cinema": "420x180"}
WINDOWS = {
    "desk": DESK,
    "laptop": {"width": 1366, "height": 650},
    "low": {"width": 1280, "height": 600},
    "phone": {"width": 390, "height": 844},
    "phone lying down": {"width": 844, "height": 390},
}

VISIBLE_SHARE = """async () => {
    for (const _ of [1, 2]) await new Promise(requestAnimationFrame);  // units of a new window follow
    const video = document.querySelector('main video');
    video.closest('figure').scrollIntoView({block: 'start'});
    let { left, top, right, bottom } = video.getBoundingClientRect();
    const area = (right - left) * (bottom - top);
    for (let box = video.parentElement; box; box = box.parentElement) {
        if (getComputedStyle(box).overflow === 'visible') continue;
        const clip = box.getBoundingClientRect();
        left = Math.max(left, clip.left); right = Math.min(right, clip.right);
        top = Math.max(top, clip.top); bottom = Math.min(bottom, clip.bottom);
    }
    return (right - left) * (bottom - top) / area;
}"""
"""The share of the video's box that no ancestor cuts off."""

WATCH_ALERTS = """() => {
    window.alerts = [];
    new MutationObserver(() => {
        const shown = document.querySelectorAll('main [role=alert]');
        window.alerts.push(...[...shown].map((alert) => alert.innerText));
    }).observe(document.querySelector('main'), { childList: true, subtree: true, characterData: true });
}"""

PLAYER_HEIGHT = "document.querySelector('main figure').getBoundingClientRect().height"


@pytest.fixture(scope="module")
def sam(stack: Stack) -> ApiUser:
    return stack.person("sam")


def _clip(directory: Path, size: str) -> bytes:
    """Return a clip of ten frames in a size."""
    made = directory / f"{size}.mp4"
    source = f"testsrc2=s={size}:r=30:d=0.34"
    command = [str(ffmpeg_executable()), "-v", "error", "-f", "lavfi", "-i", source]
    command += ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", str(made)]
    subprocess.run(command, check=True)  # noqa: S603 - the pinned ffmpeg
    return made.read_bytes()


@pytest.mark.parametrize("shape", SHAPES)
def test_the_player_shows_the_whole_picture_in_every_window(
    visit: Visit, sam: ApiUser, tmp_path: Path, shape: str
) -> None:
    job_id = sam.make_job(_clip(tmp_path, SHAPES[shape]))
    visit.sign_in("sam", at=f"/jobs/{job_id}")
    visit.page.locator("main video").wait_for(timeout=WITHIN_MS)
    visit.until("document.querySelector('main video').readyState >= 1")
    cut: dict[str, float] = {}
    for name, window in WINDOWS.items():
        visit.resize(window)
        share = visit.page.evaluate(VISIBLE_SHARE)
        if share < 0.999 or visit.page.evaluate(PLAYER_HEIGHT) > window["height"]:
            cut[name] = share
    assert cut == {}


@pytest.fixture
def running(visit: Visit, sam: ApiUser) -> str:
    """A job whose batch the page sees running for as long as the test takes, with an event every 2 s."""
    job_id = sam.make_job(small_clip(0), small_clip(1))
    batch = sam.run(job_id, {0: "brighter", 1: "darker"})
    (first, second), batch_id = batch["regenerations"], batch["batch_id"]
    events, progress = itertools.count(1_000), itertools.count(1)

    def answer_job(route: Route) -> None:
        route.fulfill(json={**sam.job(job_id), "active_batch_id": batch_id})

    def answer_batch(route: Route) -> None:
        takes = [
            {**first, "status": "generating", "progress": next(progress) % 100},
            {**second, "status": "queued"},
        ]
        more = {"status": "running", "charged": None, "finished_at": None, "regenerations": takes}
        route.fulfill(json={**batch, **more})

    def answer_events(route: Route) -> None:
        data = json.dumps({"batch_id": batch_id, "regeneration_id": first["regeneration_id"]})
        body = f"retry: 2000\n\nid: {next(events)}\nevent: clip_regenerating\ndata: {data}\n\n"
        route.fulfill(body=body, content_type="text/event-stream")

    visit.page.route(f"**/api/v1/jobs/{job_id}", answer_job)
    visit.page.route(f"**/batches/{batch_id}", answer_batch)
    visit.page.route("**/events", answer_events)
    visit.sign_in("sam", at=f"/jobs/{job_id}")
    visit.page.get_by_text("Generating").first.wait_for(timeout=WITHIN_MS)
    return job_id


def test_a_running_batch_never_shows_an_error_of_the_page_itself(visit: Visit, running: str) -> None:
    assert running
    visit.page.evaluate(WATCH_ALERTS)
    visit.page.wait_for_timeout(7_000)  # three events, and a second attempt of what fails after each
    assert visit.page.evaluate("window.alerts") == []


def test_progress_that_was_read_stays_while_the_server_is_away(visit: Visit, running: str) -> None:
    visit.page.evaluate(WATCH_ALERTS)
    with visit.page.expect_response(f"**/jobs/{running}/batches/*", timeout=WITHIN_MS):
        visit.page.route("**/api/v1/jobs/**", lambda route: route.fulfill(status=500, body="{}"))
    visit.page.wait_for_timeout(3_000)  # longer than any reading waits for the next
    assert visit.page.get_by_text("Generating").first.is_visible()
    assert visit.page.evaluate("window.alerts") == []


def test_a_page_that_cannot_be_loaded_says_so_and_the_way_back_works(visit: Visit, sam: ApiUser) -> None:
    need_axe()
    job_id = sam.make_job(small_clip(0))
    page = visit.page
    page.route("**/assets/HistoryPage-*.js", lambda route: route.abort())
    visit.sign_in("sam", at=f"/jobs/{job_id}")
    page.locator("main video").wait_for(timeout=WITHIN_MS)
    page.get_by_role("link", name="History").click()
    page.get_by_role("heading", name="This page could not be loaded").wait_for()
    page.get_by_role("link", name="Go to your jobs").wait_for()
    assert faults_of(visit) == []

    # Back and other pages work, and the page itself once its file can be read
    page.go_back()
    page.locator("main video").wait_for()
    page.go_forward()
    page.get_by_role("heading", name="This page could not be loaded").wait_for()
    page.unroute("**/assets/HistoryPage-*.js")
    visit.button("Try again").click()
    page.get_by_role("heading", name="History").wait_for(timeout=WITHIN_MS)


def test_files_that_a_release_removed_are_replaced_by_loading_the_page_once(
    visit: Visit, sam: ApiUser
) -> None:
    job_id = sam.make_job(small_clip(0))
    page = visit.page
    gone = {"left": 1}

    def answer(route: Route) -> None:
        if gone["left"] > 0:
            gone["left"] -= 1
            route.fulfill(status=404, body="")
        else:
            route.continue_()

    page.route("**/assets/QueuePage-*.js", answer)
    visit.sign_in("sam", at=f"/jobs/{job_id}")
    page.locator("main video").wait_for(timeout=WITHIN_MS)
    page.get_by_role("link", name="Queue").click()
    page.get_by_role("heading", name="Queue").wait_for(timeout=WITHIN_MS)
    assert gone["left"] == 0


def test_all_pages_are_loaded_before_they_are_opened(visit: Visit) -> None:
    visit.sign_in("sam")
    visit.page.get_by_role("heading", name="Jobs").wait_for()
    visit.until(
        "['JobPage', 'ComparePage', 'CreateVideoPage', 'MyVideosPage', 'QueuePage', 'HistoryPage',"
        " 'StoragePage'].every((name) => performance.getEntriesByType('resource')"
        ".some((entry) => entry.name.includes(`/assets/${name}-`)))"
    )
    visit.page.context.set_offline(True)
    visit.page.get_by_role("link", name="Create").click()
    visit.page.get_by_role("heading", name="Create video").wait_for()
    visit.page.context.set_offline(False)


def test_the_player_is_driven_by_keys_and_follows_the_address(visit: Visit, sam: ApiUser) -> None:
    job_id = sam.make_job(*(small_clip(number, frames=30) for number in range(3)))
    page = visit.page
    visit.sign_in("sam", at=f"/jobs/{job_id}/clips/2")
    page.locator("main video").wait_for(timeout=WITHIN_MS)
    at = "document.querySelector('main video').currentTime"
    visit.until(f"Math.abs({at} - 2) < 0.02")  # a deep link
    visit.open_clip(1)
    visit.until(f"{at} < 0.02")
    for _ in range(8):  # faster than the video follows: one round in five stood for good
        page.go_back()
        visit.until(f"Math.abs({at} - 2) < 0.02")
        page.go_forward()
        visit.until(f"{at} < 0.02")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
        visit.until(f"Math.floor({at} * 30) === 2")
        page.keyboard.press(",")
        visit.until(f"Math.floor({at} * 30) === 1")
        visit.until("!document.querySelector('main video').seeking")

    # Play, pause
    page.keyboard.press("l")
    visit.until(f"{at} > 0.3")
    page.keyboard.press("k")
    visit.until("document.querySelector('main video').paused")
    before = page.evaluate(at)
    page.keyboard.press("j")
    visit.until(f"{at} < {before}")
    page.keyboard.press("k")

    # A version at full size, and Back to the film
    visit.button("Play version 1").click()
    page.get_by_text("Version 1 of “1. clip.mp4”").wait_for()
    visit.until("document.querySelector('main video').videoWidth > 0")
    visit.until("document.querySelector('main video').getBoundingClientRect().width > 500")
    page.go_back()
    page.get_by_text("Version 1 of “1. clip.mp4”").wait_for(state="hidden")


def test_clips_are_selected_on_the_timeline_by_range_and_the_button_stays_in_reach(
    visit: Visit, sam: ApiUser
) -> None:
    job_id = sam.make_job(*(small_clip(0) for _ in range(20)))
    page = visit.page
    visit.sign_in("sam", at=f"/jobs/{job_id}")
    page.locator("main video").wait_for(timeout=WITHIN_MS)
    tick = page.get_by_role("checkbox")
    tick.nth(2).click()
    page.get_by_text("(1 selected)").wait_for()
    tick.nth(8).click(modifiers=["Shift"])
    page.get_by_text("(7 selected)").wait_for()
    timeline = page.get_by_role("navigation", name="Timeline")
    timeline.get_by_role("button").nth(0).click(modifiers=["Control"])
    page.get_by_text("(8 selected)").wait_for()
    visit.button("Select All").click()
    page.get_by_text("20 clips ·").wait_for()
    for window in ("laptop", "low", "desk"):
        visit.resize(WINDOWS[window])
        page.evaluate("scrollTo(0, 0)")
        visit.until_in_view(visit.button("Regenerate All"))


PICTURES = """[...document.querySelectorAll('#timeline li span')]
    .map((one) => one.style.backgroundImage).filter((picture) => picture)"""


def test_only_pictures_of_clips_in_sight_are_loaded(visit: Visit, sam: ApiUser) -> None:
    job_id = sam.make_job(*(small_clip(0) for _ in range(20)))
    visit.resize(PHONE)
    visit.sign_in("sam", at=f"/jobs/{job_id}")
    visit.until(f"{PICTURES}.length > 0")
    visit.page.wait_for_timeout(500)
    assert visit.page.evaluate(f"{PICTURES}.length") < 10
    visit.page.evaluate("document.querySelector('#timeline').scrollLeft = 1e6")
    last = "document.querySelector('#timeline li:last-child span span').style.backgroundImage"
    visit.until(f"{last} !== ''")
    visit.page.wait_for_timeout(500)
    assert visit.page.evaluate(f"new Set({PICTURES}).size") < 20


def test_a_failed_clip_is_tried_again_alone_with_other_words(visit: Visit, sam: ApiUser) -> None:
    job_id = sam.make_job(small_clip(0), small_clip(1), small_clip(2))
    unknown = "juggle the flux capacitor"
    sam.run(job_id, {0: "brighter", 1: unknown, 2: unknown})
    sam.http.patch(f"/jobs/{job_id}/clips", json={"order": [2, 0, 1]})
    sam.run(job_id, {0: "warmer colors"})
    page = visit.page
    visit.sign_in("sam", at=f"/jobs/{job_id}")

    # An earlier batch opens, with its reason once, and clips named by where they are now
    page.locator("summary", has_text="Regeneration 1").click()
    page.get_by_label("Instruction for 1. clip.mp4").wait_for()
    visit.until_equal(page.get_by_text(f"I do not understand “{unknown}”").count, 1)
    page.get_by_label("Instruction for 3. clip.mp4").fill("darker")
    visit.button("Retry 3. clip.mp4").click()
    visit.wait_for_text("“3. clip.mp4” is being regenerated.")
    newest = sam.get(f"/jobs/{job_id}/batches")["batches"][0]
    ended = sam.ended(job_id, newest["batch_id"])
    takes = [(take["clip_index"], take["instruction"]) for take in ended["regenerations"]]
    assert (ended["status"], takes) == ("succeeded", [(2, "darker")])


def test_the_focus_stays_near_what_was_done(visit: Visit, sam: ApiUser) -> None:
    job_id = sam.make_job(small_clip(0), small_clip(1), small_clip(2))
    sam.run(job_id, {0: "brighter"})
    page = visit.page
    visit.sign_in("sam", at=f"/jobs/{job_id}")
    page.locator("main video").wait_for(timeout=WITHIN_MS)
    focused = "document.activeElement.ariaLabel ?? document.activeElement.innerText"
    lost: list[str] = []

    def press(name: str, *, until: str) -> None:
        visit.button(name).focus()
        visit.until("document.activeElement.ariaDisabled !== 'true'")  # busy with what was pressed before
        page.keyboard.press("Enter")
        visit.until(until)
        page.wait_for_timeout(200)
        if page.evaluate("document.activeElement === document.body"):
            lost.append(name)

    press("Regenerate clips", until="document.querySelector('form textarea') !== null")
    visit.until(f"({focused}).startsWith('Select Multiple Clips')")
    press("Cancel", until="document.querySelector('form textarea') === null")
    visit.until(f"({focused}) === 'Regenerate clips'")
    visit.open_clip(1)
    press("Play version 1", until="document.querySelector('[aria-pressed=true]') !== null")
    press("Restore Version 1", until="[...document.querySelectorAll('h3')].some((one) => "
          "one.innerText.startsWith('Version 1 (Current)'))")  # fmt: skip
    press("Move later", until="location.pathname.endsWith('/clips/1')")
    press("Move earlier", until="location.pathname.endsWith('/clips/0')")
    press("Close", until="!location.pathname.includes('/clips/')")
    visit.until("document.activeElement.id === 'clip-0'")
    visit.open_clip(2)
    press("Regenerate…", until="document.querySelector('form textarea') !== null")
    assert lost == []


def test_an_undo_waits_while_it_has_the_pointer_or_the_focus_and_has_a_key(
    visit: Visit, sam: ApiUser
) -> None:
    job_id = sam.make_job(small_clip(0))
    sam.run(job_id, {0: "brighter"})
    page = visit.page
    page.clock.install()
    visit.sign_in("sam", at=f"/jobs/{job_id}/clips/0")
    visit.button("Restore Version 1").click()
    visit.button("Undo").hover()
    page.clock.fast_forward(20_000)
    assert visit.button("Undo").is_visible()
    page.mouse.move(5, 5)
    page.clock.fast_forward(9_000)
    visit.button("Undo").wait_for(state="hidden")
    visit.button("Restore Version 2").click()
    visit.button("Undo").wait_for()
    page.keyboard.press("Control+z")
    page.get_by_role("heading", name="Version 1 (Current) ✓").wait_for(timeout=WITHIN_MS)


def test_a_notice_that_appears_under_a_resting_pointer_goes_in_time(visit: Visit, sam: ApiUser) -> None:
    job_id = sam.make_job(small_clip(0))
    sam.run(job_id, {0: "brighter"})
    page = visit.page
    page.clock.install()
    visit.sign_in("sam", at=f"/jobs/{job_id}/clips/0")
    visit.button("Restore Version 1").press("Enter")
    visit.button("Undo").wait_for()
    place = visit.button("Undo").bounding_box()
    assert place is not None
    page.clock.fast_forward(9_000)
    visit.button("Undo").wait_for(state="hidden")
    page.mouse.move(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    visit.button("Restore Version 2").press("Enter")
    visit.button("Undo").wait_for()
    visit.until("[...document.querySelectorAll('button:hover')].some((one) => one.innerText === 'Undo')")
    page.clock.fast_forward(9_000)
    visit.button("Undo").wait_for(state="hidden")


def test_being_offline_is_said_and_nothing_is_sent_later(visit: Visit, sam: ApiUser) -> None:
    job_id = sam.make_job(small_clip(0))
    page = visit.page
    visit.sign_in("sam", at=f"/jobs/{job_id}")
    page.locator("main video").wait_for(timeout=WITHIN_MS)
    visit.select(1)
    page.get_by_label("Instruction for all clips:").fill("brighter")
    page.context.set_offline(True)
    page.get_by_text("You are offline.").first.wait_for()
    visit.button("Regenerate All").click()
    page.get_by_role("alert").filter(has_text="You are offline.").wait_for()
    page.context.set_offline(False)
    page.get_by_text("Nothing is sent until you press again.").wait_for(state="hidden")
    page.wait_for_timeout(3_000)
    assert sam.get(f"/jobs/{job_id}/batches")["batches"] == []
    visit.button("Regenerate All").click()
    visit.wait_for_text("The clip is regenerated.")


def test_a_wrong_address_says_what_is_missing_and_leads_on(visit: Visit, sam: ApiUser) -> None:
    need_axe()
    job_id = sam.make_job(small_clip(0))
    page = visit.page
    visit.sign_in("sam", at="/nowhere")
    page.get_by_role("heading", name="Page not found", level=1).wait_for()
    assert faults_of(visit) == []
    page.goto(f"{visit.url}/jobs/00000000-0000-4000-8000-000000000000")
    page.get_by_role("heading", name="Job not found", level=1).wait_for()
    assert faults_of(visit) == []
    page.goto(f"{visit.url}/jobs/{job_id}/clips/98")
    page.get_by_text("There is no clip 99: this job has 1 clip.").wait_for()
    assert faults_of(visit) == []
    page.goto(f"{visit.url}/nowhere")
    page.get_by_role("link", name="Go to your jobs").click()
    page.get_by_role("heading", name="Jobs", level=1).wait_for()
