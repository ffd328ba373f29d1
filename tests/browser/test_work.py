"""The studio's queue, takes to choose from, history, limits and archive, before the real stack."""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.api_user import ApiUser, small_clip
from tests.browser.accessibility import faults, need_axe, width
from tests.browser.visit import CLIPS, DESK, PHONE, WITHIN_MS, Visit
from tests.table_audit import make_old

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Locator

    from tests.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.local_cloud]

UNKNOWN = "juggle the flux capacitor"
"""Nothing that the local provider understands: it refuses the clip."""
TOMORROW = (datetime.now(UTC) + timedelta(days=1)).isoformat()


@pytest.fixture(scope="module")
def nora(stack: Stack) -> ApiUser:
    return stack.person("nora")


@pytest.fixture(scope="module")
def job(nora: ApiUser) -> str:
    """A job with a clip of three takes to choose from, and one that failed."""
    job_id = nora.make_job(small_clip(0), small_clip(1))
    nora.run(job_id, {0: "make it nighttime"}, takes=3)
    nora.run(job_id, {1: UNKNOWN})
    return job_id


def test_takes_are_asked_for_chosen_and_downloaded(visit: Visit, nora: ApiUser, tmp_path: Path) -> None:
    job_id = nora.make_job(*(clip.read_bytes() for clip in CLIPS))
    page = visit.page
    visit.sign_in("nora", at=f"/jobs/{job_id}")
    visit.select(2)
    page.get_by_label("Instruction for all clips:").fill("warmer colors")
    page.locator("tfoot tr").last.wait_for()
    one = _total(visit)
    page.get_by_role("radio", name="3").check(force=True)  # the label lies over it
    page.get_by_role("row", name="2. clip.mp4, take 3 of 3").wait_for()
    visit.until_equal(lambda: _total(visit), pytest.approx(3 * one, abs=0.0001))
    visit.button("Regenerate All").click()
    visit.wait_for_text("3 of 3 takes of 1 clip made.")

    visit.open_clip(2)
    page.get_by_role("heading", name="3 takes to choose from").wait_for()
    page.get_by_role("heading", name="Version 2 (Current) ✓").wait_for()
    visit.shoot("takes")
    visit.button("Make current Version 4").click()
    page.get_by_role("heading", name="Version 4 (Current) ✓").wait_for(timeout=WITHIN_MS)

    with page.expect_download(timeout=WITHIN_MS) as download:
        visit.button("Download all").click()
    saved = tmp_path / download.value.suggested_filename
    download.value.save_as(saved)
    with zipfile.ZipFile(saved) as archive:
        assert archive.testzip() is None
        assert len(archive.namelist()) == 3  # two clips and the composed video


def _total(visit: Visit) -> float:
    visit.until("!document.querySelector('[aria-label=Cost][aria-busy=true]')")
    text = visit.page.locator("tfoot tr").last.get_by_role("cell").inner_text()
    return float(text.removeprefix("$"))


def test_what_waits_is_reordered_resumed_and_cancelled(visit: Visit, nora: ApiUser) -> None:
    job_id = nora.make_job(small_clip(0))
    nora.regenerate(job_id, {0: "warmer colors"}, takes=3)
    waiting = [
        nora.regenerate(job_id, {0: word})["batch_id"] for word in ("brighter", "darker", "less motion")
    ]
    for batch_id in waiting:
        nora.post(f"/jobs/{job_id}/batches/{batch_id}/pause", status=200)
    page = visit.page
    visit.sign_in("nora", at="/queue")
    card = page.get_by_role("listitem").filter(has=page.get_by_role("link", name="Test")).first
    rows = card.get_by_role("list").get_by_role("listitem").filter(has_text="Paused")
    rows.nth(2).wait_for()
    visit.shoot("queue")

    # By keyboard: the last becomes the first, and the button keeps the focus
    up = rows.nth(2).get_by_role("button", name="earlier")
    up.focus()
    page.keyboard.press("Enter")
    _until_order(nora, job_id, [waiting[0], waiting[2], waiting[1]])
    visit.until("document.activeElement.getAttribute('aria-label')?.endsWith('earlier')")
    page.keyboard.press("Enter")
    _until_order(nora, job_id, [waiting[2], waiting[0], waiting[1]])

    # By dragging: the first to the end
    page.get_by_text("is number 1 of 3.").wait_for(state="attached")
    _drag(visit, rows.nth(0), rows.nth(2))
    _until_order(nora, job_id, [waiting[0], waiting[1], waiting[2]])

    rows.nth(2).get_by_role("button", name="Cancel").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel Test").click()
    rows.nth(1).wait_for()
    nora.wait_for(lambda: nora.batch(job_id, waiting[2])["status"] == "cancelled")
    rows.nth(0).get_by_role("button", name="Resume").click()
    nora.ended(job_id, waiting[0])
    rows.nth(0).get_by_role("button", name="Resume").click()
    nora.ended(job_id, waiting[1])
    page.get_by_text("Nothing runs or waits").wait_for(timeout=WITHIN_MS)


def _until_order(person: ApiUser, job_id: str, order: list[str]) -> None:
    person.wait_for(lambda: person.job(job_id)["waiting_batch_ids"] == order or None)


def _drag(visit: Visit, row: Locator, onto: Locator) -> None:
    row.locator("p").drag_to(onto.locator("p"))
    visit.page.get_by_text("is number 3 of 3.").wait_for(state="attached")


def test_a_schedule_is_listed_and_cancelled(visit: Visit, nora: ApiUser) -> None:
    wanted = {"at": TOMORROW, "video": {"prompt": "a lighthouse at dawn", "seconds": 1}}
    schedule_id = nora.post("/schedules", wanted, status=201)["schedule_id"]
    visit.sign_in("nora", at="/queue")
    item = visit.page.get_by_role("listitem").filter(has_text="a lighthouse at dawn")
    item.get_by_text("Scheduled").wait_for()
    item.get_by_role("button", name="Cancel a lighthouse at dawn").click()
    visit.page.get_by_role("dialog").get_by_role("button", name="Cancel a lighthouse").click()
    item.get_by_text("Cancelled").wait_for()
    visit.until_equal(lambda: nora.get(f"/schedules/{schedule_id}")["status"], "cancelled")


def test_history_reports_what_was_made_what_failed_and_what_it_cost(
    visit: Visit, nora: ApiUser, job: str
) -> None:
    assert nora.job(job)["title"] == "Test"
    page = visit.page
    visit.sign_in("nora", at="/history")
    entries = page.get_by_role("list", name="Generations").get_by_role("listitem")
    failed = entries.filter(has_text=UNKNOWN)
    failed.get_by_text("I do not understand").first.wait_for()
    failed.get_by_text("not charged").first.wait_for()
    page.get_by_role("row", name=f"{datetime.now(UTC):%B %Y}").wait_for()
    visit.shoot("history")
    page.get_by_label("Outcome").select_option("Failed")
    visit.until("document.querySelectorAll('ol[aria-label=Generations] li').length === 1")
    failed.wait_for()
    page.get_by_label("Made for").select_option("Videos")
    page.get_by_text("Nothing matches these filters.").wait_for()


def test_an_archived_take_comes_back_by_itself(visit: Visit, stack: Stack, nora: ApiUser) -> None:
    job_id = nora.make_job(small_clip(0))
    nora.run(job_id, {0: "brighter"})
    make_old(stack, job_id, 1, days=8)
    stack.invoke("sweep_versions", {"detail-type": "Scheduled Event"})
    nora.wait_for(lambda: nora.versions(job_id, 0)[-1]["state"] == "archived" or None)
    for key in stack.keys(f"archive/{job_id}/"):  # as the lifecycle rule moves it to a class that takes hours
        source = {"Bucket": stack.bucket, "Key": key}
        stack.client("s3").copy_object(
            Bucket=stack.bucket, Key=key, CopySource=source, StorageClass="GLACIER"
        )
    visit.sign_in("nora", at=f"/jobs/{job_id}/clips/0")
    visit.button("Restore Version 1").click()
    visit.wait_for_text("is being brought back from the archive")
    visit.page.get_by_role("heading", name="Version 1 (Current) ✓").wait_for(timeout=WITHIN_MS)


def test_an_admin_changes_a_users_limits_and_takes_it_back(visit: Visit, stack: Stack, nora: ApiUser) -> None:
    user_id = _make_admin(stack, nora)
    stack.invoke("check_budgets")
    page = visit.page
    visit.sign_in("nora", at="/admin/storage")
    page.get_by_role("img", name="Stored by day").wait_for()
    visit.shoot("storage", whole=True)
    edit = page.get_by_role("button", name=f"Change the limits of {user_id}")
    edit.click()
    page.get_by_label("Storage budget in GB").fill("much")
    visit.button("Save").click()
    page.get_by_text("A number from 0 up").wait_for()
    page.get_by_label("Storage budget in GB").fill("9999999")
    visit.button("Save").click()
    page.get_by_text("Give 1000000000000000 or less.").wait_for()
    page.get_by_label("Storage budget in GB").fill("2.5")
    page.get_by_label("Spend limit").fill("20")
    visit.button("Save").click()
    page.get_by_text("are changed.").wait_for()
    now = nora.get("/usage")
    assert (now["budget"]["budget_bytes"], now["spend_limit"]["limit"]) == (2_500_000_000, 20)
    visit.button("Undo").click()
    nora.wait_for(lambda: nora.get("/usage")["budget"]["own_budget"] is False or None)
    assert nora.get("/usage")["spend_limit"]["own_limit"] is False


def _make_admin(stack: Stack, person: ApiUser) -> str:
    stack.client("cognito-idp").admin_add_user_to_group(
        UserPoolId=stack.cloud.outputs["UserPoolId"], Username="nora@example.com", GroupName="admin"
    )
    return str(person.get("/usage")["budget"]["user_id"])


def test_these_screens_are_accessible_and_fit_a_phone(
    visit: Visit, stack: Stack, nora: ApiUser, job: str
) -> None:
    need_axe()
    user_id = _make_admin(stack, nora)
    stack.invoke("check_budgets")
    batch_id = nora.regenerate(job, {0: "darker"})["batch_id"]
    waiting = [nora.regenerate(job, {1: word})["batch_id"] for word in ("brighter", "less motion")]
    for one in waiting:
        nora.post(f"/jobs/{job}/batches/{one}/pause", status=200)
    nora.ended(job, batch_id)
    visit.sign_in("nora", at="/queue")
    found: dict[str, list[str]] = {}
    widths: dict[str, int] = {}

    def look(screen: str) -> None:
        found[screen] = faults(visit)
        visit.resize(PHONE)
        widths[screen] = width(visit)
        visit.resize(DESK)

    visit.page.get_by_role("button", name="Resume Test").first.wait_for()
    look("queue")
    visit.page.get_by_role("link", name="History").click()
    visit.page.get_by_role("list", name="Generations").wait_for()
    look("history")
    visit.page.get_by_role("link", name="Storage").click()
    visit.page.get_by_text("Spending in").wait_for()
    look("storage")
    visit.page.get_by_role("link", name="Admin").click()
    visit.page.get_by_role("img", name="Stored by day").wait_for()
    visit.page.get_by_text("Figures").click()
    visit.page.get_by_role("button", name=f"Change the limits of {user_id}").click()
    visit.page.get_by_label("Spend limit").wait_for()
    look("admin")
    visit.page.goto(f"{visit.url}/jobs/{job}/clips/0")
    visit.page.get_by_role("heading", name="takes to choose from").wait_for()
    visit.select(1, 2)
    visit.page.get_by_role("row", name="2. clip.mp4").wait_for()
    visit.until("!document.querySelector('[aria-label=Cost][aria-busy=true]')")
    look("job-takes")
    for one in waiting:
        nora.post(f"/jobs/{job}/batches/{one}/cancel", status=202)
    assert {screen: faulty for screen, faulty in found.items() if faulty} == {}
    assert {screen: wide for screen, wide in widths.items() if wide > PHONE["width"]} == {}
