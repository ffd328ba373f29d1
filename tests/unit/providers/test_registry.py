"""Providers are built from settings, and a setting that is missing is named."""

from pathlib import Path
from typing import Any

import pytest

from retake.adapters.providers.parts import Remote
from retake.adapters.providers.registry import build_provider
from retake.domain.catalogue import Catalogue
from retake.ports.providers import SubmissionRecovery, VideoProvider
from tests.fakes.in_memory_objects import InMemoryObjectStore
from tests.fakes.ticking_clock import TickingClock

SERVER = "http://10.0.0.7:8091"


def build(name: str, **options: Any) -> VideoProvider:
    return build_provider(
        name,
        objects=InMemoryObjectStore(),
        clock=TickingClock(),
        font=Path("font.otf"),
        remote=Remote(**options),
    )


@pytest.fixture(autouse=True)
def region(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-west-2")


@pytest.mark.parametrize(
    ("name", "options", "recovery"),
    [
        ("local", {}, SubmissionRecovery.TOKEN),
        ("scripted", {}, SubmissionRecovery.TOKEN),
        ("openai_videos", {"base_url": SERVER}, SubmissionRecovery.NONE),
        ("openai_videos", {"base_url": SERVER, "honours_keys": True}, SubmissionRecovery.TOKEN),
        ("replicate", {}, SubmissionRecovery.LOOKUP),
        ("bedrock_async", {"bucket_name": "b"}, SubmissionRecovery.TOKEN),
    ],
)
def test_each_provider_is_built_by_its_name(
    name: str, options: dict[str, Any], recovery: SubmissionRecovery
) -> None:
    provider = build(name, **options)

    assert (provider.name, provider.submission_recovery) == (name, recovery)


@pytest.mark.parametrize(
    ("name", "options", "reason"),
    [
        ("sora", {}, "no provider 'sora'.*'openai_videos'"),
        ("openai_videos", {}, "needs its server.*base_url"),
        ("openai_videos", {"base_url": "10.0.0.7"}, "base_url is of no use"),
        ("openai_videos", {"base_url": "https://u:p@host/"}, "carries a name"),
        ("vertex", {"location": "https://evil.example/"}, "GOOGLE_CLOUD_LOCATION.*is of no use"),
        ("vertex", {"base_url": "10.0.0.7"}, "base_url is of no use"),
        ("replicate", {"trusted_server": "ftp://h"}, "trusted_server is of no use"),
        ("replicate", {"catalogue": Catalogue(())}, "no model of the provider 'replicate'"),
    ],
)
def test_a_setting_that_is_missing_or_wrong_is_named(name: str, options: dict[str, Any], reason: str) -> None:
    with pytest.raises(LookupError, match=reason):
        build(name, **options)


def test_options_do_not_show_the_key() -> None:
    secret = "sk-a-key-that-stays-hidden"  # noqa: S105 - an invented one

    assert secret not in repr(Remote(read_key=lambda: secret))
