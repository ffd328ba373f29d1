"""Signing in and out of the studio."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.browser.visit import Visit

if TYPE_CHECKING:
    from tests.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.local_cloud]


def test_an_expired_session_loses_nothing(visit: Visit, stack: Stack, job: str) -> None:
    visit.page.clock.install()
    visit.sign_in(at=f"/jobs/{job}")
    visit.select(1)
    instruction = visit.page.get_by_label("Instruction for all clips:")
    instruction.fill("make it nighttime")
    kept = json.loads(visit.page.evaluate("localStorage.getItem('retake.session')"))
    stack.client("cognito-idp").revoke_token(
        Token=kept["refreshToken"], ClientId=stack.cloud.outputs["UserPoolClientId"]
    )
    visit.page.clock.fast_forward("01:00:00")  # the next look at the events finds the session ended
    visit.page.get_by_role("heading", name="Sign in again").wait_for()
    visit.type_password()
    assert instruction.input_value() == "make it nighttime"
    visit.button("Regenerate All").click()
    visit.wait_for_text("The clip is regenerated.")


def test_signing_out_ends_the_session_in_every_tab(visit: Visit, job: str) -> None:
    visit.sign_in(at=f"/jobs/{job}")
    visit.page.locator("video").wait_for()
    visit.page.reload()
    visit.page.locator("video").wait_for()
    visit.button("Sign out").click()
    visit.page.get_by_role("heading", name="Sign in").wait_for()
    assert visit.page.locator("video").count() == 0
    assert visit.page.evaluate("localStorage.length") == 0
