"""The one place of the local cloud that touches the process environment."""

# ruff: noqa: TID251 - this is that place

import os
import tempfile
from dataclasses import dataclass

from infra.environment import provider_variables
from infra.flavour import BUILD
from infra.local.directory import DataDirectory, RootCredentials
from retake.variables import Powertools, Setting

# Unpacked functions and layers by content, one copy for all servers of this checkout: no data.
UNPACKED = BUILD / "unpacked"

REGION = "us-east-1"
ACCOUNT = "000000000000"

IDLE_S = 60.0
"""Seconds after which a function's worker that was not called ends; a call forks another in some 50 ms."""

# Only what a process needs to run at all is taken from the person's shell, and the keys of their video
# providers with what goes with them, which the template does not set: on AWS keys are read from where a
# reference leads. No
# profile, no proxy and no other secret of theirs reaches the server or a function.
_KEPT = (
    # Without it an interpreter whose library lies beside it does not start.
    "LD_LIBRARY_PATH",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "COVERAGE_PROCESS_START",
)


# Settings of the server that no function needs.
SERVER_ONLY = frozenset(
    {
        "AUTH",
        "BIND_HOST",
        "COVERAGE_PROCESS_START",
        "DOCKER_HOST",
        "IOT_MTLS_ENABLED",
        "LOG_LEVEL",
        "MINISTACK_ACCOUNT_ID",
        "MINISTACK_REGION",
        "PERSIST_STATE",
        "S3_DATA_DIR",
        "S3_PERSIST",
        "SFTP_ENABLED",
        "STATE_DIR",
    }
)


@dataclass(frozen=True)
class ServerSettings:
    """What one server is started with.

    ``snapshot_interval_s`` is the time between two looks at whether the journal
    is long enough for a snapshot, in seconds; 0 means only at a clean stop.
    """

    port: int
    directory: DataDirectory
    credentials: RootCredentials
    snapshot_interval_s: float = 30.0


def inherited() -> dict[str, str]:
    """Return the part of this process's environment that a server may see.

    The locale is a UTF-8 one, as on Lambda: ministack writes the functions' sources and its state in the
    locale's encoding, which may have no sign for what is in them. Python's own UTF-8 mode is not enough:
    its ``.pth`` files are read in the locale's encoding all the same.
    """
    kept = {name: value for name, value in os.environ.items() if name in _KEPT}
    return {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8", **kept, **provider_variables()}


def enter_server_environment(settings: ServerSettings) -> None:
    """Replace this process's environment by the server's own.

    ministack reads it at import and hands a copy to every function, so this must
    run before the first import of ministack. Nothing in it is secret but the root
    key, which ministack replaces by the role's own key in every function.
    """
    directory = settings.directory
    temporary = str(directory.temporary)
    environment = {
        **inherited(),
        "TMPDIR": temporary,
        "HOME": temporary,
        "TZ": "UTC",
        "GATEWAY_PORT": str(settings.port),
        "BIND_HOST": "127.0.0.1",
        "AUTH": "true",
        "MINISTACK_REGION": REGION,
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": settings.credentials.access_key_id,
        "AWS_SECRET_ACCESS_KEY": settings.credentials.secret_access_key,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "PERSIST_STATE": "1",
        "S3_PERSIST": "1",
        "STATE_DIR": str(directory.state),
        "S3_DATA_DIR": str(directory.objects),
        # No Docker, no listeners besides the one port.
        "DOCKER_HOST": "unix:///nonexistent",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        Setting.CLOCK_FILE: str(directory.clock),
        # There is no X-Ray daemon to send segments to.
        Powertools.TRACE_DISABLED: "true",
        "LOG_LEVEL": "WARNING",
    }
    os.environ.clear()
    os.environ.update(environment)
    tempfile.tempdir = temporary
