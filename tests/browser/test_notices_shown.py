"""What clips lose on their way in, as people read it: before a job is made, on its page, in the history."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.visit import PHONE, WITHIN_MS, Visit
from tests.corpus.making import AAC, X264, Made, greys, tone

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.browser, pytest.mark.local_cloud]

SUBTITLES = ("-f", "srt", "-i", "data:,1%0A00:00:00,000 --> 00:00:00,400%0AHello%0A")
LANGUAGES = ("-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=deu")
ALL_TRACKS = ("-map", "0", "-map", "1", "-map", "2", "-map", "3")
INTERVIEW = Made(
    "interview, two languages.mkv",
    (
        *greys(15, size="640x360"),
        *tone(440),
        *tone(880),
        *SUBTITLES,
        *ALL_TRACKS,
        *(*X264, *AAC, "-c:s", "srt"),
        *LANGUAGES,
    ),
)
"""Loses its subtitles and its second language."""

FAST = Made("fast and large.mp4", (*greys(30, rate="60", size="1280x720"), *X264))
"""Loses every other frame, and resolution, in a job that begins with the other."""

DROPPED = (
    "Subtitles are not kept; tracks left out: 1.",
    "Sound track 1 of 2 is kept, the default or the first one; the others are left out.",
)
REDUCED = (
    "Frames left out: 15 of 30; the file has 60 a second, the job 30.",
    "Scaled down from 1280x720 to 640x360 pixels, the job's size.",
)


def test_what_files_lose_is_read_before_and_after(visit: Visit, tmp_path: Path) -> None:
    page = visit.page
    visit.sign_in("noor")
    page.locator("input[type=file]").set_input_files([INTERVIEW.write(tmp_path), FAST.write(tmp_path)])
    for lost in REDUCED:  # foreseen from the header, before anything is made
        page.get_by_text(f"2. {FAST.name}: {lost}").wait_for(timeout=WITHIN_MS)
    visit.shoot("notices-new-job", whole=True)
    visit.button("Make a job of 2 clips").click(timeout=WITHIN_MS)
    page.locator("video").wait_for(timeout=WITHIN_MS)

    page.get_by_text("Changed on the way in: 2 clips").click()
    for lost in (*DROPPED, *REDUCED):
        page.get_by_text(lost).wait_for()
    names = page.locator("details strong")
    visit.until_equal(names.all_inner_texts, [f"1. {INTERVIEW.name}", f"2. {FAST.name}"])
    visit.shoot("notices-job", whole=True)

    visit.open_clip(1)
    notices = page.get_by_role("list", name="Changed on the way in")
    notices.wait_for(timeout=WITHIN_MS)
    visit.until_equal(notices.get_by_role("listitem").all_inner_texts, list(DROPPED))
    visit.shoot("notices-versions")
    visit.resize(PHONE)
    visit.until("document.documentElement.scrollWidth <= innerWidth")
    visit.shoot("notices-phone", whole=True)
