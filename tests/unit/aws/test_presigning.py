from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal
from urllib.parse import parse_qsl, urlsplit

import boto3
import pytest
from botocore.auth import S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials

from retake.adapters.aws.presigning import PeriodicPresigner

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

SIGNED_WITH = "not/a+real=one"
NOW = datetime(2026, 5, 17, 14, 37, 12, 345, tzinfo=UTC)


class _AuthAtTheHour(S3SigV4QueryAuth):
    def _modify_request_before_signing(self, request: AWSRequest) -> None:
        request.context["timestamp"] = "20260517T140000Z"
        super()._modify_request_before_signing(request)  # type: ignore[misc]


def make_client(token: str | None = None, style: Literal["auto", "virtual", "path"] = "auto") -> S3Client:
    return boto3.client(
        "s3",
        region_name="eu-west-1",
        aws_access_key_id="AKIAEXAMPLE",
        aws_secret_access_key=SIGNED_WITH,
        aws_session_token=token,
        config=Config(s3={"addressing_style": style}),
    )


@pytest.mark.parametrize("token", [None, "a/token+with=signs"])
@pytest.mark.parametrize("style", ["virtual", "path"])
@pytest.mark.parametrize("key", ["clips/a", "clips/ein Bär (2)/+&=?#~ü.mp4"])
@pytest.mark.parametrize(
    "parameters", [{}, {"response-content-disposition": 'attachment; filename="a b.mp4"'}]
)
def test_signs_what_botocore_signs(
    token: str | None, style: Literal["virtual", "path"], key: str, parameters: dict[str, str]
) -> None:
    client = make_client(token, style)
    url = PeriodicPresigner(client, "some-bucket", period_s=3600).sign(key, parameters, now=NOW)

    parts = urlsplit(url)
    own = [pair for pair in parts.query.split("&") if not pair.startswith("X-Amz-")]
    bare = f"{parts.scheme}://{parts.netloc}{parts.path}" + ("?" + "&".join(own) if own else "")
    request = AWSRequest(method="GET", url=bare)
    credentials = Credentials("AKIAEXAMPLE", SIGNED_WITH, token)
    _AuthAtTheHour(credentials, "s3", "eu-west-1", expires=7200).add_auth(request)
    assert dict(parse_qsl(parts.query)) == dict(parse_qsl(urlsplit(str(request.url)).query))


def test_goes_where_botocore_goes() -> None:
    client = make_client()
    ours = urlsplit(PeriodicPresigner(client, "some-bucket", period_s=900).sign("a b/ü", {}, now=NOW))
    theirs = urlsplit(
        client.generate_presigned_url("get_object", Params={"Bucket": "some-bucket", "Key": "a b/ü"})
    )
    assert ours[:3] == theirs[:3]


def test_stays_the_same_within_the_hour() -> None:
    client = make_client()
    presigner = PeriodicPresigner(client, "some-bucket", period_s=3600)
    at = [
        presigner.sign("a", {}, now=NOW.replace(hour=hour, minute=m))
        for hour, m in ((14, 0), (14, 59), (15, 0))
    ]
    assert at[0] == at[1] != at[2]


def test_a_short_period_changes_with_each_quarter_and_outlives_the_next() -> None:
    presigner = PeriodicPresigner(make_client(), "some-bucket", period_s=900)
    at = [presigner.sign("a", {}, now=NOW.replace(hour=14, minute=m)) for m in (0, 14, 15, 29)]
    assert at[0] == at[1] != at[2] == at[3]
    assert dict(parse_qsl(urlsplit(at[0]).query))["X-Amz-Expires"] == "1800"
