"""Clips are added, duplicated, trimmed, named, removed and put back; each change can be undone."""

from typing import Any

import pytest

from retake.domain.errors import ConflictError, ProviderRejectedError, UnreadableMediaError
from retake.domain.limits import Limits
from retake.domain.records.timeline import StepKind
from retake.domain.versions import READER_GRACE
from retake.ports.workflows import ExecutionStatus
from retake.services.jobs.change_timeline import remove_clip, reorder_clips
from retake.services.jobs.undo_change import undo_change
from retake.services.upkeep.purge import purge
from retake.services.upkeep.reconcile import reconcile
from tests.builders import JOB, store_ready_job
from tests.fakes.fake_media import fake_video
from tests.fakes.stack import Stack
from tests.fakes.world import World
from tests.http_api import Answer, Api
from tests.invariants import check_always, check_usage
from tests.unit.api.test_job_routes import fields_at_fault, upload

PATH = f"/jobs/{JOB}"
FOX = {"prompt": "a red fox", "seconds": 2, "model": "any"}


@pytest.fixture(autouse=True)
def _job(world: World) -> None:
    store_ready_job(world.jobs, world.objects, seconds=(3, 4, 5))


@pytest.fixture(autouse=True)
def _whole(world: World, stack: Stack) -> Any:
    """Whatever a test does, what is always true of a job is true in the end."""
    yield
    stack.run()
    for job in world.jobs.all_jobs():
        check_always(job, world.jobs, world.objects)
    check_usage(world.jobs, world.objects, world.usage, world.jobs.all_jobs())


def titles(answer: Answer) -> list[str]:
    return [clip["title"] for clip in answer.json["clips"]]


def patch(api: Api, path: str, body: dict[str, Any], **options: Any) -> Answer:
    return api.call("PATCH", f"{PATH}{path}", body=body, **options)


class TestAdding:
    def test_a_file_goes_to_its_place_and_is_shown_once_it_is_a_take(
        self, api: Api, world: World, stack: Stack
    ) -> None:
        clips = [{"upload_id": upload(api, world, fake_video(2)), "title": "Rain"}]
        answer = api.post(f"{PATH}/clips", {"clips": clips, "clip_index": 1})
        assert answer.status == 202
        assert titles(answer) == ["clip-0", "Rain", "clip-1", "clip-2"]
        assert answer.json["clips"][1]["status"] == "preparing"
        assert answer.json["status"] == "ready"
        assert answer.json["video"]["duration_ms"] == 12_000
        stack.run()
        job = api.get(PATH).json
        assert job["clips"][1]["status"] == "ready"
        assert job["video"]["up_to_date"]
        assert job["video"]["duration_ms"] == 14_000
        assert world.jobs.get_job(JOB).additions == ()
        assert world.jobs.all_deletions() == []

    def test_words_are_priced_and_made_as_a_batch_of_their_own(self, api: Api, stack: Stack) -> None:
        estimate = api.post(f"{PATH}/clips/estimate", {"clips": [FOX]})
        assert estimate.json["estimated_total_cost"] == 0.03
        assert [clip["clip_index"] for clip in estimate.json["cost_breakdown"]["clips"]] == [3]
        answer = api.post(f"{PATH}/clips", {"clips": [FOX]})
        batch = api.get(f"{PATH}/batches/{answer.json['active_batch_id']}").json
        assert batch["cost_breakdown"] == estimate.json["cost_breakdown"]
        stack.run()
        job = api.get(PATH).json
        assert job["clips"][3]["current_version"]["cost"] == 0.03
        assert job["video"]["duration_ms"] == 14_000

    def test_a_repeat_adds_nothing(self, api: Api, world: World, stack: Stack) -> None:
        body = {"clips": [FOX, {"upload_id": upload(api, world, fake_video(2))}]}
        for _ in range(2):
            answer = api.post(f"{PATH}/clips", body, headers={"idempotency-key": "k"})
            assert len(answer.json["clips"]) == 5
            world.table.forget("ANSWER#")
        stack.run()
        answer = api.post(f"{PATH}/clips", body, headers={"idempotency-key": "k"})
        assert len(answer.json["clips"]) == 5
        world.table.forget("ANSWER#")
        other = api.post(f"{PATH}/clips", {"clips": [FOX]}, headers={"idempotency-key": "k"})
        assert other.status == 422
        assert len(world.provider.accepted) == 1

    def test_a_file_that_is_none_is_refused_before_anything_is_written(self, api: Api, world: World) -> None:
        clips = [{"upload_id": upload(api, world, b"no video")}, {"prompt": " "}, FOX]
        answer = api.post(f"{PATH}/clips", {"clips": clips})
        assert (answer.status, fields_at_fault(answer)) == (422, ["clips[1].prompt"])
        answer = api.post(f"{PATH}/clips", {"clips": [clips[0], FOX]})
        assert (answer.status, fields_at_fault(answer)) == (422, ["clips[0].upload_id"])
        assert answer.json["detail"] == "The clips were refused; nothing was written or charged."
        assert len(world.jobs.list_clips(JOB)) == 3
        assert world.usage.get_month("user-1", "2026-03").spent.reserved == 0

    def test_one_that_fails_takes_nothing_from_the_job(self, api: Api, world: World, stack: Stack) -> None:
        def refuse(_: object) -> None:
            raise UnreadableMediaError("The file is damaged.")

        world.normalizer.before = refuse
        world.provider.refusals = [ProviderRejectedError("No.")]
        clips = [{"upload_id": upload(api, world, fake_video(2))}, FOX]
        api.post(f"{PATH}/clips", {"clips": clips})
        stack.run()
        job = api.get(PATH).json
        assert job["status"] == "ready"
        assert [clip["status"] for clip in job["clips"]] == ["ready"] * 3 + ["failed"] * 2
        assert [clip["failure"] for clip in job["clips"][3:]] == ["The file is damaged.", "No."]
        assert job["video"]["duration_ms"] == 12_000
        assert api.call("DELETE", f"{PATH}/clips/3").status == 200

    def test_an_execution_that_is_lost_is_started_again_or_ends(
        self, api: Api, world: World, stack: Stack
    ) -> None:
        body = {"clips": [{"upload_id": upload(api, world, fake_video(2))}]}
        world.workflow.refuses = True
        assert api.post(f"{PATH}/clips", body, headers={"idempotency-key": "k"}).status == 503
        assert api.get(PATH).json["clips"][3]["status"] == "failed"
        world.workflow.refuses = False
        api.post(f"{PATH}/clips", body, headers={"idempotency-key": "l"})
        (addition,) = world.jobs.get_job(JOB).additions
        world.workflow.preparations[addition.addition_id] = ExecutionStatus.ABORTED
        world.clock.advance(minutes=20)
        reconcile(world.ctx)
        stack.run()
        assert "interrupted" in api.get(PATH).json["clips"][4]["failure"]
        assert world.jobs.get_job(JOB).additions == ()

    def test_places_that_a_batch_names_do_not_move(self, api: Api, stack: Stack) -> None:
        api.post(f"{PATH}/clips/batch-regenerate", {"clips": [{"clip_index": 0, "instruction": "darker"}]})
        assert api.post(f"{PATH}/clips", {"clips": [FOX], "clip_index": 0}).status == 409
        assert api.post(f"{PATH}/clips", {"clips": [FOX]}).json["waiting_batch_ids"]
        stack.run()
        assert [clip["status"] for clip in api.get(PATH).json["clips"]] == ["ready"] * 4

    @pytest.mark.parametrize(
        ("body", "status"),
        [
            ({"clips": []}, 422),
            ({"clips": [FOX], "clip_index": 4}, 422),
            ({"clips": [FOX], "clip_index": -1}, 422),
            ({"clips": [FOX] * 51}, 422),
        ],
    )
    def test_what_cannot_be_added(self, api: Api, body: dict[str, Any], status: int) -> None:
        assert api.post(f"{PATH}/clips", body).status == status
        assert api.post(f"{PATH}/clips/estimate", body).status == status

    def test_not_to_a_timeline_that_moved(self, api: Api) -> None:
        answer = api.post(f"{PATH}/clips", {"clips": [FOX]}, headers={"if-match": '"0"'})
        assert answer.status == 412

    def test_a_video_has_one_clip(self, api: Api, stack: Stack) -> None:
        video = api.post("/videos", {**FOX, "size": "640x360"}).json["video_id"]
        stack.run()
        for path in ("clips", "clips/0/duplicate"):
            body = {"clips": [FOX]} if path == "clips" else None
            assert api.call("POST", f"/jobs/{video}/{path}", body=body).status == 409


class TestDuplicating:
    def test_a_copy_has_its_own_files_and_stands_behind(self, api: Api, world: World) -> None:
        answer = api.post(f"{PATH}/clips/1/duplicate", headers={"idempotency-key": "k"})
        assert answer.status == 200
        assert titles(answer) == ["clip-0", "clip-1", "clip-1", "clip-2"]
        first, copy = answer.json["clips"][1:3]
        assert copy["clip_id"] != first["clip_id"]
        assert copy["current_version"]["video_url"] != first["current_version"]["video_url"]
        assert copy["current_version"]["cost"] == 0
        assert answer.json["video"]["duration_ms"] == 16_000
        assert world.jobs.all_deletions() == []
        world.table.forget("ANSWER#")
        again = api.post(f"{PATH}/clips/1/duplicate", headers={"idempotency-key": "k"})
        assert len(again.json["clips"]) == 4

    def test_a_copy_goes_its_own_way(self, api: Api, stack: Stack) -> None:
        api.post(f"{PATH}/clips/0/duplicate")
        api.post(f"{PATH}/clips/batch-regenerate", {"clips": [{"clip_index": 1, "instruction": "darker"}]})
        stack.run()
        counts = [clip["version_count"] for clip in api.get(PATH).json["clips"]]
        assert counts == [1, 2, 1, 1]


class TestTrimming:
    def test_the_video_shows_a_part_and_the_take_stays_whole(self, api: Api, world: World) -> None:
        trim = {"in_frame": 30, "out_frame": 90}
        answer = patch(api, "/clips/1", {"trim": trim}, headers={"if-match": '"1"'})
        assert answer.json["clips"][1]["trim"] == {**trim, "frames": 60, "duration_ms": 2000}
        assert answer.json["clips"][1]["duration_ms"] == 4000
        assert answer.json["video"]["duration_ms"] == 10_000
        assert answer.json["video"]["up_to_date"]
        assert world.cutter.cut == 1
        whole = patch(api, "/clips/1", {"trim": None}).json
        assert whole["clips"][1]["trim"] is None
        assert whole["video"]["duration_ms"] == 12_000
        assert world.cutter.cut == 1

    def test_all_of_it_is_no_trim(self, api: Api) -> None:
        answer = patch(api, "/clips/1", {"trim": {"in_frame": 0, "out_frame": 120}})
        assert answer.json["clips"][1]["trim"] is None
        assert answer.headers["etag"] == '"1"'

    def test_a_regenerated_clip_keeps_its_trim(self, api: Api, stack: Stack) -> None:
        patch(api, "/clips/0", {"trim": {"in_frame": 0, "out_frame": 30}})
        body = {"clips": [{"clip_index": 0, "instruction": "darker"}]}
        estimate = api.post(f"{PATH}/clips/batch-regenerate/estimate", body).json
        assert "trimmed to 1 s of its 3 s" in estimate["warnings"][0]
        api.post(f"{PATH}/clips/batch-regenerate", body)
        stack.run()
        job = api.get(PATH).json
        assert job["clips"][0]["current_version"]["duration_ms"] == 3000
        assert job["video"]["duration_ms"] == 10_000

    @pytest.mark.parametrize(
        ("trim", "fields"),
        [
            ({"in_frame": 0, "out_frame": 121}, ["trim.out_frame"]),
            ({"in_frame": 120, "out_frame": 120}, ["trim.in_frame", "trim.out_frame"]),
            ({"in_frame": 10, "out_frame": 10}, ["trim.out_frame"]),
            ({"in_frame": -1, "out_frame": 10}, ["trim.in_frame"]),
        ],
    )
    def test_frames_that_are_not_there(self, api: Api, trim: dict[str, int], fields: list[str]) -> None:
        answer = patch(api, "/clips/1", {"trim": trim})
        assert (answer.status, fields_at_fault(answer)) == (422, fields)


class TestTitles:
    def test_of_a_job_and_of_a_clip(self, api: Api) -> None:
        assert patch(api, "", {"title": "  Rain  and wind "}).json["title"] == "Rain and wind"
        answer = patch(api, "/clips/2", {"title": "The end"}, headers={"if-match": '"1"'})
        assert titles(answer) == ["clip-0", "clip-1", "The end"]
        both = patch(api, "/clips/2", {"title": "Fin", "trim": {"in_frame": 0, "out_frame": 30}}).json
        assert both["clips"][2]["title"] == "Fin"
        assert both["clips"][2]["trim"]["frames"] == 30

    @pytest.mark.parametrize("title", ["", " ", "\u200b", "x" * 201])
    def test_that_cannot_be_seen(self, api: Api, title: str) -> None:
        for path in ("", "/clips/0"):
            answer = patch(api, path, {"title": title})
            assert (answer.status, fields_at_fault(answer)) == (422, ["title"])


class TestRemoving:
    def test_a_removed_clip_is_put_back_with_its_takes(self, api: Api, stack: Stack) -> None:
        api.post(f"{PATH}/clips/batch-regenerate", {"clips": [{"clip_index": 1, "instruction": "darker"}]})
        stack.run()
        api.call("DELETE", f"{PATH}/clips/1")
        removed = api.get(f"{PATH}/removed-clips").json["clips"]
        assert [(clip["clip_id"], clip["removed_from"], clip["version_count"]) for clip in removed] == [
            ("clip-1", 1, 2)
        ]
        assert removed[0]["size_bytes"] > 0
        answer = api.post(f"{PATH}/removed-clips/clip-1/return", {})
        assert titles(answer) == ["clip-0", "clip-1", "clip-2"]
        assert answer.json["clips"][1]["current_version"]["version_number"] == 2
        assert answer.json["video"]["up_to_date"]
        assert api.get(f"{PATH}/removed-clips").json["clips"] == []
        assert api.post(f"{PATH}/removed-clips/clip-1/return", {}).status == 200

    def test_or_somewhere_else(self, api: Api) -> None:
        api.call("DELETE", f"{PATH}/clips/0")
        assert api.post(f"{PATH}/removed-clips/clip-0/return", {"clip_index": 3}).status == 422
        answer = api.post(f"{PATH}/removed-clips/clip-0/return", {"clip_index": 2})
        assert titles(answer) == ["clip-1", "clip-2", "clip-0"]
        assert api.post(f"{PATH}/removed-clips/nothing/return", {}).status == 404


class TestDeletingRemoved:
    def test_its_takes_go_for_good_and_are_not_stored_any_more(
        self, api: Api, world: World, stack: Stack
    ) -> None:
        api.post(f"{PATH}/clips/batch-regenerate", {"clips": [{"clip_index": 1, "instruction": "darker"}]})
        stack.run()
        patch(api, "/clips", {"order": [0, 2, 1]})
        api.call("DELETE", f"{PATH}/clips/2")
        keys = [key for version in world.jobs.get_clip(JOB, "clip-1").versions for key in version.keys]
        for _ in range(2):
            answer = api.call("DELETE", f"{PATH}/removed-clips/clip-1")
            assert (answer.status, answer.json["clips"]) == (200, [])
        assert api.get(PATH).json["undo"] is None
        assert api.post(f"{PATH}/removed-clips/clip-1/return", {}).status == 404
        world.clock.advance(seconds=READER_GRACE.total_seconds())
        purge(world.ctx)
        assert keys
        assert not any(world.objects.find(key) for key in keys)
        assert titles(api.get(PATH)) == ["clip-0", "clip-2"]

    def test_a_repeat_is_answered_as_before_also_while_a_batch_runs(self, api: Api) -> None:
        api.call("DELETE", f"{PATH}/clips/2")
        api.call("DELETE", f"{PATH}/clips/1")
        first = api.call("DELETE", f"{PATH}/removed-clips/clip-1")
        api.post(f"{PATH}/clips/batch-regenerate", {"clips": [{"clip_index": 0, "instruction": "darker"}]})
        again = api.call("DELETE", f"{PATH}/removed-clips/clip-1")
        assert (again.status, again.json) == (first.status, first.json)
        assert api.call("DELETE", f"{PATH}/removed-clips/clip-2").status == 409

    def test_only_of_what_was_removed(self, api: Api) -> None:
        assert api.call("DELETE", f"{PATH}/removed-clips/clip-1").status == 409
        assert api.call("DELETE", f"{PATH}/removed-clips/nothing").status == 404

    def test_what_was_changed_after_the_removal_can_still_be_undone(self, api: Api) -> None:
        api.call("DELETE", f"{PATH}/clips/1")
        patch(api, "/clips", {"order": [1, 0]})
        api.call("DELETE", f"{PATH}/removed-clips/clip-1")
        assert titles(api.post(f"{PATH}/undo")) == ["clip-0", "clip-2"]
        assert api.post(f"{PATH}/undo").status == 409


class TestRepeating:
    """A change that is sent again because its answer was lost is made once."""

    def test_the_same_key_is_the_same_answer(self, api: Api) -> None:
        key = {"idempotency-key": "once"}
        first, again = (api.call("DELETE", f"{PATH}/clips/0", headers=key) for _ in range(2))
        assert titles(first) == titles(again) == ["clip-1", "clip-2"]
        assert again.headers["idempotency-replayed"] == "true"
        first, again = (api.post(f"{PATH}/undo", headers=key) for _ in range(2))
        assert titles(first) == titles(again) == ["clip-0", "clip-1", "clip-2"]
        first, again = (patch(api, "/clips", {"order": [1, 2, 0]}, headers=key) for _ in range(2))
        assert titles(first) == titles(again) == ["clip-1", "clip-2", "clip-0"]

    def test_also_where_the_first_answer_was_never_kept(self, world: World) -> None:
        for _ in range(2):
            job = remove_clip(JOB, 0, world.ctx, request_id="removal", if_revision=1)
        assert job.clip_ids == ("clip-1", "clip-2")
        for _ in range(2):
            job = reorder_clips(JOB, [1, 0], world.ctx, request_id="order", if_revision=None)
        assert job.clip_ids == ("clip-2", "clip-1")
        for _ in range(2):
            job = undo_change(JOB, world.ctx, request_id="undo", if_revision=None)
        assert job.clip_ids == ("clip-1", "clip-2")

    def test_also_of_an_undo_that_is_refused(self, api: Api, stack: Stack, world: World) -> None:
        patch(api, "/clips/2", {"trim": {"in_frame": 0, "out_frame": 30}})
        api.post(f"{PATH}/clips/batch-regenerate", {"clips": [{"clip_index": 0, "instruction": "darker"}]})
        stack.run()
        versions = api.get(f"{PATH}/clips/0/versions").json["versions"]
        api.post(f"{PATH}/clips/0/versions/{versions[1]['version_id']}/restore")
        api.post(f"{PATH}/clips/batch-regenerate", {"clips": [{"clip_index": 0, "instruction": "brighter"}]})
        stack.run()
        for _ in range(2):
            with pytest.raises(ConflictError, match="changed again since"):
                undo_change(JOB, world.ctx, request_id="undo", if_revision=None)
        assert world.jobs.get_job(JOB).undo_steps[0].kind is StepKind.TRIMMED


class TestUndo:
    def test_each_change_is_undone_the_last_first(self, api: Api, stack: Stack) -> None:
        before = titles(api.get(PATH))
        api.post(f"{PATH}/clips/batch-regenerate", {"clips": [{"clip_index": 0, "instruction": "darker"}]})
        stack.run()
        first = api.get(f"{PATH}/clips/0/versions").json["versions"][1]["version_id"]
        api.post(f"{PATH}/clips/0/versions/{first}/restore")
        patch(api, "/clips", {"order": [2, 0, 1]})
        api.call("DELETE", f"{PATH}/clips/2")
        patch(api, "/clips/0", {"trim": {"in_frame": 0, "out_frame": 30}})
        api.post(f"{PATH}/clips/0/duplicate")
        api.post(f"{PATH}/removed-clips/clip-1/return", {})
        kinds = []
        while (step := (answer := api.get(PATH)).json["undo"]) is not None:
            kinds.append(step["kind"])
            answer = api.post(f"{PATH}/undo", headers={"if-match": answer.headers["etag"]})
            assert answer.status == 200
            assert answer.json["video"]["up_to_date"]
        assert kinds == ["returned", "added", "trimmed", "removed", "reordered", "restored"]
        assert titles(answer) == before
        assert answer.json["clips"][0]["current_version"]["version_number"] == 2
        assert answer.json["clips"][2]["trim"] is None
        assert api.post(f"{PATH}/undo").status == 409

    def test_what_was_overtaken_is_refused_and_dropped(self, api: Api, stack: Stack) -> None:
        api.post(f"{PATH}/clips/batch-regenerate", {"clips": [{"clip_index": 0, "instruction": "darker"}]})
        stack.run()
        versions = api.get(f"{PATH}/clips/0/versions").json["versions"]
        api.post(f"{PATH}/clips/0/versions/{versions[1]['version_id']}/restore")
        api.post(f"{PATH}/clips/batch-regenerate", {"clips": [{"clip_index": 0, "instruction": "brighter"}]})
        stack.run()
        answer = api.post(f"{PATH}/undo")
        assert answer.status == 409
        assert "changed again since" in answer.json["detail"]
        assert api.get(PATH).json["undo"] is None

    def test_as_many_as_are_kept(self, api: Api) -> None:
        for number in range(1, 14):
            patch(api, "/clips/0", {"trim": {"in_frame": 0, "out_frame": number}})
        for _ in range(10):
            assert api.post(f"{PATH}/undo").status == 200
        assert api.get(PATH).json["clips"][0]["trim"]["out_frame"] == 3
        assert api.post(f"{PATH}/undo").status == 409


class TestUndeleting:
    @pytest.fixture(autouse=True)
    def _time(self, world: World) -> None:
        world.limits = Limits()

    def test_a_deleted_job_comes_back_as_it_was(self, api: Api, world: World, stack: Stack) -> None:
        body = {"clips": [{"clip_index": 0, "instruction": "darker"}]}
        for _ in range(2):
            api.post(f"{PATH}/clips/batch-regenerate", body)
        answer = api.call("DELETE", PATH)
        assert answer.json["undelete_until"] is not None
        stack.purge()
        stack.run()
        back = api.post(f"{PATH}/undelete")
        assert (back.status, back.json["status"], back.json["undelete_until"]) == (200, "ready", None)
        stack.settle()
        world.clock.advance(hours=1)
        stack.purge()
        job = api.get(PATH).json
        assert job["active_batch_id"] is None
        assert job["waiting_batch_ids"] == []
        assert [batch["status"] for batch in api.get(f"{PATH}/batches").json["batches"]] == ["cancelled"] * 2
        assert api.post(f"{PATH}/clips/batch-regenerate", body).status == 202

    def test_a_video_comes_back_to_its_list(self, api: Api, stack: Stack) -> None:
        video = api.post("/videos", {**FOX, "size": "640x360"}).json["video_id"]
        stack.run()
        assert api.call("DELETE", f"/videos/{video}").status == 202
        assert api.get("/videos").json["videos"] == []
        assert api.post(f"/jobs/{video}/undelete").status == 200
        (back,) = api.get("/videos").json["videos"]
        assert (back["video_id"], back["status"]) == (video, "completed")

    def test_not_for_ever(self, api: Api, world: World, stack: Stack) -> None:
        api.call("DELETE", PATH)
        world.clock.advance(minutes=9, seconds=30)
        assert api.post(f"{PATH}/undelete").status == 410
        world.clock.advance(minutes=1)
        stack.purge()
        assert api.post(f"{PATH}/undelete").status == 404

    def test_nothing_is_left_of_one_that_was_being_prepared(self, api: Api, world: World) -> None:
        clips = [{"upload_id": upload(api, world, fake_video(2))}]
        made = api.post("/jobs", {"clips": clips}).json["job_id"]
        answer = api.call("DELETE", f"/jobs/{made}")
        assert answer.json["undelete_until"] is None
        assert api.post(f"/jobs/{made}/undelete").status == 409
