"""Calls that no caller waits for: what becomes of one that fails."""

import pytest

from tests.infrastructure.stack_template import StackTemplate, as_list

UNTIL_S = {
    "ingest_clip": 21_600,
    "pack_download": 900,
    "rehydrate_version": 3_600,
    "run_schedule": 3_600,
    "tombstone_version": 21_600,
}
"""Functions that others, EventBridge Scheduler or events of S3 call, and how long their calls are kept."""

BY_THE_CLOCK = {"reconcile", "purge", "check_budgets", "sweep_versions", "sweep_orphans"}


def configured(template: StackTemplate) -> dict[str, dict[str, object]]:
    return {
        template.render(one["FunctionName"]).removeprefix("retake-").replace("-", "_"): one
        for one in template.of_type("AWS::Lambda::EventInvokeConfig").values()
    }


@pytest.mark.parametrize("name", UNTIL_S)
def test_a_call_that_fails_for_good_is_kept(template: StackTemplate, name: str) -> None:
    found = configured(template)[name]
    assert found["MaximumRetryAttempts"] == 2
    assert found["MaximumEventAgeInSeconds"] == UNTIL_S[name]
    assert found["DestinationConfig"] == {
        "OnFailure": {"Destination": {"Fn::GetAtt": [queue(template), "Arn"]}}
    }


def test_what_the_clock_calls_is_never_repeated_beside_the_next_call(template: StackTemplate) -> None:
    found = configured(template)
    assert set(found) == set(UNTIL_S) | BY_THE_CLOCK
    assert {found[name]["MaximumRetryAttempts"] for name in BY_THE_CLOCK} == {0}


def test_every_function_that_events_call_says_what_becomes_of_a_failure(template: StackTemplate) -> None:
    called = {
        template.render(target["Arn"]).removeprefix("retake-").replace("-", "_")
        for rule in template.of_type("AWS::Events::Rule").values()
        for target in as_list(rule["Targets"])
    }
    assert called <= set(configured(template))


def test_an_event_that_reaches_no_function_is_kept(template: StackTemplate) -> None:
    for rule in template.of_type("AWS::Events::Rule").values():
        (target,) = as_list(rule["Targets"])
        if "EventPattern" in rule:
            assert target["DeadLetterConfig"] == {"Arn": {"Fn::GetAtt": [queue(template), "Arn"]}}


def test_failed_calls_are_read_as_dead_letters_are(template: StackTemplate) -> None:
    (mapping,) = (
        one
        for one in template.of_type("AWS::Lambda::EventSourceMapping").values()
        if one["EventSourceArn"] == {"Fn::GetAtt": [queue(template), "Arn"]}
    )
    assert template.render(mapping["FunctionName"]) == "retake-handle-dead-letters"


def queue(template: StackTemplate) -> str:
    (found,) = (
        name
        for name, one in template.of_type("AWS::SQS::Queue").items()
        if one["QueueName"] == "retake-failed-calls"
    )
    return found
