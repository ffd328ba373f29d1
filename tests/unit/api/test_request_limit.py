"""A user who asks too often is answered 429, on every route that needs a token, and no other user is."""

from retake.storage.request_counts import COUNTED_TOGETHER, RequestCounts
from tests.builders import USER
from tests.fakes.world import World
from tests.http_api import Api

MOST = 20


def test_a_loop_is_refused_with_a_problem_that_says_when_to_come_back(world: World, api: Api) -> None:
    world.request_counts = RequestCounts(world.table, clock=world.clock, most=MOST)
    for _ in range(MOST + COUNTED_TOGETHER - 1):
        assert api.get("/jobs").status == 200
    refused = api.get("/jobs")
    assert (refused.status, refused.json["type"]) == (429, "urn:retake:problem:too-many-requests")
    assert refused.headers["retry-after"] == "15"
    # Before anything is read for it, or written: its body is not even looked at.
    assert api.post("/projects", {"nonsense": 1}).status == 429
    assert api.get("/jobs", user="another").status == 200
    world.clock.advance(minutes=1)
    assert api.get("/jobs", user=USER).status == 200
