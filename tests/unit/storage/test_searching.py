"""A search looks at a bounded part of a list for each answer, and misses nothing over all of them."""

from datetime import timedelta
from functools import partial

import pytest

from retake.domain.changes import Change
from retake.domain.videos import VideoFilter, search_words
from retake.storage import paging
from tests.builders import USER, a_video
from tests.fakes.clocks import START
from tests.fakes.world import World

FOXES = {0, 7, 8, 20, 29}


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    """Thirty videos, of which a request looks at ten, in reads of five."""
    monkeypatch.setattr(paging, "READ_AT_ONCE", 5)
    monkeypatch.setattr(paging, "LOOKED_AT", 10)
    world = World()
    for number in range(30):
        prompt = "a Fox" if number in FOXES else "a hare"
        video = a_video(f"video-{number:02}", at=START + timedelta(minutes=number), prompt=prompt)
        world.jobs.commit(Change(video), now=START)
    return world


@pytest.mark.parametrize("limit", [1, 2, 5, 100])
def test_every_match_is_found_once_newest_first(world: World, limit: int) -> None:
    wanted = VideoFilter(words=search_words("fox"))
    found, cursor, sizes = [], None, []
    for _ in range(40):
        page = world.jobs.list_videos(USER, wanted, limit=limit, cursor=cursor)
        found += [int(job.job_id.removeprefix("video-")) for job in page.items]
        sizes.append(len(page.items))
        cursor = page.cursor
        if cursor is None:
            break
    assert found == sorted(FOXES, reverse=True)
    assert max(sizes) <= limit


def test_an_answer_without_a_match_goes_on_behind_what_was_looked_at(world: World) -> None:
    look = partial(world.jobs.list_videos, USER, VideoFilter(words=search_words("hare fox")), limit=5)
    cursor, answers = None, 0
    while answers == 0 or cursor is not None:
        page = look(cursor=cursor)
        assert page.items == []
        cursor, answers = page.cursor, answers + 1
    assert answers in {3, 4}, "ten of thirty each time; the end may take one more"
