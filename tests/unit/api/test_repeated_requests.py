"""An Idempotency-Key is bound to what a request asks for, not to how its JSON is written."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retake.api.http.requests import canonical
from retake.contracts.jobs import JobRequestModel
from retake.contracts.schedules import ScheduleModel
from retake.contracts.videos import VideoRequestModel
from tests.builders import JOB, store_ready_job
from tests.fakes.world import World
from tests.http_api import Api

FOX = {"prompt": "a red fox", "title": "Füchse", "seconds": 5, "model": "any", "size": "640x360"}


@pytest.mark.parametrize(
    "written",
    [
        json.dumps(dict(reversed(FOX.items()))),
        json.dumps(FOX, indent=4, ensure_ascii=False),
        json.dumps({**FOX, "seconds": 5.0}),
        json.dumps(FOX).replace("5,", "5e0,"),
        json.dumps({**FOX, "project_id": None, "reference_upload_id": None}),
    ],
)
def test_the_same_request_written_otherwise_is_a_repeat(api: Api, world: World, written: str) -> None:
    key = {"idempotency-key": "k"}
    first = api.post("/videos", FOX, headers=key)
    again = api.call("POST", "/videos", text=written, headers=key)
    assert (again.status, again.json) == (first.status, first.json)
    assert again.headers["idempotency-replayed"] == "true"
    assert len(world.jobs.all_jobs()) == 1


@pytest.mark.parametrize(
    "change", [{"seconds": 6}, {"title": "Fuchse"}, {"prompt": "a red  fox"}, {"model": None}]
)
def test_another_request_under_the_same_key_is_refused(
    api: Api, world: World, change: dict[str, object]
) -> None:
    key = {"idempotency-key": "k"}
    assert api.post("/videos", FOX, headers=key).status == 202
    refused = api.post("/videos", {**FOX, **change}, headers=key)
    assert refused.status == 422
    assert "Idempotency-Key was used with another body" in refused.json["detail"]
    world.table.forget("ANSWER#")  # the job itself knows its request, too
    assert api.post("/videos", {**FOX, **change}, headers=key).status == 422
    assert len(world.jobs.all_jobs()) == 1


def test_defaults_written_out_are_no_other_request(api: Api, world: World) -> None:
    store_ready_job(world.jobs, world.objects)
    route, key = f"/jobs/{JOB}/clips/batch-regenerate", {"idempotency-key": "k"}
    first = api.post(route, {"clips": [{"clip_index": 0, "instruction": "brighter"}]}, headers=key)
    clip = {"model": None, "takes": None, "instruction": "brighter", "clip_index": 0}
    again = api.post(route, {"instruction": None, "clips": [clip]}, headers=key)
    assert (first.status, again.json) == (202, first.json)


def _shuffled(value: Any, draw: st.DrawFn) -> Any:
    if isinstance(value, dict):
        keys = draw(st.permutations(sorted(value)))
        return {key: _shuffled(value[key], draw) for key in keys}
    if isinstance(value, list):
        return [_shuffled(inner, draw) for inner in value]
    return value


clips = st.fixed_dictionaries(
    {"prompt": st.text(max_size=20)},
    optional={
        "title": st.sampled_from(["a", "b"]),
        "seconds": st.integers(1, 9),
        "model": st.none() | st.just("any"),
    },
)


@given(clips=st.lists(clips, max_size=3), data=st.data())
def test_any_order_of_keys_is_one_form(clips: list[dict[str, object]], data: st.DataObject) -> None:
    body = {"clips": clips, "profile": {"fps": 24, "width": 640}}
    shuffled = data.draw(st.composite(lambda draw: _shuffled(body, draw))())
    first, second = (JobRequestModel.model_validate(json.loads(json.dumps(one))) for one in (body, shuffled))
    assert canonical(first) == canonical(second)
    assert JobRequestModel.model_validate(json.loads(canonical(first))) == first


def test_one_moment_is_one_moment_in_every_time_zone() -> None:
    video = {"prompt": "a fox"}
    forms = {
        canonical(ScheduleModel.model_validate({"at": at, "video": video}))
        for at in ("2026-12-01T08:00:00+01:00", "2026-12-01T07:00:00Z", "2026-12-01T07:00:00.000+00:00")
    }
    assert len(forms) == 1


def test_a_number_beyond_all_bounds_has_a_form() -> None:
    assert canonical(VideoRequestModel(prompt="x", seconds=float("inf"))) != canonical(None) == ""
