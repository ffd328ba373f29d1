"""The studio as it is built: what a browser is sent first, and nothing from elsewhere."""

import gzip
import json
import re
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from infra.cli.openapi import DOCUMENT, read_openapi
from infra.environment import ToolMissingError
from infra.flavour import ROOT
from infra.studio import StudioBuildError, build_studio, studio_directory

FIRST_LOAD_BYTES = 130_000
"""Everything that a browser is sent before a page can be used, in the form that the local server sends."""

PAGES = ("jobs/JobListPage", "editor/JobPage", "compare/ComparePage", "create/CreateVideoPage")


@pytest.fixture(scope="module")
def studio() -> Path:
    try:
        return build_studio()
    except (StudioBuildError, ToolMissingError) as error:
        pytest.skip(f"the studio cannot be built here: {error}")


def test_its_types_are_made_from_the_routes_as_they_are() -> None:
    # That schema.d.ts is made from this document is checked by `retake check client`.
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


@pytest.mark.parametrize("page", PAGES)
def test_the_first_load_is_small(studio: Path, page: str) -> None:
    manifest = json.loads((studio / ".vite" / "manifest.json").read_text(encoding="utf-8"))
    needed: set[str] = set()
    parts = ["index.html", f"src/features/{page}.tsx"]
    while parts:
        part = manifest[parts.pop()]
        if part["file"] not in needed:
            needed |= {part["file"], *part.get("css", [])}
            parts += part.get("imports", [])
    # One font: the others have letters that are in none of the studio's own texts.
    (font,) = studio.glob("assets/hanken-grotesk-basic-*.woff2")
    sent = {name: (studio / f"{name}.br").stat().st_size for name in sorted({*needed, "index.html"})}
    sent |= {"font": font.stat().st_size, "icon": (studio / "favicon.svg").stat().st_size}
    assert {"index.html", "font"} < set(sent)
    assert any(name.endswith(".css") for name in sent)
    assert sum(sent.values()) < FIRST_LOAD_BYTES, sent


def test_no_file_imports_one_that_imports_it(studio: Path) -> None:
    # A module would run before one that it needs: the page would stay white.
    manifest = json.loads((studio / ".vite" / "manifest.json").read_text(encoding="utf-8"))
    order = TopologicalSorter({name: part.get("imports", []) for name, part in manifest.items()})
    assert len(list(order.static_order())) == len(manifest)


def test_compressed_forms_are_the_texts_themselves(studio: Path) -> None:
    forms = [*studio.rglob("*.gz")]
    assert len(forms) == len([*studio.rglob("*.br")]) > 20
    for form in forms:
        assert gzip.decompress(form.read_bytes()) == form.with_suffix("").read_bytes()


def test_the_sample_clips_are_those_of_the_tests(studio: Path) -> None:
    samples = sorted((studio / "samples").glob("*.mp4"))
    assert len(samples) == 2
    for sample in samples:
        assert sample.read_bytes() == (ROOT / "tests" / "footage" / sample.name).read_bytes()


def test_what_is_shipped_carries_its_licences(studio: Path) -> None:
    licences = (studio / "licenses.md").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE" in licences
    for package in ("react-dom", "@tanstack/react-query", "wouter"):
        assert f"## {package} - " in licences
