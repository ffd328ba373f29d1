"""Which server a command asks and as whom, and what it says where that does not work."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from retake_client.cli.main import app
from retake_client.cli.server import Server, find_server
from retake_client.errors import UsageError
from tests.fakes.api_server import EMAIL, PASSWORD, ApiServer
from tests.fakes.providers.server import How, Reply
from tests.unit.cli.shell import Shell

SERVER_COMMANDS = (
    ("create", "a fox"),
    ("videos",),
    ("download", "some-id"),
    ("delete", "some-id"),
    ("retry", "some-id"),
    ("compare", "some-id", "0"),
    ("jobs",),
    ("versions", "some-id", "0"),
    ("restore", "some-id", "0", "1"),
    ("clip", "removed", "some-id"),
    ("soundtrack", "some-id", "--remove"),
    ("share", "list", "some-id"),
    ("regenerate", "some-id", "--all", "brighter"),
    ("template", "Winter", "a {animal}"),
    ("templates",),
    ("schedules",),
    ("queue",),
    ("history",),
    ("models",),
    ("projects",),
    ("usage",),
)


def refused(*arguments: str, env: dict[str, str] | None = None) -> str:
    done = CliRunner().invoke(app, arguments, env={"RETAKE_PASSWORD": "", **(env or {})})
    assert done.exit_code == 1, done.output
    if "--json" in arguments:
        error = json.loads(done.stdout)["error"]
        assert error["detail"] in " ".join(done.stderr.split())
    else:
        assert not done.stdout
    return done.stderr


class TestNoServer:
    @pytest.mark.parametrize("command", SERVER_COMMANDS, ids=lambda command: command[0])
    def test_where_no_stack_runs_it_is_reported_how_one_is_started(
        self, command: tuple[str, ...], tmp_path: Path
    ) -> None:
        said = refused(*command, "--data", str(tmp_path / "studio"), "--json")
        assert "No stack runs on" in said
        assert f"uv run retake up --data {tmp_path}/studio" in said
        assert "--url, --user and --password" in said
        assert not (tmp_path / "studio").exists()

    @pytest.mark.parametrize(
        "named",
        [("--url", "http://127.0.0.1:9"), ("--user", "a@b.c"), ("--url", "http://x", "--user", "a@b.c")],
    )
    def test_half_a_sign_in_is_reported(self, named: tuple[str, ...]) -> None:
        assert "RETAKE_PASSWORD" in refused("videos", *named)

    @pytest.mark.parametrize(
        "url", ["127.0.0.1:8005", "ftp://retake.example", "http://", "http://[", "http://h:99999", "/api"]
    )
    def test_what_is_no_address_is_reported_at_once(self, url: str) -> None:
        said = refused("videos", "--url", url, "--user", "a@b.c", "--password", "p")
        assert f"{url} is no address" in said
        assert "--url https://" in said

    def test_an_address_may_be_any_servers(self, tmp_path: Path) -> None:
        found = find_server(url="https://retake.example", user="a@b.c", password="p", data=tmp_path)  # noqa: S106
        assert found == Server("https://retake.example", "a@b.c", "p")
        with pytest.raises(UsageError, match="No stack runs"):
            find_server(url=None, user=None, password="p", data=tmp_path)  # noqa: S106 - an exported one


class TestSignIn:
    def test_a_wrong_password_is_reported_once(self, shell: Shell, server: ApiServer) -> None:
        done = shell.run("videos", env={"RETAKE_PASSWORD": "wrong"})
        assert done.exit_code == 1
        assert f"{EMAIL} cannot sign in at {server.url}: Incorrect username or password." in done.stderr
        assert "wrong" not in done.output

    def test_the_password_may_be_an_option(self, shell: Shell) -> None:
        assert shell.run("videos", "--password", PASSWORD, env={"RETAKE_PASSWORD": "wrong"}).exit_code == 0

    def test_a_sign_in_that_expires_meanwhile_is_renewed(self, shell: Shell, server: ApiServer) -> None:
        server.http.fail(
            "GET",
            "/videos/batches/",
            How.ANSWER,
            reply=Reply.of_json({"message": "Unauthorized"}, status=401),
        )
        (video,) = shell.json("create", "a fox", "--seconds", "5")["videos"]
        assert video["status"] == "completed"
        assert len(server.tokens) == 2
        assert len(server.http.seen("POST", "/api/v1/videos")) == 2  # its price and itself, once each

    def test_a_sign_in_that_is_never_accepted_is_reported(self, shell: Shell, server: ApiServer) -> None:
        unauthorized = Reply.of_json({"message": "Unauthorized"}, status=401)
        server.http.fail("GET", "/api/v1/videos", How.ANSWER, times=2, reply=unauthorized)
        assert "does not accept it all the same" in shell.refused("videos")

    def test_a_server_that_comes_back_in_a_moment_is_waited_for(
        self, shell: Shell, server: ApiServer
    ) -> None:
        server.http.fail("GET", "/api/v1/videos", How.LOSE_ANSWER, times=2)
        assert shell.json("videos")["videos"] == []

    def test_an_answer_that_is_lost_makes_no_second_video(self, shell: Shell, server: ApiServer) -> None:
        server.http.fail("POST", "/api/v1/videos/batch", How.LOSE_ANSWER)
        server.http.fail("POST", "/api/v1/videos", How.LOSE_ANSWER, times=2)  # the price's, then the video's
        shell.json("create", "a fox", "--seconds", "5")
        assert len(shell.json("videos")["videos"]) == 1


def test_what_is_typed_to_go_on_names_the_same_server_and_no_password(
    shell: Shell, server: ApiServer
) -> None:
    done = shell.run("create", "a fox", "--seconds", "5")
    (go_on,) = [line for line in done.stdout.splitlines() if line.startswith("Go on")]
    (video,) = shell.json("videos")["videos"]
    assert go_on.split("retake ")[1] == f"download {video['video_id']} --url {server.url} --user {EMAIL}"
