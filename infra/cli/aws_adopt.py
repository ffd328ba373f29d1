"""``retake deploy --adopt``: make a new stack of what a deleted one has kept.

CloudFormation imports the table, the user pool and the buckets into a stack that has nothing else; the
deployment that follows is an update of it, which adds the rest and gives them all their properties.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from infra.cli.aws_destroy import KEPT_TYPES, Kept, find_kept
from infra.cli.aws_session import AwsSession, reporting
from retake_client.cli.narration import Narrator
from retake_client.errors import UsageError

IDENTIFIERS: Mapping[str, str] = {
    "AWS::DynamoDB::Table": "TableName",
    "AWS::Cognito::UserPool": "UserPoolId",
    "AWS::S3::Bucket": "BucketName",
}
"""What each is imported by (AWS CloudFormation User Guide, resource type support for imports)."""

CHANGE_SET = "adopt"


def adopt_kept(aws: AwsSession, assembly: Path, narrator: Narrator) -> None:
    """Import what a deleted stack has kept into a new stack of the same stage.

    Args:
        aws: The account and stage.
        assembly: The synthesised template is in it.
        narrator: Prints progress.

    Raises:
        AwsError: If AWS refuses it.
        UsageError: If there is nothing to adopt, a stack already, or too much of something.
    """
    name = aws.stage.stack
    if aws.describe_stack() is not None:
        raise UsageError(f"The stack {name} is there, with all that it keeps; deploy without --adopt.")
    kept = find_kept(aws)
    if not any(one.kind == KEPT_TYPES[0] for one in kept):
        raise UsageError(f"There is no table {aws.stage.prefix} to adopt; deploy without --adopt.")
    template = json.loads((assembly / f"{name}.template.json").read_text(encoding="utf-8"))
    places = place_kept(kept, template["Resources"], stack=name)
    with narrator.step("adopt", f"Adopt {', '.join(map(str, kept))}"), reporting():
        _import(aws, import_template(template["Resources"], tuple(places)), template["Resources"], places)


def place_kept(kept: Sequence[Kept], resources: Mapping[str, Any], *, stack: str) -> dict[str, Kept]:
    """Return what is kept by its place in the template.

    Raises:
        UsageError: If two things could take the same place, with their names.
    """
    found: dict[str, Kept] = {}
    for one in kept:
        place = next(
            (
                logical_id
                for logical_id, resource in resources.items()
                if resource["Type"] == one.kind
                and (one.kind != "AWS::S3::Bucket" or _is_named_after(one.name, stack, logical_id))
            ),
            None,
        )
        if place is None:
            continue
        if place in found:
            raise UsageError(
                f"There are two for one place in the stack, of several deletions: {found[place]} and {one}. "
                "Delete the one that is not wanted, and try again."
            )
        found[place] = one
    return found


def _is_named_after(bucket: str, stack: str, logical_id: str) -> bool:
    """Whether CloudFormation named a bucket for a place: ``STACK-PLACE-…``, the place without CDK's hash."""
    return bucket.startswith(f"{stack}-{logical_id[:-8]}".lower())


def import_template(resources: Mapping[str, Any], adopted: Sequence[str]) -> dict[str, Any]:
    """Return the template of a stack that has the adopted resources only.

    Properties that name something else are left out: an import changes nothing of a resource, and the
    deployment that follows sets them.
    """
    return {
        "Resources": {
            place: {
                "Type": resources[place]["Type"],
                "DeletionPolicy": "Retain",
                "UpdateReplacePolicy": "Retain",
                "Properties": {
                    name: value
                    for name, value in resources[place].get("Properties", {}).items()
                    if not _names_others(value)
                },
            }
            for place in adopted
        }
    }


def _names_others(value: Any) -> bool:  # noqa: ANN401 - a part of a template
    if isinstance(value, Mapping):
        return any(
            key in {"Ref", "Condition"} or key.startswith("Fn::") or _names_others(inner)
            for key, inner in value.items()
        )
    return isinstance(value, list) and any(map(_names_others, value))


def _import(
    aws: AwsSession, template: Mapping[str, Any], resources: Mapping[str, Any], places: Mapping[str, Kept]
) -> None:
    stacks, name = aws.client("cloudformation"), aws.stage.stack
    stacks.create_change_set(
        StackName=name,
        ChangeSetName=CHANGE_SET,
        ChangeSetType="IMPORT",
        TemplateBody=json.dumps(template),
        ResourcesToImport=[
            {
                "ResourceType": resources[place]["Type"],
                "LogicalResourceId": place,
                "ResourceIdentifier": {IDENTIFIERS[one.kind]: one.name},
            }
            for place, one in places.items()
        ],
    )
    stacks.get_waiter("change_set_create_complete").wait(StackName=name, ChangeSetName=CHANGE_SET)
    stacks.execute_change_set(StackName=name, ChangeSetName=CHANGE_SET)
    stacks.get_waiter("stack_import_complete").wait(StackName=name)
