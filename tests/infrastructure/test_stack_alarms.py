"""What wakes an operator, and what the alarm shows."""

import json
from typing import Any

import pytest

from infra.stack.functions.catalogue import FUNCTIONS
from retake.handlers.queue_worker import MESSAGES_FAILED
from retake.services.upkeep.purge import AT_ONCE
from tests.infrastructure.stack_template import StackTemplate


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
        assert alarm["TreatMissingData"] == "notBreaching"
        assert alarm["AlarmDescription"].endswith((".", "?"))


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


@pytest.mark.parametrize("queue", ["submit", "poll", "archive"])
@pytest.mark.parametrize("suffix", ["", "-dead-letters"])
def test_a_message_that_waits_too_long_is_noticed(template: StackTemplate, queue: str, suffix: str) -> None:
    names = {
        template.render(alarm["Dimensions"][0]["Value"])
        for alarm in template.of_type("AWS::CloudWatch::Alarm").values()
        if alarm["MetricName"] == "ApproximateAgeOfOldestMessage"
    }
    assert f"retake-{queue}{suffix}" in names


def test_a_dead_letter_is_noticed_at_once(template: StackTemplate) -> None:
    alarm = template.one("AWS::CloudWatch::Alarm", MetricName="Invocations")
    assert template.render(alarm["Dimensions"][0]["Value"]) == "retake-handle-dead-letters"
    assert alarm["Threshold"] == 1


def test_workers_that_fail_repeatedly_are_noticed(template: StackTemplate) -> None:
    watched = {
        template.render(alarm["Dimensions"][0]["Value"])
        for alarm in template.of_type("AWS::CloudWatch::Alarm").values()
        if alarm["MetricName"] == "Errors"
    }
    workers = {spec.module for spec in FUNCTIONS if not spec.module.startswith("api_")}
    # For Lambda a call whose messages failed is no error, so these count them themselves.
    queued = {spec.module for spec in FUNCTIONS if spec.sources}
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


@pytest.mark.parametrize(
    ("metric", "service"),
    [
        ("ExpiredLeases", "reconcile"),
        ("SubmissionUnknown", "submit_generation"),
        ("DeletionBacklog", "purge"),
    ],
)
def test_records_that_are_not_as_they_should_be_are_noticed(
    template: StackTemplate, metric: str, service: str
) -> None:
    alarm = template.one("AWS::CloudWatch::Alarm", MetricName=metric)
    assert alarm["Namespace"] == "Retake"
    assert alarm["Dimensions"] == [{"Name": "service", "Value": service}]


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
