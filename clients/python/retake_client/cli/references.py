"""References as people write them in options and TOML files: ``ROLE=FILE``, ``ROLE=VIDEO``, ``ROLE=CLIP``."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from retake_client.errors import UsageError
from retake_client.http import Json
from retake_client.session import PICTURE_TYPES, VIDEO_TYPES, content_type_of

ROLES = ("first_frame", "last_frame", "subject", "style", "video")
METAVAR = "ROLE=FILE|VIDEO|CLIP"
FILE_TYPES = {**PICTURE_TYPES, **VIDEO_TYPES}

Upload = Callable[[Path, Mapping[str, str]], str]
"""Sends a file of one of these types, by its ending; returns the upload's id."""

_CLIP = re.compile(r"(?:(?P<job>[\w-]+):)?(?P<clip>\d+)")


@dataclass(frozen=True)
class Reference:
    """A picture or a video to make a clip from: a file to upload, or what the API takes as it is.

    Attributes:
        role: What it says of the clip; None for what the model makes of a file of its kind.
        file: To be uploaded, where nothing else is named.
        named: A video's id, or a clip's place and its job.
    """

    role: str | None
    file: Path = Path()
    named: Json | None = None


def parse_references(
    written: Sequence[str], *, folder: Path = Path(), in_job: bool = False
) -> tuple[Reference, ...]:
    """Read references; a file that is the only one needs no role, where there is no job yet.

    Raises:
        UsageError: As ``parse_reference`` does.
    """
    needs_role = in_job or len(written) > 1
    return tuple(
        parse_reference(text, folder=folder, in_job=in_job, needs_role=needs_role) for text in written
    )


def parse_reference(written: str, *, folder: Path, in_job: bool, needs_role: bool) -> Reference:
    """Read one reference.

    Args:
        written: ``ROLE=FILE``, ``ROLE=VIDEO_ID``, ``ROLE=CLIP`` for a clip of the job by its place, or
            ``ROLE=JOB:CLIP`` for one of another job. What is a file is uploaded, ``./3`` also where it is
            named like a clip.
        folder: Where paths start.
        in_job: Whether there is a job whose clips can be meant by their places alone.
        needs_role: Whether a file without a role is refused.

    Raises:
        UsageError: If it has no role, or names neither a file of a known kind, a video nor a clip.

    >>> parse_reference("subject=2", folder=Path(), in_job=True, needs_role=True).named
    {'clip_index': 2}
    >>> parse_reference("style=a-job:0", folder=Path(), in_job=False, needs_role=True).named
    {'job_id': 'a-job', 'clip_index': 0}
    """
    role, separator, value = written.partition("=")
    if not separator or role not in ROLES:
        if needs_role:
            raise UsageError(
                f"{written!r} has no role; write one of {', '.join(ROLES)}, such as style={written}"
            )
        role, value = "", written
    if not value:
        raise UsageError(f"{written!r} names nothing; write {METAVAR}")
    clip = _CLIP.fullmatch(value)
    if clip is None or not role:
        return _of_file_or_video(role or None, value, folder)
    if clip["job"] is None and not in_job:
        raise UsageError(f"{written!r} does not say whose clip {value} is; write {role}=JOB:{value}")
    job = {} if clip["job"] is None else {"job_id": clip["job"]}
    return Reference(role, named={**job, "clip_index": int(clip["clip"])})


def _of_file_or_video(role: str | None, value: str, folder: Path) -> Reference:
    file = folder / value
    if file.is_file():
        content_type_of(file, FILE_TYPES)
        return Reference(role, file)
    # An id has neither an ending nor a folder.
    if role is None or "." in value or "/" in value:
        raise UsageError(f"there is no file {file}")
    return Reference(role, named={"video_id": value})


def send_references(references: Sequence[Reference], upload: Upload) -> Json:
    """Upload the files among references; return the fields of a request that name them all.

    Args:
        references: In any order; at most one without a role.
        upload: Sends a file; one that is named twice is sent once.
    """
    sent: dict[Path, str] = {}

    def upload_id_of(file: Path) -> str:
        if file not in sent:
            sent[file] = upload(file, FILE_TYPES)
        return sent[file]

    plain = [one for one in references if one.role is None]
    named = [
        {"role": one.role, **(one.named or {"upload_id": upload_id_of(one.file)})}
        for one in references
        if one.role is not None
    ]
    alone = {"reference_upload_id": upload_id_of(plain[0].file)} if plain else {}
    return {**alone, **({"references": named} if named else {})}
