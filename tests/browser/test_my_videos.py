"""My Videos in the studio: followed while they are made, found, chosen, and dealt with together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import pytest

from tests.browser.accessibility import faults, need_axe, width
from tests.browser.visit import CLIPS, DESK, PHONE, WITHIN_MS, Visit

if TYPE_CHECKING:
    from tests.api_user import ApiUser
    from tests.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.local_cloud]

TITLES = ("A red fox", "Clouds over a valley", "Rain on a street")


@pytest.fixture(scope="module")
def wendy(stack: Stack) -> ApiUser:
    """A user with three videos, one of them in a project."""
    wendy = stack.person("wendy")
    project = wendy.post("/projects", {"name": "Weather"}, status=201)["project_id"]
    _create(wendy, TITLES[0])
    for title in TITLES[1:]:
        _create(wendy, title, project_id=project)
    wendy.wait_for(lambda: all(video["status"] == "completed" for video in _videos(wendy)) or None)
    return wendy


def _create(person: ApiUser, title: str, **more: object) -> str:
    video = person.post("/videos", {"prompt": title, "title": title, "seconds": 1, **more}, status=202)
    return str(video["video_id"])


def _videos(person: ApiUser) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = person.get("/videos")["videos"]
    return found


def _shown(visit: Visit) -> list[str]:
    return visit.page.locator("main li h3").all_inner_texts()


def test_videos_are_found_and_made_a_job_of_in_the_order_in_which_they_were_chosen(
    visit: Visit, wendy: ApiUser
) -> None:
    page = visit.page
    visit.sign_in("wendy", at="/my-videos")
    page.get_by_role("link", name=TITLES[0]).wait_for()

    # Find
    page.get_by_label("Search").fill("VALLEY clouds")
    page.get_by_role("link", name=TITLES[0]).wait_for(state="hidden")
    page.get_by_role("link", name=TITLES[1]).wait_for()
    visit.until_equal(lambda: _shown(visit), [TITLES[1]])
    page.get_by_label("Search").fill("nothing like it")
    visit.button("Show all videos").click()
    page.get_by_label("Project").select_option("Weather")
    page.get_by_role("link", name=TITLES[0]).wait_for(state="hidden")
    page.get_by_role("link", name=TITLES[1]).wait_for()
    visit.until_equal(lambda: sorted(_shown(visit)), sorted(TITLES[1:]))

    # Choose, also what is not seen then
    page.get_by_label(f"Select {TITLES[2]}").check()
    page.get_by_label("Project").select_option("")
    page.get_by_label(f"Select {TITLES[0]}").check()
    page.get_by_label("Search").fill("fox")
    page.get_by_text("(2 selected) 1 of them not shown").wait_for()
    page.get_by_label("Search").fill("")
    visit.shoot("videos")

    # Make a job
    visit.button("Make a job of 2 videos").click()
    page.get_by_role("heading", name=f"{TITLES[2]} and 1 more").wait_for()
    page.locator("video").wait_for(timeout=WITHIN_MS)
    clips = wendy.job(page.url.rsplit("/", 1)[1])["clips"]
    assert [clip["title"] for clip in clips] == [TITLES[2], TITLES[0]]


def test_chosen_videos_are_downloaded_as_one_archive(visit: Visit, wendy: ApiUser) -> None:
    visit.sign_in("wendy", at="/my-videos")
    visit.page.get_by_role("link", name=TITLES[0]).wait_for()
    visit.button("Select All").click()
    with visit.page.expect_download(timeout=WITHIN_MS) as download:
        visit.button("Download 3 as ZIP").click()
    assert download.value.suggested_filename.endswith(".zip")
    with ZipFile(download.value.path()) as archive:
        assert archive.testzip() is None
        sizes = [(entry.filename, entry.file_size) for entry in archive.infolist()]
    assert len(sizes) == len(TITLES)
    assert all(name.endswith(".mp4") and size > 0 for name, size in sizes)
    assert len(_videos(wendy)) == len(TITLES)


def test_several_videos_are_deleted_unless_that_is_undone(visit: Visit, stack: Stack) -> None:
    zoe = stack.person(name := stack.newcomer("zoe"))
    titles = ["First", "Second", "Third"]
    for title in titles:
        _create(zoe, title)
    zoe.wait_for(lambda: {video["status"] for video in _videos(zoe)} == {"completed"} or None)
    visit.sign_in(name, at="/my-videos")
    for title in titles[:2]:
        visit.page.get_by_label(f"Select {title}").check()
    visit.button("Delete 2").click()
    visit.until_equal(lambda: _shown(visit), ["Third"])
    visit.button("Undo").click()  # the server brings them back
    zoe.wait_for(lambda: len(_videos(zoe)) == len(titles) or None)
    visit.page.get_by_label(f"Select {titles[0]}").wait_for()
    visit.page.get_by_label(f"Select {titles[1]}").wait_for()
    visit.until_equal(lambda: sorted(_shown(visit)), sorted(titles))

    for title in titles[:2]:
        visit.page.get_by_label(f"Select {title}").check()
    visit.button("Delete 2").click()
    zoe.wait_for(lambda: [video["title"] for video in _videos(zoe)] == ["Third"] or None)
    visit.until_equal(lambda: _shown(visit), ["Third"])


def test_a_video_that_was_begun_elsewhere_appears_and_is_followed_to_its_end(
    visit: Visit, stack: Stack
) -> None:
    yves = stack.person(name := stack.newcomer("yves"))
    visit.page.clock.install()
    visit.sign_in(name, at="/my-videos")
    visit.wait_for_text("No videos yet")
    _create(yves, "From a shell")
    visit.page.clock.fast_forward("00:15")  # the pause of an idle stream
    visit.wait_for_text("From a shell")
    visit.page.get_by_role("link", name="From a shell").wait_for(timeout=WITHIN_MS)


def test_videos_are_polled_while_the_events_are_lost_and_not_after_the_end(
    visit: Visit, stack: Stack
) -> None:
    xena = stack.person(name := stack.newcomer("xena"))
    _create(xena, "In a tunnel")
    visit.page.route("**/events", lambda route: route.abort())
    visit.sign_in(name, at="/my-videos")
    visit.page.get_by_role("link", name="In a tunnel").wait_for(timeout=WITHIN_MS)
    visit.page.wait_for_timeout(3_500)  # what was still on its way
    known = len(visit.addresses)
    visit.page.wait_for_timeout(3_500)
    assert [address for address in visit.addresses[known:] if not address.endswith("/events")] == []


def test_what_is_chosen_and_written_is_accessible_and_fits_a_phone(visit: Visit, wendy: ApiUser) -> None:
    need_axe()
    page, wrong = visit.page, dict[str, object]()

    def look(screen: str) -> None:
        if found := faults(visit):
            wrong[screen] = found
        visit.shoot(screen)
        visit.resize(PHONE)
        if width(visit) > PHONE["width"]:
            wrong[f"{screen} on a phone"] = width(visit)
        visit.shoot(f"phone-{screen}")
        visit.resize(DESK)

    visit.sign_in("wendy", at="/my-videos")
    page.get_by_role("link", name=TITLES[0]).wait_for()
    visit.button("Select All").click()
    look("chosen")
    page.get_by_role("link", name="Jobs").click()
    visit.button("Add my videos").click()
    page.get_by_role("dialog").get_by_label(TITLES[0]).check()
    look("picker")
    visit.button("Add 1 video").click()
    visit.button("Add a prompt").click()
    visit.button("Make a job of 2 clips").click()
    page.get_by_text("Say what the video should show.").wait_for()
    look("mixed")
    page.get_by_role("link", name="Create").click()
    visit.button("Save as template").click()
    page.get_by_label("Make it later").check()
    page.get_by_label("Reference picture or video").set_input_files(CLIPS[0])
    visit.button(f"Remove {CLIPS[0].name}").wait_for()
    look("written")
    assert wrong == {}
    assert len(_videos(wendy)) == len(TITLES)
