"""The whole stack on a local cloud of its own, and one user's requests to it."""

import base64
import json
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.bench.processes import BenchError, run_script
from infra.bench.recompose import Report
from infra.cli.session import free_port, local_session
from infra.local.clients import LocalClients
from infra.local.cloud import LocalCloud
from infra.local.deployer import LocalUser, sign_in
from infra.local.environment import REGION
from retake_client.client import RetakeClient
from retake_client.models import BatchView

LOOK_INTERVAL_S = 1.0
"""Seldom: each look costs the stack that is measured 40 ms of a processor."""

LONGEST_S = 600.0
WARM_S = 2.0


@dataclass(frozen=True)
class BenchStack:
    """A running stack.

    Attributes:
        cloud: Where it runs.
        client: A signed-in person.
        token: The person's token, for requests that are timed.
        user: The person's sign-in.
    """

    cloud: LocalCloud
    client: RetakeClient
    token: str
    user: LocalUser

    @property
    def aws(self) -> LocalClients:
        """Clients with the root key."""
        return self.cloud.clients

    @property
    def user_id(self) -> str:
        """The user's id: the token's subject."""
        payload = self.token.split(".")[1]
        claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return str(claims["sub"])

    def fill_table(self, name: str, layout: Mapping[str, int]) -> None:
        """Write a job with versions, and others around it, as the product writes them."""
        credentials = self.cloud.directory.credentials()
        environment = {
            "AWS_ENDPOINT_URL": self.cloud.endpoint,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": credentials.access_key_id,
            "AWS_SECRET_ACCESS_KEY": credentials.secret_access_key,
        }
        arguments = [self.cloud.outputs["TableName"], name, self.user_id, json.dumps(layout)]
        run_script("tests.benchmarks.version_records", arguments, environment=environment)

    def make_job(self, clips: Sequence[Path]) -> str:
        """Make a job of files, and wait until it is ready."""
        uploads = [{"upload_id": self.client.upload(clip)} for clip in clips]
        job_id = str(self.client.create_job(uploads, title="Benchmark")["job_id"])
        deadline = time.monotonic() + LONGEST_S
        while (job := self.client.job(job_id))["status"] == "preparing":
            _pause(deadline)
        if job["status"] != "ready":
            raise BenchError(f"The job could not be prepared: {job['failure']}")
        return job_id

    def run_batch(self, job_id: str, instructions: Mapping[int, str]) -> BatchView:
        """Regenerate clips and return the batch when it has ended."""
        batch_id = str(self.client.regenerate(job_id, instructions)["batch_id"])
        deadline = time.monotonic() + LONGEST_S
        while (batch := self.client.batch(job_id, batch_id))["finished_at"] is None:
            _pause(deadline)
        if batch["status"] != "succeeded":
            raise BenchError(f"The batch ended as {batch['status']}: {batch['cause']}")
        return batch


def _pause(deadline: float) -> None:
    if time.monotonic() > deadline:
        raise BenchError(f"The stack was not done within {LONGEST_S:.0f} s.")
    time.sleep(LOOK_INTERVAL_S)


@contextmanager
def bench_stack(report: Report, *, studio: bool = False) -> Iterator[BenchStack]:
    """Run the stack in a fresh directory; nothing is left of it.

    Args:
        report: Called with what is being done.
        studio: Whether to build and serve the studio as well.

    Raises:
        BenchError: If the studio was asked for and could not be built.
    """
    with (
        tempfile.TemporaryDirectory(prefix="retake-bench-") as name,
        local_session(port=free_port(), data=Path(name) / "data", studio=studio, report=report) as session,
        RetakeClient(session.url, email=session.user.email, password=session.user.password) as client,
    ):
        if session.without_studio is not None:
            raise BenchError(f"The studio could not be built: {session.without_studio}")
        stack = BenchStack(session.cloud, client, sign_in(session.cloud, session.user), session.user)
        report("waiting until every function has a worker")
        _wait_until_warm(stack)
        yield stack


def _wait_until_warm(stack: BenchStack) -> None:
    """Wait for the workers that were asked for: starting them takes a processor."""
    deadline = time.monotonic() + LONGEST_S
    while stack.cloud.status()["warming"]:
        _pause(deadline)
    time.sleep(WARM_S)  # the last one still imports
