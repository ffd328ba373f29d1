"""``retake regenerate --takes --model``: distinguished before, while and after they are made."""

from __future__ import annotations

import pytest

from tests.unit.cli.shell import Shell


@pytest.fixture
def video_id(shell: Shell) -> str:
    (video,) = shell.json("create", "a red fox in snow", "--seconds", "5")["videos"]
    return str(video["video_id"])


def test_people_see_each_take_and_how_to_choose(shell: Shell, video_id: str) -> None:
    asked = ("--clip", "0=make it nighttime", "--takes", "3", "--model", "unpriced", "--yes")
    done = shell.run("regenerate", video_id, *asked)
    assert done.exit_code == 0, done.output
    text = done.output
    assert all(f"clip 0 (a red fox in snow), take {take} of 3" in text for take in (1, 2, 3))
    assert "Unpriced will be taken down on 20 March 2026" in text
    assert "Version 3, a take still to be made, of clip 0 (a red fox in snow) will go to the archive" in text
    assert "encoded for that once, at VMAF 93 or more, and never again" in " ".join(text.split())
    assert "clip 0 (a red fox in snow), take 3 of 3 done: version 4" in text
    assert f"restore {video_id} 0 VERSION" in text


def test_programs_get_one_object_and_choosing_makes_nothing(shell: Shell, video_id: str) -> None:
    batch = shell.json("regenerate", video_id, "--clip", "0=warmer", "--takes", "2")
    assert [(take["take"], take["takes"], take["version_number"]) for take in batch["regenerations"]] == [
        (1, 2, 2),
        (2, 2, 3),
    ]
    assert batch["regenerations"][0]["model"] == "any"
    assert shell.json("restore", video_id, "0", "3")["state"] == "current"
    takes = shell.json("versions", video_id, "0")["versions"]
    assert [take["version_number"] for take in takes] == [3, 2, 1]


@pytest.mark.parametrize(
    ("option", "said"),
    [
        (("--takes", "4"), "takes: From 1 to 3 takes of a clip can be made at once; this asks for 4."),
        (("--takes", "0"), "takes: From 1 to 3"),
        (("--takes", "many"), "--takes"),
        (("--model", "ended"), "Use any or choosy or unpriced instead."),
    ],
)
def test_what_cannot_be_is_refused(shell: Shell, video_id: str, option: tuple[str, str], said: str) -> None:
    assert said in shell.refused("regenerate", video_id, "--clip", "0=warmer", *option)


def test_one_take_is_reported_as_ever(shell: Shell, video_id: str) -> None:
    done = shell.run("regenerate", video_id, "--clip", "0=warmer", "--yes")
    assert done.exit_code == 0, done.output
    assert "clip 0 (a red fox in snow) done: version 2" in done.output
    assert "take 1" not in done.output
    assert "VERSION" not in done.output
