"""``retake jobs``, ``versions``, ``restore`` and ``regenerate``; lists page by page."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from retake.domain.notices import NoticeCode, notice
from retake.domain.records.jobs import Job
from retake.ports.providers import ProviderJobStatus
from retake_client.cli.connection import Connection
from retake_client.cli.references import ROLES
from retake_client.cli.regenerating import Asked, parse_clips, run_regenerate
from retake_client.errors import UsageError
from tests.builders import JOB, store_ready_job
from tests.fakes.api_server import EMAIL, PASSWORD, ApiServer
from tests.fakes.fake_media import fake_picture
from tests.fakes.world import World
from tests.unit.cli.shell import Shell


@pytest.fixture
def job(world: World) -> Job:
    """A ready job of three clips: 12, 15 and 10 seconds."""
    return store_ready_job(world.jobs, world.objects, title="A film [of] 🦊")


@pytest.mark.usefixtures("job")
class TestRegenerate:
    def test_the_price_comes_first_and_then_each_clip(self, shell: Shell) -> None:
        done = shell.run("regenerate", JOB, "--clip", "0=make it nighttime", "--clip", "2", "--all", "warmer")
        assert done.exit_code == 0, done.output
        assert done.stdout.index("Price") < done.stdout.index("clip 0 (clip-0) regenerating")
        assert 'clip 2 (clip-2) regenerating: "warmer"' in done.stdout
        assert f"Go on    uv run retake download {JOB}" in done.stdout

    def test_without_a_clip_all_are_meant(self, shell: Shell) -> None:
        batch = shell.json("regenerate", JOB, "--all", "warmer colors")
        assert [one["clip_index"] for one in batch["regenerations"]] == [0, 1, 2]
        assert {one["instruction"] for one in batch["regenerations"]} == {"warmer colors"}

    def test_clips_continue_each_other_and_stale_ones_are_made_again_priced_before(
        self, shell: Shell
    ) -> None:
        made = shell.json("regenerate", JOB, "--clip", "1=brighter", "--from", "previous")
        assert made["status"] == "succeeded"
        assert shell.run("regenerate", JOB, "--stale").stdout == "No clip is stale.\n"
        shell.json("regenerate", JOB, "--clip", "0=darker")
        assert [clip["stale"] for clip in shell.json("jobs", JOB)["clips"]] == [False, True, False]
        assert "Its first frame is from version 1" in " ".join(shell.run("jobs", JOB).stdout.split())
        done = shell.run("regenerate", JOB, "--stale")
        assert done.exit_code == 0, done.output
        assert done.stdout.index("Price") < done.stdout.index("clip 1 (clip-1) regenerating")
        assert not any(clip["stale"] for clip in shell.json("jobs", JOB)["clips"])
        assert "leave out" in shell.refused("regenerate", JOB, "--stale", "--all", "warmer")

    def test_references_are_a_file_a_video_or_a_clip_each_in_a_role(
        self, shell: Shell, world: World, tmp_path: Path
    ) -> None:
        picture = tmp_path / "fox.png"
        picture.write_bytes(fake_picture())
        video = shell.json("create", "a red fox", "--reference", f"subject={picture}")["videos"][0]
        written = (f"subject={picture}", f"style={video['video_id']}", "last_frame=2", f"video={JOB}:0")
        options = [part for text in written for part in ("--reference", text)]
        batch = shell.json("regenerate", JOB, "--clip", "1=brighter", "--from", "previous", *options)
        assert batch["status"] == "succeeded", batch
        asked, made = world.provider.requests
        assert [role.value for role in asked.roles] == ["subject"]
        assert sorted(role.value for role in made.roles) == sorted(ROLES)
        sources = shell.json("versions", JOB, "1")["versions"][0]["made_from"]
        assert [source["neighbour"] for source in sources if source["role"] == "first_frame"] == ["previous"]

    @pytest.mark.parametrize(
        ("written", "said"),
        [
            ("2", "--reference: '2' has no role; write one of first_frame"),
            ("hero=2", "has no role"),
            ("style=gone.png", "--reference: there is no file gone.png"),
            ("style=", "names nothing"),
            ("style=9", "--reference: There is no clip 9"),
            ("style=no-such-video", "--reference: There is no such video"),
        ],
    )
    def test_a_reference_that_cannot_be_meant_is_refused_before_anything_is_paid(
        self, shell: Shell, world: World, written: str, said: str
    ) -> None:
        assert said in shell.refused("regenerate", JOB, "--all", "warmer", "--reference", written)
        assert world.provider.requests == []

    def test_no_wait_reports_where_to_look(self, shell: Shell, server: ApiServer) -> None:
        with server.held():
            done = shell.run("regenerate", JOB, "--clip", "0=brighter", "--no-wait")
            assert done.exit_code == 0, done.output
            assert f"Go on    uv run retake jobs {JOB}" in done.stdout
            assert "Clips are being regenerated" in shell.run("jobs", JOB).stdout
            assert shell.json("regenerate", JOB, "--clip", "1=brighter", "--no-wait")["status"] == "waiting"

    def test_ctrl_c_ends_the_waiting_and_not_the_work(self, shell: Shell, server: ApiServer) -> None:
        with server.held():
            process = shell.start("regenerate", JOB, "--clip", "0=brighter")
            server.wait_for("GET", f"/jobs/{JOB}/events")
            process.send_signal(signal.SIGINT)
            said, _ = process.communicate(timeout=60)
        assert process.returncode == 128 + signal.SIGINT
        assert f"Go on    uv run retake jobs {JOB} --url {server.url}" in said
        shell.json("jobs")  # whatever comes in lets the stack go on
        assert shell.json("jobs", JOB)["clips"][0]["current_version"]["version_number"] == 2

    def test_what_did_not_succeed_is_reported_and_is_the_exit_status(
        self, shell: Shell, world: World
    ) -> None:
        world.provider.outcome = lambda _: ProviderJobStatus.FAILED
        done = shell.run("regenerate", JOB, "--clip", "0=brighter")
        assert done.exit_code == 1
        assert "The directed provider could not do it." in done.stdout

    def test_a_refusal_names_the_clip_before_anything_is_paid(self, shell: Shell, world: World) -> None:
        said = shell.refused("regenerate", JOB, "--clip", "9=brighter", "--clip", f"0={'x' * 501}")
        assert "--clip 9: " in said
        assert "--clip 0: " in said
        assert "clips[" not in said
        assert world.provider.requests == []

    @pytest.mark.parametrize(
        ("options", "said"),
        [
            ((), "Say what to change"),
            (("--clip", "0"), "does not say what to do"),
            (("--clip", "one=brighter"), "does not say what to do"),
            (("--clip", "-1=brighter"), "does not say what to do"),
            (("--clip", "0=a", "--clip", "0=b"), "Clip 0 is named twice"),
        ],
    )
    def test_what_is_not_said_is_asked_for(
        self, shell: Shell, server: ApiServer, options: tuple[str, ...], said: str
    ) -> None:
        assert said in shell.refused("regenerate", JOB, *options)
        assert server.http.requests == []

    def test_an_instruction_may_hold_equals_signs(self) -> None:
        assert parse_clips(["0=a=b"], None) == {0: "a=b"}
        with pytest.raises(UsageError):
            parse_clips(["=a"], None)


@pytest.mark.usefixtures("job")
class TestTakes:
    def test_a_take_is_found_by_its_number_and_by_its_id(self, shell: Shell) -> None:
        shell.json("regenerate", JOB, "--clip", "0=brighter")
        takes = shell.json("versions", JOB, "0")["versions"]
        assert [take["version_number"] for take in takes] == [2, 1]
        assert (
            "Version 1 of clip 0 is current, and in the video." in shell.run("restore", JOB, "0", "1").stdout
        )
        assert shell.json("restore", JOB, "0", takes[0]["version_id"])["version_number"] == 2

    def test_a_take_that_there_is_not_is_reported_with_those_there_are(self, shell: Shell) -> None:
        assert "Clip 0 (clip-0) has no version 7; it has 1" in shell.refused("restore", JOB, "0", "7")

    def test_the_video_may_take_longer(self, shell: Shell, world: World) -> None:
        shell.json("regenerate", JOB, "--clip", "0=brighter")
        world.workers.is_slow = True
        said = shell.run("restore", JOB, "0", "1").stdout
        assert "the video is still being composed: uv run retake jobs" in said

    def test_a_clip_that_there_is_not(self, shell: Shell) -> None:
        assert "9" in shell.refused("versions", JOB, "9")
        assert "Invalid value for 'CLIP'" in shell.refused("versions", JOB, "first")


class TestLists:
    def test_pages_follow_one_another(self, shell: Shell, world: World) -> None:
        for number in range(3):
            store_ready_job(world.jobs, world.objects, seconds=(1,), job_id=f"job-{number}")
        seen: list[str] = []
        cursor: tuple[str, ...] = ()
        for _ in range(2):
            page = shell.json("jobs", "--limit", "2", *cursor)
            seen += [job["job_id"] for job in page["jobs"]]
            cursor = ("--cursor", str(page["cursor"]))
        assert (sorted(seen), page["cursor"]) == (["job-0", "job-1", "job-2"], None)

    def test_people_are_reported_how_to_go_on(self, shell: Shell, world: World) -> None:
        for prompt in ("a fox", "a hare"):
            shell.json("create", prompt, "--seconds", "5")
            world.clock.advance(minutes=1)
        done = shell.run("videos", "--limit", "1")
        cursor = shell.json("videos", "--limit", "1")["cursor"]
        assert f"There are more: --cursor {cursor}" in done.stdout
        last = shell.run("videos", "--limit", "1", "--cursor", str(cursor))
        assert "There are more" not in last.stdout
        assert ("a hare" in done.stdout, "a fox" in last.stdout) == (True, True)

    def test_nothing_is_reported_in_words(self, shell: Shell) -> None:
        assert "listed by `uv run retake videos`" in shell.run("jobs").stdout
        assert "There are no videos yet." in shell.run("videos").stdout
        assert "There are no such videos." in shell.run("videos", "--status", "failed").stdout
        assert shell.json("jobs") == {"jobs": [], "cursor": None}

    def test_a_narrow_terminal_cuts_nothing_off(self, shell: Shell, world: World) -> None:
        shell.json("create", "a red fox in deep snow", "--seconds", "5")
        day = f"{world.clock.now().astimezone():%Y-%m-%d}"
        assert day in shell.run("videos", env={"COLUMNS": "110"}).stdout
        assert "…" not in shell.run("videos", env={"COLUMNS": "80"}).stdout

    @pytest.mark.parametrize("limit", ["0", "101"])
    def test_a_page_has_bounds(self, shell: Shell, limit: str) -> None:
        assert "from 1 to 100" in shell.refused("videos", "--limit", limit)

    def test_a_cursor_that_is_none_is_reported(self, shell: Shell) -> None:
        assert "cursor" in shell.refused("jobs", "--cursor", "nonsense").lower()

    def test_a_status_that_there_is_not_is_reported_with_those_there_are(self, shell: Shell) -> None:
        said = shell.refused("videos", "--status", "done")
        assert "processing" in said
        assert "cancelled" in said

    def test_titles_are_shown_as_they_are(self, shell: Shell, job: Job) -> None:
        assert job.title in shell.run("jobs").stdout
        assert job.title in shell.run("jobs", JOB).stdout


class TestIds:
    @pytest.mark.parametrize("odd", ["../videos", "a/b", "a?b=c", "a#b", "%2e%2e", "ü 🦊", "[red]x"])
    def test_an_id_is_no_path(self, shell: Shell, server: ApiServer, odd: str) -> None:
        assert "There is no job" in shell.refused("jobs", odd)
        assert server.http.requests[-1].path.count("/") == len(["api", "v1", "jobs", "…"])


@pytest.mark.usefixtures("job")
def test_a_user_can_say_no_to_the_price(
    server: ApiServer, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The question is put where a user sits at a terminal; nothing was started when it is answered."""
    asked: list[str] = []

    def no(question: str, *, abort: bool) -> None:
        asked.append(question)
        assert abort
        raise KeyboardInterrupt

    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("typer.confirm", no)
    connection, spec = Connection(server.url, EMAIL, PASSWORD), Asked(["0=brighter"], None)
    with pytest.raises(KeyboardInterrupt):
        run_regenerate(connection, JOB, spec, yes=False, wait=True)
    assert (asked, world.provider.requests) == (["Go on?"], [])
    for unasked in (Connection(server.url, EMAIL, PASSWORD, as_json=True), connection):
        yes = not unasked.as_json
        assert not run_regenerate(unasked, JOB, spec, yes=yes, wait=True)
    assert asked == ["Go on?"]


@pytest.mark.usefixtures("job")
def test_what_a_take_lost_is_shown_below_the_tables(shell: Shell, world: World) -> None:
    world.normalizer.notices = (notice(NoticeCode.SOUND_TAIL_CUT, lost_s=1.5),)
    shell.json("regenerate", JOB, "--clip", "1=warmer")
    lost = "The sound ends 1.50 s after the picture; that part is left out."
    assert f"Clip 1 (clip-1): {lost}" in shell.run("jobs", JOB).stdout
    assert f"Version 2: {lost}" in shell.run("versions", JOB, "1").stdout
