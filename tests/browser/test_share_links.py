"""A link that needs no sign-in: made, looked at, commented on, used as an instruction, and revoked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.browser.accessibility import faults as faults_of
from tests.browser.accessibility import need_axe, width
from tests.browser.conftest import SCREENSHOTS
from tests.browser.visit import CLIPS, PHONE, WITHIN_MS, Visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.api_user import ApiUser
    from tests.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.local_cloud]

WORDS = "much warmer, please"
PIN = re.compile("^Comment of Ben at 0:02:")


@pytest.fixture
def guest(browser: Browser, stack: Stack, pytestconfig: pytest.Config) -> Iterator[Visit]:
    """A viewer with a browser of their own, who never signs in."""
    shoots = bool(pytestconfig.getoption("--screenshots"))
    with Visit(browser, stack, screenshots=SCREENSHOTS if shoots else None) as visit:
        yield visit
        assert visit.page.evaluate("localStorage.getItem('retake.session')") is None
        visit.check()


def test_a_comment_by_a_link_becomes_an_instruction(visit: Visit, guest: Visit, stack: Stack) -> None:
    need_axe()
    name = stack.newcomer("vera")
    job = stack.person(name).make_job(*(clip.read_bytes() for clip in CLIPS))
    visit.sign_in(name, at=f"/jobs/{job}")
    visit.page.locator("video").wait_for()
    address = _share(visit)
    _comment(guest, address)
    _use(visit)
    _revoke(visit, guest)


def _share(visit: Visit) -> str:
    """Make a link to the job that is open; return its address."""
    visit.button("Share").click()
    dialog = visit.page.get_by_role("dialog")
    visit.page.get_by_label("Title for viewers").fill("Cut 2")
    assert faults_of(visit) == []
    visit.button("Create link").click()
    address = dialog.get_by_label("Link", exact=True).input_value()
    visit.button("Close").click()
    return address


def _comment(guest: Visit, address: str) -> None:
    """Look at the video and write about its third second."""
    guest.page.goto(address)
    guest.page.get_by_role("heading", name="Cut 2").wait_for()
    player = guest.page.get_by_label("Shared video")
    guest.until("document.querySelector('video').readyState > 1")
    player.evaluate("(video) => { video.currentTime = 2.5; }")
    guest.page.get_by_role("heading", name=re.compile(r"^Comment at 0:02:")).wait_for()
    guest.page.get_by_label("Comment", exact=True).fill(WORDS)
    guest.page.get_by_label("Your name").fill("Ben")
    guest.button("Send comment").click()
    guest.wait_for_text("Your comment was sent.")
    guest.page.get_by_role("button", name=PIN).wait_for()
    assert faults_of(guest) == []
    guest.shoot("shared")
    guest.resize(PHONE)
    guest.until_equal(lambda: width(guest), PHONE["width"])


def _use(visit: Visit) -> None:
    """See what was said, where it was said, and make it the instruction of its clip."""
    comments = visit.page.get_by_role("region", name="Comments")
    comments.get_by_text(WORDS).wait_for(timeout=WITHIN_MS)
    visit.page.get_by_role("button", name=PIN).click()
    visit.until("Math.abs(document.querySelector('video').currentTime - 2.5) < 0.1")
    assert faults_of(visit) == []
    comments.get_by_role("button", name="Use as instruction").click()
    visit.until(f"[...document.querySelectorAll('input')].some((one) => one.value === '{WORDS}')")


def _revoke(visit: Visit, guest: Visit) -> None:
    visit.button("Share").click()
    visit.button("Revoke Cut 2").click()
    visit.button("Revoke").click()
    visit.wait_for_text("The link no longer opens.")
    guest.page.reload()
    guest.wait_for_text("This link was revoked")
    guest.page.locator("video").wait_for(state="detached")
    assert faults_of(guest) == []


def test_two_versions_by_a_link(guest: Visit, stack: Stack, job: str) -> None:
    vera: ApiUser = stack.person("vera")
    comparison = {"clip_index": 0, "left": "1", "right": "2"}
    made = vera.post(f"/jobs/{job}/shares", {"comparison": comparison, "title": "Which?"}, status=201)
    guest.page.goto(f"{guest.url}/shared?view=wipe&edge=30&zoom=2#{made['token']}")
    guest.page.get_by_label("Right: Version 2").wait_for()
    guest.until("[...document.querySelectorAll('video')].every((one) => one.readyState > 1)")
    guest.until_equal(guest.page.get_by_label("Wipe position").input_value, "30")
    guest.button("200 %, show the whole picture").wait_for()
    picture = guest.page.get_by_label("Left: Version 1")
    box = picture.evaluate(
        "(one) => { const b = one.parentElement.getBoundingClientRect();"
        " return [b.x, b.y, b.width, b.height]; }"
    )
    left, top, wide, high = box
    guest.page.mouse.move(left + 0.7 * wide, top + 0.5 * high)
    guest.page.mouse.down()
    guest.page.mouse.move(left + 0.6 * wide, top + 0.4 * high, steps=3)
    guest.page.mouse.up()
    guest.until("new URLSearchParams(location.search).get('x') === '-0.1'")
    transforms = guest.page.evaluate(
        "[...document.querySelectorAll('video')].map((one) => getComputedStyle(one).transform)"
    )
    assert len(set(transforms)) == 1, "both are moved alike"
    assert faults_of(guest) == []
    guest.resize(PHONE)
    guest.until_equal(lambda: width(guest), PHONE["width"])
