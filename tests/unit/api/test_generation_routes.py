"""The history of generations, as a person reads it."""

import pytest

from retake.domain.errors import AmbiguousSubmissionError
from retake.ports.providers import ProviderJobStatus, SubmissionRecovery
from tests.builders import JOB, store_ready_job
from tests.fakes.stack import Stack
from tests.fakes.world import World
from tests.http_api import Api

ENDS = {"fail": ProviderJobStatus.FAILED}


def test_everything_that_was_generated_is_listed_and_outlives_what_it_was_for(
    api: Api, world: World, stack: Stack
) -> None:
    world.provider.outcome = lambda words: ENDS.get(words, ProviderJobStatus.SUCCEEDED)
    store_ready_job(world.jobs, world.objects, seconds=(12, 15, 10))
    video_id = api.post("/videos", {"prompt": "a fox", "seconds": 5}).json["video_id"]
    stack.run()
    world.clock.advance(minutes=1)
    clips = [
        {"clip_index": index, "instruction": words} for index, words in enumerate(["darker", "fail", "x"])
    ]
    api.post(f"/jobs/{JOB}/clips/batch-regenerate", {"clips": clips})
    stack.run()
    found = api.get("/generations").json["generations"]
    assert len(found) == 4
    (video,) = api.get("/generations", query={"kind": "video"}).json["generations"]
    assert (video["title"], video["instruction"], video["job_id"]) == ("a fox", "a fox", video_id)
    assert (video["actual_cost"], video["charged"], video["version_number"]) == (0.06, 0.06, 1)
    assert video["seconds"] is not None
    (failed,) = api.get("/generations", query={"status": "failed", "month": "2026-03"}).json["generations"]
    assert (failed["clip_index"], failed["actual_cost"], failed["charged"]) == (1, 0, 0)
    assert (failed["error"], failed["prompt"]) != (None, None)
    charged = [item["charged"] for item in found if item["kind"] == "job" and item["status"] == "succeeded"]
    assert sorted(charged) == [0.108, 0.135]
    first = api.get("/generations", query={"limit": 3}).json
    rest = api.get("/generations", query={"limit": 3, "cursor": first["cursor"]}).json
    assert [*first["generations"], *rest["generations"]] == found
    assert rest["cursor"] is None
    api.call("DELETE", f"/videos/{video_id}")
    api.call("DELETE", f"/jobs/{JOB}")
    stack.settle()
    world.clock.advance(hours=3)
    stack.purge()
    assert not world.jobs.all_jobs()
    assert api.get("/generations").json["generations"] == found
    assert api.get("/generations", user="another-user").json["generations"] == []


def test_whether_it_was_charged_is_not_made_up(api: Api, world: World, stack: Stack) -> None:
    world.provider.submission_recovery = SubmissionRecovery.NONE
    world.provider.lost_answers.append(AmbiguousSubmissionError("No answer."))
    api.post("/videos", {"prompt": "a fox", "seconds": 5})
    stack.run()
    (line,) = api.get("/generations").json["generations"]
    assert (line["status"], line["actual_cost"], line["charged"]) == ("submission_unknown", None, None)


@pytest.mark.parametrize(
    ("name", "value"), [("status", "odd"), ("kind", "film"), ("month", "2026-13"), ("month", "March")]
)
def test_what_cannot_be_looked_for_is_reported_by_its_name(api: Api, name: str, value: str) -> None:
    answer = api.get("/generations", query={name: value})
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, name)
