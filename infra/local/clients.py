"""Clients of the local cloud, bounded in time and deaf to the person's own AWS settings."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from infra.local.directory import RootCredentials

_CONNECT_TIMEOUT_S = 3
_READ_TIMEOUT_S = 60
_ATTEMPTS = 3


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
        """Make a client for a service, by boto3's name of it."""
        # boto3 takes 0.15 s to import, which `retake --help` need not wait for.
        import boto3  # noqa: PLC0415
        import botocore.session  # noqa: PLC0415
        from botocore.config import Config  # noqa: PLC0415

        nowhere = (None, None, os.devnull, None)
        core = botocore.session.Session(
            session_vars={
                "profile": (None, None, None, None),
                "config_file": nowhere,
                "credentials_file": nowhere,
            }
        )
        session = boto3.Session(
            aws_access_key_id=self.credentials.access_key_id,
            aws_secret_access_key=self.credentials.secret_access_key,
            region_name=self.region,
            botocore_session=core,
        )
        return session.client(
            service,  # type: ignore[call-overload]
            endpoint_url=self.endpoint,
            config=Config(
                connect_timeout=_CONNECT_TIMEOUT_S,
                read_timeout=_READ_TIMEOUT_S,
                retries={"total_max_attempts": _ATTEMPTS, "mode": "standard"},
                s3={"addressing_style": "path"},
                proxies={},
            ),
        )
