"""Deploy a CDK cloud assembly to a running local cloud."""

# ruff: noqa: ANN401 - boto3 makes its clients at run time

import contextlib
import json
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.local.assembly import Assembly, read_assembly
from infra.local.cloud import LocalCloud
from infra.local.directory import write_private
from infra.local.drift import find_drift
from infra.local.environment import REGION
from infra.local.errors import DeploymentError

_STACK_TIMEOUT_S = 180.0
_LOOK_INTERVAL_S = 0.1
_CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]
ADMINS = "admin"
"""The group of those who see everybody's usage."""

# CloudFormation takes a template of this size in the call itself.
_INLINE_LIMIT_BYTES = 51_200

Report = Callable[[str], None]


@dataclass(frozen=True)
class LocalUser:
    """The sign-in made for the user of this machine."""

    email: str
    password: str


@dataclass(frozen=True)
class Deployment:
    """What a deployment led to."""

    outputs: dict[str, str]
    changed: bool
    user: LocalUser | None


def deploy(
    cloud: LocalCloud,
    assembly_directory: Path,
    *,
    stack: str | None = None,
    parameters: Mapping[str, str] | None = None,
    email: str = "you@retake.local",
    report: Report = lambda _line: None,
) -> Deployment:
    """Deploy a cloud assembly to the local cloud; does nothing if it is deployed already.

    Args:
        cloud: A running local cloud.
        assembly_directory: ``cdk.out``.
        stack: Which stack; may be left out if there is one only.
        parameters: Values of the template's parameters that differ from their defaults.
        email: Who signs in, if the stack has a user pool.
        report: Gets a line for each step.

    Raises:
        DeploymentError: If the stack fails, naming the resource and the reason.
    """
    assembly = read_assembly(assembly_directory, stack=stack, parameters=parameters)
    deployed = cloud.directory.read_deployment()
    stacks = cloud.clients.client("cloudformation")
    changed = not (deployed.get("fingerprint") == assembly.fingerprint and _status(stacks, assembly.stack))
    if changed:
        report("uploading assets")
        _upload(cloud, assembly)
        report("creating the stack")
        _apply(stacks, assembly)
        outputs = _outputs(stacks, assembly.stack)
        report("checking what was made")
        find_drift(cloud.clients, assembly)
        user = _local_user(cloud, outputs, email)
        cloud.snapshot()
        content = {
            "stack": assembly.stack,
            "fingerprint": assembly.fingerprint,
            "region": REGION,
            "outputs": outputs,
        }
        write_private(cloud.directory.deployment, json.dumps(content, indent=2))
    else:
        outputs = deployed["outputs"]
        user = read_user(cloud)
    return Deployment(outputs=outputs, changed=changed, user=user)


def _upload(cloud: LocalCloud, assembly: Assembly) -> None:
    client = cloud.clients.client("s3")
    known: dict[str, set[str]] = {}
    for asset in assembly.assets:
        if asset.bucket not in known:
            client.create_bucket(Bucket=asset.bucket)
            pages = client.get_paginator("list_objects_v2").paginate(Bucket=asset.bucket)
            known[asset.bucket] = {entry["Key"] for page in pages for entry in page.get("Contents", [])}
        if asset.key not in known[asset.bucket]:
            client.put_object(Bucket=asset.bucket, Key=asset.key, Body=asset.content())


def _apply(stacks: Any, assembly: Assembly) -> None:
    status = _status(stacks, assembly.stack)
    if status in ("ROLLBACK_COMPLETE", "CREATE_FAILED", "ROLLBACK_FAILED", "DELETE_FAILED"):
        # A stack that was never made whole can only be made anew.
        stacks.delete_stack(StackName=assembly.stack)
        _settled(stacks, assembly.stack)
        status = None
    arguments: dict[str, Any] = {"StackName": assembly.stack, "Capabilities": _CAPABILITIES}
    arguments["Parameters"] = [
        {"ParameterKey": name, "ParameterValue": value} for name, value in assembly.parameters.items()
    ]
    body = json.dumps(assembly.template)
    if len(body) > _INLINE_LIMIT_BYTES and assembly.template_asset:
        asset = assembly.template_asset
        arguments["TemplateURL"] = f"https://s3.{REGION}.amazonaws.com/{asset.bucket}/{asset.key}"
    else:
        arguments["TemplateBody"] = body
    since = time.time()
    try:
        if status is None:
            stacks.create_stack(**arguments)
        else:
            stacks.update_stack(**arguments)
    except stacks.exceptions.ClientError as exc:
        if "No updates are to be performed" not in str(exc):
            raise DeploymentError(f"stack {assembly.stack} was refused: {exc}") from exc
        return
    final = _settled(stacks, assembly.stack)
    if final not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
        raise DeploymentError(
            f"stack {assembly.stack} ended as {final}: {_reasons(stacks, assembly.stack, since)}"
        )


def _status(stacks: Any, stack: str) -> str | None:
    try:
        described = stacks.describe_stacks(StackName=stack)["Stacks"]
    except stacks.exceptions.ClientError as exc:
        if "does not exist" in str(exc):
            return None
        raise
    status = described[0]["StackStatus"] if described else None
    return None if status == "DELETE_COMPLETE" else status


def _settled(stacks: Any, stack: str) -> str | None:
    deadline = time.monotonic() + _STACK_TIMEOUT_S
    while (status := _status(stacks, stack)) and status.endswith("_IN_PROGRESS"):
        if time.monotonic() > deadline:
            raise DeploymentError(f"stack {stack} is still {status} after {_STACK_TIMEOUT_S:.0f} s")
        time.sleep(_LOOK_INTERVAL_S)
    return status


def _reasons(stacks: Any, stack: str, since: float) -> str:
    events = stacks.describe_stack_events(StackName=stack)["StackEvents"]
    failed = [
        f"{event['LogicalResourceId']} ({event['ResourceType']}): {event.get('ResourceStatusReason', '?')}"
        for event in reversed(events)
        if event["ResourceStatus"].endswith("_FAILED") and event["Timestamp"].timestamp() >= since - 1
    ]
    return "; ".join(failed) or "no resource says why"


def _outputs(stacks: Any, stack: str) -> dict[str, str]:
    described = stacks.describe_stacks(StackName=stack)["Stacks"][0]
    return {output["OutputKey"]: output["OutputValue"] for output in described.get("Outputs", [])}


def _local_user(cloud: LocalCloud, outputs: dict[str, str], email: str) -> LocalUser | None:
    """Make the local user, or give the pool (it may be a new one) the known password."""
    pool = outputs.get("UserPoolId")
    if not pool:
        return None
    user = read_user(cloud) or LocalUser(email, secrets.token_urlsafe(12) + "aA1!")
    write_private(cloud.directory.user, json.dumps({"email": user.email, "password": user.password}))
    identities = cloud.clients.client("cognito-idp")
    with contextlib.suppress(identities.exceptions.UsernameExistsException):
        identities.admin_create_user(
            UserPoolId=pool,
            Username=user.email,
            MessageAction="SUPPRESS",
            UserAttributes=[
                {"Name": "email", "Value": user.email},
                {"Name": "email_verified", "Value": "true"},
            ],
        )
    identities.admin_set_user_password(
        UserPoolId=pool, Username=user.email, Password=user.password, Permanent=True
    )
    # Whose machine it is sees everything on it; a stack may have no admins.
    with contextlib.suppress(identities.exceptions.ResourceNotFoundException):
        identities.admin_add_user_to_group(UserPoolId=pool, Username=user.email, GroupName=ADMINS)
    return user


def read_user(cloud: LocalCloud) -> LocalUser | None:
    """Read the local user's sign-in, if one was made."""
    found = cloud.directory.read_user()
    return LocalUser(**found) if found else None


def sign_in(cloud: LocalCloud, user: LocalUser) -> str:
    """Sign a user in with the password and return the token that the API accepts.

    The user pool client must allow ``ALLOW_USER_PASSWORD_AUTH``.
    """
    identities = cloud.clients.client("cognito-idp")
    answer = identities.initiate_auth(
        ClientId=cloud.outputs["UserPoolClientId"],
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": user.email, "PASSWORD": user.password},
    )
    token: str = answer["AuthenticationResult"]["IdToken"]
    return token
