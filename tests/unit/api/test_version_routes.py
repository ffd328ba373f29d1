"""A clip's takes: listed, compared, restored."""

import pytest

from retake.domain.notices import NoticeCode, notice
from tests.builders import JOB, store_ready_job
from tests.fakes.stack import Stack
from tests.fakes.world import World
from tests.http_api import Answer, Api

VERSIONS = f"/jobs/{JOB}/clips/1/versions"
PRD_COLUMNS = {
    "id",
    "job_id",
    "clip_index",
    "version_number",
    "video_url",
    "prompt",
    "thumbnail_url",
    "user_instruction",
    "cost",
    "created_at",
    "is_current",
}


@pytest.fixture(autouse=True)
def _job(api: Api, world: World, stack: Stack) -> None:
    store_ready_job(world.jobs, world.objects)
    for words in ("darker", "brighter", "warmer"):
        body = {"clips": [{"clip_index": 1, "instruction": words}]}
        api.post(f"/jobs/{JOB}/clips/batch-regenerate", body)
        stack.run()


def restore(api: Api, number: int, **headers: str) -> Answer:
    versions = api.get(VERSIONS).json["versions"]
    found = next(item["version_id"] for item in versions if item["version_number"] == number)
    return api.post(f"{VERSIONS}/{found}/restore", headers=headers)


def test_versions_newest_first_with_the_prds_columns(api: Api) -> None:
    answer = api.get(VERSIONS)
    versions = answer.json["versions"]
    assert [item["version_number"] for item in versions] == [4, 3, 2, 1]
    assert [item["is_current"] for item in versions] == [True, False, False, False]
    assert [item["state"] for item in versions] == ["current", "active", "active", "archived"]
    assert set(versions[0]) >= PRD_COLUMNS
    assert versions[0]["user_instruction"] == "warmer"
    assert versions[0]["prompt"].startswith("a street in the rain, darker")
    assert "warmer" in versions[0]["prompt"], "what the provider was asked for"
    assert versions[3]["prompt"] == "a street in the rain"
    assert versions[0]["cost"] == 0.18
    assert versions[3]["archived_url"] == versions[3]["video_url"]
    assert answer.headers["etag"] == '"4"'


def test_the_take_that_goes_next_is_reported_before(api: Api) -> None:
    body = {"clips": [{"clip_index": 1, "instruction": "colder"}]}
    notices = api.post(f"/jobs/{JOB}/clips/batch-regenerate/estimate", body).json["archives"]
    assert [(item["clip_index"], item["version_number"]) for item in notices] == [(1, 2)]


@pytest.mark.parametrize("clip", ["9", "-1"])
def test_a_clip_that_is_not_there(api: Api, clip: str) -> None:
    assert api.get(f"/jobs/{JOB}/clips/{clip}/versions").status == 404


def test_an_index_that_is_no_number(api: Api) -> None:
    answer = api.get(f"/jobs/{JOB}/clips/first/versions")
    assert (answer.status, answer.json["type"]) == (404, "urn:retake:problem:not-found")


@pytest.mark.parametrize("number", [1, 3])
def test_a_restore_answers_with_the_new_video(api: Api, number: int) -> None:
    before = api.get(f"/jobs/{JOB}").json["video"]["url"]
    answer = restore(api, number)
    assert answer.status == 200
    assert answer.json["version_number"] == number
    assert answer.json["video_ready"]
    assert answer.json["video_url"] != before
    assert answer.json["timeline_revision"] == 5
    assert answer.headers["etag"] == '"5"'
    current = api.get(f"/jobs/{JOB}").json["clips"][1]["current_version"]
    assert current["version_number"] == number


def test_a_video_that_takes_longer(api: Api, world: World, stack: Stack) -> None:
    world.workers.is_slow = True
    answer = restore(api, 3)
    assert (answer.status, answer.json["video_ready"]) == (202, False)
    assert answer.headers["location"] == f"/api/v1/jobs/{JOB}"
    world.workers.is_slow = False
    stack.settle()
    assert api.get(f"/jobs/{JOB}").json["video"]["up_to_date"]


def test_restoring_the_current_one_changes_nothing(api: Api) -> None:
    assert restore(api, 4).json["timeline_revision"] == 4


def test_a_restore_on_an_old_timeline(api: Api) -> None:
    assert restore(api, 3, **{"if-match": '"3"'}).status == 412
    assert restore(api, 3, **{"if-match": '"4"'}).status == 200


def test_a_version_that_is_not_there(api: Api) -> None:
    assert api.post(f"{VERSIONS}/nothing/restore").status == 404


def test_two_takes_side_by_side(api: Api) -> None:
    versions = api.get(VERSIONS).json["versions"]
    query = {"left": versions[0]["id"], "right": versions[3]["id"]}
    answer = api.get(f"{VERSIONS}/compare", query=query)
    assert answer.status == 200
    assert answer.json["similarity"] == 0.5
    assert answer.json["left"]["thumbnail_url"] != answer.json["right"]["thumbnail_url"]
    differences = {item["field"]: (item["left"], item["right"]) for item in answer.json["differences"]}
    assert differences["user_instruction"] == ("warmer", None)


def test_a_take_beside_itself(api: Api) -> None:
    name = api.get(VERSIONS).json["versions"][0]["id"]
    assert api.get(f"{VERSIONS}/compare", query={"left": name, "right": name}).json["similarity"] == 1


@pytest.mark.parametrize(
    ("query", "numbers"),
    [({}, (3, 4)), ({"left": 1}, (1, 4)), ({"right": 3}, (2, 3)), ({"left": "4", "right": "2"}, (4, 2))],
)
def test_versions_are_named_by_number_or_left_out(
    api: Api, query: dict[str, str | int], numbers: tuple[int, int]
) -> None:
    answer = api.get(f"{VERSIONS}/compare", query=query)
    assert answer.status == 200
    assert (answer.json["left"]["version_number"], answer.json["right"]["version_number"]) == numbers


def test_differences_have_the_types_of_the_versions(api: Api) -> None:
    answer = api.get(f"{VERSIONS}/compare", query={"left": 1}).json
    differences = {item["field"]: (item["left"], item["right"]) for item in answer["differences"]}
    for field, (left, right) in differences.items():
        assert (left, right) == (answer["left"][field], answer["right"][field])
    assert differences["cost"][1] == 0.18


def test_a_comparison_needs_two(api: Api) -> None:
    assert api.get(f"{VERSIONS}/compare", query={"left": "x", "right": "y"}).status == 404
    only = api.get(f"/jobs/{JOB}/clips/0/versions/compare")
    assert (only.status, only.json["type"]) == (409, "urn:retake:problem:conflict")
    assert api.get(f"{VERSIONS}/compare", query={"right": 1}).status == 409


def test_a_version_is_restored_by_its_number(api: Api) -> None:
    answer = api.post(f"{VERSIONS}/2/restore")
    versions = {item["version_number"]: item for item in api.get(VERSIONS).json["versions"]}
    assert (answer.status, answer.json["version_id"]) == (200, versions[2]["version_id"])
    assert versions[2]["is_current"]
    assert api.post(f"{VERSIONS}/9/restore").status == 404


def test_what_a_take_lost_is_said_of_the_take_and_of_its_clip(api: Api, world: World, stack: Stack) -> None:
    world.normalizer.notices = (notice(NoticeCode.SUBTITLES_DROPPED, tracks=2),)
    body = {"clips": [{"clip_index": 1, "instruction": "sharper"}]}
    api.post(f"/jobs/{JOB}/clips/batch-regenerate", body)
    stack.run()

    newest, before = api.get(VERSIONS).json["versions"][:2]

    lost = {
        "code": "subtitles_dropped",
        "text": "Subtitles are not kept; tracks left out: 2.",
        "figures": {"tracks": 2},
    }
    assert newest["notices"] == [lost]
    assert before["notices"] == []
    clips = api.get(f"/jobs/{JOB}").json["clips"]
    assert [clip["notices"] for clip in clips] == [[], [lost], []]
