"""Long answers are compressed for clients that take it, and are the same when they are unpacked."""

import base64
import gzip
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retake.api.http.bodies import compress

LONG = json.dumps({"clips": [{"title": f"Clip {number}"} for number in range(200)]})


def answer_of(body: str) -> dict[str, Any]:
    headers = {"Content-Type": "application/json", "ETag": '"1"'}
    return {"statusCode": 200, "headers": headers, "body": body, "isBase64Encoded": False}


@pytest.mark.parametrize(
    "accepted",
    ["gzip", "gzip, deflate, br, zstd", "br;q=1.0, GZIP;q=0.5", "*;q=0, gzip", " gzip ;q=0.001"],
)
def test_a_long_answer_is_compressed(accepted: str) -> None:
    sent = compress(answer_of(LONG), accepted)
    assert sent["isBase64Encoded"] is True
    assert sent["headers"] == {
        "Content-Type": "application/json",
        "ETag": '"1"',
        "Vary": "Accept-Encoding",
        "Content-Encoding": "gzip",
    }
    packed = base64.b64decode(sent["body"])
    assert gzip.decompress(packed).decode() == LONG
    assert len(packed) < len(LONG) / 4


@pytest.mark.parametrize(
    "accepted",
    ["", "identity", "deflate, br", "gzip;q=0", "gzip; q=0.0", "br, gzip;q=0.000 , deflate", "gzipped"],
)
def test_it_is_not_for_a_client_that_does_not_take_it(accepted: str) -> None:
    sent = compress(answer_of(LONG), accepted)
    assert (sent["body"], sent["isBase64Encoded"]) == (LONG, False)
    assert "Content-Encoding" not in sent["headers"]
    assert sent["headers"]["Vary"] == "Accept-Encoding"  # another client would get another answer


@given(st.text(max_size=300), st.text(max_size=40))
def test_any_text_is_the_same_when_it_is_unpacked(body: str, accepted: str) -> None:
    sent = compress(answer_of(body), accepted)
    packed = sent["headers"].get("Content-Encoding") == "gzip"
    assert (gzip.decompress(base64.b64decode(sent["body"])).decode() if packed else sent["body"]) == body
