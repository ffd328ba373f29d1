"""What a browser may ask the emulator without a key: what users do at Cognito, and keys that are public."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from infra.local.admission import Admission, RefusedError, is_public_call, replayed

TARGET = "AWSCognitoIdentityProviderService."
SESSION = {"Session": "s"}


@pytest.mark.parametrize(
    ("action", "content", "is_public"),
    [
        ("InitiateAuth", {"AuthFlow": "USER_PASSWORD_AUTH"}, True),
        ("InitiateAuth", {"AuthFlow": "REFRESH_TOKEN_AUTH"}, True),
        ("InitiateAuth", {"AuthFlow": "CUSTOM_AUTH"}, False),
        ("InitiateAuth", {"AuthFlow": "USER_SRP_AUTH"}, False),
        ("InitiateAuth", {"AuthFlow": ["USER_PASSWORD_AUTH"]}, False),
        ("InitiateAuth", {}, False),
        ("RespondToAuthChallenge", {"ChallengeName": "NEW_PASSWORD_REQUIRED", **SESSION}, True),
        ("RespondToAuthChallenge", {"ChallengeName": "SOFTWARE_TOKEN_MFA", **SESSION}, True),
        ("RespondToAuthChallenge", {"ChallengeName": "SOFTWARE_TOKEN_MFA"}, False),
        ("RespondToAuthChallenge", {"ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": ""}, False),
        ("RespondToAuthChallenge", {"ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": 1}, False),
        ("RespondToAuthChallenge", {"ChallengeName": "MFA_SETUP", **SESSION}, False),
        ("RespondToAuthChallenge", {"ChallengeName": "SMS_MFA", **SESSION}, False),
        ("RevokeToken", {"Token": "t"}, True),
        ("SignUp", {}, False),
        ("ConfirmSignUp", {}, False),
        ("ForgotPassword", {}, False),
        ("ConfirmForgotPassword", {}, False),
        ("AssociateSoftwareToken", {}, False),
        ("AssociateSoftwareToken", {"Session": "s"}, False),
        ("AssociateSoftwareToken", {"AccessToken": "t"}, True),
        ("VerifySoftwareToken", {"AccessToken": "t"}, True),
        ("SetUserMFAPreference", {"AccessToken": "t"}, True),
        ("GetUser", {"AccessToken": "t"}, True),
        ("GetUser", {"AccessToken": ""}, False),
        ("ChangePassword", {"AccessToken": "t"}, True),
        ("ChangePassword", {"AccessToken": ["t"]}, False),
        ("DeleteUser", {"AccessToken": "t"}, False),
        ("UpdateUserAttributes", {"AccessToken": "t"}, False),
        ("AdminSetUserMFAPreference", {"AccessToken": "t"}, False),
        ("AdminCreateUser", {}, False),
        ("ListUsers", {}, False),
        ("", {}, False),
    ],
)
def test_only_what_a_user_does_in_the_studio_is_public(
    action: str, content: dict[str, Any], *, is_public: bool
) -> None:
    assert is_public_call(TARGET + action, json.dumps(content).encode()) is is_public


@pytest.mark.parametrize("body", [b"", b"[]", b"x", b"null", b'"a"', b"\xff", b'{"AuthFlow":'])
def test_what_is_no_object_is_not_public(body: bytes) -> None:
    assert not is_public_call(TARGET + "InitiateAuth", body)


def test_a_long_call_without_a_key_is_not_read_to_its_end() -> None:
    admission = Admission(secret_of=lambda _key, _token: None, is_bucket=lambda _name: False)
    scope = {
        "method": "POST",
        "path": "/",
        "headers": [(b"x-amz-target", (TARGET + "InitiateAuth").encode())],
        "query_string": b"",
    }
    with pytest.raises(RefusedError) as refused:
        asyncio.run(admission.admit(scope, replayed(b" " * 1_000_000)))
    assert refused.value.status == 413
