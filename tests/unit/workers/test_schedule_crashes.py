"""A process dies between any two steps of scheduling or starting: it is started once, and nothing is left."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.fakes.clocks import START
from tests.fakes.fake_media import fake_picture
from tests.fakes.saboteur import Killed
from tests.fakes.stack import Stack
from tests.fakes.world import World
from tests.handler_world import install
from tests.http_api import Api
from tests.lambda_calls import invoke

AT = START + timedelta(days=2)
FEWEST, WALKED = 20, 50
"""Scheduling and starting together make some more calls of ports than the one, and fewer than the other."""


def until_it_lives(act: Callable[[], Any], between: Callable[[], None] = lambda: None) -> Any:
    for _ in range(5):
        try:
            return act()
        except Killed:
            between()
    raise AssertionError("It dies again and again.")


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("calls", range(WALKED + 1))
def test_killed_at_any_call(monkeypatch: pytest.MonkeyPatch, calls: int, after: bool) -> None:  # noqa: FBT001 - parametrised
    world = install(World(), monkeypatch)
    api, stack = Api(world), Stack(world)
    form = api.post("/uploads", {"file_name": "fox.png", "content_type": "image/png"}).json
    upload_key = f"uploads/{form['upload_id']}"
    world.objects.write(upload_key, fake_picture(), content_type="image/png")
    video = {"prompt": "a fox", "size": "640x360", "reference_upload_id": form["upload_id"]}
    body = {"at": AT.isoformat(), "video": video}

    world.saboteur.order(calls, after=after)
    answer = until_it_lives(lambda: api.post("/schedules", body, headers={"Idempotency-Key": "once"}))
    assert answer.status == 201, answer.text
    schedule_id = answer.json["schedule_id"]
    world.objects.delete(upload_key)
    world.clock.move_to(AT)
    until_it_lives(
        lambda: invoke("run_schedule", {"schedule_id": schedule_id}),
        lambda: world.clock.advance(minutes=6),  # the lease of the one that died
    )
    world.saboteur.stand_down()
    assert world.saboteur.kills == 1 or calls >= FEWEST
    assert world.saboteur.kills == 0 or calls < WALKED

    schedule = api.get(f"/schedules/{schedule_id}").json
    assert (schedule["status"], schedule["reason"]) == ("started", None)
    stack.settle()
    (made,) = api.get("/videos").json["videos"]
    assert (made["status"], made["has_reference"], made["batch_id"]) == (
        "completed",
        True,
        schedule["batch_id"],
    )
    assert len(world.provider.requests) == 1
    events = world.user_events.list_user_events("user-1", after=0, limit=100)
    assert [event.name for event in events if event.name.startswith("schedule")] == [
        "schedule_created",
        "schedule_started",
    ]
    world.clock.advance(days=31)
    stack.purge()
    assert world.objects.list_objects("scheduled/") == []
