"""One byte flipped on the disk of the stack: what needs it names the take."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.api_user import ApiUser, small_clip
from tests.stack import Stack
from tests.table_audit import records

pytestmark = pytest.mark.local_cloud


@contextmanager
def flipped(stack: Stack, key: str) -> Iterator[None]:
    """Flip one byte in the middle of an object, and put it back in the end."""
    (path,) = stack.cloud.directory.root.rglob(f"*/{key}")
    whole = path.read_bytes()
    middle = len(whole) // 2
    _overwrite(path, whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :])
    try:
        yield
    finally:
        _overwrite(path, whole)


def _overwrite(path: Path, content: bytes) -> None:
    with path.open("r+b") as file:
        file.write(content)


def test_a_damaged_take_is_named_and_the_rest_goes_on(stack: Stack, ada: ApiUser) -> None:
    job_id = ada.make_job(small_clip(0), small_clip(1))
    # The video of version 1 beside the new take of the other clip was never joined: it has to be read.
    assert ada.run(job_id, {0: "brighter", 1: "darker"})["status"] == "succeeded"
    original = next(
        take
        for take in records(stack, "Version")
        if take["job_id"] == job_id and take["version_number"] == 1 and _index(ada, job_id, take) == 0
    )
    key = original["objects"]["video_key"]
    with flipped(stack, key):
        refused = ada.restore(job_id, 0, 1)
        assert refused.status_code == 409
        assert "Version 1 is damaged in the store" in refused.json()["detail"]
        assert ada.versions(job_id, 0)[0]["is_current"], "the clip shows what it showed"
        assert ada.job(job_id)["video"]["up_to_date"]
        compared = ada.http.get(
            f"/jobs/{job_id}/clips/0/versions/compare", params={"left": "1", "right": "2"}
        )
        assert compared.status_code == 409
        assert "Version 1 of “clip.mp4” (clip 0) is damaged" in compared.json()["detail"]
        found = stack.invoke("sweep_orphans", {"dry_run": True, "verify": True})
        assert f"{key} is damaged: an old take" in " ".join(found["found"])
    assert [event.name for event in ada.events(job_id)].count("version_damaged") == 1
    assert ada.restore(job_id, 0, 1).is_success
    assert ada.job(job_id)["video"]["up_to_date"]


def _index(ada: ApiUser, job_id: str, take: dict[str, str]) -> int:
    clips = [clip["clip_id"] for clip in ada.job(job_id)["clips"]]
    return clips.index(take["clip_id"])
