"""A file keeps its name: in answers, messages, events, prices, the history and archives."""

import pytest

from retake.ports.providers import ProviderJobStatus
from retake.services.downloads.choose_files import DownloadSelection, choose_files
from tests.builders import USER
from tests.fakes.fake_media import fake_video
from tests.fakes.stack import Stack
from tests.fakes.world import World
from tests.http_api import Api

NAMES = ("Strand früh.mov", "IMG_0042.MP4")


@pytest.fixture
def job_id(api: Api, world: World, stack: Stack) -> str:
    """A job of two uploads, of which the second has a title, and a prompt."""
    clips: list[dict[str, object]] = []
    for name in NAMES:
        form = api.post("/uploads", {"file_name": name, "content_type": "video/mp4"}).json
        world.objects.write(form["fields"]["key"], fake_video(2, note=name), content_type="video/mp4")
        clips.append({"upload_id": form["upload_id"]})
    clips[1]["title"] = "Rain"
    answer = api.post("/jobs", {"title": "Film", "clips": [*clips, {"prompt": "a red fox"}]})
    stack.run()
    return str(answer.json["job_id"])


def events(api: Api, job_id: str) -> str:
    return api.get(f"/jobs/{job_id}/events", headers={"accept": "text/event-stream"}).text


def test_a_clip_has_its_title_and_its_file(api: Api, job_id: str) -> None:
    clips = api.get(f"/jobs/{job_id}").json["clips"]
    assert [(clip["title"], clip["file_name"]) for clip in clips] == [
        (NAMES[0], NAMES[0]),
        ("Rain", NAMES[1]),
        ("a red fox", None),
    ]


def test_prices_takes_events_and_the_history_name_it(
    api: Api, world: World, stack: Stack, job_id: str
) -> None:
    route = f"/jobs/{job_id}/clips/batch-regenerate"
    body = {"clips": [{"clip_index": 0}, {"clip_index": 1}], "instruction": "brighter"}
    named = [NAMES[0], "Rain"]
    priced = api.post(f"{route}/estimate", body).json["cost_breakdown"]
    assert [clip["clip_title"] for clip in priced["clips"]] == named
    started = api.post(route, body).json
    assert [take["clip_title"] for take in started["regenerations"]] == named
    world.provider.outcome = lambda _: ProviderJobStatus.FAILED
    stack.run()
    batch = api.get(f"/jobs/{job_id}/batches/{started['batch_id']}").json
    assert batch["cause"] == (
        f"“{NAMES[0]}” (clip 0), “Rain” (clip 1): The directed provider could not do it."
    )
    reported = events(api, job_id)
    assert (
        reported.count('"clip_title": "Rain"') >= 4
    )  # prepared, regenerating, failed, and in the batch's end
    history = api.get("/generations").json["generations"]
    assert {item["clip_title"] for item in history} >= set(named)


def test_versions_are_reported_by_name(api: Api, stack: Stack, job_id: str) -> None:
    route = f"/jobs/{job_id}/clips/batch-regenerate"
    api.post(route, {"clips": [{"clip_index": 1, "instruction": "brighter"}]})
    stack.run()
    versions = api.get(f"/jobs/{job_id}/clips/1/versions").json["versions"]
    api.post(f"/jobs/{job_id}/clips/1/versions/{versions[-1]['version_id']}/restore")
    restored = events(api, job_id).rpartition("event: version_restored")[2]
    assert '"clip_title": "Rain"' in restored


def test_an_archive_has_the_files_names(world: World, job_id: str) -> None:
    chosen = choose_files(DownloadSelection(job_id=job_id), world.ctx, user_id=USER)
    assert [name for name, _ in chosen.files] == [
        "00 Film.mp4",
        "01 Strand früh.mp4",
        "02 Rain.mp4",
        "03 a red fox.mp4",
    ]


def test_a_file_that_cannot_be_used_is_named(api: Api, world: World, stack: Stack) -> None:
    form = api.post("/uploads", {"file_name": NAMES[1], "content_type": "video/mp4"}).json
    world.objects.write(form["fields"]["key"], fake_video(2), content_type="video/mp4")
    clips = [{"upload_id": form["upload_id"], "title": "Rain"}]
    job = api.post("/jobs", {"clips": clips}).json
    world.objects.write(form["fields"]["key"], b"broken", content_type="video/mp4")
    stack.run()
    failed = api.get(f"/jobs/{job['job_id']}").json
    assert f"“{NAMES[1]}” (clip 0): " in failed["failure"]
