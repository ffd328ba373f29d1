"""Numbers and lists in documents are those of the code."""

from __future__ import annotations

import re
import tomllib
from datetime import timedelta

import pytest

from infra.flavour import ROOT
from infra.stack.functions.api import API_FUNCTIONS
from retake.adapters.media.probe import ProbeLimits
from retake.adapters.providers.http.downloads import DownloadLimits
from retake.api.http.parameters import MAX_KEY_CHARACTERS
from retake.api.http.requests import ANSWER_RETENTION
from retake.domain.catalogue import WARN_BEFORE
from retake.domain.changes import EVENT_RETENTION
from retake.domain.doubts import ASK_TIME, INGEST_TIME, LOOK_TIME
from retake.domain.downloads import LEASE, LIFETIME
from retake.domain.limits import Limits
from retake.domain.reasons import (
    LISTED_REASONS_BYTES,
    LISTED_TITLES_BYTES,
    MAX_CAUSE_BYTES,
    MAX_REASON_BYTES,
    MOST_TAKES,
)
from retake.domain.schedules import KEPT_AFTER_END
from retake.domain.storage_trend import KEPT_DAYS
from retake.services.batches.finish_batch import CLIPS_PER_COMMIT
from retake_client.cli.account import SOON_DAYS

WORDS = {"two": 2, "three": 3, "four": 4, "five": 5, "seven": 7}


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_the_architecture_names_every_api_function() -> None:
    [drawn] = re.findall(r"API functions<br/>([^\]]+)\]", read("docs/architecture.md"))
    named = set(re.split(r",\s*|<br/>", drawn)) - {""}
    assert named == {spec.name.removeprefix("api_") for spec in API_FUNCTIONS}


def test_the_tests_page_says_how_many_files_run_at_a_time() -> None:
    options = tomllib.loads(read("pyproject.toml"))["tool"]["pytest"]["ini_options"]["addopts"]
    [workers] = re.findall(r"-n (\d+)", options)
    [word] = re.findall(r"(\w+) files at a time", read("tests/README.md"))
    assert WORDS[word] == int(workers)


LIMITS, PROBED, FETCHED = Limits(), ProbeLimits(), DownloadLimits()
HOUR = timedelta(hours=1)
PHRASES = [
    ("README.md", r"A job has up to (\d+) clips", LIMITS.max_clips),
    ("README.md", r"clips and (\d+) minutes", LIMITS.max_job_duration_ms / 60_000),
    ("README.md", r"a clip up to (\d+) minutes", LIMITS.max_clip_duration_ms / 60_000),
    ("README.md", r"minutes and (\d+) GB", LIMITS.max_clip_bytes / 2**30),
    ("README.md", r"archived for (\d+) days", LIMITS.delete_after_days),
    ("docs/architecture.md", r"after (\d+) days they go to the", LIMITS.archive_after_days),
    ("docs/architecture.md", r"after (\d+) they are deleted", LIMITS.delete_after_days),
    ("docs/getting-started.md", r"A clip may last (\d+) minutes", LIMITS.max_clip_duration_ms / 60_000),
    ("docs/getting-started.md", r"and a job (\d+) up to", LIMITS.max_job_duration_ms / 60_000),
    ("docs/media.md", r"(\d+) to \d+ pixels a side", PROBED.min_side_px),
    ("docs/media.md", r"to (\d+) pixels a side", PROBED.side_px),
    ("docs/media.md", r"at most (\d+) GB a file", LIMITS.max_clip_bytes / 2**30),
    ("docs/media.md", r"(\d+) minutes a clip", LIMITS.max_clip_duration_ms / 60_000),
    ("docs/media.md", r"(\d+) minutes and \d+ GB a job", LIMITS.max_job_duration_ms / 60_000),
    ("docs/media.md", r"minutes and (\d+) GB a job", LIMITS.max_job_bytes / 2**30),
    ("docs/providers.md", r"(\d+) GB and \d+ s at most", FETCHED.max_bytes / 2**30),
    ("docs/providers.md", r"GB and (\d+) s at most", FETCHED.total_s),
    ("docs/providers.md", r"one with (\d+) days or fewer warns", WARN_BEFORE.days),
    ("docs/providers.md", r"end within (\d+) days", SOON_DAYS),
    ("docs/api.md", r"to be started at a time, and for (\d+) days", KEPT_AFTER_END.days),
    ("docs/api.md", r"\(1 to (\d+) characters of your own\)", MAX_KEY_CHARACTERS),
    ("docs/api.md", r"For (\d+) hours the same", ANSWER_RETENTION / HOUR),
    ("docs/api.md", r"were already removed \(after (\w+) days\)", EVENT_RETENTION.days),
    ("docs/operations.md", r"\((\d+) by default\): it is S3's own deletion", LIMITS.delete_after_days + 7),
    ("docs/adr/0003-*.md", r"in steps of (\d+) clips", CLIPS_PER_COMMIT),
    ("docs/adr/0015-*.md", r"(\d+) days\. A day on which nothing ran", KEPT_DAYS),
    ("docs/adr/0015-*.md", r"bounded instead \((\d+) GB", LIMITS.max_upload_bytes_a_day / 10**9),
    ("docs/adr/0021-*.md", r"can be asked for (\d+) hours", LIFETIME / HOUR),
    ("docs/adr/0021-*.md", r"a lease of (\w+) minutes", LEASE.total_seconds() / 60),
    ("docs/adr/0021-*.md", r"a user has (\d+) at most", LIMITS.max_downloads),
    ("docs/adr/0021-*.md", r"at most \(`max_downloads`\), of (\d+) GB", LIMITS.max_download_bytes / 10**9),
    ("docs/adr/0027-*.md", r"A clip of (\d+) minutes", LIMITS.max_clip_duration_ms / 60_000),
    ("docs/adr/0029-*.md", r"(\d+) minutes after the lease for a lost answer", ASK_TIME.total_seconds() / 60),
    ("docs/adr/0029-*.md", r"(\d+) minutes after its deadline", LOOK_TIME.total_seconds() / 60),
    ("docs/adr/0029-*.md", r"(\d+) minutes for a result", INGEST_TIME.total_seconds() / 60),
    ("docs/adr/0044-*.md", r"a reason (\d+), a cause", MAX_REASON_BYTES),
    ("docs/adr/0044-*.md", r"a cause ([\d,]+);", MAX_CAUSE_BYTES),
    ("docs/adr/0044-*.md", r"share ([\d,]+), their titles", LISTED_REASONS_BYTES),
    ("docs/adr/0044-*.md", r"their titles ([\d,]+)\.", LISTED_TITLES_BYTES),
    ("docs/adr/0044-*.md", r"list more than (\d+) takes", MOST_TAKES),
]
"""A document, a phrase of it that is there once, and the number in the code."""


@pytest.mark.parametrize(("document", "phrase", "number"), PHRASES)
def test_a_number_is_that_of_the_code(document: str, phrase: str, number: float) -> None:
    [path] = ROOT.glob(document)
    [written] = re.findall(phrase, " ".join(path.read_text(encoding="utf-8").split()))
    assert WORDS.get(written) == number or float(written.replace(",", "")) == number
