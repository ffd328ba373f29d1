"""A person looks at a clip's earlier takes, and brings one back."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.cli.frames import frame_hashes
from tests.api_user import ApiUser, Json, small_clip
from tests.stack import Stack

pytestmark = pytest.mark.local_cloud

TAKES = ("brighter", "make it nighttime", "make it sepia", "mirror it")
CLIP_FRAMES = 10


@pytest.fixture(scope="module")
def job_id(ada: ApiUser) -> str:
    return ada.make_job(small_clip(0), small_clip(1), small_clip(2))


@pytest.fixture(scope="module")
def first_frames(ada: ApiUser, job_id: str, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    return ada.frames(job_id, tmp_path_factory.mktemp("first"))


@pytest.fixture(scope="module")
def history(ada: ApiUser, job_id: str, first_frames: list[str]) -> list[Json]:
    """Clip 1 after four regenerations, the take that passed the cap in the archive."""
    assert len(first_frames) == 3 * CLIP_FRAMES
    for instruction in TAKES:
        assert ada.run(job_id, {1: instruction})["status"] == "succeeded"
    ada.wait_for(lambda: states(ada, job_id).count("archived") == 2)
    return ada.versions(job_id, 1)


def states(ada: ApiUser, job_id: str) -> list[str]:
    return [take["state"] for take in ada.versions(job_id, 1)]


def test_three_takes_stay_active_and_the_oldest_go_to_the_archive(
    stack: Stack, ada: ApiUser, job_id: str, history: list[Json]
) -> None:
    assert [take["version_number"] for take in history] == [5, 4, 3, 2, 1]
    assert [take["state"] for take in history] == ["current", "active", "active", "archived", "archived"]
    assert [take["user_instruction"] for take in history] == [*reversed(TAKES), None]
    assert [take["is_current"] for take in history] == [True, False, False, False, False]
    assert all(take["archived_url"] for take in history[-2:])
    archived = [event for event in ada.events(job_id) if event.name == "version_archived"]
    assert [event.data["version_number"] for event in archived] == [1, 2]
    # The picture, the exact sound and the thumbnail of each.
    assert len(stack.keys(f"archive/{job_id}/")) == 3 * len(archived)


def test_the_estimate_says_which_take_will_be_archived(
    ada: ApiUser, job_id: str, history: list[Json]
) -> None:
    body = {"clips": [{"clip_index": 1, "instruction": "brighter"}]}
    estimate = ada.post(f"/jobs/{job_id}/clips/batch-regenerate/estimate", body, status=200)
    assert [(notice["clip_index"], notice["version_number"]) for notice in estimate["archives"]] == [(1, 3)]
    assert estimate["archives"][0]["version_id"] == history[2]["version_id"]


def test_an_archived_take_comes_back_frame_by_frame_even_with_no_video_stored(
    stack: Stack, ada: ApiUser, history: list[Json], first_frames: list[str], tmp_path: Path
) -> None:
    job_id = str(history[-1]["job_id"])
    assert history[-1]["state"] == "archived"
    # What the archive holds is what comes back, frame by frame: the one loss was when it went there.
    copy = tmp_path / "archived.mp4"
    copy.write_bytes(ada.http.get(history[-1]["archived_url"], headers={"Authorization": ""}).content)
    archived_frames = frame_hashes(copy)
    assert len(archived_frames) == CLIP_FRAMES
    latest = ada.frames(job_id, tmp_path)
    for key in stack.keys(f"compositions/{job_id}/"):
        stack.client("s3").delete_object(Bucket=stack.bucket, Key=key)

    answer = ada.restore(job_id, 1, 1)
    assert (answer.status_code, answer.json()["video_ready"]) == (200, True)
    restored = ada.frames(job_id, tmp_path)
    span = slice(CLIP_FRAMES, 2 * CLIP_FRAMES)
    assert restored[span] == archived_frames != latest[span]
    assert len(restored) == len(first_frames)
    assert (restored[:CLIP_FRAMES], restored[2 * CLIP_FRAMES :]) == (
        latest[:CLIP_FRAMES],
        latest[2 * CLIP_FRAMES :],
    )
    ada.wait_for(lambda: "archiving" not in states(ada, job_id))
    assert states(ada, job_id) == ["active", "active", "archived", "archived", "current"]


def test_the_answer_is_the_url_of_the_updated_video(
    ada: ApiUser, job_id: str, history: list[Json], tmp_path: Path
) -> None:
    number = history[0]["version_number"]
    answer = ada.restore(job_id, 1, number)
    video = tmp_path / "restored.mp4"
    video.write_bytes(ada.http.get(answer.json()["video_url"], headers={"Authorization": ""}).content)
    assert frame_hashes(video) == ada.frames(job_id, tmp_path)
    assert answer.headers["etag"] == f'"{ada.job(job_id)["timeline_revision"]}"'


def test_going_back_and_forth_composes_nothing_again(
    stack: Stack, ada: ApiUser, job_id: str, history: list[Json]
) -> None:
    assert len(history) == 5
    current = next(take for take in ada.versions(job_id, 1) if take["is_current"])
    other = next(take for take in ada.versions(job_id, 1) if take["state"] == "active")
    ada.restore(job_id, 1, other["version_number"])
    stored = stack.keys(f"compositions/{job_id}/")
    ada.restore(job_id, 1, current["version_number"])
    ada.restore(job_id, 1, other["version_number"])
    assert stack.keys(f"compositions/{job_id}/") == stored


def test_a_restore_on_an_old_view_is_refused(ada: ApiUser, job_id: str, history: list[Json]) -> None:
    before = ada.job(job_id)
    number = history[1]["version_number"]
    stale = ada.restore(job_id, 1, number, If_Match='"1"')
    assert (stale.status_code, stale.headers["content-type"]) == (412, "application/problem+json")
    assert ada.job(job_id)["timeline_revision"] == before["timeline_revision"]
    fresh = ada.restore(job_id, 1, number, If_Match=f'"{before["timeline_revision"]}"')
    assert fresh.status_code == 200


def test_two_takes_are_compared(ada: ApiUser, job_id: str, history: list[Json]) -> None:
    newest, oldest = history[0], history[-1]
    path = f"/jobs/{job_id}/clips/1/versions/compare"
    compared = ada.get(path, left=newest["version_id"], right=oldest["version_id"])
    assert (compared["left"]["user_instruction"], compared["right"]["user_instruction"]) == (TAKES[-1], None)
    assert 0 < compared["similarity"] < 1
    assert {"user_instruction", "cost"} <= {item["field"] for item in compared["differences"]}


def test_no_one_elses_take_and_no_unknown_one_is_restored(
    stack: Stack, ada: ApiUser, job_id: str, history: list[Json]
) -> None:
    path = f"/jobs/{job_id}/clips/1/versions"
    assert ada.http.post(f"{path}/nothing/restore").status_code == 404
    assert ada.http.post(f"/jobs/{job_id}/clips/0/versions/{history[0]['id']}/restore").status_code == 404
    eve = stack.person("eve")
    assert eve.http.post(f"{path}/{history[0]['version_id']}/restore").status_code == 404
