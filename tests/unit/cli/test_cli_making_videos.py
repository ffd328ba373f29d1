"""``retake create`` and ``retake batch``: the price first, then the videos; what is refused before both."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from retake.ports.providers import ProviderJobStatus
from retake_client.cli.video_specs import as_option, as_written, read_batch_file
from tests.fakes.api_server import ApiServer
from tests.fakes.fake_media import fake_picture
from tests.fakes.world import World
from tests.unit.cli.shell import Shell

FOX = ("create", "a red fox in snow", "--seconds", "5")


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    file = tmp_path / "fox.png"
    file.write_bytes(fake_picture())
    return file


def nothing_was_done(server: ApiServer, world: World) -> bool:
    is_unwritten = world.jobs.all_jobs() == [] and not server.http.seen("POST", "/projects")
    return is_unwritten and not server.http.seen("POST", "/uploads")


class TestPrice:
    def test_the_price_is_the_servers(self, shell: Shell) -> None:
        done = shell.run(*FOX, "--variations", "3")
        assert done.exit_code == 0, done.output
        price = done.stdout.partition("Videos")[0]
        assert [price.count(cost) for cost in ("$0.06", "$0.18")] == [3, 1]

    def test_a_length_that_is_cut_from_a_longer_one_costs_what_is_made(self, shell: Shell) -> None:
        # "choosy" makes 4, 6 or 8 s at 0.10 dollars: 5 s are paid as 6.
        assert "$0.60" in shell.run(*FOX, "--model", "choosy").stdout

    def test_a_price_that_no_one_publishes_and_a_warning_are_reported(self, shell: Shell) -> None:
        said = shell.run("create", "a red fox", "--model", "unpriced").stdout
        price = said.partition("Videos")[0]
        assert price.count("not published") == 2  # the video's, and the total
        assert "taken down on 20 March 2026" in price

    def test_it_is_asked_for_before_anything_is_sent(
        self, shell: Shell, server: ApiServer, picture: Path
    ) -> None:
        shell.run(*FOX, "--reference", str(picture), "--project", "Winter")
        paths = [request.path for request in server.http.requests]
        first = next(path for path in paths if path.startswith("/api/"))
        assert first == "/api/v1/videos/variations/estimate"


class TestRefusals:
    @pytest.mark.parametrize(
        ("options", "named"),
        [
            (("--seconds", "9000"), "--seconds: "),
            (("--size", "huge"), "--size: "),
            (("--variations", "9"), "--variations: "),
            (("--variations", "0"), "--variations: "),
            (("--model", "unknown"), "--model: "),
        ],
    )
    def test_name_the_option(
        self, shell: Shell, server: ApiServer, world: World, options: tuple[str, str], named: str
    ) -> None:
        said = shell.refused("create", "a fox", *options, "--project", "Winter")
        assert "nothing was started or charged" in said
        assert named in said
        assert nothing_was_done(server, world)

    def test_an_empty_prompt(self, shell: Shell, server: ApiServer, world: World) -> None:
        assert "prompt: Say what" in shell.refused("create", " ")
        assert nothing_was_done(server, world)

    def test_a_reference_for_a_model_that_uses_words(
        self, shell: Shell, server: ApiServer, world: World, picture: Path
    ) -> None:
        said = shell.refused(*FOX, "--model", "choosy", "--reference", str(picture))
        assert "--reference: Choosy takes words only" in said
        assert nothing_was_done(server, world)

    @pytest.mark.parametrize(("name", "why"), [("notes.txt", "not a kind of file"), ("a.png", "is empty")])
    def test_a_file_that_cannot_be_meant(
        self, shell: Shell, server: ApiServer, tmp_path: Path, name: str, why: str
    ) -> None:
        (tmp_path / name).touch()
        assert why in shell.refused(*FOX, "--reference", str(tmp_path / name))
        assert server.http.requests == []

    def test_a_file_that_is_none(self, shell: Shell, server: ApiServer) -> None:
        assert "there is no file" in shell.refused(*FOX, "--reference", "/nonexistent/fox.png")
        assert server.http.requests == []


class TestMaking:
    def test_a_reference_is_uploaded_and_gone_by(
        self, shell: Shell, world: World, server: ApiServer, picture: Path
    ) -> None:
        (video,) = shell.json(*FOX, "--reference", str(picture))["videos"]
        assert (video["status"], video["has_reference"]) == ("completed", True)
        assert len(server.http.seen("POST", "/objects/")) == 1
        (request,) = world.provider.requests
        (reference,) = request.references
        assert world.objects.read(reference.key) == fake_picture()

    def test_no_wait_ends_with_what_was_accepted(self, shell: Shell, server: ApiServer) -> None:
        with server.held():
            done = shell.run(*FOX, "--no-wait")
            reported = shell.json(*FOX, "--no-wait")
        assert done.exit_code == 0
        assert f"Go on    uv run retake videos --url {server.url}" in done.stdout
        assert reported["status"] == "processing"

    def test_a_failed_video_is_reported_with_its_reason(self, shell: Shell, world: World) -> None:
        world.provider.outcome = lambda _: ProviderJobStatus.FAILED
        done = shell.run(*FOX)
        assert done.exit_code == 1
        assert "The directed provider could not do it." in done.stdout

    def test_odd_characters_stay_as_they_are(self, shell: Shell) -> None:
        odd = '[bold]"Füchse" \\ & 🦊 --yes; $(x) / ../'
        project = "[red]Ünter/🦊?#&"
        for _ in range(2):  # the second finds the project by its name
            done = shell.run("create", "a fox", "--title", odd, "--project", project)
            assert done.exit_code == 0, done.output
        assert odd in done.stdout
        assert f"Made the project {project}." not in done.stdout
        listed = shell.json("videos", "--project", project)["videos"]
        assert [video["title"] for video in listed] == [odd, odd]

    def test_a_prompt_may_begin_like_an_option(self, shell: Shell) -> None:
        (video,) = shell.json("create", "--title", "T", "--no-wait", "--", "-5 degrees and snow")["videos"]
        assert video["prompt"] == "-5 degrees and snow"


class TestInterruption:
    def test_ctrl_c_ends_the_waiting_and_not_the_work(self, shell: Shell, server: ApiServer) -> None:
        with server.held():
            process = shell.start(*FOX)
            server.wait_for("GET", "/videos/batches/")
            process.send_signal(signal.SIGINT)
            said, _ = process.communicate(timeout=60)
        assert process.returncode == 128 + signal.SIGINT
        assert "Stopped waiting; what the server accepted goes on." in said
        look_again = next(line for line in said.splitlines() if line.startswith("Go on"))
        assert "retake videos --url" in look_again
        assert "right" not in look_again.split()  # the password
        shell.json("videos")  # whatever comes in lets the stack go on
        (video,) = shell.json("videos")["videos"]
        assert video["status"] == "completed"


class TestBatchFile:
    def write(self, folder: Path, text: str) -> str:
        file = folder / "videos.toml"
        file.write_text(text, encoding="utf-8")
        return str(file)

    def test_each_video_has_its_own_settings(self, shell: Shell, tmp_path: Path, picture: Path) -> None:
        file = self.write(
            tmp_path,
            "\ufeff"  # as some editors begin a file
            'project = "Winter"\n'
            f'[[videos]]\nprompt = "an owl"\nseconds = 5\nreference = "{picture.name}"\n'
            '[[videos]]\nprompt = "a hare"\nmodel = "choosy"\nseconds = "8"\n',
        )
        made = shell.json("batch", file)
        assert [(one["model"], one["seconds"], one["has_reference"]) for one in made["videos"]] == [
            ("any", 5.0, True),
            ("choosy", 8.0, False),
        ]
        assert len(shell.json("videos", "--project", "Winter")["videos"]) == 2

    def test_the_projects_option_wins(self, shell: Shell, tmp_path: Path) -> None:
        file = self.write(tmp_path, 'project = "Winter"\n[[videos]]\nprompt = "an owl"\n')
        shell.json("batch", file, "--project", "Summer")
        assert len(shell.json("videos", "--project", "Summer")["videos"]) == 1
        assert "no project 'Winter'" in shell.refused("videos", "--project", "Winter")

    def test_the_servers_refusal_names_the_video_as_the_file_does(
        self, shell: Shell, server: ApiServer, world: World, tmp_path: Path, picture: Path
    ) -> None:
        file = self.write(
            tmp_path,
            '[[videos]]\nprompt = "an owl"\nseconds = 9000\n'
            f'[[videos]]\nprompt = "a hare"\nmodel = "choosy"\nreference = "{picture.name}"\n',
        )
        said = shell.refused("batch", file)
        assert "videos[0].seconds: " in said
        assert "videos[1].reference: Choosy" in said
        assert nothing_was_done(server, world)

    def test_too_many_are_refused_by_the_server(self, shell: Shell, tmp_path: Path) -> None:
        file = self.write(tmp_path, '[[videos]]\nprompt = "an owl"\n' * 4)
        assert "videos: From 1 to 3; this has 4." in shell.refused("batch", file)

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("[[videos", "is no TOML"),
            ("", "asks for no videos"),
            ('videos = "an owl"', "asks for no videos"),
            ("videos = []", "asks for no videos"),
            ('[[videos]]\ntitle = "T"', "videos[0].prompt is missing"),
            ('[[videos]]\nprompt = "a"\nlength = 5', "videos[0]: length means nothing here"),
            ('colour = 1\n[[videos]]\nprompt = "a"', "colour means nothing here; there may be project"),
            ('[[videos]]\nprompt = "a"\nseconds = true', "videos[0].seconds is True"),
            ('[[videos]]\nprompt = "a"\nseconds = inf', "videos[0].seconds is inf"),
            ("[[videos]]\nprompt = 2026-01-01", "videos[0].prompt is 2026-01-01"),
            ('project = 5\n[[videos]]\nprompt = "a"', "project is 5"),
            ('[[videos]]\nprompt = "a"\nreference = "no.png"', "videos[0].reference: there is no file"),
        ],
    )
    def test_what_is_wrong_with_a_file_is_reported(
        self, shell: Shell, server: ApiServer, tmp_path: Path, text: str, said: str
    ) -> None:
        assert said in shell.refused("batch", self.write(tmp_path, text))
        assert server.http.requests == []

    def test_everything_wrong_is_reported_at_once(self, tmp_path: Path, shell: Shell) -> None:
        file = self.write(tmp_path, '[[videos]]\nlength = 5\n[[videos]]\nprompt = "a"\nsize = 5')
        said = shell.refused("batch", file)
        assert all(part in said for part in ("videos[0]: length", "videos[0].prompt", "videos[1].size"))

    def test_bytes_that_are_no_text(self, shell: Shell, tmp_path: Path) -> None:
        (tmp_path / "b.toml").write_bytes(b"\xff\xfe")
        assert "is no TOML" in shell.refused("batch", str(tmp_path / "b.toml"))
        assert "is a directory" in shell.refused("batch", str(tmp_path))

    def test_what_is_left_out_is_left_to_the_server(self, tmp_path: Path) -> None:
        batch = read_batch_file(Path(self.write(tmp_path, '[[videos]]\nprompt = "a"\n')))
        assert batch.videos[0].settings == {"prompt": "a"}
        json.dumps(batch.videos[0].to_price)


@pytest.mark.parametrize(
    ("field", "written", "option"),
    [
        ("seconds", "seconds", "--seconds"),
        ("reference_upload_id", "reference", "--reference"),
        ("videos[1].reference_upload_id", "videos[1].reference", "--videos[1].reference"),
        ("project_id", "project", "--project"),
        ("prompt", "prompt", "prompt"),
    ],
)
def test_fields_are_called_as_people_wrote_them(field: str, written: str, option: str) -> None:
    assert (as_written(field), as_option(field)) == (written, option)
