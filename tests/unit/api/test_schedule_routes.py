"""Schedules: checked when accepted, carried out at their time, failed with a reason if they cannot be."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from retake.domain.catalogue import Price
from retake.domain.changes import Change
from retake.domain.limits import Limits
from retake.domain.records.jobs import Job
from retake.domain.schedules import Schedule
from retake.services.commits import change_job
from tests.builders import JOB, MODELS, store_ready_job
from tests.fakes.clocks import START
from tests.fakes.fake_media import fake_picture
from tests.fakes.saboteur import Killed
from tests.fakes.stack import Stack
from tests.fakes.world import World
from tests.http_api import Answer, Api
from tests.lambda_calls import invoke

AT = START + timedelta(days=2)
FOX = {"prompt": "a red fox in snow", "size": "640x360", "seconds": "5"}
DARKER = {
    "job_id": JOB,
    "clips": [{"clip_index": 0, "instruction": "darker"}, {"clip_index": 2}],
    "instruction": "warmer",
}


def faults(answer: Answer) -> list[str]:
    assert answer.status == 422, answer.text
    return [fault["field"] for fault in answer.json["errors"]]


def schedule(api: Api, *, at: datetime = AT, **asked: Any) -> Answer:
    return api.post("/schedules", {"at": at.isoformat(), **asked})


def scheduled(api: Api, **asked: Any) -> Any:
    answer = schedule(api, **asked)
    assert answer.status == 201, answer.text
    return answer.json


def wake(schedule_id: str) -> Any:
    return invoke("run_schedule", {"schedule_id": schedule_id})


def reconcile() -> Any:
    return invoke("reconcile", {})


def read(api: Api, made: Any) -> Any:
    return api.get(f"/schedules/{made['schedule_id']}").json


def reported(world: World) -> list[str]:
    return [event.name for event in world.user_events.list_user_events("user-1", after=0, limit=100)]


@pytest.fixture
def job(world: World) -> None:
    store_ready_job(world.jobs, world.objects)


def upload(api: Api, world: World) -> str:
    form = api.post("/uploads", {"file_name": "fox.png", "content_type": "image/png"}).json
    world.objects.write(f"uploads/{form['upload_id']}", fake_picture(), content_type="image/png")
    return str(form["upload_id"])


class TestAsking:
    def test_a_video_is_checked_priced_and_kept(self, api: Api, world: World) -> None:
        answer = schedule(api, video=FOX)
        made = answer.json
        assert answer.headers["location"] == f"/api/v1/schedules/{made['schedule_id']}"
        assert (made["status"], made["kind"], made["estimated_cost"]) == ("scheduled", "video", 0.06)
        assert (made["request"], made["batch_id"]) == (FOX, None)
        assert world.wake_ups.asked == {made["schedule_id"]: AT}
        assert read(api, made) == made
        assert api.get("/schedules").json == {"schedules": [made], "cursor": None}
        assert api.get("/videos").json["videos"] == []
        assert reported(world) == ["schedule_created"]

    def test_a_repeat_makes_one(self, api: Api, world: World) -> None:
        key, body = {"Idempotency-Key": "once"}, {"at": AT.isoformat(), "video": FOX}
        first = api.post("/schedules", body, headers=key)
        world.table.forget("ANSWER#")
        assert api.post("/schedules", body, headers=key).json == first.json
        world.table.forget("ANSWER#")
        assert api.post("/schedules", body | {"at": START.isoformat()}, headers=key).status == 422
        assert len(world.wake_ups.asked) == 1

    @pytest.mark.parametrize(
        ("asked", "named"),
        [
            ({}, ["video", "variations", "batch", "regeneration"]),
            ({"video": FOX, "batch": {"videos": [FOX]}}, ["video", "batch"]),
            ({"video": FOX | {"prompt": "", "size": "1x1"}}, ["video.prompt", "video.size"]),
            ({"variations": FOX | {"variations": 9}}, ["variations.variations"]),
            ({"batch": {"videos": [FOX, FOX | {"model": "ended"}]}}, ["batch.videos[1].model"]),
            ({"video": FOX | {"project_id": "unknown"}}, ["video.project_id"]),
            ({"video": FOX, "at": "2026-03-03T12:00:00"}, ["at"]),
            ({"video": FOX, "at": START.isoformat()}, ["at"]),
            ({"video": FOX | {"prompt": ""}, "at": "2036-01-01T00:00:00Z"}, ["at", "video.prompt"]),
        ],
    )
    def test_every_fault_is_named_and_nothing_is_kept(
        self, api: Api, world: World, asked: Any, named: list[str]
    ) -> None:
        assert faults(api.post("/schedules", {"at": AT.isoformat(), **asked})) == named
        assert (world.wake_ups.asked, reported(world)) == ({}, [])

    @pytest.mark.usefixtures("job")
    def test_a_regeneration_is_checked_as_one_that_starts_now(self, api: Api) -> None:
        made = scheduled(api, regeneration=DARKER)
        assert (made["kind"], made["job_id"], made["estimated_cost"]) == ("regeneration", JOB, 0.27)
        wrong = DARKER | {"clips": [{"clip_index": 9}]}
        assert faults(schedule(api, regeneration=wrong)) == ["regeneration.clips[0].clip_index"]
        answer = api.post("/schedules", {"at": AT.isoformat(), "regeneration": DARKER}, user="another-user")
        assert answer.status == 404

    def test_no_more_wait_than_allowed(self, api: Api, world: World) -> None:
        world.limits = replace(Limits(), max_schedules=1)
        made = scheduled(api, video=FOX)
        refused = schedule(api, video=FOX)
        assert (refused.status, refused.json["type"]) == (403, "urn:retake:problem:too-many-kept")
        api.call("DELETE", f"/schedules/{made['schedule_id']}")
        scheduled(api, video=FOX)

    def test_files_for_it_are_bounded(self, api: Api, world: World) -> None:
        world.limits = replace(Limits(), max_scheduled_bytes=len(fake_picture()))
        wanted = FOX | {"reference_upload_id": upload(api, world)}
        scheduled(api, video=wanted)
        assert schedule(api, video=wanted).status == 403
        scheduled(api, video=FOX)

    def test_where_no_one_can_wake_it_up_it_is_refused(self, api: Api, world: World) -> None:
        world.wake_ups.refuses = True
        assert schedule(api, video=FOX).status == 503
        assert api.get("/schedules").json["schedules"] == []

    def test_another_users_is_not_reported(self, api: Api) -> None:
        made = scheduled(api, video=FOX)
        for method in ("GET", "DELETE"):
            path = f"/schedules/{made['schedule_id']}"
            assert api.call(method, path, user="another-user").status == 404
        assert api.get("/schedules", user="another-user").json["schedules"] == []


class TestCarryingOut:
    def test_videos_are_made_at_the_time_and_not_before(self, api: Api, world: World, stack: Stack) -> None:
        made = scheduled(api, batch={"videos": [FOX, FOX | {"prompt": "a hare"}]})
        assert wake(made["schedule_id"])["status"] == "scheduled"
        world.clock.move_to(AT)
        assert wake(made["schedule_id"])["status"] == "started"
        after = read(api, made)
        assert (after["status"], after["reason"]) == ("started", None)
        stack.run()
        batch = api.get(f"/videos/batches/{after['batch_id']}").json
        assert (batch["status"], batch["mode"], len(batch["videos"])) == ("completed", "batch", 2)
        assert [name for name in reported(world) if name.startswith("schedule")] == [
            "schedule_created",
            "schedule_started",
        ]

    def test_a_wake_up_that_comes_twice_or_late_makes_no_second_one(
        self, api: Api, world: World, stack: Stack
    ) -> None:
        made = scheduled(api, variations=FOX | {"variations": 2})
        world.clock.move_to(AT)
        for _ in range(2):
            wake(made["schedule_id"])
            world.clock.advance(hours=1)
            reconcile()
        stack.run()
        assert world.schedule_runner.handed_over == []
        assert len(api.get("/videos").json["videos"]) == 2
        assert len(world.provider.requests) == 2

    def test_where_no_one_wakes_it_up_the_reconciliation_does(self, api: Api, world: World) -> None:
        made = scheduled(api, video=FOX)
        world.clock.move_to(AT)
        assert "schedule" not in reconcile()["settled"]  # EventBridge has its minute
        world.clock.advance(days=3)
        assert reconcile()["settled"]["schedule"] == 1
        (handed_over,) = world.schedule_runner.handed_over
        assert wake(handed_over)["status"] == "started"
        assert read(api, made)["status"] == "started"

    def test_what_it_uses_is_kept_after_the_upload_expired(
        self, api: Api, world: World, stack: Stack
    ) -> None:
        upload_id = upload(api, world)
        made = scheduled(api, video=FOX | {"reference_upload_id": upload_id})
        assert made["request"]["reference_upload_id"] == upload_id
        world.objects.delete(f"uploads/{upload_id}")
        world.clock.move_to(AT)
        wake(made["schedule_id"])
        stack.run()
        (video,) = api.get("/videos").json["videos"]
        assert (video["status"], video["has_reference"]) == ("completed", True)
        assert world.objects.list_objects("scheduled/")
        world.clock.advance(hours=3)
        stack.purge()
        assert world.objects.list_objects("scheduled/") == []
        (kept,) = world.jobs.get_job(video["video_id"]).reference_files
        assert world.objects.find(kept.key)

    @pytest.mark.usefixtures("job")
    def test_clips_are_found_wherever_they_were_moved(self, api: Api, world: World) -> None:
        made = scheduled(api, regeneration=DARKER)
        order = api.call("PATCH", f"/jobs/{JOB}/clips", body={"order": [2, 1, 0]})
        assert order.status == 200, order.text
        world.clock.move_to(AT)
        wake(made["schedule_id"])
        batch = api.get(f"/jobs/{JOB}/batches/{read(api, made)['batch_id']}").json
        assert [(item["clip_index"], item["instruction"]) for item in batch["regenerations"]] == [
            (2, "darker"),
            (0, "warmer"),
        ]

    @pytest.mark.usefixtures("job")
    def test_what_was_started_is_found_also_where_its_clip_is_gone_by_then(
        self, api: Api, world: World, stack: Stack
    ) -> None:
        made = scheduled(api, regeneration=DARKER)
        world.clock.move_to(AT)
        change, calls = world.schedules.change_schedule, iter([True, False])

        def dies_once(schedule: Schedule, *, read: Schedule, now: datetime) -> Schedule:
            if next(calls):
                return change(schedule, read=read, now=now)
            raise Killed

        world.schedules.change_schedule = dies_once  # type: ignore[method-assign]
        with pytest.raises(Killed):
            wake(made["schedule_id"])
        stack.run()
        assert api.call("DELETE", f"/jobs/{JOB}/clips/0").status == 200
        world.clock.advance(minutes=6)
        world.schedules.change_schedule = change  # type: ignore[method-assign]
        assert wake(made["schedule_id"])["status"] == "started"
        batch = api.get(f"/jobs/{JOB}/batches/{read(api, made)['batch_id']}").json
        assert batch["status"] == "succeeded"

    def test_an_unknown_one_is_no_ones(self, world: World) -> None:
        assert wake("unknown") == {"schedule_id": "unknown", "status": None}
        assert reported(world) == []


class TestWhatIsTrueNoMore:
    def failed(self, api: Api, world: World, made: Any) -> str:
        world.clock.move_to(AT)
        assert wake(made["schedule_id"])["status"] == "failed"
        after = read(api, made)
        assert (after["status"], after["batch_id"]) == ("failed", None)
        assert reported(world)[-1] == "schedule_failed"
        assert wake(made["schedule_id"])["status"] == "failed"
        return str(after["reason"])

    def test_a_model_that_ended(self, api: Api, world: World) -> None:
        made = schedule(
            api, at=START + timedelta(days=30), video={"prompt": "a fox", "model": "unpriced"}
        ).json
        assert "20 March" in made["warnings"][0]
        world.clock.move_to(START + timedelta(days=30))
        wake(made["schedule_id"])
        assert "20 March" in read(api, made)["reason"]
        assert api.get("/videos").json["videos"] == []

    def test_a_price_that_rose(self, api: Api, world: World) -> None:
        made = scheduled(api, video=FOX)
        world.models = [replace(MODELS[0], price=Price(Decimal("0.5"), START.date())), *MODELS[1:]]
        reason = self.failed(api, world, made)
        assert "$0.06" in reason
        assert "$2.5 now" in reason
        assert api.get("/videos").json["videos"] == []

    def test_a_price_that_fell_is_fine(self, api: Api, world: World) -> None:
        made = scheduled(api, video=FOX)
        world.models = [replace(MODELS[0], price=Price(Decimal("0.001"), START.date())), *MODELS[1:]]
        world.clock.move_to(AT)
        assert wake(made["schedule_id"])["status"] == "started"

    def test_a_budget_that_is_used_up(self, api: Api, world: World) -> None:
        made = scheduled(api, video=FOX)
        store_ready_job(world.jobs, world.objects)
        world.limits = replace(Limits(), storage_budget_bytes=1)
        assert "budget" in self.failed(api, world, made)

    @pytest.mark.usefixtures("job")
    def test_a_job_that_was_deleted(self, api: Api, world: World, stack: Stack) -> None:
        made = scheduled(api, regeneration=DARKER)
        api.call("DELETE", f"/jobs/{JOB}")
        stack.settle()
        assert "deleted" in self.failed(api, world, made)

    @pytest.mark.usefixtures("job")
    def test_a_job_that_is_gone(self, api: Api, world: World) -> None:
        made = scheduled(api, regeneration=DARKER)
        world.jobs.purge(JOB)
        assert "no job" in self.failed(api, world, made)

    @pytest.mark.usefixtures("job")
    def test_a_clip_that_was_removed(self, api: Api, world: World) -> None:
        made = scheduled(api, regeneration=DARKER)
        change_job(JOB, lambda job: (_without_clip(job, "clip-2"), None), world.ctx)
        assert "clip 2" in self.failed(api, world, made)

    def test_what_does_not_answer_is_tried_again_and_ended_in_the_end(
        self, api: Api, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made = scheduled(api, video=FOX)

        def broken(*_: object, **__: object) -> None:
            raise OSError("the wire is cut")

        monkeypatch.setattr(world.creations, "find_creation", broken)
        world.clock.move_to(AT)
        tries = 0
        while read(api, made)["status"] in {"scheduled", "starting"}:
            tries += 1
            try:
                wake(made["schedule_id"])
            except OSError:
                assert wake(made["schedule_id"])["status"] == "starting"  # another one would be too soon
            world.clock.advance(minutes=5)
        assert tries == 12
        assert "could not start it" in read(api, made)["reason"]


def _without_clip(job: Job, clip_id: str) -> Change:
    return Change(replace(job, clip_ids=tuple(item for item in job.clip_ids if item != clip_id)))


class TestCancelling:
    def test_nothing_is_started(self, api: Api, world: World, stack: Stack) -> None:
        made = scheduled(api, video=FOX | {"reference_upload_id": upload(api, world)})
        path = f"/schedules/{made['schedule_id']}"
        first, again = (api.call("DELETE", path) for _ in range(2))
        assert (first.status, first.json["status"], again.json) == (200, "cancelled", first.json)
        assert world.wake_ups.asked == {}
        world.clock.advance(hours=3)
        stack.purge()
        assert world.objects.list_objects("scheduled/") == []
        world.clock.move_to(AT + timedelta(hours=1))
        assert wake(made["schedule_id"])["status"] == "cancelled"
        assert reconcile()["settled"] == {}
        assert reported(world) == ["schedule_created", "schedule_cancelled"]

    def test_what_was_started_is_cancelled_itself(self, api: Api, world: World) -> None:
        made = scheduled(api, video=FOX)
        world.clock.move_to(AT)
        wake(made["schedule_id"])
        refused = api.call("DELETE", f"/schedules/{made['schedule_id']}")
        assert (refused.status, "started" in refused.json["detail"]) == (409, True)
