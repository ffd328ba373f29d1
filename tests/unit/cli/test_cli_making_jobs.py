"""``retake job``: a file of clips, its price first; what is refused before anything is sent."""

from __future__ import annotations

from pathlib import Path

import pytest

from retake.ports.providers import ProviderJobStatus
from tests.fakes.api_server import ApiServer
from tests.fakes.fake_media import fake_picture, fake_video
from tests.fakes.world import World
from tests.unit.cli.shell import Shell


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "shot.mp4").write_bytes(fake_video(2))
    (tmp_path / "fox.png").write_bytes(fake_picture())
    return tmp_path


def written(folder: Path, text: str) -> str:
    file = folder / "job.toml"
    file.write_text(text, encoding="utf-8")
    return str(file)


def test_a_job_of_a_file_a_video_and_words(shell: Shell, folder: Path) -> None:
    video = shell.json("create", "a hare", "--title", "Hare")["videos"][0]["video_id"]
    file = written(
        folder,
        f"""
        title = "Film"
        [[clips]]
        upload = "shot.mp4"
        [[clips]]
        video = "{video}"
        [[clips]]
        prompt = "a red fox"
        seconds = 5
        reference = "fox.png"
        """,
    )
    job = shell.json("job", file)
    assert (job["title"], job["status"]) == ("Film", "ready")
    assert [clip["title"] for clip in job["clips"]] == ["shot.mp4", "Hare", "a red fox"]
    done = shell.run("job", file)
    assert done.exit_code == 0, done.output
    assert done.stdout.index("$0.06") < done.stdout.index("Film")
    assert "retake download" in done.stdout


def test_clips_continue_each_other_and_name_what_they_are_made_from(
    shell: Shell, world: World, folder: Path
) -> None:
    file = written(
        folder,
        """
        [[clips]]
        prompt = "a red fox"
        to = "next"
        reference = ["subject=fox.png", "style=fox.png"]
        [[clips]]
        upload = "shot.mp4"
        [[clips]]
        prompt = "an owl"
        from = "previous"
        """,
    )
    assert shell.json("job", file)["status"] == "ready"
    roles = [[role.value for role in request.roles] for request in world.provider.requests]
    assert roles == [["last_frame", "subject", "style"], ["first_frame"]]


def test_files_alone_cost_nothing_and_show_no_price(shell: Shell, folder: Path) -> None:
    done = shell.run("job", written(folder, '[[clips]]\nupload = "shot.mp4"'))
    assert (done.exit_code, "Price" in done.stdout) == (0, False)


@pytest.mark.parametrize(
    ("table", "options", "made", "said"),
    [
        ("", (), {"width": 3840, "height": 2160, "fps": 23.976}, "3840x2160 at 23.976 frames"),
        ("[profile]\nfps = 60", (), {"width": 3840, "height": 2160, "fps": 60}, "at 60 frames"),
        (
            '[profile]\nfps = "30000/1001"\nwidth = 1280',
            (),
            {"width": 1280, "height": 720, "fps": 29.97},
            "29.97",
        ),
        (
            "[profile]\nfps = 60\nwidth = 640",
            ("--fps", "25"),
            {"width": 640, "height": 360, "fps": 25},
            "640x360",
        ),
        ("", ("--width", "640", "--height", "640"), {"width": 640, "height": 640, "fps": 23.976}, "640x640"),
    ],
)
def test_size_and_rate_are_said_before_and_can_be_chosen(
    *, shell: Shell, folder: Path, table: str, options: tuple[str, ...], made: dict[str, object], said: str
) -> None:
    (folder / "film.mp4").write_bytes(fake_video(2, width=3840, height=2160, rate="24000/1001"))
    file = written(folder, f'{table}\n[[clips]]\nupload = "film.mp4"\n[[clips]]\nupload = "shot.mp4"')
    assert shell.json("job", file, *options)["profile"] == made
    shown = " ".join(shell.run("job", file, *options).output.split())
    assert said in shown
    assert shown.index("The video will be") < shown.index("film.mp4")


def test_what_a_clip_is_going_to_lose_is_said_before(shell: Shell, folder: Path) -> None:
    (folder / "large.mp4").write_bytes(fake_video(2, width=3840, height=2160, rate="60"))
    file = written(folder, '[[clips]]\nupload = "shot.mp4"\n[[clips]]\nupload = "large.mp4"')
    shown = " ".join(shell.run("job", file).output.split())
    assert "Clip 1 (large.mp4): Frames left out: 60 of 120" in shown
    assert "Clip 1 (large.mp4): Scaled down from 3840x2160 to 640x360" in shown


@pytest.mark.parametrize(
    ("table", "options", "said"),
    [
        ("[profile]\nrate = 24", (), "profile: rate means nothing here"),
        ("profile = 24", (), "profile is no table"),
        ("[profile]\nfps = 200", (), "profile.fps: Choose from 5 to 60"),
        ("", ("--fps", "fast"), "profile.fps: Choose from 5 to 60"),
        ("", ("--width", "33"), "profile.width: "),
    ],
)
def test_a_size_or_rate_that_cannot_be(
    *, shell: Shell, world: World, folder: Path, table: str, options: tuple[str, ...], said: str
) -> None:
    file = written(folder, f'{table}\n[[clips]]\nupload = "shot.mp4"')
    assert said in " ".join(shell.refused("job", file, *options).split())
    assert world.jobs.all_jobs() == []


def test_a_clip_that_could_not_be_made_is_reported_with_the_way_out(
    shell: Shell, world: World, folder: Path
) -> None:
    world.provider.outcome = lambda _: ProviderJobStatus.FAILED
    done = shell.run("job", written(folder, '[[clips]]\nupload = "shot.mp4"\n[[clips]]\nprompt = "a fox"'))
    assert done.exit_code == 1
    assert "The directed provider could not do it." in done.stdout
    assert "--clip 1=PROMPT" in done.stdout


@pytest.mark.parametrize(
    ("clip", "said"),
    [
        ('upload = "gone.mp4"', "clips[0].upload: "),
        ('upload = "fox.png"', "clips[0].upload: "),
        ('prompt = "a fox"\nreference = "gone.png"', "clips[0].reference: "),
        ('prompt = "a fox"\nreference = ["style=gone.png"]', "clips[0].reference: there is no file"),
        ('prompt = "a fox"\nreference = ["style=fox.png", "fox.png"]', "'fox.png' has no role"),
        ('title = "Nothing"', "clips[0]: say what it is made of"),
        ("prompt = 7", "clips[0].prompt is 7"),
        ('prompt = "a fox"\nlength = 5', "clips[0]: length means nothing here"),
        ('video = "nothing"\nseconds = "5"', "clips[0].seconds: "),
        ('prompt = "a fox"\nmodel = "unknown"', "clips[0].model: "),
    ],
)
def test_what_cannot_be_meant_is_refused_before_anything_is_sent(
    shell: Shell, server: ApiServer, folder: Path, clip: str, said: str
) -> None:
    assert said in shell.refused("job", written(folder, f"[[clips]]\n{clip}"))
    assert not server.http.seen("POST", "/uploads")


@pytest.mark.parametrize("text", ["", "clips = 7", "[[clips", 'title = "x"'])
def test_a_file_without_clips(shell: Shell, folder: Path, text: str) -> None:
    assert "job.toml" in shell.refused("job", written(folder, text))
