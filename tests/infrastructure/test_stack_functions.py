"""The functions: size, environment, logs, and that their code is there."""

import importlib
import json
import re
from functools import cache

import pytest
from pydantic import BaseModel

from infra.flavour import ROOT
from infra.stack.functions.catalogue import FUNCTIONS
from retake.variables import Setting
from tests.infrastructure.stack_template import StackTemplate

PACKAGES = ROOT / "functions"
NAMES = [spec.name for spec in FUNCTIONS]

POWERTOOLS = {
    "POWERTOOLS_SERVICE_NAME",
    "POWERTOOLS_METRICS_NAMESPACE",
    "POWERTOOLS_LOG_LEVEL",
    "RETAKE_LIMITS",
}

ENVIRONMENTS: dict[str, set[str]] = {
    "api_jobs": {
        "TABLE_NAME",
        "BUCKET_NAME",
        "PREPARE_MACHINE_ARN",
        "REGENERATE_MACHINE_ARN",
        "PROBE_FUNCTION",
        "RECOMPOSE_FUNCTION",
        "PROVIDER",
        "PROVIDER_OPTIONS",
        "PROVIDERS",
        "MODELS",
        "REQUESTS_A_MINUTE",
    },
    "api_batches": {
        "TABLE_NAME",
        "BUCKET_NAME",
        "REGENERATE_MACHINE_ARN",
        "PROBE_FUNCTION",
        "RECOMPOSE_FUNCTION",
        "PROVIDER",
        "PROVIDER_OPTIONS",
        "PROVIDERS",
        "MODELS",
        "PLATFORM",
        "REQUESTS_A_MINUTE",
    },
    "api_versions": {
        "TABLE_NAME",
        "BUCKET_NAME",
        "ARCHIVE_QUEUE_URL",
        "REHYDRATE_FUNCTION",
        "RECOMPOSE_FUNCTION",
        "COMPARE_FUNCTION",
        "REQUESTS_A_MINUTE",
    },
    "api_videos": {
        "TABLE_NAME",
        "BUCKET_NAME",
        "CREATE_MACHINE_ARN",
        "PROBE_FUNCTION",
        "PROVIDER",
        "PROVIDER_OPTIONS",
        "PROVIDERS",
        "MODELS",
        "REQUESTS_A_MINUTE",
    },
    "api_downloads": {"TABLE_NAME", "BUCKET_NAME", "PACK_FUNCTION", "REQUESTS_A_MINUTE"},
    "api_projects": {"TABLE_NAME", "REQUESTS_A_MINUTE"},
    "api_templates": {
        "TABLE_NAME",
        "PROVIDER",
        "PROVIDER_OPTIONS",
        "PROVIDERS",
        "MODELS",
        "REQUESTS_A_MINUTE",
    },
    "api_shares": {"TABLE_NAME", "REQUESTS_A_MINUTE"},
    "api_shared": {"TABLE_NAME", "BUCKET_NAME"},
    "api_schedules": {
        "TABLE_NAME",
        "BUCKET_NAME",
        "PROBE_FUNCTION",
        "PROVIDER",
        "PROVIDER_OPTIONS",
        "PROVIDERS",
        "MODELS",
        "SCHEDULE_GROUP",
        "SCHEDULE_TARGET_ARN",
        "SCHEDULE_ROLE_ARN",
        "REQUESTS_A_MINUTE",
    },
    "run_schedule": {
        "TABLE_NAME",
        "BUCKET_NAME",
        "CREATE_MACHINE_ARN",
        "REGENERATE_MACHINE_ARN",
        "PROBE_FUNCTION",
        "PROVIDER",
        "PROVIDER_OPTIONS",
        "PROVIDERS",
        "MODELS",
    },
    "api_uploads": {"TABLE_NAME", "BUCKET_NAME", "REQUESTS_A_MINUTE"},
    "api_events": {"TABLE_NAME", "REQUESTS_A_MINUTE"},
    "api_usage": {"TABLE_NAME", "ARCHIVE_CLASS", "USER_POOL_ID", "PLATFORM", "REQUESTS_A_MINUTE"},
    "api_system": {"TABLE_NAME", "PROVIDER"},
    "start_batch": {"TABLE_NAME"},
    "record_clip_failure": {"TABLE_NAME"},
    "finish_batch": {"TABLE_NAME", "REGENERATE_MACHINE_ARN"},
    "finish_preparation": {"TABLE_NAME", "REGENERATE_MACHINE_ARN"},
    "finish_creation": {"TABLE_NAME", "REGENERATE_MACHINE_ARN"},
    "submit_generation": {
        "TABLE_NAME",
        "BUCKET_NAME",
        "SUBMIT_QUEUE_URL",
        "POLL_QUEUE_URL",
        "PROVIDER",
        "PROVIDER_OPTIONS",
        "PROVIDERS",
        "MODELS",
        "PROMPT_MODEL",
        "FONT_PATH",
    },
    "poll_generation": {
        "TABLE_NAME",
        "BUCKET_NAME",
        "SUBMIT_QUEUE_URL",
        "POLL_QUEUE_URL",
        "INGEST_FUNCTION",
        "PROVIDER",
        "PROVIDER_OPTIONS",
        "PROVIDERS",
        "MODELS",
    },
    "handle_dead_letters": {"TABLE_NAME", "BUCKET_NAME", "INGEST_FUNCTION"},
    "probe_uploads": {"BUCKET_NAME"},
    "ingest_clip": {"TABLE_NAME", "BUCKET_NAME", "ARCHIVE_QUEUE_URL"},
    "recompose_video": {"TABLE_NAME", "BUCKET_NAME"},
    "compare_takes": {"BUCKET_NAME"},
    "archive_version": {"TABLE_NAME", "BUCKET_NAME"},
    "rehydrate_version": {"TABLE_NAME", "BUCKET_NAME", "ARCHIVE_QUEUE_URL", "RECOMPOSE_FUNCTION"},
    "pack_download": {"TABLE_NAME", "BUCKET_NAME"},
    "reconcile": {
        "TABLE_NAME",
        "SUBMIT_QUEUE_URL",
        "POLL_QUEUE_URL",
        "ARCHIVE_QUEUE_URL",
        "REGENERATE_MACHINE_ARN",
        "PREPARE_MACHINE_ARN",
        "CREATE_MACHINE_ARN",
        "INGEST_FUNCTION",
        "RECOMPOSE_FUNCTION",
        "REHYDRATE_FUNCTION",
        "RUN_SCHEDULE_FUNCTION",
    },
    "purge": {"TABLE_NAME", "BUCKET_NAME"},
    "sweep_versions": {"TABLE_NAME", "ARCHIVE_QUEUE_URL", "ARCHIVE_CLASS"},
    "tombstone_version": {"TABLE_NAME"},
    "sweep_orphans": {"TABLE_NAME", "BUCKET_NAME"},
    "check_budgets": {"TABLE_NAME", "ALERT_TOPIC_ARN"},
}

WITH_FFMPEG = {
    "submit_generation",
    "probe_uploads",
    "ingest_clip",
    "recompose_video",
    "compare_takes",
    "archive_version",
    "rehydrate_version",
}


@pytest.mark.parametrize("name", NAMES)
def test_a_function_runs_on_arm_traced_and_logged(template: StackTemplate, name: str) -> None:
    function = template.functions[name]
    assert function["Architectures"] == ["arm64"]
    assert function["Runtime"] == "python3.13"
    # Looks every few seconds would be most of what traces cost.
    assert function["TracingConfig"] == {"Mode": "PassThrough" if name == "poll_generation" else "Active"}
    group = template.resources[function["LoggingConfig"]["LogGroup"]["Ref"]]["Properties"]
    assert group["LogGroupName"] == f"/aws/lambda/{function['FunctionName']}"


def test_logs_are_not_kept_forever(template: StackTemplate) -> None:
    assert {group["RetentionInDays"] for group in template.of_type("AWS::Logs::LogGroup").values()} == {30}


@pytest.mark.parametrize("name", NAMES)
def test_a_new_account_can_deploy_the_function(template: StackTemplate, name: str) -> None:
    function = template.functions[name]
    memory = function["MemorySize"]
    assert all(size <= 3008 for size in (memory["Fn::If"][1:] if isinstance(memory, dict) else [memory]))
    assert function["Timeout"] <= 900
    assert "ReservedConcurrentExecutions" not in function


def test_api_functions_answer_before_the_gateway_stops(template: StackTemplate) -> None:
    waited_for = {"probe_uploads", "compare_takes"}
    for module, function in template.functions.items():
        if module.startswith("api_") or module in waited_for:
            assert function["Timeout"] < 30


def test_reconcile_can_wait_for_a_recomposition(template: StackTemplate) -> None:
    functions = template.functions
    assert functions["reconcile"]["Timeout"] > functions["recompose_video"]["Timeout"]


def test_a_look_at_budgets_ends_before_the_next_begins(template: StackTemplate) -> None:
    # Two at once could announce one crossing twice.
    assert template.functions["check_budgets"]["Timeout"] < 60


def test_recompose_has_room_for_a_whole_job(template: StackTemplate) -> None:
    assert template.functions["recompose_video"]["EphemeralStorage"]["Size"] >= 8192


def test_ffmpeg_goes_to_those_who_run_it(template: StackTemplate) -> None:
    (layer,) = (
        name
        for name, one in template.of_type("AWS::Lambda::LayerVersion").items()
        if one["LayerName"] == "retake-ffmpeg"
    )
    users = {
        module for module, function in template.functions.items() if {"Ref": layer} in function["Layers"]
    }
    assert users == WITH_FFMPEG


@pytest.mark.parametrize("name", NAMES)
def test_a_function_is_reported_what_it_needs_and_no_more(template: StackTemplate, name: str) -> None:
    environment = template.functions[name]["Environment"]["Variables"]
    assert set(environment) == POWERTOOLS | {f"RETAKE_{variable}" for variable in ENVIRONMENTS[name]}
    assert environment["POWERTOOLS_SERVICE_NAME"] == name


@pytest.mark.parametrize("name", NAMES)
def test_a_function_reaches_all_that_it_is_reported(template: StackTemplate, name: str) -> None:
    # A queue, topic, function or machine in the environment is there to be called: so it must be allowed.
    function = template.functions[name]
    held = " ".join(template.permissions(function["Role"]))
    for variable, value in function["Environment"]["Variables"].items():
        if variable.endswith(("_QUEUE_URL", "_MACHINE_ARN", "_TOPIC_ARN", "_FUNCTION")):
            assert template.render(value) in held, variable


def test_a_provider_must_be_named_on_aws(template: StackTemplate, host_template: StackTemplate) -> None:
    assert "Default" not in template.template["Parameters"]["Provider"]
    assert host_template.template["Parameters"]["Provider"]["Default"] == "local"
    for function in template.functions.values():
        assert function["Environment"]["Variables"].get("RETAKE_PROVIDER") in (None, {"Ref": "Provider"})


def test_every_module_with_a_handler_is_deployed_under_a_name_of_its_own(template: StackTemplate) -> None:
    written = {
        ".".join((*path.relative_to(PACKAGES).with_suffix("").parts, "handler"))
        for path in PACKAGES.rglob("*.py")
        if re.search(r"^handler = ", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert {function["Handler"] for function in template.functions.values()} == written
    assert len(set(NAMES)) == len(written)


@pytest.mark.parametrize("name", NAMES)
def test_the_environment_satisfies_the_settings(template: StackTemplate, name: str) -> None:
    variables = template.functions[name]["Environment"]["Variables"]
    environment = {variable: template.render(value) for variable, value in variables.items()}
    understood: set[str] = set()
    for kind in _settings():
        if _variables(kind) & set(environment):
            kind.model_validate(environment)
            understood |= _variables(kind)
    assert set(environment) - POWERTOOLS <= understood


def test_no_setting_is_unknown_to_the_stack() -> None:
    read = set().union(*map(_variables, _settings()))
    of_lambda = {name for name in read if name.startswith("AWS_LAMBDA_")}  # which no stack may set
    assert read - of_lambda == {*Setting} - {Setting.RELEASE}  # which no code reads


def test_the_template_moves_no_ones_clock(template: StackTemplate, host_template: StackTemplate) -> None:
    for function in [*template.functions.values(), *host_template.functions.values()]:
        assert Setting.CLOCK_FILE not in function["Environment"]["Variables"]
    assert Setting.CLOCK_FILE not in json.dumps([template.template, host_template.template])


@cache
def _settings() -> tuple[type[BaseModel], ...]:
    """Return every class of settings, wherever in the functions it is."""
    for path in PACKAGES.glob("retake/**/*.py"):
        if re.search(r"^class \w+\(\w*Settings\):", path.read_text(encoding="utf-8"), re.MULTILINE):
            importlib.import_module(".".join(path.relative_to(PACKAGES).with_suffix("").parts))
    found: list[type[BaseModel]] = []
    left: list[type[BaseModel]] = [importlib.import_module("retake.config").Settings]
    while left:
        found += (kinds := left.pop().__subclasses__())
        left += kinds
    return tuple(found)


def _variables(kind: type[BaseModel]) -> set[str]:
    return {field.alias or name for name, field in kind.model_fields.items()}
