"""Signing in and out of the studio."""

from __future__ import annotations

import base64
import json
import time
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from tests.browser.accessibility import faults as faults_of
from tests.browser.accessibility import need_axe
from tests.browser.visit import DESK, PHONE, Visit
from tests.stack import PASSWORD

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
    visit.until_equal(instruction.input_value, "make it nighttime")
    visit.button("Regenerate All").click()
    visit.wait_for_text("The clip is regenerated.")


def test_signing_out_ends_the_session_in_every_tab(visit: Visit, job: str) -> None:
    visit.sign_in(at=f"/jobs/{job}")
    visit.page.locator("video").wait_for()
    visit.page.reload()
    visit.page.locator("video").wait_for()
    visit.button("Sign out").click()
    visit.page.get_by_role("heading", name="Sign in").wait_for()
    visit.page.locator("video").wait_for(state="detached")
    visit.until("localStorage.length === 0")


def code_of(key: str) -> str:
    """Return what an authenticator app shows for a key."""
    secret = base64.b32decode(key.replace(" ", ""))
    app = TOTP(secret, 6, SHA1(), 30, enforce_key_length=False)  # noqa: S303 - what such apps use
    return app.generate(int(time.time())).decode()


def test_the_next_sign_in_takes_the_new_password_and_a_code(visit: Visit, stack: Stack) -> None:
    need_axe()
    page, name = visit.page, stack.newcomer("mona")
    visit.sign_in(name, at="/account")
    new = f"{PASSWORD}2"
    page.get_by_label("Current password").fill(PASSWORD)
    page.get_by_label("New password").fill(new)
    visit.button("Change the password").click()
    visit.wait_for_text("The password is changed.")
    visit.button("Set up an app").click()
    key = page.get_by_label("Key").input_value()
    assert faults_of(visit) == []
    visit.resize(PHONE)
    visit.until("document.documentElement.scrollWidth <= innerWidth")
    visit.resize(DESK)
    page.get_by_label("Code that the app shows").fill(code_of(key))
    visit.button("Turn on").click()
    visit.button("Turn off").wait_for()
    visit.button("Sign out").click()
    page.get_by_label("E-mail").fill(f"{name}@example.com")
    page.get_by_label("Password").fill(new)
    visit.button("Sign in").click()
    page.get_by_label("Code of your authenticator app").fill(code_of(key))
    visit.button("Continue").click()
    visit.button("Turn off").click()
    page.get_by_role("dialog").get_by_role("button", name="Turn off").click()
    visit.button("Set up an app").wait_for()
