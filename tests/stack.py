"""Retake's real stack on a local cloud, for tests: started once a session and provider."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from infra.assembly import assemble
from infra.local.cloud import LocalCloud
from infra.local.deployer import LocalUser, deploy
from infra.studio import studio_directory
from tests.api_user import ApiUser
from tests.local_cloud import free_port
from tests.waiting import PATIENCE_S

SCRIPT_KEY = "provider/scripted/script.json"
MACHINES = {
    "RegenerateBatch": "RegenerateMachineArn",
    "PrepareJob": "PrepareMachineArn",
    "CreateVideos": "CreateMachineArn",
}
QUEUES = ("SubmitQueueUrl", "PollQueueUrl", "ArchiveQueueUrl")
DEAD_LETTERS = "-dead-letters"
PASSWORD = "Retake-tests-1!"  # noqa: S105 - of people on a local cloud that lives for seconds
LIMITS = {"max_clip_bytes": 200_000, "max_waiting_batches": 3, "orphan_grace_hours": 0, "submit_lease_s": 4}
"""Small enough that a test can pass them, or wait for them."""


@dataclass
class Stack:
    """The deployed stack, and what tests do to it from outside."""

    cloud: LocalCloud
    provider: str
    people: dict[str, ApiUser] = field(default_factory=dict)

    def client(self, service: str) -> Any:
        """Return a client with the root key."""
        return self.cloud.clients.client(service)

    @property
    def bucket(self) -> str:
        return self.cloud.outputs["BucketName"]

    @property
    def table(self) -> str:
        return self.cloud.outputs["TableName"]

    def person(self, name: str = "ada") -> ApiUser:
        """Return a user who is signed in; made when first asked for."""
        if name not in self.people:
            email = f"{name}@example.com"
            identities, pool = self.client("cognito-idp"), self.cloud.outputs["UserPoolId"]
            with contextlib.suppress(identities.exceptions.UsernameExistsException):
                identities.admin_create_user(UserPoolId=pool, Username=email, MessageAction="SUPPRESS")
            identities.admin_set_user_password(
                UserPoolId=pool, Username=email, Password=PASSWORD, Permanent=True
            )
            self.people[name] = ApiUser(self.cloud, LocalUser(email, PASSWORD))
        return self.people[name]

    def newcomer(self, name: str) -> str:
        """Return a name like this one that no user has had: a test that runs again starts anew."""
        used = sum(known.startswith(name) for known in self.people)
        return f"{name}-{used + 1}" if used else name

    def direct(self, script: dict[str, Any]) -> None:
        """Give the scripted provider its script from now on."""
        self.client("s3").put_object(Bucket=self.bucket, Key=SCRIPT_KEY, Body=json.dumps(script).encode())

    @contextlib.contextmanager
    def held(self, words: str = "slow") -> Iterator[None]:
        """Keep what has these words in its instruction at the provider until the end of the block.

        No test rests on how long that takes: however slow the machine is, the generation is under way.
        """
        self.direct({words: {"seconds": 86_400}})
        try:
            yield
        finally:
            self.direct({})

    def keys(self, prefix: str = "") -> set[str]:
        """Return the keys of all objects below a prefix."""
        pages = self.client("s3").get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix)
        return {entry["Key"] for page in pages for entry in page.get("Contents", [])}

    def read_json(self, key: str) -> dict[str, Any]:
        """Read an object that is JSON."""
        body: dict[str, Any] = json.loads(
            self.client("s3").get_object(Bucket=self.bucket, Key=key)["Body"].read()
        )
        return body

    def provider_jobs(self) -> list[dict[str, Any]]:
        """Return the provider's own books: every job it accepted, and would be paid for."""
        found = [self.read_json(key) for key in self.keys(f"provider/{self.provider}/jobs/")]
        return sorted(found, key=lambda job: str(job["submitted_at"]))

    def invoke(self, module: str, payload: dict[str, Any] | None = None) -> dict[str, Any]:
        """Call one of the stack's functions and wait; a failure is the test's."""
        answer = self.client("lambda").invoke(
            FunctionName=function_name(module), Payload=json.dumps(payload or {}).encode()
        )
        body: dict[str, Any] = json.loads(answer["Payload"].read() or b"null") or {}
        assert "FunctionError" not in answer, body
        return body

    def execution_of(self, batch_id: str) -> dict[str, Any]:
        """Return the execution that ran a batch."""
        machine = self.cloud.outputs["RegenerateMachineArn"]
        arn = f"{machine.replace(':stateMachine:', ':execution:')}:{batch_id}"
        found: dict[str, Any] = self.client("stepfunctions").describe_execution(executionArn=arn)
        return found

    def role_of(self, module: str) -> str:
        """Return the name of the role that a function, or a state machine, acts as."""
        if module in MACHINES:
            arn = self.cloud.outputs[MACHINES[module]]
            role = self.client("stepfunctions").describe_state_machine(stateMachineArn=arn)["roleArn"]
        else:
            name = function_name(module)
            role = self.client("lambda").get_function_configuration(FunctionName=name)["Role"]
        return str(role).rsplit("/", 1)[-1]

    @contextlib.contextmanager
    def denied(self, module: str, *actions: str) -> Iterator[None]:
        """Take permissions away from a role for a while; others may be taken from it at the same time."""
        roles, name = self.client("iam"), self.role_of(module)
        statement = {"Effect": "Deny", "Action": list(actions), "Resource": "*"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        title = "without-" + "-".join(actions).replace(":", "-")
        roles.put_role_policy(RoleName=name, PolicyName=title, PolicyDocument=policy)
        try:
            yield
        finally:
            roles.delete_role_policy(RoleName=name, PolicyName=title)

    def wait_for_key(self, prefix: str, *, besides: set[str], within_s: float = PATIENCE_S) -> None:
        """Wait until an object that is not known yet is there: a step is at work at this moment."""
        deadline = time.monotonic() + within_s
        while not self.keys(prefix) - besides:
            assert time.monotonic() < deadline, f"nothing new below {prefix}"

    @contextlib.contextmanager
    def redelivered_after(
        self, *, seconds: int, at_most: int | None = None, of: Collection[str] = QUEUES
    ) -> Iterator[None]:
        """Let unfinished messages of queues come back soon, and be put aside after some deliveries."""
        queues, before = self.client("sqs"), self._queue_attributes(of)
        for url, attributes in before.items():
            changed = {"VisibilityTimeout": str(seconds)}
            if at_most is not None and "RedrivePolicy" in attributes:
                policy = {**json.loads(attributes["RedrivePolicy"]), "maxReceiveCount": at_most}
                changed["RedrivePolicy"] = json.dumps(policy)
            queues.set_queue_attributes(QueueUrl=url, Attributes=changed)
        try:
            yield
        finally:
            for url, attributes in before.items():
                names = {"VisibilityTimeout", "RedrivePolicy"} & set(attributes)
                kept = {name: attributes[name] for name in names}
                queues.set_queue_attributes(QueueUrl=url, Attributes=kept)

    def is_quiet(self) -> bool:
        """Say whether no message is in a queue or being worked on."""
        found = self._queue_attributes().values()
        return sum(int(attributes[name]) for attributes in found for name in _COUNTS) == 0

    def _queue_attributes(self, of: Collection[str] = QUEUES) -> dict[str, dict[str, str]]:
        """Return what each queue says of itself, by URL; the dead-letter queues included."""
        queues, urls = self.client("sqs"), [self.cloud.outputs[name] for name in of]
        return {
            url: queues.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
            for url in [*urls, *(f"{url}{DEAD_LETTERS}" for url in urls)]
        }

    def workers(self, module: str) -> list[int]:
        """Return the process ids of a function's workers."""
        return self.cloud.workers().get(function_name(module), [])

    def kill_workers(self, module: str) -> int:
        """Kill a function's workers, as a sandbox that is lost; return how many there were."""
        killed = self.workers(module)
        for pid in killed:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return len(killed)

    def crash(self) -> None:
        """Kill the server where it stands, start it again and let it settle what was interrupted."""
        self.cloud.kill()
        self.cloud.start()
        self.cloud.settle()


def function_name(module: str) -> str:
    """Return a function's deployed name."""
    return f"retake-{module.replace('_', '-')}"


def shared_stack(config: pytest.Config, provider: str) -> Stack:
    """Return the session's stack with this provider; the first caller waits for it to be deployed."""
    stacks = config.stash.setdefault(_STACKS, {})
    if provider not in stacks:
        root = Path(tempfile.mkdtemp(prefix="retake-test-"))
        cloud = LocalCloud(port=free_port(), data=root / "data", static=studio_directory())
        # Registered first: whatever fails from here on, nothing is left behind.
        config.add_cleanup(lambda: shutil.rmtree(root, ignore_errors=True))
        config.add_cleanup(cloud.kill)
        cloud.start()
        stacks[provider] = _deployed(cloud, provider, Limits=json.dumps(LIMITS))
    return stacks[provider]


@contextlib.contextmanager
def own_stack(
    data: Path, provider: str, *, environment: Mapping[str, str], **parameters: str
) -> Iterator[Stack]:
    """Have a stack of one's own.

    Args:
        data: Its data directory.
        provider: Its default provider.
        environment: Variables of the shell that it is started from, such as keys of providers.
        parameters: Of the template, besides the provider.
    """
    cloud = LocalCloud(port=free_port(), data=data)
    try:
        with pytest.MonkeyPatch.context() as shell:
            for name, value in environment.items():
                shell.setenv(name, value)
            cloud.start()
        yield _deployed(cloud, provider, **parameters)
    finally:
        cloud.kill()


def _deployed(cloud: LocalCloud, provider: str, **parameters: str) -> Stack:
    deploy(cloud, assemble(flavour="host"), parameters={"Provider": provider, **parameters})
    cloud.prewarm()
    return Stack(cloud, provider)


_COUNTS = {
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
}
_STACKS: pytest.StashKey[dict[str, Stack]] = pytest.StashKey()
