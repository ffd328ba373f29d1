"""The routes of videos, projects and models: what they take, answer and refuse."""

from collections.abc import Callable
from typing import Any

import pytest

from retake.ports.providers import ProviderJobStatus
from retake.storage.jobs import JobRepository
from tests.fakes.fake_media import fake_picture
from tests.fakes.stack import Stack
from tests.fakes.world import World
from tests.http_api import Answer, Api

READS = [name for name in vars(JobRepository) if name.startswith(("get_", "list_"))]
FOX = {"prompt": "a red fox in snow", "size": "640x360", "seconds": "5"}


def faults(answer: Answer) -> set[str]:
    assert answer.status == 422, answer.text
    return {fault["field"] for fault in answer.json["errors"]}


def make(api: Api, **more: Any) -> str:
    answer = api.post("/videos", {**FOX, **more})
    assert answer.status == 202, answer.text
    return str(answer.json["video_id"])


class TestAsking:
    def test_one_video(self, api: Api) -> None:
        answer = api.post("/videos", {**FOX, "title": "Fox"})
        body = answer.json
        assert answer.status == 202
        assert answer.headers["location"] == f"/api/v1/videos/{body['video_id']}"
        assert (body["status"], body["progress"], body["video_url"]) == ("processing", 0, None)
        assert (body["title"], body["model"], body["size"], body["seconds"]) == ("Fox", "any", "640x360", 5.0)
        assert (body["estimated_cost"], body["actual_cost"]) == (0.06, None)

    @pytest.mark.parametrize("seconds", ["5", 5, 5.0, "5.0"])
    def test_a_length_may_be_text_or_a_number(self, api: Api, seconds: object) -> None:
        assert api.post("/videos", {**FOX, "seconds": seconds}).json["seconds"] == 5.0

    def test_only_a_prompt_is_needed(self, api: Api) -> None:
        body = api.post("/videos", {"prompt": "a fox"}).json
        assert (body["title"], body["model"], body["size"], body["seconds"]) == (
            "a fox",
            "any",
            "1280x720",
            5.0,
        )

    def test_variations_have_a_title_and_a_seed_each(self, api: Api) -> None:
        answer = api.post("/videos/variations", {**FOX, "title": "Fox", "variations": 3})
        assert answer.status == 202
        body = answer.json
        assert answer.headers["location"] == f"/api/v1/videos/batches/{body['batch_id']}"
        assert [video["title"] for video in body["videos"]] == ["Fox (1)", "Fox (2)", "Fox (3)"]
        assert [video["variation"] for video in body["videos"]] == [1, 2, 3]
        assert len({video["seed"] for video in body["videos"]}) == 3
        assert len({video["prompt"] for video in body["videos"]}) == 1
        assert (body["mode"], body["status"], body["estimated_total_cost"]) == (
            "variations",
            "processing",
            0.18,
        )

    @pytest.mark.parametrize("count", [-1, 0, 4, 10**9])
    def test_variations_are_one_to_three(self, api: Api, count: int) -> None:
        assert faults(api.post("/videos/variations", {**FOX, "variations": count})) == {"variations"}

    def test_a_batch_of_different_videos(self, api: Api, stack: Stack) -> None:
        videos = [FOX, {"prompt": "a hare", "model": "choosy", "size": "720x1280", "seconds": 8}]
        body = api.post("/videos/batch", {"videos": videos}).json
        assert [video["model"] for video in body["videos"]] == ["any", "choosy"]
        stack.run()
        seen = api.get(f"/videos/batches/{body['batch_id']}").json
        assert (seen["status"], seen["progress"], seen["counts"]["completed"]) == ("completed", 100, 2)
        assert seen["actual_total_cost"] == seen["estimated_total_cost"] == 0.86

    @pytest.mark.parametrize("count", [0, 4])
    def test_a_batch_has_one_to_three(self, api: Api, count: int) -> None:
        assert faults(api.post("/videos/batch", {"videos": [FOX] * count})) == {"videos"}

    def test_faults_name_the_video(self, api: Api, world: World) -> None:
        videos = [{"prompt": ""}, {"prompt": "a fox", "model": "unknown"}]
        assert faults(api.post("/videos/batch", {"videos": videos})) == {
            "videos[0].prompt",
            "videos[1].model",
        }
        assert world.jobs.all_jobs() == []

    @pytest.mark.parametrize("body", [{}, {"prompt": 7}, {**FOX, "seconds": True}, {**FOX, "sise": "1x1"}])
    def test_a_body_that_is_none(self, api: Api, body: dict[str, object]) -> None:
        assert faults(api.post("/videos", body))

    @pytest.mark.parametrize("seconds", [[], {}, True, "long", "", "nan", "1e400"])
    def test_a_length_that_is_none_is_one_fault_in_plain_words(self, api: Api, seconds: object) -> None:
        answer = api.post("/videos", {**FOX, "seconds": seconds})
        [fault] = answer.json["errors"]
        assert fault["field"] == "seconds"
        assert "seconds" in fault["detail"].lower()
        assert "Input should" not in fault["detail"]

    def test_the_same_key_is_the_same_video(self, api: Api, world: World, stack: Stack) -> None:
        headers = {"idempotency-key": "k"}
        first = api.post("/videos", FOX, headers=headers)
        again = api.post("/videos", FOX, headers=headers)
        assert again.json == first.json
        assert again.headers["idempotency-replayed"] == "true"
        assert api.post("/videos", {**FOX, "seconds": 6}, headers=headers).status == 422
        stack.run()
        assert len(world.provider.requests) == 1

    def test_keys_of_two_routes_are_two_requests(self, api: Api, world: World) -> None:
        headers = {"idempotency-key": "k"}
        api.post("/videos", FOX, headers=headers)
        api.post("/videos/variations", {**FOX, "variations": 2}, headers=headers)
        assert len(world.jobs.all_jobs()) == 3


class TestEstimating:
    def test_the_price_is_the_same_as_when_it_is_asked_for(self, api: Api, world: World) -> None:
        videos = [FOX, {"prompt": "a hare", "model": "choosy", "seconds": 5}]
        body = api.post("/videos/estimate", {"videos": videos}).json
        assert [(video["model"], video["seconds"], video["cost"]) for video in body["videos"]] == [
            ("any", 5.0, 0.06),
            ("choosy", 5.0, 0.6),
        ]
        assert body["estimated_total_time"] > 0
        assert world.jobs.all_jobs() == []
        made = api.post("/videos/batch", {"videos": videos}).json
        assert made["estimated_total_cost"] == body["estimated_total_cost"] == 0.66

    def test_a_price_that_no_one_knows(self, api: Api) -> None:
        body = api.post("/videos/estimate", {"videos": [FOX, {"prompt": "a", "model": "unpriced"}]}).json
        assert (body["estimated_total_cost"], len(body["warnings"])) == (None, 1)

    def test_variations_are_priced_as_they_are_asked_for(self, api: Api, world: World) -> None:
        asked = {**FOX, "title": "Fox", "variations": 3, "reference_upload_id": "not-sent-yet"}
        body = api.post("/videos/variations/estimate", asked).json
        assert [video["cost"] for video in body["videos"]] == [0.06, 0.06, 0.06]
        assert (body["estimated_total_cost"], body["warnings"]) == (0.18, [])
        assert world.jobs.all_jobs() == []

    @pytest.mark.parametrize(
        ("said", "field"),
        [
            ({"variations": 4}, "variations"),
            ({"variations": 1, "seconds": 9000}, "seconds"),
            ({"variations": 1, "model": "choosy", "reference_upload_id": "u"}, "reference_upload_id"),
        ],
    )
    def test_faults_of_variations_are_those_of_the_request(
        self, api: Api, said: dict[str, object], field: str
    ) -> None:
        assert field in faults(api.post("/videos/variations/estimate", {"prompt": "a fox", **said}))

    def test_faults_are_those_of_the_request(self, api: Api) -> None:
        assert faults(api.post("/videos/estimate", {"videos": [{"prompt": ""}]})) == {"videos[0].prompt"}
        assert faults(api.post("/videos/estimate", {"videos": []})) == {"videos"}


class TestReferences:
    def test_a_picture_is_uploaded_and_gone_by(self, api: Api, world: World, stack: Stack) -> None:
        form = api.post("/uploads", {"file_name": "fox.png", "content_type": "image/png"}).json
        assert (form["kind"], form["max_bytes"]) == ("image", 20 * 1024**2)
        body = {**FOX, "reference_upload_id": form["upload_id"]}
        assert faults(api.post("/videos", body)) == {"reference_upload_id"}
        world.objects.write(form["fields"]["key"], fake_picture(), content_type="image/png")
        made = api.post("/videos", body).json
        assert made["has_reference"]
        stack.run()
        assert world.provider.requests[0].references[0].media_type == "image/png"
        clips = {"clips": [{"upload_id": form["upload_id"]}]}
        assert faults(api.post("/jobs", clips)) == {"clips[0].upload_id"}

    def test_a_picture_that_is_too_large(self, api: Api) -> None:
        body = {"file_name": "fox.png", "content_type": "image/png", "size_bytes": 21 * 1024**2}
        assert faults(api.post("/uploads", body)) == {"size_bytes"}


class TestLooking:
    def test_progress_is_the_providers_until_the_video_is_there(
        self, api: Api, world: World, stack: Stack
    ) -> None:
        world.provider.polls = 1
        video_id = make(api)
        seen = set()
        while stack.tick() or stack._let_time_pass():
            seen.add(api.get(f"/videos/{video_id}").json["progress"])
        assert max(seen) == 100
        assert {0, 10, 99} <= seen
        body = api.get(f"/videos/{video_id}").json
        assert body["status"] == "completed"
        assert body["video_url"].startswith("https://objects.test/compositions/")
        assert (body["actual_cost"], body["provider_job_id"]) == (0.06, "job-1")

    def test_a_completed_video_always_has_a_url(self, api: Api, stack: Stack) -> None:
        video_id = make(api)
        while api.get(f"/videos/{video_id}").json["status"] == "processing":
            assert stack.tick()
        body = api.get(f"/videos/{video_id}").json
        assert body["video_url"].startswith("https://objects.test/clips/")
        assert body["thumbnail_url"]

    def test_a_look_costs_one_read(
        self, api: Api, world: World, stack: Stack, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        video_id = make(api)
        reads: list[str] = []

        def counted(name: str) -> Callable[..., Any]:
            read = getattr(world.jobs, name)

            def count_and_read(*args: Any, **kwargs: Any) -> Any:
                reads.append(name)
                return read(*args, **kwargs)

            return count_and_read

        for name in READS:
            monkeypatch.setattr(world.jobs, name, counted(name))
        assert api.get(f"/videos/{video_id}").json["status"] == "processing"
        assert reads == ["get_job"]
        stack.run()
        reads.clear()
        assert api.get(f"/videos/{video_id}").json["status"] == "completed"
        assert reads == ["get_job"]

    def test_lists_by_project_and_status(self, api: Api, world: World, stack: Stack) -> None:
        project = api.post("/projects", {"name": "Foxes"}).json["project_id"]
        world.provider.outcome = lambda words: (
            ProviderJobStatus.FAILED if "bad" in words else ProviderJobStatus.SUCCEEDED
        )
        mine = make(api, project_id=project)
        other, bad = make(api), make(api, prompt="a bad one")
        stack.run()

        def listed(**query: str | int) -> set[str]:
            return {video["video_id"] for video in api.get("/videos", query=query).json["videos"]}

        assert listed() == {mine, other, bad}
        assert listed(project_id=project) == {mine}
        assert listed(status="failed") == {bad}
        assert listed(status="completed", project_id=project) == {mine}
        assert listed(since="2026-03-02T00:00:00Z") == set()
        assert listed(until="2026-03-02T00:00:00Z") == {mine, other, bad}
        assert api.get("/jobs").json["jobs"] == []

    def test_pages(self, api: Api) -> None:
        made = [make(api) for _ in range(3)]
        first = api.get("/videos", query={"limit": 2}).json
        rest = api.get("/videos", query={"limit": 2, "cursor": first["cursor"]}).json
        assert sorted(video["video_id"] for video in (*first["videos"], *rest["videos"])) == sorted(made)
        assert rest["cursor"] is None

    @pytest.mark.parametrize(
        "query", [{"status": "done"}, {"since": "yesterday"}, {"since": "2026-03-02T00:00:00"}, {"limit": 0}]
    )
    def test_a_filter_that_is_none(self, api: Api, query: dict[str, str | int]) -> None:
        assert api.get("/videos", query=query).status == 422

    def test_another_users_is_not_there(self, api: Api, stack: Stack) -> None:
        video_id = make(api)
        batch_id = api.get(f"/videos/{video_id}").json["batch_id"]
        stack.run()
        for method, path in (
            ("GET", f"/videos/{video_id}"),
            ("DELETE", f"/videos/{video_id}"),
            ("POST", f"/videos/{video_id}/retry"),
            ("POST", f"/videos/{video_id}/cancel"),
            ("GET", f"/videos/{video_id}/download"),
            ("GET", f"/videos/batches/{batch_id}"),
        ):
            assert api.call(method, path, user="another-user").status == 404
        assert api.get("/videos", user="another-user").json["videos"] == []
        assert api.get(f"/videos/{video_id}").json["status"] == "completed"

    @pytest.mark.parametrize("path", ["/videos/nothing", "/videos/batches/nothing"])
    def test_what_is_not_there(self, api: Api, path: str) -> None:
        assert api.get(path).status == 404

    def test_models(self, api: Api) -> None:
        models = {model["name"]: model for model in api.get("/models").json["models"]}
        assert set(models) == {"any", "choosy", "unpriced"}
        assert models["any"]["is_default"]
        assert (models["choosy"]["seconds"], models["choosy"]["price"]) == ([4.0, 6.0, 8.0], 0.1)
        assert models["choosy"]["sizes"] == ["1280x720", "720x1280"]
        assert (models["any"]["seconds"], models["any"]["sizes"]) == (None, None)
        assert models["unpriced"]["price"] is None
        assert "taken down" in models["unpriced"]["warning"]


class TestChanging:
    def test_retry(self, api: Api, world: World, stack: Stack) -> None:
        world.provider.outcome = lambda _: ProviderJobStatus.FAILED
        video_id = make(api)
        stack.run()
        assert api.get(f"/videos/{video_id}").json["error"] == "The directed provider could not do it."
        world.provider.outcome = lambda _: ProviderJobStatus.SUCCEEDED
        answer = api.post(f"/videos/{video_id}/retry")
        assert (answer.status, answer.json["status"]) == (202, "processing")
        stack.run()
        assert api.get(f"/videos/{video_id}").json["status"] == "completed"
        assert api.post(f"/videos/{video_id}/retry").status == 409

    def test_retry_with_another_model(self, api: Api, world: World, stack: Stack) -> None:
        world.provider.outcome = lambda _: ProviderJobStatus.FAILED
        video_id = make(api, size="1280x720", seconds="4")
        stack.run()
        route = f"/videos/{video_id}/retry"
        assert faults(api.post(route, {"model": "unknown"})) == {"model"}
        assert api.get(f"/videos/{video_id}").json["status"] == "failed"
        body = api.post(route, {"model": "choosy"}).json
        assert (body["model"], body["estimated_cost"], body["status"]) == ("choosy", 0.4, "processing")

    def test_cancel(self, api: Api, stack: Stack) -> None:
        video_id = make(api)
        assert api.post(f"/videos/{video_id}/cancel").status == 202
        stack.run()
        assert api.get(f"/videos/{video_id}").json["status"] == "cancelled"
        assert api.post(f"/videos/{video_id}/cancel").status == 409

    def test_delete(self, api: Api) -> None:
        video_id = make(api)
        assert api.call("DELETE", f"/videos/{video_id}").status == 202
        assert api.get(f"/videos/{video_id}").status == 404
        assert api.get("/videos").json["videos"] == []

    def test_download(self, api: Api, stack: Stack, world: World) -> None:
        video_id = make(api, title="Ein Fuchs / im Schnee: «1»")
        assert api.get(f"/videos/{video_id}/download").status == 409
        stack.run()
        body = api.get(f"/videos/{video_id}/download").json
        assert body["file_name"] == "Ein-Fuchs-im-Schnee-1.mp4"
        assert body["url"].endswith("?name=Ein-Fuchs-im-Schnee-1.mp4")
        made = world.jobs.get_job(video_id).composition
        assert made is not None
        assert body["size_bytes"] == len(world.objects.read(made.video_key)), "of the file, and nothing else"

    def test_a_title_that_no_header_can_carry(self, api: Api, stack: Stack) -> None:
        video_id = make(api, title="雪の中の狐")
        stack.run()
        assert api.get(f"/videos/{video_id}/download").json["file_name"] == f"video-{video_id[:8]}.mp4"

    def test_a_completed_video_is_regenerated_as_a_job(self, api: Api, world: World, stack: Stack) -> None:
        video_id = make(api)
        path = f"/jobs/{video_id}/clips/batch-regenerate"
        body = {"clips": [{"clip_index": 0, "instruction": "make it nighttime"}]}
        assert api.post(path, body).status == 409
        stack.run()
        assert api.post(path, body).status == 202
        stack.run()
        takes = api.get(f"/jobs/{video_id}/clips/0/versions").json["versions"]
        assert [take["user_instruction"] for take in takes] == ["make it nighttime", None]
        assert world.provider.requests[-1].source_key is not None
        video = api.get(f"/videos/{video_id}").json
        assert (video["status"], video["actual_cost"]) == ("completed", 0.06)


class TestProjects:
    def test_projects(self, api: Api) -> None:
        headers = {"idempotency-key": "k"}
        for _ in range(2):
            made = api.post("/projects", {"name": "Foxes"}, headers=headers)
            assert made.status == 201
        assert [project["name"] for project in api.get("/projects").json["projects"]] == ["Foxes"]
        assert api.get("/projects", user="another-user").json["projects"] == []

    def test_a_project_is_renamed_and_deleted(self, api: Api) -> None:
        foxes, owls = (api.post("/projects", {"name": name}).json["project_id"] for name in ("Foxes", "Owls"))
        taken = api.post("/projects", {"name": " foxes "})
        assert (taken.status, taken.json["type"]) == (409, "urn:retake:problem:conflict")
        assert api.call("PATCH", f"/projects/{owls}", body={"name": "FOXES"}).status == 409
        assert api.call("PATCH", f"/projects/{foxes}", body={"name": "Hares"}).json["name"] == "Hares"
        video = make(api, project_id=foxes)
        assert api.call("DELETE", f"/projects/{foxes}").json["name"] == "Hares"
        assert [project["name"] for project in api.get("/projects").json["projects"]] == ["Owls"]
        assert api.get(f"/videos/{video}").json["project_id"] == foxes
        for method, body in (("PATCH", {"name": "Bears"}), ("DELETE", None)):
            assert api.call(method, f"/projects/{foxes}", body=body).status == 404
            assert api.call(method, f"/projects/{owls}", body=body, user="another-user").status == 404

    def test_a_project_that_is_not_there(self, api: Api) -> None:
        assert faults(api.post("/videos", {**FOX, "project_id": "nothing"})) == {"project_id"}

    def test_a_project_needs_a_name(self, api: Api) -> None:
        assert faults(api.post("/projects", {"name": ""})) == {"name"}


def test_videos_are_found_by_words_of_title_and_prompt(api: Api) -> None:
    for prompt, title in (("a red FOX in snow", "Winter"), ("a hare in snow", "Straße"), ("an owl", "Fox")):
        assert api.post("/videos", {"prompt": prompt, "title": title, "seconds": 1}).status == 202
    found = {
        words: sorted(video["title"] for video in api.get("/videos", query={"q": words}).json["videos"])
        for words in ("fox", "  SNOW   fox ", "STRASSE", "\uff26ox", "nothing", " ")
    }
    assert found == {
        "fox": ["Fox", "Winter"],
        "  SNOW   fox ": ["Winter"],
        "STRASSE": ["Straße"],
        "\uff26ox": ["Fox", "Winter"],
        "nothing": [],
        " ": ["Fox", "Straße", "Winter"],
    }
    assert api.get("/videos", query={"q": "x" * 201}).status == 422


def test_a_search_goes_on_page_by_page_with_its_filters(api: Api) -> None:
    for number in range(5):
        words = "fox" if number % 2 == 0 else "hare"
        api.post("/videos", {"prompt": f"a {words}", "title": str(number), "seconds": 1})
    titles, query = [], {"q": "fox", "limit": 1, "status": "processing"}
    for _ in range(9):
        page = api.get("/videos", query=query).json
        titles += [video["title"] for video in page["videos"]]
        if page["cursor"] is None:
            break
        query["cursor"] = page["cursor"]
    assert sorted(titles) == ["0", "2", "4"]
