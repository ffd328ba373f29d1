"""``retake share``: a link is shown once, listed with what viewers said, and ended."""

from __future__ import annotations

import pytest

from tests.fakes.world import World
from tests.http_api import Api
from tests.unit.cli.shell import Shell


@pytest.fixture
def video_id(shell: Shell) -> str:
    (video,) = shell.json("create", "a red fox in snow", "--seconds", "5")["videos"]
    return str(video["video_id"])


def test_a_link_is_made_listed_and_ended(shell: Shell, world: World, video_id: str) -> None:
    made = shell.run("share", "create", video_id, "--title", "Cut 2", "--days", "3")
    assert made.exit_code == 0, made.output
    (address,) = (word for word in made.output.split() if "/shared#" in word)
    token = address.partition("#")[2]
    said = {"time_s": 1.5, "author": "Vera", "text": "warmer, please"}
    assert Api(world).post(f"/shared/{token}/comments", said).status == 201

    listed = shell.run("share", "list", video_id)
    assert token not in listed.output
    assert all(text in listed.output for text in ("Cut 2", "open", "warmer, please", "1.50", "Vera"))

    (share,) = shell.json("share", "list", video_id)["shares"]
    assert share["share_id"] in made.output, "with the command that ends it"
    assert shell.json("share", "revoke", video_id, share["share_id"])["status"] == "revoked"
    assert Api(world).get(f"/shared/{token}").status == 410


def test_a_comparison_is_shared_with_what_is_allowed(shell: Shell, video_id: str) -> None:
    shell.json("regenerate", video_id, "--clip", "0=warmer")
    options = ("--compare", "0", "1", "2", "--no-comments", "--prompts")
    made = shell.json("share", "create", video_id, *options)
    assert made["comparison"] == {"clip_index": 0, "left": 1, "right": 2}
    assert (made["takes_comments"], made["shows_prompts"], made["title"]) == (False, True, None)
    assert made["url"].endswith(f"/shared#{made['token']}")


def test_what_cannot_be_shared_is_refused(shell: Shell, video_id: str) -> None:
    refused = shell.run("share", "create", video_id, "--compare", "0", "1", "9")
    assert (refused.exit_code, "comparison.right" in refused.output) == (1, True)
    missing = shell.run("share", "revoke", video_id, "none")
    assert (missing.exit_code, "no share link 'none'" in missing.output) == (1, True)


def test_videos_are_found_by_words(shell: Shell, video_id: str) -> None:
    assert [one["video_id"] for one in shell.json("videos", "--find", "FOX snow")["videos"]] == [video_id]
    assert "There are no such videos." in shell.run("videos", "--find", "owl").output
