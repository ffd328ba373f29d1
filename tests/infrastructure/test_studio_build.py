"""The studio as it is built: what a browser is sent first, and nothing from elsewhere."""

import gzip
import re
from pathlib import Path

import pytest

from infra.cli.openapi import DOCUMENT, read_openapi
from infra.environment import ToolMissingError
from infra.studio import StudioBuildError, build_studio, studio_directory

FIRST_LOAD_BYTES = 110_000
"""Compressed JavaScript of a first page; 150 kB is promised."""


@pytest.fixture(scope="module")
def studio() -> Path:
    try:
        return build_studio()
    except (StudioBuildError, ToolMissingError) as error:
        pytest.skip(f"the studio cannot be built here: {error}")


def test_its_types_are_made_from_the_routes_as_they_are() -> None:
    # That schema.d.ts is made from this document is checked by `retake check studio`.
    renewed = "uv run retake openapi --update"
    assert read_openapi() == DOCUMENT.read_text(encoding="utf-8"), f"the API changed: {renewed}"


def test_it_is_built_once(studio: Path) -> None:
    before = (studio / "index.html").stat().st_mtime_ns
    assert studio == studio_directory()
    assert (build_studio() / "index.html").stat().st_mtime_ns == before


def test_the_page_has_no_script_or_style_of_its_own(studio: Path) -> None:
    page = (studio / "index.html").read_text(encoding="utf-8")
    assert re.findall(r"<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=", page) == []


def test_everything_the_page_names_is_in_the_build(studio: Path) -> None:
    page = (studio / "index.html").read_text(encoding="utf-8")
    named = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert named
    assert [name for name in named if not (studio / name.lstrip("/")).is_file()] == []


def test_styles_load_nothing_from_elsewhere(studio: Path) -> None:
    styles = [path.read_text(encoding="utf-8") for path in studio.rglob("*.css")]
    addresses = [address for style in styles for address in re.findall(r"url\(([^)]*)\)", style)]
    assert addresses
    assert [address for address in addresses if not address.strip("\"'").startswith("/assets/")] == []


@pytest.mark.parametrize("route", ["JobPage", "ComparePage"])
def test_the_first_load_is_small(studio: Path, route: str) -> None:
    page = (studio / "index.html").read_text(encoding="utf-8")
    entry = [studio / name.lstrip("/") for name in re.findall(r'<script[^>]*src="([^"]+)"', page)]
    scripts = {*entry, *studio.glob(f"assets/{route}-*.js"), *studio.glob("assets/use*-*.js")}
    assert len(scripts) > len(entry)
    assert sum(len(gzip.compress(path.read_bytes())) for path in scripts) < FIRST_LOAD_BYTES


def test_what_is_shipped_carries_its_licences(studio: Path) -> None:
    licences = (studio / "licenses.md").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE" in licences
    for package in ("react-dom", "@tanstack/react-query", "wouter"):
        assert f"## {package} - " in licences
