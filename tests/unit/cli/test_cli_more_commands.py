"""``retake delete``, ``compare``, ``retry`` and ``--version``, against the real routes."""

from __future__ import annotations

import json
from importlib.metadata import version

import pytest
from typer.testing import CliRunner

from retake.domain.records.jobs import Job
from retake.ports.providers import ProviderJobStatus
from retake_client.cli.main import app
from tests.builders import JOB, store_ready_job
from tests.fakes.world import World
from tests.unit.cli.shell import Shell


@pytest.fixture
def job(world: World) -> Job:
    return store_ready_job(world.jobs, world.objects, title="A film [of] 🦊")


@pytest.mark.usefixtures("job")
class TestDelete:
    def test_a_job_is_shown_and_deleted(self, shell: Shell) -> None:
        done = shell.run("delete", JOB, "--yes")
        assert done.exit_code == 0, done.output
        assert "A film [of] 🦊 is being deleted" in done.stdout
        assert [job["status"] for job in shell.json("jobs")["jobs"]] == ["deleting"]

    def test_a_video_is_deleted_as_a_video(self, shell: Shell) -> None:
        (video,) = shell.json("create", "a red fox", "--seconds", "5")["videos"]
        assert shell.json("delete", video["video_id"]) == {"deleted": [video["video_id"]]}
        assert shell.json("videos")["videos"] == []

    def test_nothing_is_deleted_where_one_id_is_unknown(self, shell: Shell) -> None:
        shell.refused("delete", JOB, "no-such-id", "--yes")
        assert shell.json("jobs", JOB)["job_id"] == JOB


@pytest.mark.usefixtures("job")
class TestCompare:
    @pytest.fixture(autouse=True)
    def regenerated(self, shell: Shell, job: Job) -> None:
        assert job.job_id == JOB
        shell.json("regenerate", JOB, "--clip", "0=make it nighttime")

    def test_the_current_version_is_compared_with_the_one_before(self, shell: Shell) -> None:
        found = shell.json("compare", JOB, "0")
        assert (found["left"]["version_number"], found["right"]["version_number"]) == (1, 2)
        shown = shell.run("compare", JOB, "0").stdout
        assert "Clip 0 (clip-0)" in shown
        assert "version 1" in shown
        assert "make it nighttime" in shown

    def test_versions_are_named_by_their_numbers(self, shell: Shell) -> None:
        found = shell.json("compare", JOB, "0", "2", "1")
        assert (found["left"]["version_number"], found["right"]["version_number"]) == (2, 1)

    def test_what_cannot_be_compared_is_refused(self, shell: Shell) -> None:
        assert "Clip 0 (clip-0) has no version 9; it has 2, 1" in shell.refused("compare", JOB, "0", "9")
        assert "Clip 1 (clip-1) has one version only" in shell.refused("compare", JOB, "1")


@pytest.mark.usefixtures("job")
class TestRetry:
    def test_the_failed_clips_of_the_last_batch_are_priced_and_made(self, shell: Shell, world: World) -> None:
        world.provider.outcome = lambda words: (
            ProviderJobStatus.FAILED if words == "darker" else ProviderJobStatus.SUCCEEDED
        )
        assert shell.run("regenerate", JOB, "--clip", "0=darker", "--clip", "1=warmer").exit_code == 1
        world.provider.outcome = lambda _: ProviderJobStatus.SUCCEEDED
        done = shell.run("retry", JOB, "--yes")
        assert done.exit_code == 0, done.output
        assert "Price" in done.stdout
        assert shell.json("jobs", JOB)["clips"][0]["current_version"]["user_instruction"] == "darker"
        assert len(shell.json("versions", JOB, "1")["versions"]) == 2

    def test_another_model_makes_them(self, shell: Shell, world: World) -> None:
        world.provider.outcome = lambda _: ProviderJobStatus.FAILED
        assert shell.run("regenerate", JOB, "--clip", "0=darker").exit_code == 1
        assert "--model: " in shell.refused("retry", JOB, "--model", "unknown")
        world.provider.outcome = lambda _: ProviderJobStatus.SUCCEEDED
        batch = shell.json("retry", JOB, "--model", "choosy")
        assert [take["model"] for take in batch["regenerations"]] == ["choosy"]

    def test_a_video_is_made_again_and_with_another_model(self, shell: Shell, world: World) -> None:
        world.provider.outcome = lambda _: ProviderJobStatus.FAILED
        asked = ("create", "a red fox", "--seconds", "4", "--yes", "--json")
        made = shell.run(*asked)
        assert made.exit_code == 1
        (video,) = json.loads(made.stdout)["videos"]
        assert "--model: " in shell.refused("retry", video["video_id"], "--model", "unknown")
        world.provider.outcome = lambda _: ProviderJobStatus.SUCCEEDED
        (again,) = shell.json("retry", video["video_id"], "--model", "choosy")["videos"]
        assert (again["status"], again["model"], again["actual_cost"]) == ("completed", "choosy", 0.4)

    def test_there_is_nothing_to_retry_where_all_succeeded(self, shell: Shell) -> None:
        shell.json("regenerate", JOB, "--clip", "0=warmer")
        assert "nothing to retry" in shell.refused("retry", JOB)

    def test_a_job_without_a_batch_says_how_one_is_started(self, shell: Shell) -> None:
        assert "uv run retake regenerate" in shell.refused("retry", JOB)


def test_the_version_is_printed() -> None:
    done = CliRunner().invoke(app, ["--version"])
    assert (done.exit_code, done.stdout.strip()) == (0, f"retake {version('retake')}")


def test_a_document_that_cannot_be_written_is_one_sentence() -> None:
    done = CliRunner().invoke(app, ["openapi", "--out", "/nonexistent/x"])
    assert done.exit_code == 1
    assert "/nonexistent/x: No such file or directory" in done.stderr
