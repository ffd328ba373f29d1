"""The reasons and the patience in a provider's answers, in the shapes that they come in."""

import json

import pytest

from retake.adapters.providers.http.client import Answer
from retake.adapters.providers.http.refusals import reason_of, retry_after_s


def answer(body: object, status: int = 400, **headers: str) -> Answer:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer(status, {name.replace("_", "-"): value for name, value in headers.items()}, content)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"error": {"message": "Blocked by moderation.", "code": "x"}}, "Blocked by moderation."),
        ({"error": {"code": "moderation_blocked"}}, "moderation_blocked"),
        ({"error": "No such model"}, "No such model"),
        (
            {"title": "Invalid", "detail": "- input.duration: wrong type", "status": 422},
            "- input.duration: wrong type",
        ),
        ({"detail": {"code": "not_ready", "message": "video is queued"}}, "video is queued"),
        (
            {"detail": [{"loc": ["body", "seconds"], "msg": "too long"}, {"loc": ["body"], "msg": "bad"}]},
            "seconds: too long; request: bad",
        ),
        ({"message": "Too many"}, "Too many"),
        ({"error": {"message": "two\nlines\x1b[31m and\ta   gap"}}, "two lines [31m and a gap"),
        ({}, "HTTP 400, without a reason."),
        ([1, 2], "HTTP 400, without a reason."),
        (b"\xff\xfe<html>", "HTTP 400, without a reason."),
        ({"error": {"message": None}}, "HTTP 400, without a reason."),
    ],
)
def test_a_reason_is_the_providers_own_in_one_line(body: object, reason: str) -> None:
    assert reason_of(answer(body)) == reason


def test_a_plain_text_is_a_reason_and_a_long_one_is_cut() -> None:
    assert reason_of(answer(b"server busy", content_type="text/plain")) == "server busy"
    assert 590 < len(reason_of(answer({"error": "x" * 5000})).encode()) <= 600


@pytest.mark.parametrize(
    ("headers", "body", "seconds"),
    [
        ({"retry_after": "7"}, {}, 7),
        ({"retry_after": "0"}, {}, 1),
        ({"retry_after": "2.6"}, {}, 3),
        ({"retry_after": "999999"}, {}, 3600),
        ({}, {"retry_after": 5}, 5),
        ({"retry_after": "soon"}, {}, None),
        ({"retry_after": "nan"}, {}, None),
        ({}, {}, None),
        (
            {"retry_after": "Sat, 21 Nov 2026 17:00:30 GMT", "date": "Sat, 21 Nov 2026 17:00:00 GMT"},
            {},
            30,
        ),
        ({"retry_after": "Sat, 21 Nov 2026 17:00:30 GMT"}, {}, None),
    ],
)
def test_patience_is_asked_for_in_seconds_or_until_a_moment(
    headers: dict[str, str], body: object, seconds: int | None
) -> None:
    assert retry_after_s(answer(body, 429, **headers)) == seconds
