"""A field of another API is refused with its name here, a model that is no more with the way out."""

import pytest

from retake.ports.providers import ProviderJobStatus
from tests.fakes.stack import Stack
from tests.fakes.world import World
from tests.http_api import Api


@pytest.mark.parametrize(
    ("route", "extra", "named"),
    [
        ("/videos", {"image_reference": "data:…"}, "'reference_upload_id'"),
        ("/videos", {"imageReference": "ref.png"}, "POST /uploads"),
        ("/videos/variations", {"input_reference": {}}, "'reference_upload_id'"),
        ("/videos", {"duration": 5}, "'seconds'"),
        ("/videos", {"n": 3}, "'variations'"),
        ("/videos", {"aspect_ratio": "16:9"}, "'size'"),
    ],
)
def test_the_right_name_is_said(api: Api, route: str, extra: dict[str, object], named: str) -> None:
    (fault,) = api.post(route, {"prompt": "a fox", "variations": 2, **extra}).json["errors"][-1:]
    if fault["field"] == "variations":
        (fault,) = api.post(route, {"prompt": "a fox", **extra}).json["errors"]
    assert fault["field"] in extra
    assert fault["detail"].startswith("There is no such field. ")
    assert named in fault["detail"]


def test_an_unknown_name_is_no_riddle(api: Api) -> None:
    (fault,) = api.post("/videos", {"prompt": "a fox", "promt": "x"}).json["errors"]
    assert fault["detail"] == "There is no such field; remove it, or check its spelling."


def test_a_clip_of_a_provider_that_is_no_more_says_what_to_choose(
    api: Api, world: World, stack: Stack
) -> None:
    video = api.post("/videos", {"prompt": "a fox", "title": "Fox", "model": "any"}).json
    stack.run()
    world.models = tuple(model for model in world.models if model.name != "any")
    world.default_model = "choosy"
    route = f"/jobs/{video['video_id']}/clips/batch-regenerate"
    body = {"clips": [{"clip_index": 0, "instruction": "darker"}]}
    (fault,) = api.post(route, body).json["errors"]
    assert fault["field"] == "clips[0].model"
    assert fault["detail"].startswith(
        "“Fox” (clip 0) was made with 'any', and the request names no other model."
    )
    assert "Use choosy" in fault["detail"]
    assert api.post(route, {**body, "model": "choosy"}).status == 202


def test_a_retry_after_a_change_of_provider_says_what_to_do(api: Api, world: World, stack: Stack) -> None:
    world.provider.outcome = lambda _: ProviderJobStatus.FAILED
    video = api.post("/videos", {"prompt": "a fox", "title": "Fox", "model": "any"}).json
    stack.run()
    world.models = tuple(model for model in world.models if model.name != "any")
    refused = api.post(f"/videos/{video['video_id']}/retry")
    assert refused.status == 422
    assert refused.json["detail"].startswith("“Fox” was to be made with 'any'.")
    assert refused.json["detail"].endswith(
        "Name another model in a retry, or make a new video with its prompt."
    )
    accepted = api.post(f"/videos/{video['video_id']}/retry", {"model": "choosy"})
    assert (accepted.status, accepted.json["model"]) == (202, "choosy")
