"""Uploads become a job, its timeline changes, it goes."""

from typing import Any

import pytest

from retake.domain.limits import Limits
from tests.builders import JOB, store_ready_job
from tests.fakes.fake_media import fake_video
from tests.fakes.stack import Stack
from tests.fakes.world import World
from tests.http_api import Answer, Api
from tests.invariants import check_usage


def upload(api: Api, world: World, body: bytes, *, content_type: str = "video/mp4") -> str:
    """Send a file as a browser does, and return the upload's id."""
    answer = api.post("/uploads", {"file_name": "shot.mp4", "content_type": content_type})
    assert answer.status == 201
    world.objects.write(answer.json["fields"]["key"], body, content_type=content_type)
    return str(answer.json["upload_id"])


def fields_at_fault(answer: Answer) -> list[str]:
    return [error["field"] for error in answer.json["errors"]]


class TestUploads:
    def test_a_form_for_one_file(self, api: Api) -> None:
        body = {"file_name": "shot.mp4", "content_type": "video/mp4", "size_bytes": 1000}
        answer = api.post("/uploads", body)
        assert answer.status == 201
        assert answer.json["kind"] == "video"
        assert answer.json["fields"]["key"] == f"uploads/{answer.json['upload_id']}"

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"content_type": "text/plain"}, "content_type"),
            ({"file_name": ""}, "file_name"),
            ({"size_bytes": 2 * 1024**3}, "size_bytes"),
        ],
    )
    def test_what_cannot_be_sent(self, api: Api, change: dict[str, Any], field: str) -> None:
        body = {"file_name": "shot.mp4", "content_type": "video/mp4", **change}
        answer = api.post("/uploads", body)
        assert answer.status == 422
        assert fields_at_fault(answer) == [field]

    def test_a_file_that_is_too_large_is_named_with_its_size_and_the_limit(self, api: Api) -> None:
        body = {"file_name": "film.mov", "content_type": "video/quicktime", "size_bytes": 1_100_000_000}
        (error,) = api.post("/uploads", body).json["errors"]
        assert error["detail"] == "“film.mov” has 1,100.0 MB; a file may have at most 1,073.7 MB."

    def test_a_repeat_gets_the_same_upload(self, api: Api, world: World) -> None:
        body = {"file_name": "shot.mp4", "content_type": "video/mp4"}
        ids = []
        for _ in range(2):
            ids.append(api.post("/uploads", body, headers={"idempotency-key": "k"}).json["upload_id"])
            world.table.forget("ANSWER#")
        assert ids[0] == ids[1]


class TestMakingAJob:
    def test_from_uploads_to_a_video(self, api: Api, world: World, stack: Stack) -> None:
        ids = [upload(api, world, fake_video(seconds)) for seconds in (3, 4)]
        sound = upload(api, world, fake_video(9), content_type="audio/mpeg")
        clips = [{"upload_id": ids[0], "title": "Rain", "prompt": "a street"}, {"upload_id": ids[1]}]
        answer = api.post("/jobs", {"title": "Film", "clips": clips, "soundtrack_upload_id": sound})
        assert answer.status == 202
        assert answer.json["status"] == "preparing"
        assert answer.headers["location"] == f"/api/v1/jobs/{answer.json['job_id']}"
        assert answer.json["profile"] == {"width": 640, "height": 360, "fps": 30}
        stack.run()
        job = api.get(f"/jobs/{answer.json['job_id']}").json
        assert job["status"] == "ready"
        assert [clip["title"] for clip in job["clips"]] == ["Rain", "shot.mp4"]
        assert [clip["current_version"]["version_number"] for clip in job["clips"]] == [1, 1]
        assert job["clips"][0]["current_version"]["prompt"] == "a street"
        assert job["video"]["up_to_date"]
        assert job["video"]["duration_ms"] == 7000
        assert job["has_soundtrack"]
        assert world.jobs.all_deletions() == []
        check_usage(world.jobs, world.objects, world.usage, world.jobs.all_jobs())

    def test_clips_of_an_upload_and_of_words(self, api: Api, world: World, stack: Stack) -> None:
        fox = {"prompt": "a red fox", "seconds": 2.5, "model": "any", "size": "640x360"}
        clips = [{"upload_id": upload(api, world, fake_video(3))}, fox]
        estimate = api.post("/jobs/estimate", {"clips": clips}).json
        assert estimate["estimated_total_cost"] == 0.03
        assert [clip["clip_index"] for clip in estimate["cost_breakdown"]["clips"]] == [1]
        assert world.jobs.all_jobs() == []
        made = api.post("/jobs", {"clips": clips}).json
        (batch_id,) = made["waiting_batch_ids"]
        priced = api.get(f"/jobs/{made['job_id']}/batches/{batch_id}").json
        assert priced["cost_breakdown"] == estimate["cost_breakdown"]
        stack.run()
        job = api.get(f"/jobs/{made['job_id']}").json
        assert job["status"] == "ready"
        assert [clip["duration_ms"] for clip in job["clips"]] == [3000, 2500]
        assert job["clips"][1]["current_version"]["cost"] == 0.03

    def test_what_a_clip_cannot_be_made_of(self, api: Api, world: World) -> None:
        ended = {"prompt": "a fox", "model": "ended"}
        near = {"prompt": "a fox", "model": "unpriced"}
        for path in ("/jobs", "/jobs/estimate"):
            answer = api.post(path, {"clips": [{}, ended, {"video_id": "x", "seconds": "5"}]})
            assert answer.status == 422
            wrong = {"clips[0].prompt", "clips[1].model", "clips[2].seconds"}
            assert set(fields_at_fault(answer)) - {"clips[2].video_id"} == wrong
        estimate = api.post("/jobs/estimate", {"clips": [near]}).json
        assert estimate["estimated_total_cost"] is None
        assert "20 March 2026" in estimate["warnings"][0]
        assert world.jobs.all_jobs() == []

    def test_a_clip_that_ends_where_the_next_begins_is_generated_after_it(
        self, api: Api, world: World, stack: Stack
    ) -> None:
        first, second = {"prompt": "a fox", "to": "next"}, {"prompt": "an owl"}
        made = api.post("/jobs", {"clips": [first, second]})
        assert made.status == 202
        stack.run()

        assert [request.instruction for request in world.provider.requests] == ["an owl", "a fox"]
        job = api.get(f"/jobs/{made.json['job_id']}").json
        take, shown = (clip["current_version"] for clip in job["clips"])
        (source,) = take["made_from"]
        assert (source["role"], source["neighbour"], source["frame"]) == ("last_frame", "next", 0)
        assert source["version_id"] == shown["version_id"]
        assert [clip["model"] for clip in job["clips"]] == ["any", "any"]

    def test_clips_that_wait_for_each_other_are_refused(self, api: Api, world: World) -> None:
        fox, owl = {"prompt": "a fox", "to": "next"}, {"prompt": "an owl", "from": "previous"}
        for path in ("/jobs", "/jobs/estimate"):
            refused = api.post(path, {"clips": [{"prompt": "snow"}, fox, owl]})
            assert refused.status == 422
            assert set(fields_at_fault(refused)) == {"clips[1].references", "clips[2].references"}
            assert "leave out a 'from' or a 'to'" in refused.json["errors"][0]["detail"]
        assert world.jobs.all_jobs() == []

    def test_every_upload_is_checked_before_anything_is_written(self, api: Api, world: World) -> None:
        text = upload(api, world, b"no video at all")
        long = upload(api, world, fake_video(400))
        answer = api.post("/jobs", {"clips": [{"upload_id": text}, {"upload_id": long}]})
        assert answer.status == 422
        assert fields_at_fault(answer) == ["clips[0].upload_id", "clips[1].upload_id"]
        assert "shot.mp4" in answer.json["errors"][0]["detail"]
        assert world.jobs.all_jobs() == []

    def test_uploads_that_are_not_there(self, api: Api, world: World) -> None:
        unsent = api.post("/uploads", {"file_name": "a.mp4", "content_type": "video/mp4"}).json["upload_id"]
        sound = upload(api, world, fake_video(9), content_type="audio/mpeg")
        clips = [{"upload_id": name} for name in ("nothing", unsent, sound)]
        answer = api.post("/jobs", {"clips": clips})
        assert fields_at_fault(answer) == [f"clips[{index}].upload_id" for index in range(3)]
        mine = upload(api, world, fake_video(3))
        assert api.post("/jobs", {"clips": [{"upload_id": mine}]}, user="another-user").status == 422

    def test_too_many_clips_are_refused_unseen(self, api: Api) -> None:
        answer = api.post("/jobs", {"clips": [{"upload_id": "nothing"}] * 101})
        assert fields_at_fault(answer) == ["clips"]

    def test_no_clip_at_all(self, api: Api) -> None:
        assert fields_at_fault(api.post("/jobs", {"clips": []})) == ["clips"]

    def test_too_long_together(self, api: Api, world: World) -> None:
        world.limits = Limits(max_job_duration_ms=5000)
        ids = [upload(api, world, fake_video(3)) for _ in range(2)]
        answer = api.post("/jobs", {"clips": [{"upload_id": name} for name in ids]})
        assert fields_at_fault(answer) == ["clips"]

    @pytest.mark.parametrize(
        ("profile", "field"),
        [
            ({"width": 63, "height": 64}, "profile.width"),
            ({"width": 64, "height": 4098}, "profile.height"),
            ({"width": True}, "profile.width"),
            ({"fps": 4}, "profile.fps"),
            ({"fps": 61}, "profile.fps"),
            ({"fps": "fast"}, "profile.fps"),
            ({"width": 4096, "height": 2304, "fps": 60}, "profile"),
        ],
    )
    def test_a_profile_that_cannot_be(
        self, api: Api, world: World, profile: dict[str, object], field: str
    ) -> None:
        clips = [{"upload_id": upload(api, world, fake_video(3))}]
        for path in ("/jobs", "/jobs/estimate"):
            answer = api.post(path, {"clips": clips, "profile": profile})
            assert answer.status == 422
            assert fields_at_fault(answer)[0].startswith(field)
        assert world.jobs.all_jobs() == []

    @pytest.mark.parametrize(
        ("profile", "made"),
        [
            (None, {"width": 3840, "height": 2160, "fps": 59.94}),
            ({}, {"width": 3840, "height": 2160, "fps": 59.94}),
            ({"fps": 23.976}, {"width": 3840, "height": 2160, "fps": 23.976}),
            ({"fps": "30000/1001", "width": 1280}, {"width": 1280, "height": 720, "fps": 29.97}),
            ({"width": 640, "height": 640, "fps": 24.0}, {"width": 640, "height": 640, "fps": 24}),
        ],
    )
    def test_the_first_clips_size_and_rate_or_those_chosen(
        self, api: Api, world: World, stack: Stack, profile: object, made: dict[str, object]
    ) -> None:
        large = fake_video(3, width=3840, height=2160, rate="60000/1001")
        clips = [{"upload_id": upload(api, world, body)} for body in (large, fake_video(2))]
        body = {"clips": clips, **({} if profile is None else {"profile": profile})}
        assert api.post("/jobs/estimate", body).json["profile"] == made
        assert world.jobs.all_jobs() == []
        job = api.post("/jobs", body).json
        assert job["profile"] == made
        stack.run()
        ready = api.get(f"/jobs/{job['job_id']}").json
        assert (ready["status"], ready["profile"]) == ("ready", made)
        again = api.post("/jobs", {"clips": clips, "profile": ready["profile"]}).json
        assert again["profile"] == made

    def test_what_other_clips_lose_is_said_before(self, api: Api, world: World) -> None:
        large = fake_video(2, width=3840, height=2160, rate="60")
        clips = [{"upload_id": upload(api, world, body)} for body in (fake_video(2), large)]
        estimate = api.post("/jobs/estimate", {"clips": [*clips, {"prompt": "a fox"}]}).json
        assert [
            (loss["clip_index"], loss["clip_title"], loss["code"], loss["figures"]["width"])
            for loss in estimate["notices"]
            if loss["code"] == "scaled_down"
        ] == [(1, "shot.mp4", "scaled_down", 640)]
        assert [loss["figures"]["frames"] for loss in estimate["notices"][:1]] == [60]
        assert len(estimate["notices"]) == 2
        kept = api.post("/jobs/estimate", {"clips": clips[1:]}).json
        assert (kept["profile"], kept["notices"]) == ({"width": 3840, "height": 2160, "fps": 60}, [])

    def test_what_becomes_of_the_first_clip_is_said_before(self, api: Api, world: World) -> None:
        clips = [{"upload_id": upload(api, world, fake_video(3, width=7680, height=4320, rate="120"))}]
        estimate = api.post("/jobs/estimate", {"clips": clips}).json
        assert estimate["profile"] == {"width": 3840, "height": 2160, "fps": 60}
        assert len(estimate["warnings"]) == 2

    def test_a_clip_too_long_for_the_size_chosen_names_the_file(self, api: Api, world: World) -> None:
        clips = [{"upload_id": upload(api, world, fake_video(200))}]
        body = {"clips": clips, "profile": {"width": 3840, "height": 2160, "fps": 60}}
        answer = api.post("/jobs", body)
        assert fields_at_fault(answer) == ["clips[0]"]
        assert answer.json["errors"][0]["detail"].startswith("shot.mp4: at 3840x2160 at 60")

    def test_a_repeat_makes_no_second_job(self, api: Api, world: World) -> None:
        body = {"clips": [{"upload_id": upload(api, world, fake_video(3))}]}
        first = api.post("/jobs", body, headers={"idempotency-key": "k"})
        world.table.forget("ANSWER#")
        again = api.post("/jobs", body, headers={"idempotency-key": "k"})
        assert again.json["job_id"] == first.json["job_id"]
        assert len(world.jobs.all_jobs()) == 1

    def test_a_file_put_in_anothers_place_fails_the_job(self, api: Api, world: World, stack: Stack) -> None:
        name = upload(api, world, fake_video(3))
        job_id = api.post("/jobs", {"clips": [{"upload_id": name}]}).json["job_id"]
        world.objects.write(f"uploads/{name}", b"broken", content_type="video/mp4")
        stack.run()
        job = api.get(f"/jobs/{job_id}").json
        assert job["status"] == "failed"
        assert job["failure"].startswith("“shot.mp4” (clip 0): Another file was uploaded in its place")


class TestReading:
    def test_jobs_are_listed_newest_first(self, api: Api, world: World) -> None:
        store_ready_job(world.jobs, world.objects)
        store_ready_job(world.jobs, world.objects, job_id="hers", user_id="another-user")
        answer = api.get("/jobs")
        assert [job["job_id"] for job in answer.json["jobs"]] == [JOB]
        assert answer.json["jobs"][0]["clip_count"] == 3
        assert "first.webp" in answer.json["jobs"][0]["poster_url"]
        assert answer.json["jobs"][0]["duration_ms"] == api.get(f"/jobs/{JOB}").json["video"]["duration_ms"]

    def test_a_job_has_an_etag(self, api: Api, world: World) -> None:
        store_ready_job(world.jobs, world.objects)
        assert api.get(f"/jobs/{JOB}").headers["etag"] == '"1"'

    def test_another_users_job_is_as_missing_as_none(self, api: Api, world: World) -> None:
        store_ready_job(world.jobs, world.objects)
        hers = api.get(f"/jobs/{JOB}", user="another-user")
        none = api.get("/jobs/nothing")
        assert hers.status == none.status == 404
        assert hers.json["detail"].replace(JOB, "X") == none.json["detail"].replace("nothing", "X")


class TestTimeline:
    @pytest.fixture(autouse=True)
    def _job(self, world: World) -> None:
        store_ready_job(world.jobs, world.objects)

    def test_a_new_order_is_composed(self, api: Api) -> None:
        answer = api.call(
            "PATCH", f"/jobs/{JOB}/clips", body={"order": [2, 0, 1]}, headers={"if-match": '"1"'}
        )
        assert answer.status == 200
        assert [clip["clip_id"] for clip in answer.json["clips"]] == ["clip-2", "clip-0", "clip-1"]
        assert answer.headers["etag"] == '"2"'
        assert answer.json["video"]["up_to_date"]

    @pytest.mark.parametrize("match", ["nonsense", '"0', ""])
    def test_a_header_that_names_no_state(self, api: Api, match: str) -> None:
        answer = api.call("DELETE", f"/jobs/{JOB}/clips/0", headers={"if-match": match})
        assert (answer.status, fields_at_fault(answer)) == (422, ["If-Match"])

    @pytest.mark.parametrize("match", ['"0"', '"nonsense"', '"²"', f'"{"9" * 5000}"'])
    def test_a_timeline_that_moved(self, api: Api, match: str) -> None:
        answer = api.call("DELETE", f"/jobs/{JOB}/clips/0", headers={"if-match": match})
        assert answer.status == 412
        assert answer.json["type"] == "urn:retake:problem:precondition-failed"

    @pytest.mark.parametrize("order", [[0, 1], [0, 1, 1], [1, 2, 3], []])
    def test_an_order_that_is_none(self, api: Api, order: list[int]) -> None:
        answer = api.call("PATCH", f"/jobs/{JOB}/clips", body={"order": order})
        assert answer.status == 422
        assert fields_at_fault(answer) == ["order"]

    def test_a_clip_is_taken_out_but_the_last_stays(self, api: Api) -> None:
        assert len(api.call("DELETE", f"/jobs/{JOB}/clips/1").json["clips"]) == 2
        api.call("DELETE", f"/jobs/{JOB}/clips/1")
        assert api.call("DELETE", f"/jobs/{JOB}/clips/0").status == 409
        assert api.call("DELETE", f"/jobs/{JOB}/clips/7").status == 404

    def test_not_while_a_batch_runs(self, api: Api) -> None:
        body = {"clips": [{"clip_index": 0, "instruction": "darker"}]}
        api.post(f"/jobs/{JOB}/clips/batch-regenerate", body)
        assert api.call("PATCH", f"/jobs/{JOB}/clips", body={"order": [2, 0, 1]}).status == 409

    def test_a_video_that_fails_does_not_take_the_change_back(self, api: Api, world: World) -> None:
        world.workers.is_slow = True
        answer = api.call("PATCH", f"/jobs/{JOB}/clips", body={"order": [2, 0, 1]})
        assert answer.status == 200
        assert not answer.json["video"]["up_to_date"]

    def test_a_job_goes(self, api: Api, world: World, stack: Stack) -> None:
        answer = api.call("DELETE", f"/jobs/{JOB}")
        assert (answer.status, answer.json["status"]) == (202, "deleting")
        stack.purge()
        assert api.get(f"/jobs/{JOB}").status == 404
        assert list(world.objects.stored) == []
