"""Every screen of the studio: for everybody, and on a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.accessibility import faults as faults_of
from tests.browser.accessibility import need_axe, width
from tests.browser.visit import DESK, PHONE, WITHIN_MS, Visit

if TYPE_CHECKING:
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
    visit.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
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
    visit.page.get_by_role("link", name="Storage").click()
    visit.page.get_by_role("heading", name="Largest jobs").wait_for()
    widths["storage"] = width(visit)
    visit.shoot("phone-storage")
    assert {screen: width for screen, width in widths.items() if width > PHONE["width"]} == {}
    visit.page.set_viewport_size(DESK)  # type: ignore[arg-type]
