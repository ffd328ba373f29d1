"""Clients of the local cloud, bounded in time and independent of the shell's AWS settings."""

from __future__ import annotations

import functools
import json
import os
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from infra.local.directory import RootCredentials

if TYPE_CHECKING:
    import boto3

_CONNECT_TIMEOUT_S = 3
_READ_TIMEOUT_S = 60
_ATTEMPTS = 3
# The longest that Lambda lets a function run.
_LONGEST_CALL_S = 900
_making = threading.Lock()


@dataclass(frozen=True)
class Invocation:
    """A call of a function.

    Attributes:
        function: Its name.
        answer: What it answered, or why it failed.
        is_failed: Whether it failed.
    """

    function: str
    answer: Any
    is_failed: bool


@dataclass(frozen=True)
class LocalClients:
    """Makes boto3 clients for one local cloud.

    Args:
        endpoint: ``http://127.0.0.1:PORT``.
        region: Region of the emulated account.
        credentials: Its root key.
    """

    endpoint: str
    region: str
    credentials: RootCredentials

    def client(self, service: str) -> Any:  # noqa: ANN401 - boto3 types each service apart
        """Return the client for a service, by boto3's name of it; made once, safe for threads."""
        with _making:
            return _client(self, service)

    def invoke(self, function: str, payload: bytes = b"{}") -> Invocation:
        """Call a function once and wait for its end; a client with a shorter time limit would call it again.

        Args:
            function: Its name.
            payload: The event, as JSON.
        """
        with _making:
            functions = _client(self, "lambda", read_timeout_s=_LONGEST_CALL_S, attempts=1)
        answer = functions.invoke(FunctionName=function, Payload=payload)
        content = json.loads(answer["Payload"].read() or b"null")
        return Invocation(function, content, is_failed="FunctionError" in answer)


@functools.cache
def _client(
    clients: LocalClients, service: str, *, read_timeout_s: int = _READ_TIMEOUT_S, attempts: int = _ATTEMPTS
) -> Any:  # noqa: ANN401 - as above
    from botocore.config import Config  # noqa: PLC0415 - see _session

    return _session(clients.region, clients.credentials).client(
        service,  # type: ignore[call-overload]
        endpoint_url=clients.endpoint,
        config=Config(
            connect_timeout=_CONNECT_TIMEOUT_S,
            read_timeout=read_timeout_s,
            retries={"total_max_attempts": attempts, "mode": "standard"},
            s3={"addressing_style": "path"},
            # For S3 boto3 signs URLs and forms in an older way unless it is asked not to.
            signature_version="s3v4" if service == "s3" else None,
            proxies={},
        ),
    )


@functools.cache
def _session(region: str, credentials: RootCredentials) -> boto3.Session:
    # boto3 takes 0.15 s to import, which `retake --help` need not wait for.
    import boto3  # noqa: PLC0415
    import botocore.session  # noqa: PLC0415

    nowhere = (None, None, os.devnull, None)
    core = botocore.session.Session(
        session_vars={
            "profile": (None, None, None, None),
            "config_file": nowhere,
            "credentials_file": nowhere,
        }
    )
    return boto3.Session(
        aws_access_key_id=credentials.access_key_id,
        aws_secret_access_key=credentials.secret_access_key,
        region_name=region,
        botocore_session=core,
    )
