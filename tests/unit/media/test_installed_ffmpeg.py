"""Product and tests run the ffmpeg of the lock file, whatever else a machine has."""

import os
import subprocess
from pathlib import Path

import pytest

from infra.assets import build_assets, installed_ffmpeg
from infra.flavour import Flavour
from layers.ffmpeg.build import build_for_host
from retake.adapters.media.ffmpeg import Ffmpeg
from retake.domain.errors import MediaToolError


def test_the_variable_of_the_package_does_not_replace_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    before = installed_ffmpeg()
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", "/bin/false")
    assert installed_ffmpeg() == before


def test_the_program_lies_in_the_locked_package() -> None:
    assert installed_ffmpeg().parent.parent.name == "imageio_ffmpeg"


def test_the_ffmpeg_of_the_path_always_fails_in_tests() -> None:
    with Ffmpeg.on_path().session(timeout_s=60) as session, pytest.raises(MediaToolError, match="of PATH"):
        session.run(["-version"])


@pytest.mark.parametrize("name", ["plain", "with spaces", "Zähler $HOME `id` \"x\" 'y' \\"])
def test_the_hosts_launcher_starts_a_program_at_any_path(tmp_path: Path, name: str) -> None:
    program = tmp_path / name / "ffmpeg"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\necho "started $1"\n', encoding="utf-8")
    program.chmod(0o755)

    (tmp_path / "layer").mkdir()
    build_for_host(tmp_path / "layer", ffmpeg=program)

    launcher = tmp_path / "layer" / "bin" / "ffmpeg"
    said = subprocess.run([launcher, "-version"], check=True, capture_output=True, text=True)  # noqa: S603
    assert said.stdout == "started -version\n"


def test_the_hosts_layer_starts_the_locked_program() -> None:
    launcher = build_assets(Flavour.HOST).ffmpeg / "bin" / "ffmpeg"
    assert os.fsencode(installed_ffmpeg()) in launcher.read_bytes()
