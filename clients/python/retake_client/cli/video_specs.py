"""Videos as a person asks for them, in options or in a TOML file."""

import tomllib
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

from retake_client.cli.references import Reference, Upload, parse_references, send_references
from retake_client.errors import UsageError
from retake_client.http import Json

WORDS = frozenset({"prompt", "title", "model", "size", "seconds"})
"""What a video in a file may say and the API takes as it is; ``reference`` is to be looked for first."""

NOT_SENT_YET = "not-sent-yet"
"""Stands for the upload while the server is only asked for the price: it looks at no reference then."""


@dataclass(frozen=True)
class VideoSpec:
    """One video to ask for.

    Attributes:
        settings: What the API takes as it is; what is left out is the catalogue's default.
        references: What it is made from besides words.
    """

    settings: Json
    references: tuple[Reference, ...] = ()

    @property
    def to_price(self) -> Json:
        """Return what is asked the price of, before anything is uploaded."""
        return self.request(lambda *_: NOT_SENT_YET)

    def request(self, upload: Upload) -> Json:
        """Return what is asked for; the files among its references are uploaded."""
        return {**self.settings, **send_references(self.references, upload)}


def as_written(field: str) -> str:
    """Return the name that people gave to what a request calls otherwise.

    >>> as_written("videos[1].reference_upload_id"), as_written("project_id"), as_written("seconds")
    ('videos[1].reference', 'project', 'seconds')
    >>> as_written("clips[1].references[0].upload_id")
    'clips[1].reference'
    """
    whole, named, _ = field.partition(".references")
    if field.startswith("references"):
        return "reference"
    return f"{whole}.reference" if named else field.removesuffix("_upload_id").removesuffix("_id")


def as_option(field: str) -> str:
    """Return what the command line has for a field of a request; the prompt is no option.

    >>> as_option("reference_upload_id"), as_option("prompt")
    ('--reference', 'prompt')
    """
    return field if field == "prompt" else f"--{as_written(field)}"


@dataclass(frozen=True)
class BatchFile:
    """What a TOML file asks for.

    Attributes:
        project: Name or id of the project that the videos belong to.
    """

    videos: tuple[VideoSpec, ...]
    project: str | None


def read_batch_file(file: Path) -> BatchFile:
    """Read ``[[videos]]`` from a TOML file; paths in it start where the file is.

    What only the server can judge (sizes, lengths, how many) is left to it.

    Raises:
        UsageError: If it is no TOML; else naming everything that no video has, or that has no such value.
    """
    content = read_toml(file)
    videos = content.get("videos")
    if not isinstance(videos, list) or not videos or not all(isinstance(one, dict) for one in videos):
        raise UsageError(f'{file} asks for no videos; write [[videos]] and prompt = "…" for each')
    faults = [*unknown_names(content, {"project", "videos"}), *wrong_values(content, {"project"})]
    for index, video in enumerate(videos):
        faults += [f"videos[{index}]{fault}" for fault in _faults_of(video, file.parent)]
    if faults:
        raise UsageError("\n  ".join([f"{file} cannot be understood; nothing was started.", *faults]))
    return BatchFile(tuple(_video(one, file.parent) for one in videos), content.get("project"))


def read_toml(file: Path) -> dict[str, Any]:
    """Return what a TOML file says. Raises ``UsageError`` if it is none."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} is no TOML: {error}") from error


def _faults_of(video: dict[str, Any], folder: Path) -> Iterator[str]:
    yield from (f": {fault}" for fault in unknown_names(video, WORDS | {"reference"}))
    yield from (f".{fault}" for fault in wrong_values(video, WORDS))
    if "prompt" not in video:
        yield '.prompt is missing; say what it should show, such as "a red fox in snow"'
    yield from faults_of_references(video, folder)


def faults_of_references(found: dict[str, Any], folder: Path) -> Iterator[str]:
    """Yield what is wrong with the references of a table."""
    try:
        read_references(found, folder)
    except UsageError as error:
        yield f".reference: {error}"


def read_references(found: dict[str, Any], folder: Path) -> tuple[Reference, ...]:
    """Return the references of a table: one text, or a list of them; without a role a file is one only.

    Raises:
        UsageError: As ``parse_references`` does, and for what is no text.
    """
    written = found.get("reference", [])
    texts = written if isinstance(written, list) else [written]
    if not all(isinstance(text, str) for text in texts):
        raise UsageError(f"{written} is neither a text in quotes nor a list of such")
    return parse_references(texts, folder=folder)


def unknown_names(found: dict[str, Any], known: AbstractSet[str]) -> Iterator[str]:
    """Yield one fault that lists the unknown names of a table, if there are any."""
    others = sorted(found.keys() - known)
    if others:
        yield f"{', '.join(others)} means nothing here; there may be {', '.join(sorted(known))}"


def wrong_values(found: dict[str, Any], names: AbstractSet[str]) -> Iterator[str]:
    """Yield a fault for each value that is no text, and each length that is no number either."""
    for name in sorted(names & found.keys()):
        value = found[name]
        is_number = isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
        if not isinstance(value, str) and not (name == "seconds" and is_number):
            yield f"{name} is {value}, which is no {'length' if name == 'seconds' else 'text in quotes'}"


def _video(video: dict[str, Any], folder: Path) -> VideoSpec:
    settings = {name: value for name, value in video.items() if name in WORDS}
    return VideoSpec(settings, read_references(video, folder))
