"""The clips of a job play before they are composed, moved ones as well: every frame at its time."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.visit import Visit
from tests.stack import Stack

if TYPE_CHECKING:
    from playwright.sync_api import Route

pytestmark = [pytest.mark.browser, pytest.mark.local_cloud]

PLAY = """async () => {
    const video = document.querySelector('video');
    video.muted = true;
    await video.play();
    await new Promise((done, failed) => {
        video.onended = done;
        video.onerror = () => failed(video.error.message);
    });
    return video.currentTime;
}"""

SHOWN = """async ([frames, fps]) => {
    const video = document.querySelector('video');
    const shown = [];
    for (const frame of frames) {
        const painted = new Promise((done) => {
            video.requestVideoFrameCallback((_, {mediaTime}) => done(mediaTime));
        });
        video.currentTime = (frame + 0.5) / fps;
        shown.push(Math.round(await painted * fps));
    }
    return shown;
}"""
"""The numbers of the frames that are painted where each of some is asked for."""

AROUND = 2
"""Frames on both sides of a join that are looked at."""


MOVED, BACK = [2, 0, 1], [1, 2, 0]
"""Of these clips one goes on where another ends, and one does not."""


@pytest.fixture
def moved(stack: Stack, job: str) -> Iterator[str]:
    """A job whose clips are not where they were made for."""
    vera = stack.person("vera")
    vera.http.patch(f"/jobs/{job}/clips", json={"order": MOVED}).raise_for_status()
    yield job
    vera.http.patch(f"/jobs/{job}/clips", json={"order": BACK}).raise_for_status()


def test_clips_play_before_they_are_composed(visit: Visit, moved: str) -> None:
    lengths: list[int] = []
    rates: list[float] = []

    def compose_later(route: Route) -> None:
        answer = route.fetch()
        found: dict[str, Any] = answer.json()
        lengths[:] = [clip["frames"] for clip in found["clips"]]
        rates.append(found["profile"]["fps"])
        found["video"]["up_to_date"] = False
        found["active_batch_id"] = found["active_batch_id"] or "batch"
        route.fulfill(response=answer, json=found)

    visit.page.route(f"**/api/v1/jobs/{moved}", compose_later)
    visit.sign_in(at=f"/jobs/{moved}")
    visit.wait_for_text("The clips are newer than the video.")
    visit.button("Play the clips").click()
    visit.until("document.querySelector('video')?.src.startsWith('blob:')")
    visit.until("document.querySelector('video').readyState >= 1")
    frames, fps = sum(lengths), rates[0]
    assert visit.page.evaluate(PLAY) == pytest.approx(frames / fps, abs=0.05)
    joins = [0, *accumulate(lengths)]
    near = {join + step for join in joins for step in range(-AROUND, AROUND)}
    wanted = sorted(frame for frame in near if 0 <= frame < frames)
    assert visit.page.evaluate(SHOWN, [wanted, fps]) == wanted
    visit.button("Back to the video").click()
    visit.until("!document.querySelector('video').src.startsWith('blob:')")
