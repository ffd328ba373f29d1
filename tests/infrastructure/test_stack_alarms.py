"""What wakes an operator, and what the alarm shows."""

import json
from typing import Any

import pytest

from infra.stack.functions.api import API_FUNCTIONS
from infra.stack.functions.catalogue import FUNCTIONS
from infra.stack.grants import Queue
from retake.services.upkeep.purge import AT_ONCE
from retake.workers.queues.consumer import MESSAGES_FAILED
from tests.infrastructure.stack_template import StackTemplate
from tests.unit.workers.test_alarms_ring import CASES, LARGEST

OF_AWS: dict[tuple[str, str], dict[str, str]] = {
    ("AWS/SQS", "ApproximateAgeOfOldestMessage"): {"QueueName": "AWS::SQS::Queue"},
    ("AWS/Lambda", "Errors"): {"FunctionName": "AWS::Lambda::Function"},
    ("AWS/Lambda", "Invocations"): {"FunctionName": "AWS::Lambda::Function"},
    # Of all functions of the account together.
    ("AWS/Lambda", "Throttles"): {},
    ("AWS/ApiGateway", "4xx"): {"ApiId": "AWS::ApiGatewayV2::Api"},
    ("AWS/ApiGateway", "5xx"): {"ApiId": "AWS::ApiGatewayV2::Api"},
    ("AWS/DynamoDB", "ReadThrottleEvents"): {"TableName": "AWS::DynamoDB::Table"},
    ("AWS/DynamoDB", "WriteThrottleEvents"): {"TableName": "AWS::DynamoDB::Table"},
    ("AWS/States", "ExecutionsFailed"): {"StateMachineArn": "AWS::StepFunctions::StateMachine"},
    ("AWS/States", "ExecutionsTimedOut"): {"StateMachineArn": "AWS::StepFunctions::StateMachine"},
}
"""What AWS writes by itself, and the kinds of resources that its dimensions name; letters count.

References:
    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
    https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
    https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html
"""


def topic_named(template: StackTemplate, name: str) -> str:
    (found,) = (
        topic for topic, one in template.of_type("AWS::SNS::Topic").items() if one["TopicName"] == name
    )
    return found


def policy_of(template: StackTemplate, name: str) -> list[dict[str, Any]]:
    topic = {"Ref": topic_named(template, name)}
    (policy,) = (
        one for one in template.of_type("AWS::SNS::TopicPolicy").values() if one["Topics"] == [topic]
    )
    statements: list[dict[str, Any]] = policy["PolicyDocument"]["Statement"]
    return statements


def test_every_alarm_reports_a_user(template: StackTemplate) -> None:
    topic = topic_named(template, "retake-alarms")
    for alarm in template.of_type("AWS::CloudWatch::Alarm").values():
        assert alarm["AlarmActions"] == [{"Ref": topic}]
        # Silence is good news, but of what is called every minute.
        is_silence = alarm["AlarmName"] == "retake-ReconcileSilent"
        assert alarm["TreatMissingData"] == ("breaching" if is_silence else "notBreaching")
        assert alarm["AlarmDescription"].endswith((".", "?"))


def what_rings(template: StackTemplate, alarm: dict[str, Any]) -> str:
    """Return what is wrong with what an alarm watches: nothing, where something is known to ring it."""
    dimensions = {one["Name"]: one["Value"] for one in alarm.get("Dimensions", [])}
    if alarm["Namespace"] == "Retake":
        watched = [
            m
            for m in CASES
            if (m.value.name, {"service": m.value.function}) == (alarm["MetricName"], dimensions)
        ]
        if not watched:
            return "nothing makes its function write it: tests/unit/workers/test_alarms_ring.py"
        (metric,) = watched
        is_sum = alarm["Statistic"] == "Sum"
        is_reached = is_sum or LARGEST.get(metric, 1) >= alarm["Threshold"]
        return "" if is_reached else "no value that was seen is as large as its threshold"
    expected = OF_AWS.get((alarm["Namespace"], alarm["MetricName"]))
    kinds = {name: kind_of(template, value) for name, value in dimensions.items()}
    return "" if kinds == expected else f"AWS writes none with {kinds}"


def kind_of(template: StackTemplate, value: Any) -> str:
    """Return the type of the resource of the template that a dimension names."""
    if not isinstance(value, dict):
        return f"a text, {value!r}"
    ((_, argument),) = value.items()
    return str(template.resources[argument[0] if isinstance(argument, list) else argument]["Type"])


def test_something_rings_every_alarm(template: StackTemplate) -> None:
    alarms = template.of_type("AWS::CloudWatch::Alarm").values()
    assert {a["AlarmName"]: why for a in alarms if (why := what_rings(template, a))} == {}
    # And no case is left over of an alarm that has gone.
    named = {(a["MetricName"], a["Dimensions"][0]["Value"]) for a in alarms if a["Namespace"] == "Retake"}
    assert named == {(metric.value.name, metric.value.function) for metric in CASES}


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"MetricName": "Throttled"}, "AWS writes none"),
        ({"Namespace": "AWS/Lambdas"}, "AWS writes none"),
        ({"Namespace": "Retake", "MetricName": "ClipsLost"}, "nothing makes its function write it"),
        ({"Dimensions": [{"Name": "FunctionName", "Value": "retake-gone"}]}, "AWS writes none"),
    ],
)
def test_an_alarm_that_nothing_can_ring_is_found(
    template: StackTemplate, changed: dict[str, Any], why: str
) -> None:
    alarm = template.one("AWS::CloudWatch::Alarm", AlarmName="retake-Throttles")
    assert what_rings(template, {**alarm, **changed}).startswith(why)


def test_alarms_may_publish_to_the_topic_over_tls_only(template: StackTemplate) -> None:
    by_effect = {one["Effect"]: one for one in policy_of(template, "retake-alarms")}
    assert by_effect["Deny"]["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert by_effect["Allow"]["Principal"] == {"Service": "cloudwatch.amazonaws.com"}


def test_storage_alerts_are_encrypted_and_sent_over_tls_only(template: StackTemplate) -> None:
    topic = template.one("AWS::SNS::Topic", TopicName="retake-storage-alerts")
    assert template.render(topic["KmsMasterKeyId"]).endswith("alias/aws/sns")
    (statement,) = policy_of(template, "retake-storage-alerts")
    assert (statement["Effect"], statement["Condition"]) == (
        "Deny",
        {"Bool": {"aws:SecureTransport": "false"}},
    )


@pytest.mark.parametrize(
    "queue", [*(f"{name}{suffix}" for name in Queue for suffix in ("", "-dead-letters")), "failed-calls"]
)
def test_a_message_that_waits_too_long_is_noticed(template: StackTemplate, queue: str) -> None:
    names = {
        template.render(alarm["Dimensions"][0]["Value"])
        for alarm in template.of_type("AWS::CloudWatch::Alarm").values()
        if alarm["MetricName"] == "ApproximateAgeOfOldestMessage"
    }
    assert f"retake-{queue}" in names


def test_a_dead_letter_is_noticed_at_once(template: StackTemplate) -> None:
    alarm = template.one("AWS::CloudWatch::Alarm", AlarmName="retake-DeadLetters")
    assert alarm["MetricName"] == "Invocations"
    assert template.render(alarm["Dimensions"][0]["Value"]) == "retake-handle-dead-letters"
    assert alarm["Threshold"] == 1


def test_upkeep_that_is_not_called_any_more_is_noticed(template: StackTemplate) -> None:
    """EventBridge counts what it cannot call by rule, and a rule that is switched off counts nothing."""
    alarm = template.one("AWS::CloudWatch::Alarm", AlarmName="retake-ReconcileSilent")
    assert template.render(alarm["Dimensions"][0]["Value"]) == "retake-reconcile"
    assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("LessThanThreshold", 1)
    assert alarm["EvaluationPeriods"] * alarm["Period"] == 600


def test_workers_that_fail_repeatedly_are_noticed(template: StackTemplate) -> None:
    watched = {
        template.render(alarm["Dimensions"][0]["Value"])
        for alarm in template.of_type("AWS::CloudWatch::Alarm").values()
        if alarm["MetricName"] == "Errors"
    }
    workers = {spec.name for spec in FUNCTIONS if spec not in API_FUNCTIONS}
    # For Lambda a call whose messages failed is no error, so these count them themselves.
    queued = {spec.name for spec in FUNCTIONS if spec.sources}
    counted = {
        alarm["Dimensions"][0]["Value"]
        for alarm in template.of_type("AWS::CloudWatch::Alarm").values()
        if alarm["MetricName"] == MESSAGES_FAILED
    }
    assert counted == queued
    assert watched == {f"retake-{module.replace('_', '-')}" for module in workers - queued}


def test_a_worker_that_is_silent_is_noticed_before_its_clips_fail(template: StackTemplate) -> None:
    # Each attempt is ended after 210 s of silence, three times (retake.services.batches.start_batch).
    for queue in ("submit", "poll"):
        (alarm,) = (
            alarm
            for alarm in template.of_type("AWS::CloudWatch::Alarm").values()
            if alarm["MetricName"] == "ApproximateAgeOfOldestMessage"
            and template.render(alarm["Dimensions"][0]["Value"]) == f"retake-{queue}"
        )
        assert alarm["Threshold"] + alarm["Period"] < 3 * 210


@pytest.mark.parametrize(
    ("namespace", "metric"),
    [
        ("AWS/ApiGateway", "5xx"),
        ("AWS/ApiGateway", "4xx"),
        ("AWS/Lambda", "Throttles"),
        ("AWS/DynamoDB", "ReadThrottleEvents"),
        ("AWS/DynamoDB", "WriteThrottleEvents"),
        ("Retake", "ClipsFailed"),
    ],
)
def test_walls_are_noticed(template: StackTemplate, namespace: str, metric: str) -> None:
    assert template.one("AWS::CloudWatch::Alarm", MetricName=metric)["Namespace"] == namespace


def test_every_function_logs_in_json(template: StackTemplate) -> None:
    formats = {one["LoggingConfig"]["LogFormat"] for one in template.functions.values()}
    assert formats == {"JSON"}


@pytest.mark.parametrize("metric", ["ExecutionsFailed", "ExecutionsTimedOut"])
def test_executions_that_end_badly_are_noticed(template: StackTemplate, metric: str) -> None:
    alarms = [
        alarm
        for alarm in template.of_type("AWS::CloudWatch::Alarm").values()
        if alarm["MetricName"] == metric
    ]
    assert len(alarms) == len(template.of_type("AWS::StepFunctions::StateMachine"))


def test_the_dashboard_shows_what_an_operator_asks_first(template: StackTemplate) -> None:
    body = template.one("AWS::CloudWatch::Dashboard")["DashboardBody"]
    text = json.dumps(body)
    for title in ("Batches", "Batch time (ms)", "Clips", "Oldest message (s)", "Function time, p95 (ms)"):
        assert title in text
    for metric in ("ActiveBytes", "ArchivedBytes", "BudgetAlerts"):
        assert metric in text


def test_a_backlog_of_deletions_is_counted_as_far_as_its_alarm(template: StackTemplate) -> None:
    alarm = template.one("AWS::CloudWatch::Alarm", MetricName="DeletionBacklog")
    assert alarm["Threshold"] <= AT_ONCE
