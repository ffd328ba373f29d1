"""A monthly spend limit: what it refuses, and says; what it lets go on."""

from dataclasses import replace
from decimal import Decimal

import pytest

from retake.domain.catalogue import Price
from retake.domain.changes import Change
from retake.domain.videos import VideoStatus
from retake.ports.providers import ProviderJobStatus
from tests.builders import JOB, MODELS, USER, a_job, store_ready_job
from tests.fakes.clocks import START
from tests.fakes.stack import Stack
from tests.fakes.world import World
from tests.http_api import Answer, Api

ADMIN = "[admin]"
REFUSED = "urn:retake:problem:spend-limit"
BATCH = {"instruction": "darker", "clips": [{"clip_index": index} for index in range(3)]}
"""Three clips for $0.405."""

REGENERATE = f"/jobs/{JOB}/clips/batch-regenerate"
FOX = {"prompt": "a fox", "seconds": 5}
"""A video for $0.06."""


@pytest.fixture(autouse=True)
def _job(world: World) -> None:
    store_ready_job(world.jobs, world.objects, seconds=(12, 15, 10))


def allow(world: World, dollars: str | None) -> None:
    limit = None if dollars is None else Decimal(dollars)
    world.limits = replace(world.limits, monthly_spend_limit=limit)


def month(api: Api) -> tuple[float | None, float, float, float | None]:
    seen = api.get("/usage").json["spend_limit"]
    return seen["limit"], seen["spent"], seen["reserved"], seen["left"]


def refused(answer: Answer) -> str:
    assert (answer.status, answer.json["type"]) == (403, REFUSED)
    return str(answer.json["detail"])


def test_without_a_limit_what_is_accepted_is_reserved_and_then_charged(
    api: Api, world: World, stack: Stack
) -> None:
    world.provider.outcome = lambda words: (
        ProviderJobStatus.FAILED if words == "fail" else ProviderJobStatus.SUCCEEDED
    )
    body = {"instruction": "darker", "clips": [*BATCH["clips"][:2], {"clip_index": 2, "instruction": "fail"}]}
    batch = api.post(REGENERATE, body).json
    assert batch["estimated_total_cost"] == 0.405
    assert month(api) == (None, 0, 0.405, None)
    stack.run()
    charged = api.get(f"/jobs/{JOB}/batches/{batch['batch_id']}").json["charged"]
    assert month(api) == (None, charged, 0, None) == (None, 0.297, 0, None)
    assert api.get("/usage").json["spending"][0]["cost"] == 0.33


def test_what_would_exceed_it_is_refused_with_the_figures_and_nothing_is_written(
    api: Api, world: World
) -> None:
    allow(world, "0.50")
    assert api.post("/videos", FOX).status == 202
    api.post("/videos", FOX)
    before = world.jobs.get_job(JOB)
    items = world.table.items_under("JOB#")
    detail = refused(api.post(REGENERATE, BATCH))
    for words in (
        "limit is $0.50 a month",
        "In 2026-03, $0.00 is spent and $0.12 reserved",
        "$0.38 is left; this needs $0.405",
        "2026-04-01",
        "ask an admin",
        "Nothing was started or charged",
    ):
        assert words in detail
    assert world.jobs.get_job(JOB) == before
    assert world.table.items_under("JOB#") == items
    assert not world.workflow.batches
    assert month(api) == (0.5, 0, 0.12, 0.38)


def test_exactly_what_is_left_is_accepted(api: Api, world: World) -> None:
    allow(world, "0.405")
    assert api.post(REGENERATE, BATCH, headers={"idempotency-key": "k"}).status == 202
    refused(api.post("/videos", FOX))
    refused(api.post(REGENERATE, {"clips": [{"clip_index": 2, "instruction": "darker"}]}))
    # What was accepted can be asked again: it is no second one.
    assert api.post(REGENERATE, BATCH, headers={"idempotency-key": "k"}).status == 202
    assert month(api) == (0.405, 0, 0.405, 0)


def test_what_fails_or_is_cancelled_or_deleted_gives_its_room_back(
    api: Api, world: World, stack: Stack
) -> None:
    allow(world, "0.81")
    api.post(REGENERATE, BATCH)
    waiting = api.post(REGENERATE, BATCH).json["batch_id"]
    refused(api.post("/videos", FOX))
    api.post(f"/jobs/{JOB}/batches/{waiting}/cancel")
    assert month(api) == (0.81, 0, 0.405, 0.405)
    api.post(REGENERATE, BATCH)
    api.call("DELETE", f"/jobs/{JOB}")
    stack.settle()
    world.clock.advance(hours=3)
    stack.purge()
    assert not world.jobs.all_jobs()
    assert month(api) == (0.81, 0, 0, 0.81)


def test_a_retry_is_held_against_it_too(api: Api, world: World, stack: Stack) -> None:
    world.provider.outcome = lambda _: ProviderJobStatus.FAILED
    video_id = api.post("/videos", FOX).json["video_id"]
    batch_id = api.post(REGENERATE, BATCH).json["batch_id"]
    stack.run()
    allow(world, "0.05")
    refused(api.post(f"/videos/{video_id}/retry"))
    refused(api.post(f"/jobs/{JOB}/batches/{batch_id}/retry"))
    allow(world, "0.06")
    assert api.post(f"/videos/{video_id}/retry").status == 202
    assert month(api) == (0.06, 0, 0.06, 0)


def test_videos_of_one_request_are_accepted_all_or_none(api: Api, world: World) -> None:
    allow(world, "0.17")
    refused(api.post("/videos/variations", {**FOX, "variations": 3}))
    assert api.get("/videos").json["videos"] == []
    assert api.post("/videos/variations", {**FOX, "variations": 2}).status == 202
    assert month(api) == (0.17, 0, 0.12, 0.05)


def test_videos_that_were_written_as_another_request_took_the_rest_are_ended(
    api: Api, world: World, stack: Stack
) -> None:
    """Three are let in; as the second is committed, a user takes what is left for it."""
    allow(world, "0.19")
    commits = [0]

    def others() -> None:
        commits[0] += 1
        if commits[0] == 2:
            world.jobs.before_commit = lambda: None
            assert api.post("/videos", {**FOX, "prompt": "a faster one", "seconds": 10}).status == 202

    world.jobs.before_commit = others
    detail = refused(api.post("/videos/variations", {**FOX, "variations": 3}))
    assert "Nothing was started or charged" in detail
    (written,) = [video for video in api.get("/videos").json["videos"] if video["prompt"] == "a fox"]
    assert (written["status"], written["error"]) == (VideoStatus.FAILED, detail)
    assert month(api) == (0.19, 0, 0.12, 0.07)
    stack.run()
    assert len(world.provider.requests) == 1
    assert month(api) == (0.19, 0.12, 0, 0.07)


def test_two_batches_that_come_at_once_cannot_both_take_the_rest(api: Api, world: World) -> None:
    other = "job-2"
    world.jobs.commit(Change(a_job(job_id=other)), now=world.clock.now())
    allow(world, "0.5")

    def others() -> None:
        world.jobs.before_commit = lambda: None
        assert api.post("/videos", {**FOX, "seconds": 10}).status == 202

    world.jobs.before_commit = others
    assert "$0.12 reserved" in refused(api.post(REGENERATE, BATCH))
    assert month(api) == (0.5, 0, 0.12, 0.38)


def test_a_price_that_no_one_publishes_is_refused_under_a_limit_only(
    api: Api, world: World, stack: Stack
) -> None:
    unpriced = {"prompt": "a fox", "model": "unpriced"}
    assert api.post("/videos", unpriced).status == 202
    stack.run()
    assert month(api) == (None, 0, 0, None)
    allow(world, "1000")
    assert "no price is published for this model" in refused(api.post("/videos", unpriced))


def test_what_costs_nothing_goes_on_below_a_limit_that_was_lowered(
    api: Api, world: World, stack: Stack
) -> None:
    allow(world, "0.06")
    assert api.post("/videos", FOX).status == 202
    stack.run()
    allow(world, "0.05")
    refused(api.post("/videos", FOX))
    world.models = [replace(MODELS[0], price=Price(Decimal(0), START.date())), *MODELS[1:]]
    assert api.post("/videos", FOX).status == 202
    assert api.post(REGENERATE, BATCH).status == 202
    stack.run()
    assert month(api) == (0.05, 0.06, 0, 0)


def test_a_month_begins_anew(api: Api, world: World, stack: Stack) -> None:
    allow(world, "0.06")
    api.post("/videos", FOX)
    stack.run()
    refused(api.post("/videos", FOX))
    world.clock.advance(days=31)
    assert month(api) == (0.06, 0, 0, 0.06)
    assert api.post("/videos", FOX).status == 202


def test_an_admin_gives_a_limit_and_takes_it_back(api: Api, world: World) -> None:
    path = f"/admin/budgets/{USER}"
    api.call("PUT", path, body={"budget_bytes": 10**6}, groups=ADMIN)
    given = api.call("PUT", path, body={"monthly_spend_limit": 0.05}, groups=ADMIN)
    assert given.status == 200
    assert given.json["spend_limit"] == {
        "month": "2026-03",
        "limit": 0.05,
        "own_limit": True,
        "spent": 0,
        "reserved": 0,
        "left": 0.05,
    }
    assert (given.json["budget_bytes"], given.json["own_budget"]) == (10**6, True)
    refused(api.post("/videos", FOX))
    api.call("PUT", path, body={"monthly_spend_limit": 0.06}, groups=ADMIN)
    assert api.post("/videos", FOX).status == 202
    # A limit below what is reserved refuses what is new, and stops nothing.
    api.call("PUT", path, body={"monthly_spend_limit": 0}, groups=ADMIN)
    assert month(api) == (0, 0, 0.06, 0)
    allow(world, "7")
    back = api.call("PUT", path, body={"monthly_spend_limit": None, "budget_bytes": None}, groups=ADMIN).json
    assert (back["spend_limit"]["limit"], back["spend_limit"]["own_limit"], back["own_budget"]) == (
        7,
        False,
        False,
    )


@pytest.mark.parametrize("limit", [-1, "much", 0.00001, 10**10])
def test_a_limit_is_an_amount_or_null(api: Api, limit: object) -> None:
    answer = api.call("PUT", f"/admin/budgets/{USER}", body={"monthly_spend_limit": limit}, groups=ADMIN)
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, "monthly_spend_limit")
