"""What ``retake deploy`` puts into the studio's bucket."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import pytest
from moto import mock_aws

from infra.cli.publish import publish_studio

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_s3.client import S3Client

OUTPUTS = {"StudioBucketName": "studio", "UserPoolId": "eu-west-1_x", "UserPoolClientId": "client"}


@pytest.fixture
def objects(monkeypatch: pytest.MonkeyPatch) -> Iterator[S3Client]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket="studio")
        yield client


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "assets").mkdir()
    names = ("index.html", "favicon.svg", "assets/index-1a.js", "assets/index-1a.css")
    for name in (*names, "assets/index-1a.js.br", "assets/index-1a.js.gz"):
        (tmp_path / name).write_text(name)
    return tmp_path


def publish(files: Path, objects: S3Client) -> int:
    return publish_studio(files, objects=objects, outputs=OUTPUTS, region="eu-west-1")


def test_files_that_never_change_are_kept_by_browsers_and_the_page_is_asked_for_again(
    files: Path, objects: S3Client
) -> None:
    assert publish(files, objects) == 5
    found = {
        key: objects.head_object(Bucket="studio", Key=key)
        for key in ("index.html", "config.json", "favicon.svg", "assets/index-1a.js", "assets/index-1a.css")
    }
    assert {key: "immutable" in one["CacheControl"] for key, one in found.items()} == {
        "index.html": False,
        "config.json": False,
        "favicon.svg": False,
        "assets/index-1a.js": True,
        "assets/index-1a.css": True,
    }
    assert found["index.html"]["ContentType"] == "text/html"
    assert found["assets/index-1a.js"]["ContentType"] == "text/javascript"


def test_the_page_is_reported_where_to_sign_in(files: Path, objects: S3Client) -> None:
    publish(files, objects)
    reported = json.loads(objects.get_object(Bucket="studio", Key="config.json")["Body"].read())
    assert reported == {
        "region": "eu-west-1",
        "userPoolId": "eu-west-1_x",
        "userPoolClientId": "client",
        "cognitoEndpoint": "https://cognito-idp.eu-west-1.amazonaws.com",
        "apiBasePath": "/api/v1",
    }


def test_files_of_the_build_before_stay_for_pages_that_are_open(files: Path, objects: S3Client) -> None:
    publish(files, objects)
    (files / "assets/index-1a.js").rename(files / "assets/index-2b.js")
    publish(files, objects)
    assert objects.head_object(Bucket="studio", Key="assets/index-1a.js")
    assert objects.head_object(Bucket="studio", Key="assets/index-2b.js")
