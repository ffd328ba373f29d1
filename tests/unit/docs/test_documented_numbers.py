"""Numbers and lists in documents are those of the code."""

from __future__ import annotations

import re
import tomllib

from infra.flavour import ROOT
from infra.stack.functions.api import API_FUNCTIONS
from retake.domain.limits import Limits
from retake.services.batches.finish_batch import CLIPS_PER_COMMIT

WORDS = {"two": 2, "three": 3, "four": 4}


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_the_architecture_names_every_api_function() -> None:
    [drawn] = re.findall(r"API functions<br/>([^\]]+)\]", read("docs/architecture.md"))
    named = set(re.split(r",\s*|<br/>", drawn)) - {""}
    assert named == {spec.module.removeprefix("api_") for spec in API_FUNCTIONS}


def test_the_decision_on_commits_names_their_size() -> None:
    [steps] = re.findall(
        r"in steps of (\d+) clips", read("docs/adr/0003-the-job-is-the-consistency-boundary.md")
    )
    assert int(steps) == CLIPS_PER_COMMIT


def test_the_tests_page_says_how_many_files_run_at_a_time() -> None:
    options = tomllib.loads(read("pyproject.toml"))["tool"]["pytest"]["ini_options"]["addopts"]
    [workers] = re.findall(r"-n (\d+)", options)
    [word] = re.findall(r"(\w+) files at a time", read("tests/README.md"))
    assert WORDS[word] == int(workers)


def test_the_readme_names_the_limits_that_are_set() -> None:
    limits, text = Limits(), read("README.md")
    [(clips, minutes)] = re.findall(r"A job has up to (\d+) clips and (\d+) minutes", text)
    [(clip_minutes, gigabytes)] = re.findall(r"a clip up to (\d+) minutes and (\d+) GB", text)
    assert int(clips) == limits.max_clips
    assert int(minutes) * 60_000 == limits.max_job_duration_ms
    assert int(clip_minutes) * 60_000 == limits.max_clip_duration_ms
    assert int(gigabytes) * 2**30 == limits.max_clip_bytes
    [days] = re.findall(r"archived for (\d+) days", text)
    assert int(days) == limits.delete_after_days
