"""No one signs in to the local cloud without the password, the code, and the session that asked for it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from infra.local.directory import DataDirectory

_ACT = """
import base64, hmac, json, struct, sys, time
from pathlib import Path
from infra.local.directory import DataDirectory
from infra.local.environment import ServerSettings, enter_server_environment

directory = DataDirectory(Path(sys.argv[1]))
directory.prepare()
settings = ServerSettings(port=1, directory=directory, credentials=directory.credentials())
enter_server_environment(settings)
from infra.local.patches.apply import apply_all
apply_all(settings)
from ministack.services import cognito as c

PASSWORD, NEW = "First-pass1!", "Other-pass1!"

def ask(function, **data):
    status, _, body = getattr(c, function)(data)
    content = json.loads(body)
    return {"status": status, **content}

pool = ask("_create_user_pool", PoolName="p", MfaConfiguration="OPTIONAL")["UserPool"]["Id"]
def client():
    made = ask("_create_user_pool_client", UserPoolId=pool, ClientName="c",
               ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"])
    return made["UserPoolClient"]["ClientId"]
own, other = client(), client()

def user(name, *, permanent, app=False):
    ask("_admin_create_user", UserPoolId=pool, Username=name, TemporaryPassword=PASSWORD,
        MessageAction="SUPPRESS")
    ask("_admin_set_user_password", UserPoolId=pool, Username=name, Password=PASSWORD, Permanent=permanent)
    if app:
        kept = c._user_pools.get(pool)["_users"][name]
        kept["_totp_secret"] = base64.b32encode(b"0" * 20).decode()
        kept["_mfa_enabled"] = ["SOFTWARE_TOKEN_MFA"]

def sign_in(name, password=PASSWORD, client=own):
    return ask("_initiate_auth", ClientId=client, AuthFlow="USER_PASSWORD_AUTH",
               AuthParameters={"USERNAME": name, "PASSWORD": password})

def respond(challenge, name, session=None, client=own, **responses):
    data = {"ClientId": client, "ChallengeName": challenge,
            "ChallengeResponses": {"USERNAME": name, **responses}}
    if session is not None:
        data["Session"] = session
    return ask("_respond_to_auth_challenge", **data)

def code():
    digest = hmac.new(b"0" * 20, struct.pack(">Q", int(time.time()) // 30), "sha1").digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at:at + 4])[0] & 0x7fffffff) % 10**6:06d}"

def tokens(answer):
    return "AuthenticationResult" in answer

"""


def act(data: Path, script: str) -> Any:
    """Run a script against a patched Cognito in a process of its own, and return what it gives."""
    done = subprocess.run(  # noqa: S603 - our own interpreter and text
        [sys.executable, "-c", _ACT + script, str(data)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_new_password_is_taken_in_the_session_that_asked_for_it(tmp_path: Path) -> None:
    found = act(
        tmp_path,
        """
user("ada", permanent=False); user("eve", permanent=False); user("bob", permanent=True)
asked = sign_in("ada")
session, eves = asked["Session"], sign_in("eve")["Session"]
new = {"NEW_PASSWORD": NEW}
tries = {
    "no session": respond("NEW_PASSWORD_REQUIRED", "ada", **new),
    "an empty session": respond("NEW_PASSWORD_REQUIRED", "ada", "", **new),
    "an invented session": respond("NEW_PASSWORD_REQUIRED", "ada", "invented", **new),
    "another's session": respond("NEW_PASSWORD_REQUIRED", "ada", eves, **new),
    "another client": respond("NEW_PASSWORD_REQUIRED", "ada", session, client=other, **new),
    "another user": respond("NEW_PASSWORD_REQUIRED", "bob", session, **new),
    "another challenge": respond("SOFTWARE_TOKEN_MFA", "ada", session, SOFTWARE_TOKEN_MFA_CODE="000000"),
    "a setup": respond("MFA_SETUP", "ada", session),
    "a text message": respond("SMS_MFA", "ada", session),
    "no password": respond("NEW_PASSWORD_REQUIRED", "ada", session),
    "a weak password": respond("NEW_PASSWORD_REQUIRED", "ada", session, NEW_PASSWORD="a"),
}
refused = {name: not tokens(answer) and answer["status"] == 400 for name, answer in tries.items()}
kept = sign_in("ada")["ChallengeName"]
right = respond("NEW_PASSWORD_REQUIRED", "ada", session, **new)
again = respond("NEW_PASSWORD_REQUIRED", "ada", session, NEW_PASSWORD=PASSWORD)
signed_in = [tokens(right), tokens(again), tokens(sign_in("ada", NEW)), tokens(sign_in("ada"))]
print(json.dumps([refused, kept, *signed_in]))
""",
    )
    refused, kept, right, again, new, old = found
    assert all(refused.values()), refused
    assert kept == "NEW_PASSWORD_REQUIRED"
    assert (right, again, new, old) == (True, False, True, False)


def test_a_code_is_asked_for_and_taken_once(tmp_path: Path) -> None:
    found = act(
        tmp_path,
        """
user("ada", permanent=True, app=True); user("bob", permanent=True)
asked = sign_in("ada")
session = asked["Session"]
given = {"SOFTWARE_TOKEN_MFA_CODE": code()}
tries = {
    "no session": respond("SOFTWARE_TOKEN_MFA", "ada", **given),
    "an invented session": respond("SOFTWARE_TOKEN_MFA", "ada", "x", **given),
    "a wrong code": respond("SOFTWARE_TOKEN_MFA", "ada", session, SOFTWARE_TOKEN_MFA_CODE="x"),
    "no app": respond("SOFTWARE_TOKEN_MFA", "bob", session, **given),
    "a new password": respond("NEW_PASSWORD_REQUIRED", "ada", session, NEW_PASSWORD=NEW),
}
refused = {name: not tokens(answer) for name, answer in tries.items()}
right = respond("SOFTWARE_TOKEN_MFA", "ada", session, **given)
again = respond("SOFTWARE_TOKEN_MFA", "ada", session, **given)
session = sign_in("ada")["Session"]
for _ in range(5):
    respond("SOFTWARE_TOKEN_MFA", "ada", session, SOFTWARE_TOKEN_MFA_CODE="x")
guessed = respond("SOFTWARE_TOKEN_MFA", "ada", session, SOFTWARE_TOKEN_MFA_CODE=code())
print(json.dumps([asked["ChallengeName"], refused, tokens(right), tokens(again), tokens(guessed)]))
""",
    )
    asked, refused, right, again, guessed = found
    assert asked == "SOFTWARE_TOKEN_MFA"
    assert all(refused.values()), refused
    assert (right, again, guessed) == (True, False, False)


def test_a_new_password_does_not_stand_for_the_code(tmp_path: Path) -> None:
    first, then = act(
        tmp_path,
        """
user("ada", permanent=False, app=True)
session = sign_in("ada")["Session"]
first = respond("NEW_PASSWORD_REQUIRED", "ada", session, NEW_PASSWORD=NEW)
then = respond("SOFTWARE_TOKEN_MFA", "ada", first["Session"], SOFTWARE_TOKEN_MFA_CODE=code())
print(json.dumps([first, tokens(then)]))
""",
    )
    assert (first["ChallengeName"], "AuthenticationResult" in first, then) == (
        "SOFTWARE_TOKEN_MFA",
        False,
        True,
    )


def test_a_user_changes_the_password_and_the_app_by_an_access_token_and_no_other(tmp_path: Path) -> None:
    """As `run` of the emulator calls them, which looks at the token first."""
    found = act(
        tmp_path,
        """
from ministack import app
app.AUTH = True
user("ada", permanent=True); user("eve", permanent=True)
def call(action, token, **data):
    handler = getattr(c, "_" + action)
    name = "".join(word.title() for word in action.split("_")).replace("Mfa", "MFA")
    status, _, body = c._run_idp_handler(handler, name, {"AccessToken": token, **data})
    return {"status": status, **json.loads(body or "{}")}
given = sign_in("ada")["AuthenticationResult"]
token = given["AccessToken"]
head, claims, mark = token.split(".")
eve = c._attr_list_to_dict(c._user_pools.get(pool)["_users"]["eve"]["Attributes"])["sub"]
known = json.loads(base64.urlsafe_b64decode(claims + "=="))
other = json.dumps({**known, "sub": eve, "username": "eve"}).encode()
forged = base64.urlsafe_b64encode(other).decode().rstrip("=")
on = {"SoftwareTokenMfaSettings": {"Enabled": True, "PreferredMfa": True}}
refused = [
    call("change_password", f"{head}.{forged}.{mark}", PreviousPassword=PASSWORD, ProposedPassword=NEW),
    call("get_user", given["IdToken"]),
    call("get_user", "no.token.this"),
    call("change_password", token, PreviousPassword="wrong", ProposedPassword=NEW),
    call("change_password", token, PreviousPassword=PASSWORD, ProposedPassword="weak"),
    call("set_user_mfa_preference", token, **on),
]
secret = call("associate_software_token", token)["SecretCode"]
refused.append(call("verify_software_token", token, UserCode="x"))
verified = call("verify_software_token", token, UserCode=c._totp_code(secret))
on = call("set_user_mfa_preference", token, **on)
listed = call("get_user", token)["UserMFASettingList"]
asked = sign_in("ada")
now = {"SOFTWARE_TOKEN_MFA_CODE": c._totp_code(secret)}
answered = respond("SOFTWARE_TOKEN_MFA", "ada", asked["Session"], **now)
off = call("set_user_mfa_preference", token, SoftwareTokenMfaSettings={"Enabled": False})
changed = call("change_password", token, PreviousPassword=PASSWORD, ProposedPassword=NEW)
print(json.dumps({
    "refused": [one["status"] for one in refused], "verified": verified.get("Status"), "listed": listed,
    "asked": asked.get("ChallengeName"), "answered": tokens(answered),
    "sessions": len(c._totp_session_secrets),
    "new": tokens(sign_in("ada", NEW)), "old": tokens(sign_in("ada")), "eve": tokens(sign_in("eve")),
}))
""",
    )
    assert found == {
        "refused": [400] * 7,
        "verified": "SUCCESS",
        "listed": ["SOFTWARE_TOKEN_MFA"],
        "asked": "SOFTWARE_TOKEN_MFA",
        "answered": True,
        "sessions": 0,
        "new": True,
        "old": False,
        "eve": True,
    }


@pytest.mark.parametrize("password", ["", None, "wrong", "scrypt$00$00"])
def test_only_the_password_signs_in(tmp_path: Path, password: str | None) -> None:
    found = act(
        tmp_path,
        f"""
user("ada", permanent=True); user("none", permanent=True)
c._user_pools.get(pool)["_users"]["none"]["_password"] = ""
kept = c._user_pools.get(pool)["_users"]["ada"]["_password"]
tries = [sign_in("ada", {password!r}), sign_in("none", {password!r}), sign_in("ada", kept)]
print(json.dumps([tokens(answer) for answer in tries]))
""",
    )
    assert found == [False, False, False]


def test_no_password_is_kept_as_it_is_also_not_one_of_an_earlier_version(tmp_path: Path) -> None:
    state, is_hashed, signed_in = act(
        tmp_path,
        """
user("ada", permanent=True); user("old", permanent=True)
c._user_pools.get(pool)["_users"]["old"]["_password"] = PASSWORD
from infra.local.patches.sign_in import hash_passwords
counts = [hash_passwords(), hash_passwords()]
from ministack.core import persistence
state = json.dumps(c.get_state(), default=persistence._json_default)
print(json.dumps([state, counts, [tokens(sign_in(name)) for name in ("ada", "old")]]))
""",
    )
    assert "First-pass1!" not in state
    assert "scrypt$" in state
    assert is_hashed == [1, 0]
    assert signed_in == [True, True]
    assert DataDirectory(tmp_path).state.exists()
