"""Applies properties that the emulated CloudFormation drops, and verifies them.

Each part reads what the template asks for, compares it with what the service says, and
sets it if they differ. On AWS nothing of this is needed.
"""

# ruff: noqa: ANN401 - boto3 makes its clients at run time, templates are JSON

from collections.abc import Callable, Iterator
from typing import Any

from infra.local.assembly import Assembly
from infra.local.clients import LocalClients
from infra.local.errors import DeploymentError

Properties = dict[str, Any]


def find_drift(clients: LocalClients, assembly: Assembly) -> list[str]:
    """Set the properties of the deployed stack that were dropped.

    Returns:
        What had to be set, as ``LogicalId: what``.

    Raises:
        DeploymentError: If a setting does not read back as it was set.
    """
    stacks = clients.client("cloudformation")
    pages = stacks.get_paginator("list_stack_resources").paginate(StackName=assembly.stack)
    physical = {
        entry["LogicalResourceId"]: entry["PhysicalResourceId"]
        for page in pages
        for entry in page["StackResourceSummaries"]
    }
    known = {name: assembly.parameter(name) for name in assembly.template.get("Parameters", {})} | physical
    done = []
    for logical, resource in assembly.template.get("Resources", {}).items():
        part = _PARTS.get(resource["Type"])
        if part and logical in physical:
            properties = _resolved(resource.get("Properties", {}), known)
            for what, is_set, set_it in part(clients, physical[logical], properties):
                if is_set():
                    continue
                set_it()
                if not is_set():
                    raise DeploymentError(f"{logical}: {what} is not as the template asks for")
                done.append(f"{logical}: {what}")
    return done


Settings = Iterator[tuple[str, Callable[[], bool], Callable[[], object]]]


def _bucket(clients: LocalClients, name: str, properties: Properties) -> Settings:
    s3 = clients.client("s3")
    rules = [_lifecycle_rule(rule) for rule in properties.get("LifecycleConfiguration", {}).get("Rules", [])]
    if rules:
        yield (
            "lifecycle",
            lambda: _known_rules(s3, name) == {rule["ID"] for rule in rules},
            lambda: s3.put_bucket_lifecycle_configuration(
                Bucket=name, LifecycleConfiguration={"Rules": rules}
            ),
        )
    notification = properties.get("NotificationConfiguration", {})
    if notification.get("EventBridgeConfiguration", {}).get("EventBridgeEnabled"):
        yield (
            "events",
            lambda: "EventBridgeConfiguration" in s3.get_bucket_notification_configuration(Bucket=name),
            lambda: s3.put_bucket_notification_configuration(
                Bucket=name, NotificationConfiguration={"EventBridgeConfiguration": {}}
            ),
        )


def _known_rules(s3: Any, name: str) -> set[str]:
    try:
        found = s3.get_bucket_lifecycle_configuration(Bucket=name)["Rules"]
    except s3.exceptions.ClientError as exc:
        if exc.response["Error"]["Code"] == "NoSuchLifecycleConfiguration":
            return set()
        raise
    return {rule["ID"] for rule in found}


def _lifecycle_rule(rule: Properties) -> Properties:
    """Turn a rule as CloudFormation writes it into one as the S3 API does."""
    made: Properties = {"ID": rule.get("Id", rule.get("Prefix", "all")), "Status": rule["Status"]}
    made["Filter"] = _lifecycle_filter(rule)
    if "ExpirationInDays" in rule:
        made["Expiration"] = {"Days": int(rule["ExpirationInDays"])}
    if "Transitions" in rule:
        made["Transitions"] = [
            {"StorageClass": step["StorageClass"], "Days": int(step["TransitionInDays"])}
            for step in rule["Transitions"]
        ]
    if "AbortIncompleteMultipartUpload" in rule:
        days = int(rule["AbortIncompleteMultipartUpload"]["DaysAfterInitiation"])
        made["AbortIncompleteMultipartUpload"] = {"DaysAfterInitiation": days}
    if "NoncurrentVersionExpiration" in rule:
        days = int(rule["NoncurrentVersionExpiration"]["NoncurrentDays"])
        made["NoncurrentVersionExpiration"] = {"NoncurrentDays": days}
    return made


def _lifecycle_filter(rule: Properties) -> Properties:
    tags = rule.get("TagFilters", [])
    if not tags:
        return {"Prefix": rule.get("Prefix", "")}
    if len(tags) == 1 and "Prefix" not in rule:
        return {"Tag": tags[0]}
    return {"And": {"Prefix": rule.get("Prefix", ""), "Tags": tags}}


def _table(clients: LocalClients, name: str, properties: Properties) -> Settings:
    tables = clients.client("dynamodb")
    live = properties.get("TimeToLiveSpecification")
    if live:
        wanted = {"AttributeName": live["AttributeName"], "Enabled": bool(live["Enabled"])}
        yield (
            "time to live",
            lambda: _ttl_attribute(tables, name) == (wanted["AttributeName"] if wanted["Enabled"] else None),
            lambda: tables.update_time_to_live(TableName=name, TimeToLiveSpecification=wanted),
        )
    if properties.get("PointInTimeRecoverySpecification", {}).get("PointInTimeRecoveryEnabled"):
        yield (
            "point-in-time recovery",
            lambda: _recoverable(tables, name),
            lambda: tables.update_continuous_backups(
                TableName=name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
            ),
        )


def _ttl_attribute(tables: Any, name: str) -> str | None:
    described = tables.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    enabled = described["TimeToLiveStatus"] in ("ENABLED", "ENABLING")
    return described.get("AttributeName") if enabled else None


def _recoverable(tables: Any, name: str) -> bool:
    described = tables.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    status = described.get("PointInTimeRecoveryDescription", {}).get("PointInTimeRecoveryStatus")
    return bool(status == "ENABLED")


def _http_api(clients: LocalClients, api_id: str, properties: Properties) -> Settings:
    cors = properties.get("CorsConfiguration")
    if cors:
        gateway = clients.client("apigatewayv2")
        wanted = {name: value for name, value in cors.items() if value not in (None, [])}
        yield (
            "cross-origin rules",
            lambda: gateway.get_api(ApiId=api_id).get("CorsConfiguration", {}).items() >= wanted.items(),
            lambda: gateway.update_api(ApiId=api_id, CorsConfiguration=wanted),
        )


def _state_machine(clients: LocalClients, arn: str, properties: Properties) -> Settings:
    logging = properties.get("LoggingConfiguration")
    if logging:
        machines = clients.client("stepfunctions")
        wanted = {
            "level": logging.get("Level", "OFF"),
            "includeExecutionData": bool(logging.get("IncludeExecutionData", False)),
        }
        yield (
            "logging",
            lambda: (
                machines.describe_state_machine(stateMachineArn=arn)
                .get("loggingConfiguration", {})
                .get("level")
                == wanted["level"]
            ),
            lambda: machines.update_state_machine(stateMachineArn=arn, loggingConfiguration=wanted),
        )


def _function(clients: LocalClients, name: str, _properties: Properties) -> Settings:
    """Refuse a function whose code was not found: the emulator answers for it instead."""
    functions = clients.client("lambda")
    yield (
        "code",
        lambda: functions.get_function_configuration(FunctionName=name)["CodeSize"] > 0,
        lambda: None,
    )


_PARTS: dict[str, Callable[[LocalClients, str, Properties], Settings]] = {
    "AWS::Lambda::Function": _function,
    "AWS::S3::Bucket": _bucket,
    "AWS::DynamoDB::Table": _table,
    "AWS::DynamoDB::GlobalTable": _table,
    "AWS::ApiGatewayV2::Api": _http_api,
    "AWS::StepFunctions::StateMachine": _state_machine,
}


def _resolved(value: Any, known: dict[str, Any]) -> Any:
    """Replace ``Ref`` by what was made or given; other functions do not occur in these settings."""
    if isinstance(value, dict):
        if set(value) == {"Ref"}:
            return known.get(value["Ref"], value["Ref"])
        return {name: _resolved(inner, known) for name, inner in value.items()}
    if isinstance(value, list):
        return [_resolved(inner, known) for inner in value]
    return value
