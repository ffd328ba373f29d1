"""Nothing that is shown moves while a page is loaded, in a large window and on a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.api_user import small_clip
from tests.browser.visit import DESK, PHONE, WITHIN_MS, Visit
from tests.media_samples import SAMPLES, make_sample

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.api_user import ApiUser
    from tests.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.local_cloud]

LAPTOP = {"width": 1366, "height": 650}

SUM_SHIFTS = """
window.shift = 0;
new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
}).observe({ type: 'layout-shift', buffered: true });
"""

MOST = 0.05
"""A tenth is what https://web.dev/articles/cls calls good; half of it is asked of each screen."""


@pytest.fixture(scope="module")
def lena(stack: Stack) -> ApiUser:
    return stack.person("lena")


def shifts_of(visit: Visit, paths: Iterable[str]) -> dict[str, float]:
    """Open pages, each anew, and return by how much something moved where that is too much."""
    shifts: dict[str, float] = {}
    for path in paths:
        visit.page.goto("about:blank")  # another fragment alone is not another page
        visit.page.goto(visit.url + path)
        visit.page.get_by_role("heading", level=1).wait_for()
        if "/compare" in path:
            visit.page.get_by_text("Similarity").wait_for(timeout=WITHIN_MS)
        visit.page.wait_for_timeout(1_200)
        shifts[path] = visit.page.evaluate("window.shift")
    return {path: shift for path, shift in shifts.items() if shift >= MOST}


@pytest.fixture(scope="module", params=["landscape", "portrait"])
def compared(request: pytest.FixtureRequest, lena: ApiUser, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A job with two versions of its clip."""
    clip = make_sample(SAMPLES[request.param], tmp_path_factory.mktemp("clips"))
    job_id = lena.make_job(clip.read_bytes())
    lena.run(job_id, {0: "brighter"})
    return job_id


@pytest.mark.parametrize("window", [DESK, PHONE], ids=["desk", "phone"])
def test_no_page_moves(visit: Visit, lena: ApiUser, window: dict[str, int]) -> None:
    job_id = lena.make_job(small_clip(0))
    lena.run(job_id, {0: "brighter"})
    visit.resize(window)
    visit.page.add_init_script(SUM_SHIFTS)
    visit.sign_in("lena")
    pages = ["/jobs", "/create-video", "/my-videos", "/queue", "/history", "/storage"]
    assert shifts_of(visit, [*pages, f"/jobs/{job_id}", f"/jobs/{job_id}/clips/0"]) == {}


@pytest.mark.parametrize("window", [LAPTOP, PHONE], ids=["laptop", "phone"])
def test_no_comparison_and_no_shared_page_moves(
    visit: Visit, lena: ApiUser, compared: str, window: dict[str, int]
) -> None:
    sides = {"clip_index": 0, "left": "1", "right": "2"}
    of_two, of_all = (
        lena.post(f"/jobs/{compared}/shares", {"title": "Look", **more}, status=201)["token"]
        for more in ({"comparison": sides}, {})
    )
    visit.resize(window)
    visit.page.add_init_script(SUM_SHIFTS)
    visit.sign_in("lena")
    compare = f"/jobs/{compared}/clips/0/compare"
    pages = [f"{compare}?left=1&right=2", f"{compare}?left=1&right=2&view=wipe", f"/shared#{of_two}"]
    assert shifts_of(visit, [*pages, f"/shared?view=wipe#{of_two}", f"/shared#{of_all}"]) == {}
