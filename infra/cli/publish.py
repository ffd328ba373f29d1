"""Publish the studio's files and its configuration where CloudFront reads them."""

import json
import mimetypes
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from infra.stack.browser_policy import browser_configuration

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

LASTING = "public, max-age=31536000, immutable"
ASKED_AGAIN = "no-cache"
COMPRESSED_FORMS = {".br", ".gz"}
"""For the local server alone: CloudFront compresses by itself."""


def publish_studio(files: Path, *, objects: "S3Client", outputs: Mapping[str, str], region: str) -> int:
    """Upload the built files and ``config.json``; return how many there are.

    What pages name comes before the page that names it. Files of former builds stay: pages that are open
    still ask for them.

    Args:
        files: What Vite built.
        objects: A client of S3.
        outputs: Of the deployed stack.
        region: Where it was deployed.
    """
    bucket = outputs["StudioBucketName"]
    found = sorted(
        (path for path in files.rglob("*") if path.is_file() and path.suffix not in COMPRESSED_FORMS),
        key=lambda path: path.name == "index.html",
    )
    configuration = browser_configuration(
        outputs, region=region, cognito_endpoint=f"https://cognito-idp.{region}.amazonaws.com"
    )
    objects.put_object(
        Bucket=bucket,
        Key="config.json",
        Body=json.dumps(configuration).encode(),
        ContentType="application/json",
        CacheControl=ASKED_AGAIN,
    )
    for path in found:
        key = path.relative_to(files).as_posix()
        objects.put_object(
            Bucket=bucket,
            Key=key,
            Body=path.read_bytes(),
            ContentType=mimetypes.guess_type(path.name)[0] or "application/octet-stream",
            # A built asset carries its content's hash in its name.
            CacheControl=LASTING if key.startswith("assets/") else ASKED_AGAIN,
        )
    return len(found) + 1
