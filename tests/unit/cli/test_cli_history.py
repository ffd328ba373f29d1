"""``retake history``: what was ever generated, against the real routes; and what a spend limit says."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from retake.domain.records.jobs import Job
from retake.ports.providers import ProviderJobStatus
from tests.builders import JOB, store_ready_job
from tests.fakes.world import World
from tests.unit.cli.shell import Shell


@pytest.fixture(autouse=True)
def job(world: World) -> Job:
    world.provider.outcome = lambda words: (
        ProviderJobStatus.FAILED if words == "fail" else ProviderJobStatus.SUCCEEDED
    )
    return store_ready_job(world.jobs, world.objects, title="A film [of] 🦊")


def test_each_generation_is_reported_with_its_cost_or_why_there_is_none(shell: Shell) -> None:
    shell.run("create", "an owl", "--seconds", "5", "--yes")
    shell.run("regenerate", JOB, "--clip", "0=darker", "--clip", "1=fail", "--yes")
    shown = shell.run("history").stdout
    for words in (
        "an owl, version 1",
        "A film [of] 🦊, clip 0 (clip-0)",
        "darker",
        "$0.06",
        "$0.00",
        "any",
    ):
        assert words in shown
    failed = shell.json("history", "--status", "failed", "--kind", "job")["generations"]
    assert [(one["clip_index"], one["actual_cost"]) for one in failed] == [(1, 0)]
    # Broken into lines, beside other columns.
    assert set(failed[0]["error"].split()) <= set(shown.split())
    assert shell.json("history", "--month", "2026-04")["generations"] == []


def test_a_list_goes_on_where_a_page_ended(shell: Shell) -> None:
    for prompt in ("an owl", "a fox"):
        shell.run("create", prompt, "--seconds", "5", "--yes")
    first = shell.json("history", "--limit", "1")
    rest = shell.json("history", "--cursor", first["cursor"])
    seen = [one["instruction"] for one in (*first["generations"], *rest["generations"])]
    assert sorted(seen) == ["a fox", "an owl"]


def test_what_cannot_be_looked_for_is_reported(shell: Shell) -> None:
    for month in ("March", "2026", "2026-13", "\u0662026-11"):
        assert f"--month {month} is no month; write year and month, such as 2026-11" in shell.refused(
            "history", "--month", month
        )
    assert "--kind" in shell.refused("history", "--kind", "film")


def test_a_limit_that_would_be_exceeded_is_reported_with_its_figures(shell: Shell, world: World) -> None:
    world.limits = replace(world.limits, monthly_spend_limit=Decimal("0.05"))
    said = " ".join(shell.refused("create", "an owl", "--seconds", "5", "--yes").split())
    assert "Your spend limit is $0.05 a month" in said
    assert "this needs $0.06" in said
