"""Settings that are of no use are named, each with the way out, before anything is started."""

from __future__ import annotations

import json
import os

import pytest

from infra.cli.settings import setting_faults
from retake import config, settings_check

USED: dict[str, str] = {"RETAKE_PROVIDER": "local", "AWS_DEFAULT_REGION": "us-east-1"}


def faults(**settings: str) -> str:
    """Return what the command's process finds, in this one: a process each takes most of the time."""
    with pytest.MonkeyPatch.context() as shell:
        for name in [*os.environ]:  # noqa: TID251 - the environment is what is checked
            shell.delenv(name)
        for name, value in {**USED, **settings}.items():
            shell.setenv(name, value)
        config.settings.cache_clear()
        found = settings_check.setting_faults()
    config.settings.cache_clear()
    return "\n".join(found)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"RETAKE_LIMITS": '{"max_clips": 3, "monthly_spend_limit": "2.50", "archive_when": "always"}'},
        {"RETAKE_LIMITS": '{"monthly_spend_limit": null, "generation_retries": 0}'},
        {"RETAKE_PROVIDER": ""},
        {"RETAKE_PROVIDER": "scripted"},
        {"RETAKE_PROVIDER": "bedrock_async"},
        {"RETAKE_PROVIDER": "replicate", "RETAKE_PROVIDER_KEY": "k"},
        {"RETAKE_PROVIDERS": '[{"name": "replicate"}, {"name": "bedrock_async"}]'},
        {"RETAKE_PROVIDER": "replicate", "REPLICATE_API_TOKEN": "r8_k"},
        {
            "RETAKE_PROVIDER": "r",
            "RETAKE_PROVIDERS": '[{"name": "r", "kind": "bedrock_async"}]',
            "RETAKE_MODELS": '[{"name": "m", "provider": "r", "provider_model": "luma", "durations_s": [5]}]',
        },
        {
            "RETAKE_PROVIDER": "openai_videos",
            "RETAKE_PROVIDER_OPTIONS": '{"base_url": "https://a.example/v1"}',
        },
    ],
)
def test_what_can_be_used_is_not_blamed(settings: dict[str, str]) -> None:
    assert faults(**settings) == ""


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"RETAKE_PROVIDER": "nope"}, ["'nope'", "--provider", "openai_videos"]),
        ({"RETAKE_PROVIDER": "openai_videos"}, ["base_url", "RETAKE_PROVIDER_OPTIONS"]),
        ({"RETAKE_PROVIDER": "replicate"}, ["RETAKE_PROVIDER_KEY"]),
        (
            {"RETAKE_PROVIDER": "openai_videos", "RETAKE_PROVIDER_OPTIONS": '{"base_url": "ftp://a"}'},
            ["base_url", "RETAKE_PROVIDER_OPTIONS"],
        ),
        ({"RETAKE_PROVIDER_OPTIONS": "{"}, ["RETAKE_PROVIDER_OPTIONS", "not JSON"]),
        ({"RETAKE_PROVIDER_OPTIONS": "[]"}, ["RETAKE_PROVIDER_OPTIONS", "object"]),
        ({"RETAKE_PROVIDER_OPTIONS": '{"base": "x"}'}, ["RETAKE_PROVIDER_OPTIONS", "base", "base_url"]),
        ({"RETAKE_PROVIDER_OPTIONS": '{"body": "xml"}'}, ["RETAKE_PROVIDER_OPTIONS", "body", "multipart"]),
        ({"RETAKE_PROVIDER_OPTIONS": '{"model": "none"}'}, ["model", "'none'", "RETAKE_MODELS"]),
        ({"RETAKE_PROVIDERS": "{"}, ["RETAKE_PROVIDERS", "not JSON"]),
        ({"RETAKE_PROVIDERS": "{}"}, ["RETAKE_PROVIDERS", "list"]),
        ({"RETAKE_PROVIDERS": '[{"kind": "fal"}]'}, ["RETAKE_PROVIDERS", "0.name"]),
        ({"RETAKE_PROVIDERS": '[{"name": "x"}]'}, ["RETAKE_PROVIDERS", "'x'", "openai_videos"]),
        (
            {"RETAKE_PROVIDERS": '[{"name": "replicate", "model": "no", "key_reference": "ssm:x"}]'},
            ["RETAKE_PROVIDERS: replicate", "'no'", "seedance-2.0"],
        ),
        (
            {"RETAKE_PROVIDERS": '[{"name": "farm", "kind": "openai_videos", "base_url": "ftp://a"}]'},
            ["RETAKE_PROVIDERS: farm", "base_url"],
        ),
        ({"RETAKE_MODELS": "{"}, ["RETAKE_MODELS", "not JSON"]),
        ({"RETAKE_MODELS": "{}"}, ["RETAKE_MODELS", "list"]),
        ({"RETAKE_MODELS": "[1]"}, ["RETAKE_MODELS"]),
        ({"RETAKE_MODELS": '[{"name": "x"}]'}, ["RETAKE_MODELS", "'x'"]),
        ({"RETAKE_LIMITS": "{"}, ["RETAKE_LIMITS", "not JSON"]),
        ({"RETAKE_LIMITS": "[]"}, ["RETAKE_LIMITS", "object"]),
        ({"RETAKE_LIMITS": '{"max_clip": 1}'}, ["RETAKE_LIMITS", "'max_clip'", "max_clips"]),
        ({"RETAKE_LIMITS": '{"max_clips": "many"}'}, ["RETAKE_LIMITS", "max_clips"]),
        ({"RETAKE_LIMITS": '{"max_clips": true}'}, ["RETAKE_LIMITS", "max_clips", "number"]),
        ({"RETAKE_LIMITS": '{"max_clips": "12"}'}, ["RETAKE_LIMITS", "max_clips", "number"]),
        ({"RETAKE_LIMITS": '{"max_clips": 0}'}, ["RETAKE_LIMITS", "max_clips", "1 at least"]),
        ({"RETAKE_LIMITS": '{"max_clips": -3}'}, ["RETAKE_LIMITS", "max_clips"]),
        ({"RETAKE_LIMITS": '{"max_clips": 1.5}'}, ["RETAKE_LIMITS", "max_clips"]),
        ({"RETAKE_LIMITS": '{"archive_when": "never"}'}, ["RETAKE_LIMITS", "archive_when"]),
        ({"RETAKE_LIMITS": '{"delete_after_days": 3}'}, ["delete_after_days", "archive_after_days"]),
        ({"RETAKE_LIMITS": '{"monthly_spend_limit": -1}'}, ["monthly_spend_limit"]),
    ],
)
def test_what_is_of_no_use_is_named(settings: dict[str, str], named: list[str]) -> None:
    said = faults(**settings)
    assert all(part in said for part in named), said
    assert "Traceback" not in said


def test_all_faults_are_said_at_once() -> None:
    said = setting_faults({**USED, "RETAKE_PROVIDER": "nope", "RETAKE_LIMITS": json.dumps({"a": 1, "b": 2})})
    assert len(said) == 3
