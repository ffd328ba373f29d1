"""``retake models``, ``projects`` and ``usage``; and what holds for every command that asks a server."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
import typer.main
from typer.core import TyperCommand, TyperGroup

from retake_client.cli.account import format_size
from retake_client.cli.main import app
from tests.builders import JOB, store_ready_job
from tests.fakes.world import World
from tests.unit.cli.shell import Shell


def commands() -> list[TyperCommand]:
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    return [command for command in group.commands.values() if isinstance(command, TyperCommand)]


def options_of(command: TyperCommand) -> set[str]:
    return {option for parameter in command.params for option in parameter.opts if option.startswith("--")}


@pytest.mark.parametrize("command", commands(), ids=lambda command: command.name)
def test_who_can_ask_a_server_can_ask_any_and_answer_a_program(command: TyperCommand) -> None:
    options = options_of(command)
    if "--url" in options:
        assert {"--user", "--password", "--data", "--json"} <= options


@pytest.mark.parametrize("command", commands(), ids=lambda command: command.name)
def test_every_option_and_argument_is_explained(command: TyperCommand) -> None:
    assert command.help
    unexplained = [one.name for one in command.params if not getattr(one, "help", None)]
    assert unexplained == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("create", "a fox", "--seconds", "5"),
        ("create", "a fox", "--variations", "2", "--no-wait"),
        ("videos",),
        ("jobs",),
        ("jobs", JOB),
        ("versions", JOB, "0"),
        ("restore", JOB, "0", "1"),
        ("delete", JOB),
        ("regenerate", JOB, "--all", "brighter"),
        ("regenerate", JOB, "--clip", "0=brighter", "--no-wait"),
        ("history",),
        ("queue",),
        ("template", "Winter", "a red {animal} in snow"),
        ("templates",),
        ("schedules",),
        ("models",),
        ("projects",),
        ("usage",),
    ],
    ids=" ".join,
)
def test_programs_get_one_object(shell: Shell, world: World, arguments: tuple[str, ...]) -> None:
    store_ready_job(world.jobs, world.objects)
    assert shell.json(*arguments)


@pytest.mark.parametrize("columns", ["80", "250"])
def test_models_are_shown_whole_with_what_speaks_against_them(shell: Shell, columns: str) -> None:
    said = shell.run("models", env={"COLUMNS": columns}).stdout
    rows = " ".join(said.split())
    assert "any (the default)" in rows
    assert "$0.012" in rows
    assert "a second" in rows
    for part in ("4, 6, 8 s", "1280x720", "720x1280", "image", "not published", "20 March 2026"):
        assert part in rows
    assert "ended" not in rows
    assert "…" not in rows


def test_projects_are_listed_by_their_names(shell: Shell) -> None:
    for name in ("Winter", "[Summer]"):
        shell.json("create", "a fox", "--seconds", "5", "--project", name)
    said = shell.run("projects").stdout
    assert "[Summer]" in said
    assert [one["name"] for one in shell.json("projects")["projects"]].count("Winter") == 1


def test_a_project_is_renamed_and_deleted_and_its_videos_stay(shell: Shell) -> None:
    shell.json("create", "a fox", "--seconds", "5", "--project", "Winter")
    (project,) = shell.json("projects")["projects"]
    assert "Renamed the project Winter to [Spring]." in (
        shell.run("projects", "--rename", "winter", "--to", "[Spring]").stdout
    )
    (renamed,) = shell.json("projects")["projects"]
    assert renamed == {**project, "name": "[Spring]"}
    assert shell.json("projects", "--rename", project["project_id"], "--to", "Autumn")["name"] == "Autumn"

    assert "Deleted the project Autumn; its videos stay." in (
        shell.run("projects", "--delete", "Autumn").stdout
    )
    assert shell.json("projects")["projects"] == []
    (video,) = shell.json("videos")["videos"]
    assert video["project_id"] == project["project_id"]


def test_what_cannot_be_done_with_a_project_is_refused(shell: Shell) -> None:
    for name in ("Winter", "Spring"):
        shell.json("create", "a fox", "--seconds", "5", "--project", name)
    for arguments, said in {
        ("--rename", "Winter"): "--rename and --to belong together",
        ("--to", "Winter"): "--rename and --to belong together",
        ("--rename", "Winter", "--to", "Autumn", "--delete", "Spring"): "Use --rename or --delete",
        ("--rename", "Autumn", "--to", "Summer"): "There is no project 'Autumn'",
        ("--delete", "Autumn"): "There is no project 'Autumn'",
        ("--rename", "Winter", "--to", "SPRING"): "SPRING",
        ("--rename", "Winter", "--to", ""): "--to: ",
    }.items():
        assert said in shell.refused("projects", *arguments), arguments
    assert sorted(one["name"] for one in shell.json("projects")["projects"]) == ["Spring", "Winter"]


def test_a_project_is_found_whatever_its_case(shell: Shell) -> None:
    for name in ("Winter", " winter"):
        shell.json("create", "a fox", "--seconds", "5", "--project", name)
    assert [one["name"] for one in shell.json("projects")["projects"]] == ["Winter"]


def test_usage_reports_what_is_left(shell: Shell, world: World) -> None:
    assert "No monthly limit is set." in shell.run("usage").stdout
    world.limits = replace(world.limits, monthly_spend_limit=Decimal("1.00"))
    shell.json("create", "a fox", "--seconds", "5")
    said = shell.run("usage").stdout
    assert "$0.94 of $1.00 are left for" in said
    assert "% of 100.00 GB used" in said


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1000, "1.00 kB"),
        (1_500_000, "1.50 MB"),
        (10**11, "100.00 GB"),
    ],
)
def test_sizes_keep_digits_to_read(size: int, shown: str) -> None:
    assert format_size(size) == shown


def test_far_over_a_budget_the_figures_stay_readable(shell: Shell, world: World) -> None:
    world.limits = replace(world.limits, storage_budget_bytes=1000)
    store_ready_job(world.jobs, world.objects)
    said = shell.run("usage").stdout
    assert "1.00 kB used" in said
    assert "0.00 MB" not in said


def test_what_ends_soon_is_named_and_is_an_exit_status(shell: Shell, world: World) -> None:
    done = shell.run("models", "--check")
    said = " ".join(done.stdout.split())

    assert done.exit_code == 1
    assert "unpriced" in said
    assert "2026-03-20" in said
    assert "choosy" not in said

    world.models = tuple(model for model in world.models if model.end_of_life is None)
    fine = shell.run("models", "--check")
    assert (fine.exit_code, "within 60 days" in fine.stdout) == (0, True)


@pytest.mark.parametrize(("days", "named"), [(0, False), (1, True), (60, True), (61, False)])
def test_soon_is_sixty_days(days: int, named: bool, shell: Shell, world: World) -> None:  # noqa: FBT001
    ends = world.clock.now().date() + timedelta(days=days)
    world.models = tuple(
        replace(model, end_of_life=ends if model.name == "choosy" else None) for model in world.models
    )

    done = shell.run("models", "--json", "--check")

    assert [model["name"] for model in json.loads(done.stdout)["models"]] == (["choosy"] if named else [])
    assert done.exit_code == int(named)


def test_what_a_provider_lacks_is_said_below_the_models(shell: Shell) -> None:
    said = " ".join(shell.run("models").stdout.split())

    assert "GEMINI_API_KEY" in said
