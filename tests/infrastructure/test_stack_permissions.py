"""Who may do what: each role holds exactly this, written out a second time on purpose."""

import pytest

from tests.infrastructure.stack_template import StackTemplate


def table(*actions: str) -> set[str]:
    return {f"dynamodb:{action} table" for action in actions}


READ, READ_MANY = table("GetItem"), table("BatchGetItem")
QUERY = table("Query")
WRITE = table("PutItem")
COUNT = table("UpdateItem")
"""Counters of what is stored are added to in the transactions that change it."""

REQUESTS = {"dynamodb:UpdateItem table REQUESTS#*"}
"""Counts of users' requests, by functions that may update no other item."""

LEDGER = table("BatchWriteItem", "DeleteItem")
"""Entries of the deletion ledger are written before the objects, and struck by what makes them needed."""


def get(*prefixes: str) -> set[str]:
    return {f"s3:GetObject bucket/{prefix}/*" for prefix in prefixes}


def put(*prefixes: str) -> set[str]:
    return {f"s3:PutObject bucket/{prefix}/*" for prefix in prefixes}


def delete(*prefixes: str) -> set[str]:
    return {f"s3:DeleteObject bucket/{prefix}/*" for prefix in prefixes}


def listing(*prefixes: str) -> set[str]:
    return {f"s3:ListBucket bucket {prefix}/*" for prefix in prefixes}


def invoke(*functions: str) -> set[str]:
    return {f"lambda:InvokeFunction arn:aws:lambda:here:me:function:retake-{name}" for name in functions}


def send(*queues: str) -> set[str]:
    return {f"sqs:SendMessage retake-{queue}" for queue in queues}


def publish(*topics: str) -> set[str]:
    return {f"sns:Publish arn:aws:sns:here:me:retake-{topic}" for topic in topics}


def start(*machines: str) -> set[str]:
    return {f"states:StartExecution arn:aws:states:here:me:stateMachine:retake-{name}" for name in machines}


def token(*answers: str) -> set[str]:
    machines = "arn:aws:states:here:me:stateMachine:retake-"
    return {f"states:SendTask{a} {machines}{m}" for a in answers for m in (REGENERATE, CREATE)}


def oversee(action: str, *machines: str) -> set[str]:
    return {f"states:{action}Execution arn:aws:states:here:me:execution:retake-{name}:*" for name in machines}


def consume(*queues: str) -> set[str]:
    actions = ("ChangeMessageVisibility", "DeleteMessage", "GetQueueAttributes", "ReceiveMessage")
    return {f"sqs:{action} retake-{queue}" for queue in queues for action in actions}


def query(index: str) -> set[str]:
    return {f"dynamodb:Query table/index/{index}"}


COUNT = table("UpdateItem")
"""The user's counters, in the commits that change what is stored."""

DELETABLE = ("clips", "archive", "compositions", "uploads", "scheduled")
DEAD_LETTERS = ("submit-dead-letters", "poll-dead-letters", "archive-dead-letters")
SCHEDULES = "arn:aws:scheduler:here:me:schedule/retake-one-off/*"
REGENERATE, PREPARE, CREATE = "RegenerateBatch", "PrepareJob", "CreateVideos"

EXPECTED: dict[str, set[str]] = {
    "api_jobs": READ
    | READ_MANY
    | QUERY
    | WRITE
    | COUNT
    | LEDGER
    | COUNT
    | query("by_owner")
    | get("clips", "archive", "compositions", "uploads")
    | put("clips")
    | listing("uploads")
    | invoke("probe-uploads", "recompose-video")
    | start(PREPARE, REGENERATE),
    "api_batches": READ
    | READ_MANY
    | QUERY
    | WRITE
    | COUNT
    | LEDGER
    | query("by_owner")
    | get("compositions", "uploads")
    | put("clips")
    | listing("uploads")
    | start(REGENERATE)
    | invoke("probe-uploads", "recompose-video"),
    "api_versions": READ
    | REQUESTS
    | READ_MANY
    | QUERY
    | WRITE
    | get("clips", "archive", "compositions")
    | invoke("rehydrate-version", "recompose-video", "compare-takes")
    | send("archive"),
    "api_videos": READ
    | READ_MANY
    | QUERY
    | WRITE
    | LEDGER
    | COUNT
    | query("by_owner")
    | get("clips", "compositions", "uploads")
    | put("clips")
    | listing("uploads")
    | invoke("probe-uploads")
    | start(CREATE),
    "api_downloads": READ
    | REQUESTS
    | READ_MANY
    | QUERY
    | WRITE
    | table("BatchWriteItem")
    | get("clips", "compositions", "downloads")
    | listing("clips", "compositions", "downloads")
    | invoke("pack-download"),
    "api_projects": READ | REQUESTS | WRITE | table("DeleteItem") | query("by_owner"),
    "api_templates": READ | REQUESTS | QUERY | WRITE | table("DeleteItem") | query("by_owner"),
    "api_schedules": READ
    | REQUESTS
    | READ_MANY
    | QUERY
    | WRITE
    | table("BatchWriteItem")
    | query("by_owner")
    | get("uploads")
    | put("scheduled")
    | listing("uploads")
    | invoke("probe-uploads")
    | {f"scheduler:{action}Schedule {SCHEDULES}" for action in ("Create", "Delete")}
    | {"iam:PassRole WakeUpRole"},
    "api_shares": READ | REQUESTS | READ_MANY | QUERY | WRITE | table("DeleteItem"),
    "api_shared": READ | READ_MANY | QUERY | WRITE | get("clips", "archive", "compositions"),
    "api_uploads": READ | REQUESTS | QUERY | WRITE | put("uploads"),
    "api_usage": READ
    | QUERY
    | WRITE
    | COUNT
    | query("by_owner")
    | query("by_size")
    | {"cognito-idp:AdminGetUser users"},
    "api_events": READ | REQUESTS | QUERY,
    "api_system": READ,
    "run_schedule": READ
    | send("failed-calls")
    | READ_MANY
    | QUERY
    | WRITE
    | COUNT
    | LEDGER
    | get("scheduled")
    | put("clips")
    | listing("scheduled")
    | invoke("probe-uploads")
    | start(REGENERATE, CREATE),
    "start_batch": READ | READ_MANY | WRITE,
    "record_clip_failure": READ | WRITE | COUNT,
    "finish_batch": READ | READ_MANY | WRITE | COUNT | start(REGENERATE),
    "finish_preparation": READ | READ_MANY | WRITE | COUNT | start(REGENERATE),
    "finish_creation": READ | READ_MANY | WRITE | COUNT | start(REGENERATE),
    "submit_generation": READ
    | READ_MANY
    | WRITE
    | COUNT
    | get("clips", "archive", "provider", "uploads")
    | put("provider")
    | listing("clips", "archive", "provider", "uploads")
    | send("submit", "poll")
    | token("Success", "Failure", "Heartbeat")
    | consume("submit"),
    "poll_generation": READ
    | WRITE
    | COUNT
    | get("provider")
    | put("provider")
    | listing("provider")
    | send("submit", "poll")
    | token("Success", "Failure", "Heartbeat")
    | invoke("ingest-clip")
    | consume("poll"),
    "handle_dead_letters": READ
    | put("dead-letters")
    | token("Success", "Failure")
    | invoke("ingest-clip")
    | consume(*DEAD_LETTERS, "failed-calls"),
    "probe_uploads": get("uploads", "scheduled") | listing("uploads", "scheduled"),
    "ingest_clip": READ
    | send("failed-calls")
    | READ_MANY
    | QUERY
    | WRITE
    | COUNT
    | LEDGER
    | COUNT
    | get("uploads", "provider", "clips")
    | put("clips")
    | listing("uploads", "provider")
    | send("archive"),
    "recompose_video": READ
    | READ_MANY
    | WRITE
    | COUNT
    | LEDGER
    | COUNT
    | get("clips", "compositions")
    | put("compositions")
    | {"s3:AbortMultipartUpload bucket/compositions/*"}
    | listing("clips", "compositions"),
    "compare_takes": get("clips", "archive") | listing("clips", "archive"),
    "archive_version": READ
    | WRITE
    | COUNT
    | LEDGER
    | COUNT
    | get("clips", "archive")
    | put("archive")
    | listing("clips", "archive")
    | consume("archive"),
    "rehydrate_version": READ
    | READ_MANY
    | send("failed-calls")
    | QUERY
    | WRITE
    | LEDGER
    | COUNT
    | get("archive")
    | {"s3:RestoreObject bucket/archive/*"}
    | put("clips")
    | listing("archive")
    | invoke("recompose-video")
    | send("archive"),
    "pack_download": READ
    | send("failed-calls")
    | WRITE
    | get("clips", "compositions")
    | listing("clips", "compositions")
    | put("downloads")
    | {"s3:AbortMultipartUpload bucket/downloads/*"},
    "reconcile": READ
    | READ_MANY
    | WRITE
    | COUNT
    | query("due_work")
    | oversee("Describe", REGENERATE, PREPARE, CREATE)
    | oversee("Stop", REGENERATE)
    | start(REGENERATE, PREPARE, CREATE)
    | invoke("rehydrate-version", "recompose-video", "ingest-clip", "run-schedule")
    | send("submit", "poll", "archive"),
    "check_budgets": READ | QUERY | WRITE | COUNT | query("due_work") | publish("storage-alerts"),
    "purge": READ
    | READ_MANY
    | QUERY
    | WRITE
    | COUNT
    | LEDGER
    | query("due_work")
    | delete(*DELETABLE, "downloads")
    | listing(*DELETABLE),
    "sweep_versions": READ
    | QUERY
    | WRITE
    | table("UpdateItem", "DeleteItem")
    | query("due_work")
    | send("archive"),
    "tombstone_version": READ | send("failed-calls") | QUERY | WRITE | table("UpdateItem"),
    "sweep_orphans": READ
    | QUERY
    | WRITE
    | LEDGER
    | table("Scan", "UpdateItem")
    | listing("clips", "archive", "compositions")
    | get("clips", "archive", "compositions"),
}

MACHINES = {
    REGENERATE: ("start-batch", "ingest-clip", "record-clip-failure", "recompose-video", "finish-batch"),
    PREPARE: ("ingest-clip", "record-clip-failure", "recompose-video", "finish-preparation"),
    CREATE: (
        "start-batch",
        "ingest-clip",
        "record-clip-failure",
        "recompose-video",
        "finish-batch",
        "finish-creation",
    ),
}


def everyone_may(name: str) -> set[str]:
    group = f"arn:aws:logs:here:me:log-group:/aws/lambda/{name}:*"
    return {
        f"logs:CreateLogStream {group}",
        f"logs:PutLogEvents {group}",
        "xray:PutTelemetryRecords *",
        "xray:PutTraceSegments *",
    }


def test_every_function_is_expected(template: StackTemplate) -> None:
    assert set(template.functions) == set(EXPECTED)


@pytest.mark.parametrize("module", EXPECTED)
def test_a_function_may_do_exactly_what_it_needs(template: StackTemplate, module: str) -> None:
    function = template.functions[module]
    held = template.permissions(function["Role"])
    assert held == EXPECTED[module] | everyone_may(function["FunctionName"])


def test_each_function_has_a_role_of_its_own(template: StackTemplate) -> None:
    roles = [str(function["Role"]) for function in template.functions.values()]
    assert len(set(roles)) == len(roles)


@pytest.mark.parametrize("machine", MACHINES)
def test_a_machine_may_call_its_functions_and_nothing_else(template: StackTemplate, machine: str) -> None:
    resource = template.one("AWS::StepFunctions::StateMachine", StateMachineName=f"retake-{machine}")
    held = {
        permission
        for permission in template.permissions(resource["RoleArn"])
        # Tracing and log deliveries have no resource to name.
        if not permission.startswith(("xray:", "logs:"))
    }
    calls = {f"lambda:InvokeFunction retake-{function}" for function in MACHINES[machine]}
    assert held == calls | (set() if machine == PREPARE else send("submit"))


def test_schedules_call_one_function_and_no_other_account_borrows_their_role(
    template: StackTemplate,
) -> None:
    (role,) = (
        role
        for role in template.of_type("AWS::IAM::Role").values()
        if "scheduler.amazonaws.com" in str(role["AssumeRolePolicyDocument"])
    )
    (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
    (group,) = template.of_type("AWS::Scheduler::ScheduleGroup")
    assert trust["Condition"]["StringEquals"] == {
        "aws:SourceAccount": {"Ref": "AWS::AccountId"},
        "aws:SourceArn": {"Fn::GetAtt": [group, "Arn"]},
    }
    assert set(template.permissions_of(role)) == invoke("run-schedule")


def test_the_role_is_handed_to_the_scheduler_only(template: StackTemplate) -> None:
    function = template.functions["api_schedules"]
    role = template.resources[function["Role"]["Fn::GetAtt"][0]]["Properties"]
    (passing,) = (
        statement
        for policy in role["Policies"]
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Action"] == "iam:PassRole"
    )
    assert passing["Condition"] == {"StringEquals": {"iam:PassedToService": "scheduler.amazonaws.com"}}
    assert _holders(template, "iam:PassRole") == {"api_schedules"}


def test_only_the_workers_answer_tokens(template: StackTemplate) -> None:
    assert _holders(template, "states:SendTaskSuccess") == {
        "submit_generation",
        "poll_generation",
        "handle_dead_letters",
    }


def test_only_these_start_executions(template: StackTemplate) -> None:
    assert _holders(template, "states:StartExecution") == {
        "api_jobs",
        "api_batches",
        "api_videos",
        "finish_batch",
        "finish_creation",
        "finish_preparation",
        "reconcile",
        "run_schedule",
    }


def test_only_purge_deletes_objects(template: StackTemplate) -> None:
    assert _holders(template, "s3:DeleteObject") == {"purge"}


def test_only_one_function_reports_the_operators(template: StackTemplate) -> None:
    assert _holders(template, "sns:Publish") == {"check_budgets"}


def _holders(template: StackTemplate, action: str) -> set[str]:
    return {
        module
        for module, function in template.functions.items()
        if any(held.startswith(f"{action} ") for held in template.permissions(function["Role"]))
    }
