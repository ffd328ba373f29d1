"""Ctrl-C while the server accepts what costs money: the command says so, and how to look again."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from retake_client.client import RetakeClient
from tests.builders import JOB, store_ready_job
from tests.fakes.fake_media import fake_video
from tests.fakes.world import World
from tests.unit.cli.shell import Shell


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    file = tmp_path / "shot.mp4"
    file.write_bytes(fake_video(2))
    return file


@pytest.fixture
def job_file(tmp_path: Path) -> Path:
    file = tmp_path / "job.toml"
    file.write_text('[[clips]]\nprompt = "a red fox"\n', encoding="utf-8")
    return file


def interrupt_after(monkeypatch: pytest.MonkeyPatch, method: str) -> None:
    """Let a request of the client reach the server, and press Ctrl-C before its answer is used."""
    request = getattr(RetakeClient, method)

    def interrupted(*arguments: object, **more: object) -> object:
        answer = request(*arguments, **more)
        signal.raise_signal(signal.SIGINT)
        return answer

    monkeypatch.setattr(RetakeClient, method, interrupted)


def refused_to_wait(shell: Shell, *arguments: object) -> str:
    done = shell.run(*(str(argument) for argument in arguments))
    assert done.exit_code == 128 + signal.SIGINT, done.output
    assert "Stopped waiting; what the server accepted goes on." in done.output
    return done.output


def test_of_a_job(shell: Shell, world: World, monkeypatch: pytest.MonkeyPatch, job_file: Path) -> None:
    interrupt_after(monkeypatch, "make_job")
    assert "uv run retake jobs" in refused_to_wait(shell, "job", job_file, "--yes")
    assert world.jobs.all_jobs()


def test_of_clips_that_are_added(
    shell: Shell, world: World, monkeypatch: pytest.MonkeyPatch, clip: Path
) -> None:
    store_ready_job(world.jobs, world.objects)
    interrupt_after(monkeypatch, "add_clips")
    before = len(shell.json("jobs", JOB)["clips"])
    assert f"uv run retake jobs {JOB}" in refused_to_wait(shell, "clip", "add", JOB, clip, "--yes")
    assert len(shell.json("jobs", JOB)["clips"]) == before + 1


def test_of_a_schedule(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    interrupt_after(monkeypatch, "schedule")
    said = refused_to_wait(shell, "create", "dawn", "--at", "2026-03-02T00:00+00:00", "--yes")
    assert "uv run retake schedules" in said
    assert len(shell.json("schedules")["schedules"]) == 1
