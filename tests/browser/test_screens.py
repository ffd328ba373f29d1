"""Every screen of the studio: for everybody, and on a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.accessibility import faults as faults_of
from tests.browser.accessibility import need_axe, width
from tests.browser.visit import CLIPS, DESK, PHONE, WITHIN_MS, Visit

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from tests.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.local_cloud]


def test_the_screens_are_accessible(visit: Visit, stack: Stack, job: str) -> None:
    need_axe()
    pool = stack.cloud.outputs["UserPoolId"]
    stack.client("cognito-idp").admin_add_user_to_group(
        UserPoolId=pool, Username="vera@example.com", GroupName="admin"
    )
    visit.page.goto(visit.url)
    visit.page.get_by_label("E-mail").wait_for()
    faults = {"sign-in": faults_of(visit)}
    visit.type_password()
    visit.page.get_by_role("heading", name="Test").first.wait_for()
    faults["jobs"] = faults_of(visit)
    visit.page.get_by_role("link", name="Create").click()
    visit.page.get_by_label("Prompt").wait_for()
    faults["create"] = faults_of(visit)
    visit.page.get_by_role("link", name="My Videos").click()
    visit.page.get_by_text("No videos yet").wait_for()
    faults["videos"] = faults_of(visit)
    _open_everything(visit, job)
    faults["job"] = faults_of(visit)
    visit.page.get_by_role("link", name="Compare Version 1").click()
    visit.page.get_by_text("Similarity").wait_for(timeout=WITHIN_MS)
    visit.button("Wipe").click()
    faults["compare"] = faults_of(visit)
    visit.page.get_by_role("link", name="Storage").click()
    visit.page.get_by_role("heading", name="Largest jobs").wait_for()
    faults["storage"] = faults_of(visit)
    visit.page.get_by_role("link", name="Admin").click()
    visit.page.get_by_role("heading", name="Archiving", exact=True).wait_for()
    faults["admin"] = faults_of(visit)
    assert {screen: found for screen, found in faults.items() if found} == {}


def _open_everything(visit: Visit, job: str) -> None:
    visit.page.goto(f"{visit.url}/jobs/{job}")
    visit.page.locator("video").wait_for()
    visit.select(1, 2, 3)
    visit.page.get_by_role("row", name="Subtotal").wait_for()
    visit.open_clip(1)
    visit.button("Play version 1").wait_for()


def test_nothing_is_wider_than_a_phone(visit: Visit, job: str) -> None:
    visit.resize(PHONE)
    visit.sign_in()
    visit.page.get_by_role("heading", name="Test").first.wait_for()
    widths = {"jobs": width(visit)}
    visit.page.get_by_role("link", name="Create").click()
    visit.page.get_by_label("Prompt").wait_for()
    widths["create"] = width(visit)
    visit.shoot("phone-create")
    visit.shoot("phone-jobs")
    _open_everything(visit, job)
    widths["job"] = width(visit)
    visit.shoot("phone-job")
    visit.page.get_by_role("link", name="Compare Version 1").click()
    visit.page.get_by_text("Similarity").wait_for(timeout=WITHIN_MS)
    widths["compare"] = width(visit)
    visit.button("More").click()  # at the foot of a phone there is room for four
    visit.page.get_by_role("link", name="Storage").click()
    visit.page.get_by_role("heading", name="Largest jobs").wait_for()
    widths["storage"] = width(visit)
    visit.shoot("phone-storage")
    assert {screen: width for screen, width in widths.items() if width > PHONE["width"]} == {}
    visit.resize(DESK)


LINE_PX = 40
"""Higher than a line of text, lower than two."""

HEADER = """() => {
    const parts = [...document.querySelectorAll('header :is(a, button)')];
    // On a phone some are at the foot.
    const boxes = parts.filter((one) => one.checkVisibility()).map((one) => one.getBoundingClientRect())
        .filter(({top}) => top < 60)
        .sort((one, other) => one.left - other.left);
    const overlaps = boxes.filter((box, place) => box.left < (boxes[place - 1]?.right ?? 0));
    return overlaps.length + boxes.filter((box) => box.right > innerWidth).length;
}"""
"""How many parts of the header lie over another one, or outside the window."""


def test_the_header_has_room_for_all_of_its_parts(visit: Visit, stack: Stack) -> None:
    pool = stack.cloud.outputs["UserPoolId"]
    stack.person("wide-admin")
    stack.client("cognito-idp").admin_add_user_to_group(
        UserPoolId=pool, Username="wide-admin@example.com", GroupName="admin"
    )
    visit.sign_in("wide-admin", at="/queue")
    for pixels in (320, 390, 640, 832, 833, 843, 900, 992, 993, 1100, 1366):
        visit.resize({"width": pixels, "height": 700})
        visit.until_equal(lambda: visit.page.evaluate(f"[innerWidth, ({HEADER})()]"), [pixels, 0])
        visit.until("document.documentElement.scrollWidth <= innerWidth")


def test_what_sticks_to_an_edge_is_beside_the_bars_there(visit: Visit, job: str) -> None:
    page = visit.page
    visit.resize(PHONE)
    visit.sign_in(at="/create-video")
    page.get_by_label("Prompt").wait_for()
    visit.until_in_view(visit.button("Generate Video"))  # above the parts at the foot of a phone
    page.goto(f"{visit.url}/jobs/{job}")
    page.locator("video").wait_for()
    page.evaluate("scrollTo(0, 200)")
    page.context.set_offline(True)
    banner = page.get_by_text("You are offline.").locator("..")
    banner.wait_for()
    visit.until_in_view(banner)  # below the header
    page.context.set_offline(False)


def test_the_timeline_is_looked_into_closer_and_follows_the_video(visit: Visit, job: str) -> None:
    page = visit.page
    visit.sign_in(at=f"/jobs/{job}")
    visit.until("document.querySelector('video')?.readyState > 0")
    clips = page.get_by_role("navigation", name="Timeline").get_by_role("listitem")
    fitted = _width_of(clips.first)
    visit.button("Zoom in").click()
    visit.until_equal(lambda: _width_of(clips.first) > fitted, wanted=True)
    closer = _width_of(clips.first)
    visit.button("Zoom in").click()
    visit.until_equal(lambda: _width_of(clips.first) > closer, wanted=True)
    visit.until_equal(lambda: visit.is_in_view(clips.last), wanted=False)  # there is no room for all
    page.locator("video").evaluate("(video) => { video.currentTime = 5; }")
    visit.until("document.querySelector('#timeline').scrollLeft > 0")
    visit.until_in_view(clips.last.get_by_role("button"))
    closest = _width_of(clips.first)
    visit.button("Zoom out").click()
    visit.until_equal(lambda: _width_of(clips.first) < closest, wanted=True)
    visit.button("Fit").click()
    visit.until_in_view(clips.first.get_by_role("button"))
    visit.until_in_view(clips.last.get_by_role("button"))


def test_names_are_read_in_a_line_on_a_phone(visit: Visit) -> None:
    page = visit.page
    visit.sign_in("wide-admin", at="/jobs")
    page.locator("input[type=file]").set_input_files(CLIPS)
    page.get_by_text("Uploaded").nth(1).wait_for(timeout=WITHIN_MS)
    visit.resize(PHONE)
    for clip in CLIPS:
        name = page.get_by_text(clip.name, exact=True)
        name.wait_for()
        height = name.evaluate("(one) => one.getBoundingClientRect().height")
        assert height < LINE_PX, "one letter below the other"


def _width_of(element: Locator) -> float:
    box = element.bounding_box()
    assert box is not None
    return float(box["width"])
