"""URLs that read an object, signed as of the start of a period: the same within it, and quick to make.

A list of versions carries two URLs a version. botocore takes 0.3 ms for each, most of it for
resolving the endpoint again; here that is done once, and a URL costs two HMACs and some text.

References:
    https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
"""

import hashlib
import hmac
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

_ALGORITHM = "AWS4-HMAC-SHA256"
_PLACEHOLDER = "key"


class PeriodicPresigner:
    """Signs GET requests for the objects of one bucket, as of the start of a period of the day.

    Args:
        client: Whose endpoint, region and credentials are used.
        bucket: The bucket.
        period_s: Seconds, of which a day has a whole number of times: a URL is the same within one, and
            works until the end of the next.
    """

    def __init__(self, client: "S3Client", bucket: str, *, period_s: int) -> None:
        self._client = client
        self._bucket = bucket
        self._period_s = period_s

    def sign(self, key: str, parameters: dict[str, str], *, now: datetime) -> str:
        """Return the URL of an object.

        Args:
            key: The object's key.
            parameters: Query parameters that change the answer, such as its content disposition.
            now: The current time.
        """
        start = datetime.fromtimestamp(int(now.timestamp()) // self._period_s * self._period_s, UTC)
        day, moment = f"{start:%Y%m%d}", f"{start:%Y%m%dT%H%M%SZ}"
        region = self._client.meta.region_name
        # Asked each time: a role's credentials change while a function lives.
        credentials = self._client._request_signer._credentials.get_frozen_credentials()  # type: ignore[attr-defined]  # noqa: SLF001
        scope = f"{day}/{region}/s3/aws4_request"
        query = {
            **parameters,
            "X-Amz-Algorithm": _ALGORITHM,
            "X-Amz-Credential": f"{credentials.access_key}/{scope}",
            "X-Amz-Date": moment,
            "X-Amz-Expires": str(2 * self._period_s),
            "X-Amz-SignedHeaders": "host",
        }
        if credentials.token:
            query["X-Amz-Security-Token"] = credentials.token
        origin, host, prefix = self._place
        path = prefix + quote(key, safe="/-_.~")
        arguments = "&".join(f"{_encoded(name)}={_encoded(value)}" for name, value in sorted(query.items()))
        request = f"GET\n{path}\n{arguments}\nhost:{host}\n\nhost\nUNSIGNED-PAYLOAD"
        hashed = hashlib.sha256(request.encode()).hexdigest()
        signing_key = _signing_key(credentials.secret_key, day, region)
        signature = _hmac(signing_key, f"{_ALGORITHM}\n{moment}\n{scope}\n{hashed}").hex()
        return f"{origin}{path}?{arguments}&X-Amz-Signature={signature}"

    @cached_property
    def _place(self) -> tuple[str, str, str]:
        """Origin, host, and the path before a key, as botocore resolves them."""
        url = self._client.generate_presigned_url(
            "get_object", Params={"Bucket": self._bucket, "Key": _PLACEHOLDER}
        )
        parts = urlsplit(url)
        return f"{parts.scheme}://{parts.netloc}", parts.netloc, parts.path.removesuffix(_PLACEHOLDER)


def attachment(file_name: str) -> str:
    """Return the Content-Disposition that saves a file under a name, whatever letters it has.

    Args:
        file_name: The name. One that a header cannot carry is also given in plain letters, for clients
            that know no other.

    References:
        https://www.rfc-editor.org/rfc/rfc6266#section-4.3
    """
    plain = "".join(letter if " " <= letter <= "~" and letter not in '"\\' else "_" for letter in file_name)
    disposition = f'attachment; filename="{plain}"'
    return disposition if plain == file_name else f"{disposition}; filename*=UTF-8''{_encoded(file_name)}"


def _encoded(text: str) -> str:
    return quote(text, safe="-_.~")


@lru_cache(maxsize=8)
def _signing_key(secret: str, day: str, region: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in (day, region, "s3", "aws4_request"):
        key = _hmac(key, part)
    return key


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()
