"""Lambda gives all variables of a function 4 KB: names that the stack knows, and what a deployment sets."""

from __future__ import annotations

import json
from typing import Any

import pytest

from infra.environment import (
    SETTINGS_BYTES,
    SettingsTooLongError,
    environment_bytes,
    pack,
    require_short_settings,
)
from retake.config import unpacked
from tests.infrastructure.stack_template import StackTemplate

LAMBDA_BYTES = 4096
"""Of all variables of a function, as the JSON in which Lambda counts them.

References:
    https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
"""

SETTINGS = {"ProviderOptions", "Providers", "Models", "PromptModel", "Limits"}
STAGE = "-" + 15 * "s"
"""The longest stage (``infra.stage``), which stands behind the prefix of every name."""

LONGEST = {
    "AWS::Region": "ap-southeast-10",
    "AWS::AccountId": 12 * "9",
    "AWS::Partition": "aws-us-gov",
    "AWS::URLSuffix": "amazonaws.com.cn",
    "Provider": "openai_videos",
    "UserRequestsPerMinute": 7 * "9",
}
ARN_BYTES = len("arn:aws-us-gov:scheduler:ap-southeast-10:999999999999:schedule-group/")
"""What stands before a name in an ARN, at most."""

NAMES = {
    "AWS::S3::Bucket": 63,
    "AWS::DynamoDB::Table": 32,
    "AWS::Cognito::UserPool": 30,
    "AWS::IAM::Role": 64,
    "AWS::Scheduler::ScheduleGroup": 64,
    # Of its address, which is what a queue's reference becomes.
    "AWS::SQS::Queue": len(f"https://sqs.{LONGEST['AWS::Region']}.amazonaws.com.cn/") + 12 + 1 + 40,
}


def longest(template: StackTemplate, value: Any) -> str:
    """Write a value as long as a deployment can make it; what the settings take is counted apart."""
    if isinstance(value, str):
        return value.replace("retake", f"retake{STAGE}")
    ((function, argument),) = value.items()
    if function == "Fn::Join":
        return str(argument[0]).join(longest(template, part) for part in argument[1])
    name = argument[0] if function == "Fn::GetAtt" else argument
    if name in SETTINGS:
        return ""
    if name in LONGEST:
        return LONGEST[name]
    size = NAMES[template.resources[name]["Type"]]
    return "x" * (size + ARN_BYTES if function == "Fn::GetAtt" else size)


def test_every_function_has_room_for_the_longest_settings(template: StackTemplate) -> None:
    taken = {}
    for name, function in template.functions.items():
        variables = function["Environment"]["Variables"]
        known = {variable: longest(template, value) for variable, value in variables.items()}
        has_settings = any(value == {"Ref": one} for value in variables.values() for one in SETTINGS)
        taken[name] = len(json.dumps(known, separators=(",", ":"))) + SETTINGS_BYTES * has_settings
    assert max(taken.values()) <= LAMBDA_BYTES, taken
    # And no more is kept free than a region with a longer name could take.
    assert max(taken.values()) > LAMBDA_BYTES - 400, taken


def own_models(many: int) -> str:
    return json.dumps(
        [
            {
                "name": f"vendor/model-{number}",
                "title": f"Model {number} of a vendor",
                "provider": "openrouter",
                "provider_model": f"vendor/model-{number}",
                "durations_s": {"from": 4, "to": 12 + number % 3},
                "dollars": f"0.{number:02}",
                "sizes": ["1280x720", "720x1280"],
                "references": ["image"],
            }
            for number in range(many)
        ],
        indent=1,
    )


def test_settings_are_deployed_in_their_shortest_form() -> None:
    models = own_models(40)
    assert environment_bytes(pack(models)) < environment_bytes(models) / 8
    assert json.loads(unpacked(pack(models))) == json.loads(models)
    assert (pack("[]"), pack('{ "archive_after_days": 14 }')) == ("[]", '{"archive_after_days":14}')
    assert pack("eu.anthropic.claude") == "eu.anthropic.claude"


def test_what_does_not_fit_is_refused_before_anything_is_deployed() -> None:
    require_short_settings({"Models": pack(own_models(60)), "Limits": "{}", "PollWorkers": "30"})
    noise = json.dumps(
        [{"name": f"m{number}", "title": hex(hash((number, "x")) ** 3)} for number in range(80)]
    )
    with pytest.raises(SettingsTooLongError, match=r"RETAKE_MODELS \d,\d+, RETAKE_LIMITS 2\. Leave out"):
        require_short_settings({"Models": pack(noise), "Limits": "{}"})
