"""The synthesised template, read as plain JSON: the tests ask it for meaning, not for logical ids."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

Properties = dict[str, Any]

_NAMES = {
    "AWS::SQS::Queue": "QueueName",
    "AWS::Lambda::Function": "FunctionName",
    "AWS::StepFunctions::StateMachine": "StateMachineName",
}
_PSEUDO = {"AWS::Partition": "aws", "AWS::Region": "here", "AWS::AccountId": "me"}


@dataclass(frozen=True)
class StackTemplate:
    """One cloud assembly."""

    assembly: Path
    stack: str = "Retake"

    @cached_property
    def template(self) -> dict[str, Any]:
        return self._read(f"{self.stack}.template.json")

    @cached_property
    def resources(self) -> dict[str, Any]:
        resources: dict[str, Any] = self.template["Resources"]
        return resources

    def of_type(self, kind: str) -> dict[str, Properties]:
        return {name: one["Properties"] for name, one in self.resources.items() if one["Type"] == kind}

    def one(self, kind: str, **wanted: object) -> Properties:
        found = [
            properties
            for properties in self.of_type(kind).values()
            if all(properties.get(key) == value for key, value in wanted.items())
        ]
        assert len(found) == 1, f"{len(found)} of {kind} with {wanted}"
        return found[0]

    @cached_property
    def functions(self) -> Mapping[str, Properties]:
        """Lambda functions by the names of their specs."""
        return {
            properties["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"]: properties
            for properties in self.of_type("AWS::Lambda::Function").values()
        }

    def definition(self, machine: str) -> dict[str, Any]:
        properties = self.one("AWS::StepFunctions::StateMachine", StateMachineName=f"retake-{machine}")
        definition: dict[str, Any] = json.loads(properties["DefinitionString"])
        return definition

    def permissions(self, role: Mapping[str, Any]) -> set[str]:
        """Return all that a role may do, as ``action resource``."""
        properties = self.resources[role["Fn::GetAtt"][0]]["Properties"]
        assert "ManagedPolicyArns" not in properties
        return self.permissions_of(properties)

    def permissions_of(self, role: Properties) -> set[str]:
        """Return all that a role with these properties may do, as ``action resource``."""
        return set(self._allowed(role))

    def _allowed(self, role: Properties) -> Iterator[str]:
        for policy in role["Policies"]:
            for statement in policy["PolicyDocument"]["Statement"]:
                assert statement["Effect"] == "Allow"
                condition = statement.get("Condition", {})
                prefixes = condition.get("StringLikeIfExists", {}).get("s3:prefix") or condition.get(
                    "ForAllValues:StringLike", {}
                ).get("dynamodb:LeadingKeys")
                for action in as_list(statement["Action"]):
                    for resource in as_list(statement["Resource"]):
                        for prefix in as_list(prefixes) if prefixes else [""]:
                            yield f"{action} {self.render(resource)} {prefix}".strip()

    def render(self, value: Any) -> str:
        """Write an ARN or name as a person would: ``queue/retake-submit``, ``bucket/clips/*``."""
        if isinstance(value, str):
            return value
        ((function, argument),) = value.items()
        if function == "Fn::Join":
            return str(argument[0]).join(self.render(part) for part in argument[1])
        name = argument[0] if function == "Fn::GetAtt" else argument
        return _PSEUDO.get(name) or self._name_of(name)

    def _name_of(self, logical_id: str) -> str:
        if logical_id not in self.resources:
            parameter = self.template["Parameters"].get(logical_id, {})
            return str(parameter.get("Default", f"parameter:{logical_id}"))
        resource = self.resources[logical_id]
        if resource["Type"] in _NAMES:
            return str(resource["Properties"][_NAMES[resource["Type"]]])
        if resource["Type"] == "AWS::IAM::Role":  # it has no name: CDK's id without the hash
            return logical_id[:-8]
        kinds = {
            "AWS::S3::Bucket": "bucket",
            "AWS::DynamoDB::Table": "table",
            "AWS::Cognito::UserPool": "users",
        }
        return kinds.get(resource["Type"], logical_id)

    def asset_of(self, content: Mapping[str, Any]) -> Path:
        """Return the directory that a function's or layer's code is made of."""
        key = content["S3Key"].removesuffix(".zip")
        path: str = self._read(f"{self.stack}.assets.json")["files"][key]["source"]["path"]
        return self.assembly / path

    def layer(self, name: str) -> Path:
        return self.asset_of(self.one("AWS::Lambda::LayerVersion", LayerName=f"retake-{name}")["Content"])

    def _read(self, name: str) -> dict[str, Any]:
        content: dict[str, Any] = json.loads((self.assembly / name).read_text(encoding="utf-8"))
        return content


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def states_of(definition: Mapping[str, Any]) -> Iterator[tuple[str, Properties]]:
    """Walk through all states of a machine, those inside of maps included."""
    for name, state in definition["States"].items():
        yield name, state
        if "ItemProcessor" in state:
            yield from states_of(state["ItemProcessor"])
