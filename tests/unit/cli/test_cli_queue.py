"""``retake queue``, and what it can do about what has not ended."""

from __future__ import annotations

import pytest

from retake.domain.errors import ProviderRejectedError
from retake.domain.records.jobs import Job
from tests.builders import JOB, store_ready_job
from tests.fakes.api_server import ApiServer
from tests.fakes.world import World
from tests.unit.cli.shell import Shell


@pytest.fixture
def job(world: World) -> Job:
    return store_ready_job(world.jobs, world.objects, title="A film [of] 🦊")


def states(shell: Shell, *arguments: str) -> list[tuple[str, str]]:
    return [(entry["id"], entry["state"]) for entry in shell.json("queue", *arguments)["entries"]]


def test_an_empty_one(shell: Shell) -> None:
    assert shell.json("queue") == {"entries": []}
    assert shell.run("queue").exit_code == 0


@pytest.mark.usefixtures("job")
def test_pause_move_resume_and_cancel(shell: Shell, server: ApiServer, world: World) -> None:
    with server.held():
        spec = ("regenerate", JOB, "--clip", "0=brighter", "--no-wait")
        first, second, third = (str(shell.json(*spec)["batch_id"]) for _ in range(3))
        running, waiting = (first, "running"), (second, "waiting")
        assert states(shell) == [running, waiting, (third, "waiting")]
        assert states(shell, "move", third, "1") == [running, (third, "waiting"), waiting]
        assert states(shell, "pause", third) == [running, waiting, (third, "paused")]
        assert states(shell, "resume", third) == [running, (third, "waiting"), waiting]
        assert "A film [of] 🦊, 1 takes" in shell.run("queue").stdout
        assert states(shell, "cancel", second) == [running, (third, "waiting")]
        assert "Cancel it instead" in shell.refused("queue", "pause", first)
    shell.json("jobs")  # whatever comes in lets the stack go on
    assert states(shell) == []
    assert list(world.workflow.batches) == [first, third]


def test_a_video(shell: Shell, server: ApiServer) -> None:
    with server.held():
        made = shell.json("create", "a red fox in snow", "--yes", "--no-wait")
        video_id = str(made["videos"][0]["video_id"])
        assert states(shell) == [(video_id, "waiting")]
        assert states(shell, "pause", video_id) == [(video_id, "paused")]
        assert "nothing to move" in shell.refused("queue", "move", video_id, "1")
        assert states(shell, "resume", video_id) == [(video_id, "waiting")]
    shell.json("jobs")
    assert states(shell) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("pause",), "Say which"),
        (("pause", "unknown"), "Nothing in your queue has the id unknown"),
        (("move", "unknown"), "Only move takes a place"),
        (("pause", "unknown", "2"), "Only move takes a place"),
        (("move", "unknown", "0"), "PLACE"),
        (("stop", "unknown"), "pause"),
    ],
)
def test_what_cannot_be_done_is_reported(shell: Shell, arguments: tuple[str, ...], said: str) -> None:
    assert said in shell.refused("queue", *arguments)


def test_a_held_batch_goes_on_with_another_model(shell: Shell, world: World) -> None:
    store_ready_job(world.jobs, world.objects, seconds=(2,) * 4)
    world.provider.refusals = [ProviderRejectedError("No credit.") for _ in range(3)]
    made = shell.run("regenerate", JOB, "--all", "brighter", "--yes")
    assert made.exit_code == 1
    assert "3 in a row were refused at directed, so 1 more was not started." in made.output
    assert "retake queue resume" in made.output
    (entry,) = shell.json("queue")["entries"]
    assert (entry["state"], entry["actions"]) == ("held", ["resume", "change_model", "cancel"])
    assert "No credit." in shell.run("queue").stdout
    assert "only a held" not in shell.refused("queue", "resume", entry["id"], "--model", "nothing", "--yes")
    assert "A model is for a held batch" in shell.refused("queue", "cancel", entry["id"], "--model", "any")
    shell.json("queue", "resume", entry["id"], "--model", "choosy", "--yes")
    shell.json("jobs")
    assert states(shell) == []
    assert [request.model for request in world.provider.requests] == ["any"] * 3 + ["choosy"]
