"""What the HTTP API promises, on the deployed stack: who may ask, what is refused, and how it says so."""

from __future__ import annotations

import base64
import contextlib
import gzip
import hmac
import json
import time
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from infra.local.deployer import LocalUser, sign_in
from retake.routes import PREFIX, PUBLIC_ROUTES, ROUTES
from tests.api_user import ApiUser, small_clip
from tests.stack import PASSWORD, Stack

pytestmark = pytest.mark.local_cloud

PROBLEM = "application/problem+json"
ALL_ROUTES = [route for routes in ROUTES.values() for route in routes if route not in PUBLIC_ROUTES]


@pytest.fixture
def stranger(stack: Stack) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=stack.cloud.endpoint + PREFIX, trust_env=False) as client:
        yield client


def expired_token(stack: Stack) -> str:
    """Sign in while the pool gives tokens that last a second, and wait."""
    identities = stack.client("cognito-idp")
    names = {
        "UserPoolId": stack.cloud.outputs["UserPoolId"],
        "ClientId": stack.cloud.outputs["UserPoolClientId"],
    }
    before = identities.describe_user_pool_client(**names)["UserPoolClient"]
    kept = {
        name: before[name]
        for name in ("ExplicitAuthFlows", "IdTokenValidity", "TokenValidityUnits")
        if before.get(name)
    }
    short = {**kept, "IdTokenValidity": 1, "TokenValidityUnits": {"IdToken": "seconds"}}
    identities.update_user_pool_client(**names, **short)
    try:
        token = sign_in(stack.cloud, LocalUser("ada@example.com", PASSWORD))
    finally:
        identities.update_user_pool_client(**names, **kept)
    assert claims_of(token)["exp"] <= time.time() + 2
    time.sleep(max(0.0, claims_of(token)["exp"] - time.time()) + 0.1)
    return token


def claims_of(token: str) -> dict[str, Any]:
    claims: dict[str, Any] = json.loads(_decoded(token.split(".")[1]))
    return claims


def other_pools_token(stack: Stack) -> str:
    """Sign a user in at another user pool of the same cloud."""
    identities = stack.client("cognito-idp")
    pool = identities.create_user_pool(PoolName="elsewhere")["UserPool"]["Id"]
    made = identities.create_user_pool_client(
        UserPoolId=pool, ClientName="x", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"]
    )
    identities.admin_create_user(UserPoolId=pool, Username="eve", MessageAction="SUPPRESS")
    identities.admin_set_user_password(UserPoolId=pool, Username="eve", Password=PASSWORD, Permanent=True)
    answer = identities.initiate_auth(
        ClientId=made["UserPoolClient"]["ClientId"],
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "eve", "PASSWORD": PASSWORD},
    )
    return str(answer["AuthenticationResult"]["IdToken"])


def other_clients_token(stack: Stack) -> str:
    """Sign Ada in at another client of the same pool: the audience is not ours."""
    identities, pool = stack.client("cognito-idp"), stack.cloud.outputs["UserPoolId"]
    made = identities.create_user_pool_client(
        UserPoolId=pool, ClientName="another", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"]
    )["UserPoolClient"]["ClientId"]
    try:
        answer = identities.initiate_auth(
            ClientId=made,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "ada@example.com", "PASSWORD": PASSWORD},
        )
    finally:
        identities.delete_user_pool_client(UserPoolId=pool, ClientId=made)
    return str(answer["AuthenticationResult"]["IdToken"])


def self_made_tokens(token: str) -> Iterator[str]:
    """Make tokens of Ada's claims, with the group of admins, signed by what is not the pool's key."""
    head = json.loads(_decoded(token.split(".", maxsplit=1)[0]))
    claims = {**claims_of(token), "cognito:groups": ["admin"]}
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    signed = f"{_encoded(head)}.{_encoded(claims)}"
    yield f"{signed}.{_text(key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256()))}"
    for secret in (b"", token.split(".")[2].encode()):
        signed = f"{_encoded({**head, 'alg': 'HS256'})}.{_encoded(claims)}"
        yield f"{signed}.{_text(hmac.digest(secret, signed.encode(), 'sha256'))}"
    for name in ("none", "None", "NONE", ""):
        yield f"{_encoded({**head, 'alg': name})}.{_encoded(claims)}."
    yield f"{_encoded(head)}.{_encoded(claims)}.{token.split('.')[2]}"
    yield f"{_encoded({**head, 'kid': '../../dev/null'})}.{_encoded(claims)}.{token.split('.')[2]}"


def _encoded(part: object) -> str:
    return _text(json.dumps(part).encode())


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def test_groups_whose_names_resemble_the_admins_give_nothing(stack: Stack) -> None:
    eve = stack.person("eve")
    identities, pool = stack.client("cognito-idp"), stack.cloud.outputs["UserPoolId"]
    for name in ("admins", "xadmin", "Admin", "[admin", "admin]", "[admin]", "a,admin", "admin;x"):
        with contextlib.suppress(identities.exceptions.GroupExistsException):
            identities.create_group(UserPoolId=pool, GroupName=name)
        identities.admin_add_user_to_group(UserPoolId=pool, Username="eve@example.com", GroupName=name)
    token = sign_in(stack.cloud, LocalUser("eve@example.com", PASSWORD))
    assert len(claims_of(token)["cognito:groups"]) == 8
    answer = eve.http.get("/admin/storage", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 403


@pytest.mark.parametrize("route", ALL_ROUTES)
def test_every_route_wants_a_token(stranger: httpx.Client, route: str) -> None:
    method, path = route.split(" ")
    assert stranger.request(method, path.replace("{clip_index}", "0")).status_code == 401


def test_a_share_link_needs_no_sign_in_and_shows_nothing_more(
    stack: Stack, ada: ApiUser, stranger: httpx.Client
) -> None:
    job_id = ada.make_job(small_clip(0), small_clip(1))
    made = ada.post(f"/jobs/{job_id}/shares", {"title": "Cut"}, status=201)
    path = f"/shared/{made['token']}"
    shown = stranger.get(path)
    assert (shown.status_code, shown.json()["title"]) == (200, "Cut")
    video = httpx.get(shown.json()["video"]["url"], headers={"Range": "bytes=0-99"}, trust_env=False)
    assert video.status_code == 206
    others = json.dumps({**shown.json(), "video": None})
    me = claims_of(ada.token)
    for secret in (me["sub"], me["email"], job_id):
        assert secret not in others
    said = {"time_s": 0.1, "author": "Vera", "text": "warmer"}
    assert stranger.post(f"{path}/comments", json=said).status_code == 201
    assert [item["text"] for item in stranger.get(f"{path}/comments").json()["comments"]] == ["warmer"]
    assert ada.wait_for_event(job_id, "comment_added").data["clip_index"] == 0
    # A link's token is no user's token, and a user's is no link's.
    for method, other in (("GET", "/jobs"), ("GET", f"/jobs/{job_id}"), ("POST", f"/jobs/{job_id}/shares")):
        answer = stranger.request(method, other, headers={"Authorization": f"Bearer {made['token']}"})
        assert answer.status_code == 401
    assert stranger.get(f"/shared/{ada.token[:43]}").status_code == 404
    items = stack.client("dynamodb").get_paginator("scan").paginate(TableName=stack.table)
    assert made["token"] not in json.dumps([page["Items"] for page in items], default=str)
    assert ada.http.delete(f"/jobs/{job_id}/shares/{made['share_id']}").status_code == 200
    assert (stranger.get(path).status_code, stranger.get(path).headers["content-type"]) == (410, PROBLEM)
    assert stranger.post(f"{path}/comments", json=said).status_code == 410


def test_an_expired_a_foreign_and_a_broken_token_are_refused(stack: Stack, ada: ApiUser) -> None:
    head, body, signature = ada.token.split(".")
    claims = {**claims_of(ada.token), "sub": "another-user"}
    forged = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    unsigned = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
    bad = [
        expired_token(stack),
        other_pools_token(stack),
        other_clients_token(stack),
        *self_made_tokens(ada.token),
        f"{head}.{forged}.{signature}",
        f"{unsigned}.{body}.",
        "nonsense",
    ]
    answers = [ada.http.get("/jobs", headers={"Authorization": f"Bearer {token}"}) for token in bad]
    assert [answer.status_code for answer in answers] == [401] * len(bad)
    assert ada.http.get("/jobs").status_code == 200


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("holiday.mp4", b"ffconcat version 1.0\nfile /etc/passwd\n", "text"),
        ("nothing.mp4", b"", "The file is empty"),
    ],
    ids=["a text", "no byte"],
)
def test_a_file_that_is_no_video_is_refused_by_name(
    ada: ApiUser, name: str, content: bytes, reason: str
) -> None:
    good = ada.upload(small_clip(0))
    bad = ada.upload(content, name=name)
    body = {"title": "x", "clips": [{"upload_id": good}, {"upload_id": bad}]}
    answer = ada.http.post("/jobs", json=body)
    assert (answer.status_code, answer.headers["content-type"]) == (422, PROBLEM)
    (fault,) = answer.json()["errors"]
    assert fault["field"] == "clips[1].upload_id"
    assert name in fault["detail"]
    assert reason in fault["detail"]


def test_a_form_takes_only_what_it_was_signed_for(stack: Stack, ada: ApiUser) -> None:
    form = ada.post("/uploads", {"file_name": "a.mp4", "content_type": "video/mp4"}, status=201)
    too_large = b"\0" * (form["max_bytes"] + 1)
    assert ada.send_form(form, too_large).status_code == 400
    assert ada.send_form(form, small_clip(0), **{"Content-Type": "text/html"}).status_code == 403
    assert ada.send_form(form, small_clip(0), key="clips/elsewhere").status_code == 403
    assert f"uploads/{form['upload_id']}" not in stack.keys("uploads/")
    assert ada.send_form(form, small_clip(0)).is_success


def test_an_upload_that_is_too_large_or_no_video_is_refused_before_it_is_sent(ada: ApiUser) -> None:
    wanted = {"file_name": "a.mp4", "content_type": "video/mp4", "size_bytes": 200_001}
    answer = ada.http.post("/uploads", json=wanted)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "size_bytes")
    answer = ada.http.post("/uploads", json={**wanted, "content_type": "text/html", "size_bytes": 1})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "content_type")


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"clips": []}, {"clips"}),
        ({"clips": [{"clip_index": 9, "instruction": "x"}]}, {"clips[0].clip_index"}),
        ({"clips": [{"clip_index": -1, "instruction": "x"}]}, {"clips[0].clip_index"}),
        (
            {"clips": [{"clip_index": 0, "instruction": " "}, {"clip_index": 0, "instruction": "x" * 501}]},
            {"clips[0].instruction", "clips[1].clip_index", "clips[1].instruction"},
        ),
        ({"clips": [{"clip_index": 0}]}, {"clips[0].instruction"}),
        ({"clips": [{"clip_index": "zero", "instruction": "x"}]}, {"clips[0].clip_index"}),
        ({"clips": [{"clip_index": 0, "instruction": "x", "seed": 1}]}, {"clips[0].seed"}),
        ({}, {"clips"}),
    ],
)
def test_a_batch_is_refused_as_a_whole_with_every_fault_named(
    ada: ApiUser, shared_job: str, body: dict[str, object], fields: set[str]
) -> None:
    before = ada.job(shared_job)["last_event_id"]
    answer = ada.http.post(f"/jobs/{shared_job}/clips/batch-regenerate", json=body)
    assert (answer.status_code, answer.headers["content-type"]) == (422, PROBLEM)
    assert {fault["field"] for fault in answer.json()["errors"]} == fields
    assert ada.job(shared_job)["last_event_id"] == before


@pytest.mark.parametrize(
    ("route", "body", "status"),
    [
        ("GET /jobs/none", None, 404),
        ("GET /jobs/none/events", None, 404),
        ("POST /jobs", {"title": "x", "clips": []}, 422),
        ("POST /jobs", None, 422),
        ("GET /jobs?limit=0", None, 422),
        ("GET /jobs?cursor=nonsense", None, 422),
        ("GET /jobs/{job}/batches/none", None, 404),
        ("GET /jobs/{job}/clips/7/versions", None, 404),
        ("GET /jobs/{job}/clips/x/versions", None, 404),
        ("PATCH /jobs/{job}/clips", {"order": [0, 0]}, 422),
    ],
)
def test_every_problem_has_one_form(
    ada: ApiUser, shared_job: str, route: str, body: object, status: int
) -> None:
    method, path = route.split(" ")
    answer = ada.http.request(method, path.replace("{job}", shared_job), json=body)
    assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM)
    problem = answer.json()
    assert problem["type"].startswith("urn:retake:problem:")
    assert problem["status"] == status
    assert problem["detail"] or problem["errors"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nothing", 404), ("PUT", "/status", 405), ("TRACE", "/jobs", 405), ("HEAD", "/jobs/x", 405)],
)
def test_what_is_no_route_is_a_problem_with_and_without_a_token(
    stranger: httpx.Client, ada: ApiUser, method: str, path: str, status: int
) -> None:
    for client in (stranger, ada.http):
        answer = client.request(method, path)
        assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM)
        assert ("allow" in answer.headers) == (status == 405)


def test_a_repeated_request_gets_the_answer_of_the_first(ada: ApiUser, shared_job: str) -> None:
    path, key = f"/jobs/{shared_job}/clips/batch-regenerate", {"Idempotency-Key": str(uuid.uuid4())}
    body = {"clips": [{"clip_index": 0, "instruction": "brighter"}]}
    first = ada.http.post(path, json=body, headers=key)
    again = ada.http.post(path, json=body, headers=key)
    assert (first.status_code, again.status_code) == (202, 202)
    assert again.json() == first.json()
    assert again.headers["location"] == first.headers["location"]
    assert again.headers["idempotency-replayed"] == "true"
    other = ada.http.post(path, json={"clips": [{"clip_index": 1, "instruction": "x"}]}, headers=key)
    assert (other.status_code, other.headers["content-type"]) == (422, PROBLEM)
    assert ada.ended(shared_job, first.json()["batch_id"])["status"] == "succeeded"
    assert ada.http.get(first.headers["location"].removeprefix(PREFIX)).status_code == 200


def test_a_long_answer_is_sent_compressed_to_those_who_take_it(ada: ApiUser) -> None:
    sent: dict[str, bytes] = {}
    for accepted in ("identity", "gzip"):
        with ada.http.stream("GET", "/openapi.json", headers={"Accept-Encoding": accepted}) as answer:
            sent[accepted] = b"".join(answer.iter_raw())
            assert answer.headers.get("Content-Encoding") == (None if accepted == "identity" else "gzip")
            assert answer.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(sent["gzip"]) == sent["identity"]
    assert len(sent["gzip"]) < len(sent["identity"]) / 5
