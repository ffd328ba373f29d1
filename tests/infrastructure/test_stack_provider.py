"""The video provider in the template: what can be said of it, and leave for the chosen one only."""

import json
import re
from typing import Any

import pytest

from infra.environment import template_parameters
from infra.stack.providers import WITH_A_KEY
from retake.adapters.providers.registry import _BUILDERS
from retake.config import CatalogueSettings, PromptSettings
from retake.domain.providers import PROVIDER_KINDS
from retake.provider_settings import ProviderSettings
from tests.infrastructure.stack_template import StackTemplate, as_list

LISTED = {
    "ReadProviderKeys": {"ProviderKeys"},
    "StartInvocations": {"Bedrock"},
    "AskForInvocations": {"Bedrock"},
}
"""The parameters that the command line derives from the list of providers, by the policy they switch on."""


@pytest.mark.parametrize("name", _BUILDERS)
def test_every_provider_can_be_named(name: str, template: StackTemplate) -> None:
    parameter = template.template["Parameters"]["Provider"]

    assert re.fullmatch(parameter["AllowedPattern"], name)
    assert "Default" not in parameter


def test_each_kind_with_a_key_may_read_one() -> None:
    with_a_key = {kind.name for kind in PROVIDER_KINDS.values() if kind.needs_key or kind.needs_address}
    assert set(WITH_A_KEY) == with_a_key


def test_what_is_said_reaches_the_workers(template: StackTemplate) -> None:
    def variables(module: str) -> dict[str, Any]:
        found: dict[str, Any] = template.functions[module]["Environment"]["Variables"]
        return found

    for module in ("submit_generation", "poll_generation"):
        assert variables(module)["RETAKE_PROVIDER_OPTIONS"] == {"Ref": "ProviderOptions"}
        assert variables(module)["RETAKE_PROVIDERS"] == {"Ref": "Providers"}
    assert variables("submit_generation")["RETAKE_MODELS"] == {"Ref": "Models"}
    assert variables("submit_generation")["RETAKE_PROMPT_MODEL"] == {"Ref": "PromptModel"}


def test_saying_nothing_is_understood(template: StackTemplate) -> None:
    said = {name: parameter.get("Default") for name, parameter in template.template["Parameters"].items()}

    chosen = ProviderSettings.model_validate(
        {"RETAKE_PROVIDER": "local", "RETAKE_PROVIDER_OPTIONS": said["ProviderOptions"]}
    )
    assert chosen.options.base_url == ""
    assert said["ProviderKeys"] == said["Bedrock"] == "no"
    assert (
        ProviderSettings.model_validate(
            {"RETAKE_PROVIDER": "local", "RETAKE_PROVIDERS": said["Providers"]}
        ).more
        == ()
    )
    assert CatalogueSettings.model_validate({"RETAKE_MODELS": said["Models"]}).own_models == []
    assert PromptSettings.model_validate({"RETAKE_PROMPT_MODEL": said["PromptModel"]}).model == ""


KEY = {
    "ssm:GetParameter arn:aws:ssm:here:me:parameter/retake/provider-key",
    "secretsmanager:GetSecretValue arn:aws:secretsmanager:here:me:secret:retake/provider-key-??????",
}
KEYS = {f"{'/'.join(one.split('/')[:-1])}/provider-keys/*" for one in KEY if "ssm" in one} | {
    "secretsmanager:GetSecretValue arn:aws:secretsmanager:here:me:secret:retake/provider-keys/*-??????",
}
START = {
    "bedrock:InvokeModel arn:aws:bedrock:here:me:async-invoke/*",
    "bedrock:InvokeModel arn:aws:bedrock:here::foundation-model/*",
    "bedrock:ListAsyncInvokes *",
}
ASK = {"bedrock:GetAsyncInvoke arn:aws:bedrock:here:me:async-invoke/*"}


@pytest.mark.parametrize(
    ("policy", "allowed", "modules", "providers"),
    [
        (
            "ReadProviderKey",
            KEY,
            {"submit_generation", "poll_generation"},
            {"openai_videos", "replicate", "gemini", "vertex", "openrouter", "fal"},
        ),
        ("ReadProviderKeys", KEYS, {"submit_generation", "poll_generation"}, set()),
        ("StartInvocations", START, {"submit_generation"}, {"bedrock_async"}),
        ("AskForInvocations", ASK, {"poll_generation"}, {"bedrock_async"}),
    ],
)
def test_only_the_chosen_provider_gets_leave(
    policy: str, allowed: set[str], modules: set[str], providers: set[str], template: StackTemplate
) -> None:
    (resource,) = (
        one
        for one in template.resources.values()
        if one["Type"] == "AWS::IAM::Policy" and one["Properties"]["PolicyName"] == policy
    )

    granted = {
        f"{action} {template.render(target)}"
        for statement in resource["Properties"]["PolicyDocument"]["Statement"]
        for action in as_list(statement["Action"])
        for target in as_list(statement["Resource"])
    }
    assert granted == allowed
    roles = {role["Ref"] for role in resource["Properties"]["Roles"]}
    assert roles == {template.functions[module]["Role"]["Fn::GetAtt"][0] for module in modules}
    condition = json.dumps(template.template["Conditions"][resource["Condition"]])
    assert set(re.findall(r'\{"Ref": "Provider"\}, "(\w+)"', condition)) == providers
    assert set(re.findall(r'\{"Ref": "(\w+)"\}, "yes"', condition)) == LISTED.get(policy, set())
    assert "no" not in re.findall(r'"(\w+)"', condition)


def test_prompts_are_worded_by_the_one_model_that_was_chosen(
    template: StackTemplate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(template.template["Parameters"]["PromptModel"], "Default", "eu.nova")
    (policy,) = (
        one
        for one in template.resources.values()
        if one["Type"] == "AWS::IAM::Policy" and one["Properties"]["PolicyName"] == "WordPrompts"
    )
    by_itself, anywhere = policy["Properties"]["PolicyDocument"]["Statement"]
    profile = "arn:aws:bedrock:here:me:inference-profile/eu.nova"
    assert {template.render(each) for each in by_itself["Resource"]} == {
        "arn:aws:bedrock:here::foundation-model/eu.nova",
        profile,
    }
    assert template.render(anywhere["Resource"]) == "arn:aws:bedrock:*::foundation-model/*"
    only_through = anywhere["Condition"]["StringEquals"]["bedrock:InferenceProfileArn"]
    assert template.render(only_through) == profile
    assert by_itself["Action"] == anywhere["Action"] == "bedrock:InvokeModel"
    assert [role["Ref"] for role in policy["Properties"]["Roles"]] == [
        template.functions["submit_generation"]["Role"]["Fn::GetAtt"][0]
    ]
    is_chosen = template.template["Conditions"][policy["Condition"]]
    assert is_chosen == {"Fn::Not": [{"Fn::Equals": [{"Ref": "PromptModel"}, ""]}]}


def test_no_policy_beside_the_roles_is_there_for_everybody(template: StackTemplate) -> None:
    beside = [one for one in template.resources.values() if one["Type"] == "AWS::IAM::Policy"]

    assert len(beside) == 5
    assert all("Condition" in one for one in beside)


def test_the_command_hands_over_what_the_shell_says(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("RETAKE_MODELS", "RETAKE_PROVIDERS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("RETAKE_PROVIDER_OPTIONS", '{"base_url": "http://10.0.0.7:8091"}')
    monkeypatch.setenv("RETAKE_LIMITS", '{"archive_after_days": 14}')

    said = template_parameters()

    assert said == {
        "ProviderOptions": '{"base_url":"http://10.0.0.7:8091"}',
        "Limits": '{"archive_after_days":14}',
    }


@pytest.mark.parametrize(
    ("listed", "keys", "bedrock"),
    [
        ([], "no", "no"),
        ([{"name": "farm", "kind": "openai_videos", "key_reference": "env:RETAKE_KEY_FARM"}], "no", "no"),
        ([{"name": "fal", "key_reference": "ssm:/retake/provider-keys/fal"}], "yes", "no"),
        ([{"name": "r", "kind": "replicate", "key_reference": "secretsmanager:x"}], "yes", "no"),
        ([{"name": "bedrock_async"}], "no", "yes"),
        ([{"name": "aws", "kind": "bedrock_async"}, {"name": "fal", "key_reference": "ssm:x"}], "yes", "yes"),
    ],
)
def test_permissions_follow_the_listed_providers(
    listed: list[object], keys: str, bedrock: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RETAKE_PROVIDERS", json.dumps(listed))

    said = template_parameters()

    assert (said["ProviderKeys"], said["Bedrock"]) == (keys, bedrock)


def test_what_is_handed_over_are_parameters_of_the_template(
    template: StackTemplate, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (
        *("RETAKE_PROVIDER_OPTIONS", "RETAKE_PROVIDERS", "RETAKE_MODELS"),
        *("RETAKE_PROMPT_MODEL", "RETAKE_LIMITS"),
    ):
        monkeypatch.setenv(name, "[]")

    sizes = {
        "SubmitWorkers",
        "PollWorkers",
        "ArchiveWorkers",
        "RequestsPerSecond",
        "RequestBurst",
        "UserRequestsPerMinute",
    }
    assert set(template_parameters()) == set(template.template["Parameters"]) - {"Provider"} - sizes


def test_what_only_sends_requests_has_no_memory_to_render_with(
    template: StackTemplate, host_template: StackTemplate
) -> None:
    """Where the local provider may render, alone or in the list, the submitting function keeps its memory."""
    chosen, remote, rendering = template.functions["submit_generation"]["MemorySize"]["Fn::If"]
    assert remote < rendering
    assert host_template.functions["submit_generation"]["MemorySize"] == {
        "Fn::If": [chosen, remote, rendering]
    }
    assert host_template.template["Conditions"] == template.template["Conditions"]
    is_remote, has_no_list = template.template["Conditions"][chosen]["Fn::And"]
    named = {equal["Fn::Equals"][1] for equal in is_remote["Fn::Or"]}
    assert "local" not in named
    assert {"replicate", "bedrock_async"} <= named
    assert has_no_list == {"Fn::Equals": [{"Ref": "Providers"}, "[]"]}
