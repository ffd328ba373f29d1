"""The state machines: what they promise, read from the definitions that are deployed."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from infra.batch_log import BATCH_FUNCTIONS, log_group
from infra.bench.cost import TRANSITIONS_OF_A_BATCH, TRANSITIONS_OF_A_CLIP
from infra.environment import bundled_node
from infra.flavour import ROOT
from retake.domain import errors
from retake.domain.limits import Limits
from retake.domain.models import MODELS
from tests.infrastructure.stack_template import StackTemplate, as_list, states_of

MACHINES = ("RegenerateBatch", "PrepareJob", "CreateVideos")

CRASHES = {"Lambda.Unknown", "Runtime.ExitError", "Sandbox.Timedout"}
BY_THE_PLATFORM = {
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",
    "SQS.SdkClientException",
    "SQS.AmazonSQSException",
    "States.HeartbeatTimeout",
}


@pytest.fixture(params=MACHINES)
def definition(request: pytest.FixtureRequest, template: StackTemplate) -> dict[str, Any]:
    return template.definition(request.param)


@pytest.fixture
def regenerate(template: StackTemplate) -> dict[str, Any]:
    return template.definition("RegenerateBatch")


OF_A_CLIP = {"job_id", "batch_id", "clip_id", "clip_index", "regeneration_id"}
"""What each line about a clip is found by (``tests.unit.workers.test_log_lines``)."""


@pytest.mark.parametrize("machine", ["RegenerateBatch", "CreateVideos"])
def test_every_step_is_given_what_its_lines_are_found_by(template: StackTemplate, machine: str) -> None:
    steps = {
        name: set(state["Arguments"]["Payload"])
        for name, state in states_of(template.definition(machine))
        if "Payload" in state.get("Arguments", {}) and isinstance(state["Arguments"]["Payload"], dict)
    }
    for name in ("Ingest clip", "Record clip failure"):
        assert steps.pop(name) >= OF_A_CLIP, name
    for name, given in steps.items():
        assert given >= {"job_id", "batch_id"} or given == {"creation_id"}, name


def test_the_slowest_batch_that_the_limits_allow_ends_before_its_execution(
    regenerate: dict[str, Any], template: StackTemplate
) -> None:
    """100 clips with three takes, each of them tried as often, and taking as long, as it may."""
    limits = Limits()
    deadline_s = max(limits.generation_deadline_s, *(model.deadline_s or 0 for model in MODELS))
    generate_s = deadline_s * (1 + limits.generation_retries) + 2 * limits.submit_lease_s
    ingest_s = 3 * template.functions["ingest_clip"]["Timeout"]
    takes = limits.max_clips * limits.max_takes
    assert takes * (generate_s + ingest_s) < regenerate["TimeoutSeconds"]


def test_a_saved_query_follows_one_batch_through_all_its_functions(template: StackTemplate) -> None:
    query = template.one("AWS::Logs::QueryDefinition")
    assert query["Name"] == "retake/one batch"
    assert 'batch_id = "BATCH-ID" or creation_id = "BATCH-ID"' in query["QueryString"]
    groups = {
        template.resources[group["Ref"]]["Properties"]["LogGroupName"] for group in query["LogGroupNames"]
    }
    assert groups == {log_group("retake", module) for module in BATCH_FUNCTIONS}
    assert set(BATCH_FUNCTIONS) <= set(template.functions)


def test_clips_are_regenerated_one_after_another(regenerate: dict[str, Any]) -> None:
    assert regenerate["States"]["Regenerate clips"]["MaxConcurrency"] == 1


def test_a_clip_is_generated_by_a_worker_that_answers_a_token(regenerate: dict[str, Any]) -> None:
    generate = dict(states_of(regenerate))["Generate clip"]
    assert generate["Resource"] == "arn:aws:states:::sqs:sendMessage.waitForTaskToken"
    assert set(generate["Arguments"]["MessageBody"]) == {*OF_A_CLIP, "task_token"}
    assert generate["HeartbeatSeconds"] == "{% $states.input.heartbeat_s %}"
    assert generate["TimeoutSeconds"] == "{% $states.input.timeout_s %}"


def test_a_missed_heartbeat_is_the_only_reason_to_ask_again_for_a_generation(
    regenerate: dict[str, Any],
) -> None:
    sending, retry = dict(states_of(regenerate))["Generate clip"]["Retry"]
    assert (retry["ErrorEquals"], retry["MaxAttempts"]) == (["States.HeartbeatTimeout"], 2)
    # One error of the queue is not the clip's end.
    assert sending["ErrorEquals"] == ["SQS.SdkClientException", "SQS.AmazonSQSException"]


@pytest.mark.parametrize("state", ["Generate clip", "Ingest clip"])
def test_a_clip_that_fails_does_not_stop_the_others(regenerate: dict[str, Any], state: str) -> None:
    (catch,) = dict(states_of(regenerate))[state]["Catch"]
    assert (catch["ErrorEquals"], catch["Next"]) == (["States.ALL"], "Record clip failure")


def test_the_video_is_recomposed_once_and_only_if_a_clip_succeeded(regenerate: dict[str, Any]) -> None:
    states = regenerate["States"]
    choice = states["Any clip regenerated?"]
    assert choice["Choices"] == [
        {
            "Condition": "{% $count($states.input[status = 'succeeded']) > 0 %}",
            "Next": "Recompose video",
        }
    ]
    assert choice["Default"] == "Finish batch without takes"
    assert [name for name, state in states_of(regenerate) if state.get("Next") == "Recompose video"] == []


def test_a_batch_with_a_take_passes_no_state_that_decides_nothing(regenerate: dict[str, Any]) -> None:
    """Each is paid for: what ``retake bench --only cost`` counts."""
    states = regenerate["States"]
    way = ["Start batch"]
    while not states[way[-1]].get("End"):
        state = states[way[-1]]
        way.append(state["Next"] if "Next" in state else state["Choices"][0]["Next"])
    assert way == [
        *("Start batch", "Regenerate clips", "Any clip regenerated?", "Recompose video", "Finish batch")
    ]
    assert len(way) == TRANSITIONS_OF_A_BATCH
    clip = states["Regenerate clips"]["ItemProcessor"]["States"]
    assert clip["Generate clip"]["Next"] == "Ingest clip"
    assert clip["Ingest clip"]["End"]
    assert TRANSITIONS_OF_A_CLIP == 2


def test_a_batch_without_a_take_is_ended_by_the_same_function(regenerate: dict[str, Any]) -> None:
    finish, without = (regenerate["States"][f"Finish batch{name}"] for name in ("", " without takes"))
    assert (finish["Resource"], finish["Retry"]) == (without["Resource"], without["Retry"])
    assert finish["Arguments"]["FunctionName"] == without["Arguments"]["FunctionName"]
    assert without["Next"] == "Did every clip fail?"


def test_a_batch_whose_recomposition_fails_is_still_finished(regenerate: dict[str, Any]) -> None:
    (catch,) = regenerate["States"]["Recompose video"]["Catch"]
    assert catch["Next"] == "Finish batch"
    assert set(catch["Output"]) == {"recompose_error"}


def test_a_failed_batch_fails_with_a_cause_people_can_read(regenerate: dict[str, Any]) -> None:
    failed = regenerate["States"]["Batch failed"]
    assert (failed["Type"], failed["Error"]) == ("Fail", "BatchFailedError")
    assert failed["Cause"] == "{% $states.input.cause %}"


def test_a_job_is_prepared_two_clips_at_a_time(template: StackTemplate) -> None:
    assert template.definition("PrepareJob")["States"]["Ingest clips"]["MaxConcurrency"] == 2


def test_a_job_without_a_file_has_nothing_to_join_yet(template: StackTemplate) -> None:
    states = template.definition("PrepareJob")["States"]
    assert states["Ingest clips"]["Next"] == "Is there anything to join?"
    choice = states["Is there anything to join?"]
    assert [item["Next"] for item in choice["Choices"]] == ["Recompose video"]
    assert choice["Choices"][0]["Condition"] == ("{% $count($states.context.Execution.Input.clips) > 0 %}")
    assert choice["Default"] == "Finish preparation"


@pytest.fixture
def create(template: StackTemplate) -> dict[str, Any]:
    return template.definition("CreateVideos")


def test_videos_are_made_side_by_side_as_many_as_the_installation_allows(create: dict[str, Any]) -> None:
    make = create["States"]["Make videos"]
    assert make["MaxConcurrency"] == "{% $states.input.at_once %}"
    assert make["Items"] == "{% $states.input.videos %}"


def test_a_video_is_generated_exactly_as_a_clip_is_regenerated(
    create: dict[str, Any], regenerate: dict[str, Any]
) -> None:
    mine, theirs = dict(states_of(create)), dict(states_of(regenerate))
    for shared in ("Generate clip", "Ingest clip", "Record clip failure"):
        same = {"Resource", "Arguments", "Retry", "HeartbeatSeconds", "TimeoutSeconds"} & set(theirs[shared])
        assert {name: mine[shared][name] for name in same} == {name: theirs[shared][name] for name in same}


def test_whatever_happens_to_a_video_the_others_go_on(create: dict[str, Any]) -> None:
    branch = create["States"]["Make videos"]["ItemProcessor"]["States"]
    ways_out = {
        name: [catch["Next"] for catch in state["Catch"] if catch["ErrorEquals"] == ["States.ALL"]]
        for name, state in branch.items()
        if state["Type"] == "Task"
    }
    to_the_end = ["Leave video to the last step"]
    assert ways_out == {
        "Start video": to_the_end,
        "Generate clip": ["Record clip failure"],
        "Ingest clip": ["Record clip failure"],
        "Record clip failure": to_the_end,
        "Recompose video": ["Finish video"],
        "Finish video": to_the_end,
    }
    assert create["States"]["Make videos"]["Next"] == "Finish creation"


def test_a_creation_in_which_all_failed_fails_with_a_cause_people_can_read(create: dict[str, Any]) -> None:
    failed = create["States"]["Creation failed"]
    assert (failed["Type"], failed["Error"]) == ("Fail", "CreationFailedError")
    assert failed["Cause"] == "{% $states.input.cause %}"


def test_retries_name_errors_that_exist(definition: dict[str, Any]) -> None:
    transient = {
        name
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, errors.TransientError)
    }
    for name, state in states_of(definition):
        named = {error for retry in state.get("Retry", ()) for error in retry["ErrorEquals"]}
        assert named <= transient | BY_THE_PLATFORM | CRASHES, name


def test_every_call_of_a_function_is_retried_when_the_platform_or_the_store_is_at_fault(
    definition: dict[str, Any],
) -> None:
    for name, state in states_of(definition):
        if state.get("Resource", "").endswith(":lambda:invoke"):
            throttled, retry = state["Retry"][:2]
            assert {"Lambda.ServiceException", "StorageUnavailableError"} <= set(retry["ErrorEquals"])
            assert throttled["ErrorEquals"] == ["Lambda.TooManyRequestsException"]
            assert {retry["JitterStrategy"], throttled["JitterStrategy"]} == {"FULL"}, name
            assert retry["MaxDelaySeconds"] <= 30


def test_a_step_outlasts_minutes_of_throttling(definition: dict[str, Any]) -> None:
    for name, state in states_of(definition):
        for retry in state.get("Retry", ()):
            if retry["ErrorEquals"] == ["Lambda.TooManyRequestsException"]:
                pauses = [
                    min(retry["IntervalSeconds"] * retry["BackoffRate"] ** attempt, retry["MaxDelaySeconds"])
                    for attempt in range(retry["MaxAttempts"])
                ]
                # With full jitter a pause is half as long on average. A new account's ten executions are
                # held for a minute by five new jobs; a burst passes in a few.
                assert sum(pauses) / 2 > 5 * 60, name


def test_everything_is_jsonata(definition: dict[str, Any]) -> None:
    assert definition["QueryLanguage"] == "JSONata"
    assert not any("QueryLanguage" in state for _, state in states_of(definition))


def test_states_have_names_a_person_understands(definition: dict[str, Any]) -> None:
    for name, _ in states_of(definition):
        assert name[0].isupper()
        assert len(name.split()) > 1


@pytest.mark.parametrize("machine", MACHINES)
def test_every_placeholder_is_filled(template: StackTemplate, machine: str) -> None:
    resource = template.one("AWS::StepFunctions::StateMachine", StateMachineName=f"retake-{machine}")
    used = {
        text.removeprefix("${").removesuffix("}")
        for _, state in states_of(template.definition(machine))
        for text in state.get("Arguments", {}).values()
        if isinstance(text, str) and text.startswith("${")
    }
    assert used == set(resource["DefinitionSubstitutions"])


@pytest.mark.parametrize("machine", MACHINES)
def test_machines_are_logged_and_traced(template: StackTemplate, machine: str) -> None:
    resource = template.one("AWS::StepFunctions::StateMachine", StateMachineName=f"retake-{machine}")
    assert resource["StateMachineType"] == "STANDARD"
    assert resource["LoggingConfiguration"]["Level"] == "ALL"
    assert resource["TracingConfiguration"] == {"Enabled": True}


def test_executions_that_end_badly_are_reconciled(template: StackTemplate) -> None:
    rule = template.one("AWS::Events::Rule", Name="retake-execution-ended")
    pattern = rule["EventPattern"]
    assert pattern["source"] == ["aws.states"]
    assert pattern["detail-type"] == ["Step Functions Execution Status Change"]
    assert pattern["detail"]["status"] == ["FAILED", "TIMED_OUT", "ABORTED"]
    assert {template.render(arn) for arn in pattern["detail"]["stateMachineArn"]} == {
        f"arn:aws:states:here:me:stateMachine:retake-{machine}" for machine in MACHINES
    }
    assert [template.render(target["Arn"]) for target in rule["Targets"]] == ["retake-reconcile"]


@pytest.mark.parametrize(
    ("rule", "rate", "function"),
    [
        ("reconcile-schedule", "rate(1 minute)", "reconcile"),
        ("purge-schedule", "rate(1 hour)", "purge"),
        ("check-budgets-schedule", "rate(1 minute)", "check-budgets"),
    ],
)
def test_upkeep_runs_by_the_clock(template: StackTemplate, rule: str, rate: str, function: str) -> None:
    resource = template.one("AWS::Events::Rule", Name=f"retake-{rule}")
    assert resource["ScheduleExpression"] == rate
    assert [template.render(target["Arn"]) for target in as_list(resource["Targets"])] == [
        f"retake-{function}"
    ]


@pytest.mark.parametrize(
    "path", sorted((ROOT / "infra" / "workflows").glob("*.asl.json")), ids=lambda p: p.name
)
def test_the_linter_accepts_the_definition(path: Path) -> None:
    program = ROOT / "node_modules" / ".bin" / "asl-validator"
    if not program.exists():
        pytest.skip("asl-validator is not installed: `npm ci` provides it")
    command = [str(bundled_node()), str(program.resolve()), "--json-path", str(path)]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - fixed
    assert checked.returncode == 0, checked.stdout + checked.stderr
