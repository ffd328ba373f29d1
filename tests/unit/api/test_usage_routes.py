"""What is stored: one's own, everybody's for admins, and what a used-up budget refuses."""

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from retake.api.http.requests import groups_in
from retake.config import settings
from retake.domain.changes import Change
from retake.domain.errors import ProviderRejectedError, RetakeError
from retake.domain.records.jobs import Soundtrack
from retake.domain.statuses import VersionState
from retake.domain.storage_costs import StorageClass
from tests.builders import EMAIL, JOB, USER, a_job, a_version, an_archived_take, store_ready_job
from tests.fakes.stack import Stack
from tests.fakes.world import World
from tests.http_api import Answer, Api
from tests.lambda_calls import invoke

ADMIN = "[admin]"
GB = 2**30
BATCH = {"clips": [{"clip_index": 0, "instruction": "darker"}]}
UPLOAD = {"file_name": "a.mp4", "content_type": "video/mp4"}


def store(world: World, size: int, *, job_id: str = "big", user_id: str = USER) -> None:
    sound = Soundtrack("key", "hash", size)
    job = a_job(job_id=job_id, title=f"Film {job_id}", user_id=user_id, soundtrack=sound)
    world.jobs.commit(Change(job), now=world.clock.now())


def store_takes(world: World) -> None:
    """Let a job store three takes of 300 bytes, and have one of them archived with 200."""
    takes = [a_version(1, clip_id=f"clip-{number}") for number in range(3)]
    job = world.jobs.commit(Change(a_job(), tuple(takes)), now=world.clock.now())
    archived = replace(
        takes[0],
        state=VersionState.ARCHIVED,
        archived=an_archived_take("clip-0", 1, size_bytes=200),
        counted=takes[0].stored,
    )
    world.jobs.commit(Change(job, (archived,)), now=world.clock.now())


def admin(api: Api, path: str, **options: str | int) -> Answer:
    return api.get(path, user="root", groups=ADMIN, query=options)


def test_a_user_sees_what_takes_cost_month_by_month(api: Api, world: World, stack: Stack) -> None:
    assert api.get("/usage").json["spending"] == []
    api.post("/videos", {"prompt": "a fox", "seconds": 5})
    stack.run()
    world.clock.advance(days=31)
    video_id = api.post("/videos", {"prompt": "a hare", "model": "choosy", "seconds": 4}).json["video_id"]
    stack.run()
    body = {"clips": [{"clip_index": 0, "instruction": "darker"}]}
    api.post(f"/jobs/{video_id}/clips/batch-regenerate", body)
    stack.run()
    seen = api.get("/usage").json
    assert seen["spending"] == [
        {"month": "2026-04", "cost": 0.8, "charged": 0.8, "reserved": 0, "takes": 2, "platform_cost": None},
        {"month": "2026-03", "cost": 0.06, "charged": 0.06, "reserved": 0, "takes": 1, "platform_cost": None},
    ]
    assert {job["title"] for job in seen["largest_jobs"]} == {"a fox", "a hare"}
    api.call("DELETE", f"/videos/{video_id}")
    assert api.get("/usage").json["spending"] == seen["spending"]


def test_a_user_sees_bytes_by_class_and_what_they_cost(api: Api, world: World) -> None:
    store_takes(world)
    store(world, 10 * GB)
    seen = api.get("/usage").json
    assert seen["stored"]["active"]["bytes"] == 10 * GB + 600
    assert seen["stored"]["archived"]["bytes"] == 200
    assert seen["stored"]["total"]["bytes"] == 10 * GB + 800
    assert seen["stored"]["active"]["monthly_cost"] == pytest.approx(0.23, abs=1e-6)
    assert seen["stored"]["archived"]["monthly_cost"] == pytest.approx(200 / GB * 0.004, abs=1e-8)
    assert seen["prices"] == {
        "archive_class": "GLACIER_IR",
        "active_per_gb_month": 0.023,
        "archived_per_gb_month": 0.004,
    }
    budget = seen["budget"]
    assert (budget["user_id"], budget["used_bytes"]) == (USER, 10 * GB + 800)
    assert (budget["budget_bytes"], budget["own_budget"]) == (100 * 10**9, False)
    assert budget["percent"] == pytest.approx(10.737, abs=0.001)
    assert [(item["job_id"], item["stored"]["total"]["bytes"]) for item in seen["largest_jobs"]] == [
        ("big", 10 * GB),
        (JOB, 800),
    ]


def test_a_user_sees_no_one_elses(api: Api, world: World) -> None:
    store(world, 5, user_id="another-user")
    seen = api.get("/usage").json
    assert (seen["stored"]["total"]["bytes"], seen["largest_jobs"]) == (0, [])


def test_of_many_jobs_the_largest_are_shown(api: Api, world: World) -> None:
    for number in range(130):
        store(world, number, job_id=f"job-{number}")
    shown = [item["job_id"] for item in api.get("/usage").json["largest_jobs"]]
    assert shown == [f"job-{number}" for number in range(129, 119, -1)]


def test_prices_are_those_of_the_class_in_use(api: Api, world: World) -> None:
    world.archive_class = StorageClass.DEEP_ARCHIVE
    assert api.get("/usage").json["prices"]["archived_per_gb_month"] == 0.00099
    assert admin(api, "/admin/storage").json["policy"]["archive_class"] == "DEEP_ARCHIVE"


def test_an_admin_sees_whose_it_is(api: Api, world: World) -> None:
    for user_id, size in ((USER, 10), ("gone", 900)):
        store(world, size, job_id=f"of {user_id}", user_id=user_id)
    invoke("check_budgets", {})
    found = admin(api, "/admin/storage").json
    assert [user["email"] for user in found["users"]] == [None, EMAIL]
    assert [job["email"] for job in found["jobs"]] == [None, EMAIL]


def test_an_admin_sees_totals_and_the_largest_page_by_page(api: Api, world: World) -> None:
    for user_id, size in (("small", 10), ("large", 900), ("middle", 50)):
        store(world, size, job_id=f"of {user_id}", user_id=user_id)
    invoke("check_budgets", {})
    first = admin(api, "/admin/storage", limit=2).json
    assert first["stored"]["total"]["bytes"] == 960
    assert [user["budget"]["user_id"] for user in first["users"]] == ["large", "middle"]
    assert [(job["title"], job["user_id"]) for job in first["jobs"]] == [
        ("Film of large", "large"),
        ("Film of middle", "middle"),
    ]
    more = admin(
        api, "/admin/storage", limit=2, users_cursor=first["users_cursor"], jobs_cursor=first["jobs_cursor"]
    ).json
    assert [user["budget"]["user_id"] for user in more["users"]] == ["small"]
    assert [job["job_id"] for job in more["jobs"]] == ["of small"]
    assert (more["users_cursor"], more["jobs_cursor"]) == (None, None)
    assert more["stored"] == first["stored"]
    for faulty in ({"limit": 0}, {"users_cursor": "nonsense"}, {"jobs_cursor": "nonsense"}):
        assert admin(api, "/admin/storage", **faulty).status == 422


def test_an_admin_sees_bytes_and_dollars_saved_apart_and_why_the_policy_loses(api: Api, world: World) -> None:
    store_takes(world)
    invoke("check_budgets", {})
    seen = admin(api, "/admin/storage").json
    saved = seen["archiving"]
    assert (saved["active_bytes_saved"], saved["target_percent"]) == (300, 70)
    assert saved["active_saved_percent"] == pytest.approx(100 * 300 / 900)
    assert saved["compressed_percent"] == pytest.approx(100 / 3)
    assert seen["policy"] == {
        "archive_after_days": 7,
        "delete_after_days": 30,
        "max_active_versions": 3,
        "archive_class": "GLACIER_IR",
        "compression_ratio": pytest.approx(2 / 3),
    }
    bill = seen["bill"]
    storage = ("before_archiving", "waiting_for_transition", "in_archive_class", "early_deletion")
    lines = (*storage, "requests", "compute", "restore")
    assert sum(bill[line] for line in lines) == pytest.approx(bill["total"])
    assert bill["saving"] == pytest.approx(bill["left_in_standard"] - bill["total"])
    assert bill["saving"] < 0
    assert bill["warnings"][0].startswith("The policy loses money")


def test_an_admin_sees_each_days_end_and_what_it_costs(api: Api, world: World) -> None:
    today = world.clock.now().date()
    for number in (1, 2):  # of one day, the last look counts
        store(world, number * GB, job_id=f"film-{number}")
        invoke("check_budgets", {})
    world.clock.advance(days=2)  # nothing ran on the day between
    store_takes(world)
    for _ in range(2):
        invoke("check_budgets", {})
    first, last = admin(api, "/admin/storage").json["trend"]
    assert first == {
        "date": today.isoformat(),
        "active_bytes": 3 * GB,
        "archived_bytes": 0,
        "monthly_cost": pytest.approx(0.069),
    }
    assert last["date"] == (today + timedelta(days=2)).isoformat()
    assert (last["active_bytes"], last["archived_bytes"]) == (3 * GB + 600, 200)
    assert admin(api, "/admin/storage", trend_days=2).json["trend"] == [last]
    for days in (0, 401):
        refused = admin(api, "/admin/storage", trend_days=days)
        assert (refused.status, refused.json["errors"][0]["field"]) == (422, "trend_days")


@pytest.mark.parametrize(
    ("claim", "groups"),
    [
        ("[admin]", {"admin"}),
        ("[x admin]", {"x", "admin"}),
        # Cognito takes no spaces in a group's name, so these are two groups.
        ("[not admin]", {"not", "admin"}),
        ("[administrators]", {"administrators"}),
        ("[not-admin]", {"not-admin"}),
        ("[[admin]]", {"[admin]"}),
        ("[admin,x]", {"admin,x"}),
        ('["admin"]', {'"admin"'}),
        ("[Admin]", {"Admin"}),
        ("[]", set()),
        ("admin", set()),
        ("admin]", set()),
        ("", set()),
    ],
)
def test_groups_are_whole_names(api: Api, claim: str, groups: set[str]) -> None:
    assert groups_in(claim) == groups
    allowed = 200 if "admin" in groups else 403
    assert api.get("/admin/storage", groups=claim).status == allowed
    assert api.call("PUT", f"/admin/budgets/{USER}", body={"budget_bytes": 1}, groups=claim).status == allowed


def test_who_is_no_admin_is_reported_so_and_changes_nothing(api: Api, world: World) -> None:
    for method, path, body in (
        ("GET", "/admin/storage", None),
        ("PUT", f"/admin/budgets/{USER}", {"budget_bytes": 10**12}),
    ):
        answer = api.call(method, path, body=body)
        assert (answer.status, answer.json["type"]) == (403, "urn:retake:problem:forbidden")
        assert answer.headers["content-type"] == "application/problem+json"
    assert world.usage.get_storage(USER).budget_bytes is None


def test_an_admin_gives_a_budget_and_takes_it_back(api: Api, world: World) -> None:
    store(world, 90)
    path = f"/admin/budgets/{USER}"
    given = api.call("PUT", path, body={"budget_bytes": 100}, user="root", groups=ADMIN)
    budget = {"user_id": USER, "used_bytes": 90, "budget_bytes": 100, "own_budget": True, "percent": 90.0}
    assert given.status == 200
    assert given.json.items() > budget.items()
    assert api.get("/usage").json["budget"] == budget
    assert api.get(path, user="root", groups=ADMIN).json == given.json
    assert invoke("check_budgets", {})["alerts"] == 1
    back = api.call("PUT", path, body={"budget_bytes": None}, user="root", groups=ADMIN).json
    assert (back["budget_bytes"], back["own_budget"]) == (100 * 10**9, False)
    assert world.alerts.sent == [(USER, 80)]


@pytest.mark.parametrize("user_id", ["unknown", "ada@example.com"])
def test_no_one_has_no_budget(api: Api, world: World, user_id: str) -> None:
    path = f"/admin/budgets/{user_id}"
    refused = api.call("PUT", path, body={"budget_bytes": 5, "monthly_spend_limit": 5}, groups=ADMIN)
    assert refused.status == api.get(path, groups=ADMIN).status == 404
    assert f"There is no user '{user_id}'" in refused.json["detail"]
    assert world.usage.get_storage(user_id).revision == 0


@pytest.mark.parametrize(
    "body", [{}, {"budget_bytes": -1}, {"budget_bytes": "much"}, {"budget_bytes": 10**16}]
)
def test_a_budget_is_a_number_of_bytes_or_null(api: Api, body: dict[str, object]) -> None:
    answer = api.call("PUT", f"/admin/budgets/{USER}", body=body, groups=ADMIN)
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, "budget_bytes")


def use_up_the_budget(api: Api, *, budget_bytes: int = 1) -> None:
    answer = api.call("PUT", f"/admin/budgets/{USER}", body={"budget_bytes": budget_bytes}, groups=ADMIN)
    assert answer.json["percent"] >= 100


def test_a_used_up_budget_refuses_whatever_adds_before_anything_is_written(api: Api, world: World) -> None:
    store_ready_job(world.jobs, world.objects)
    stored = sum(len(world.objects.read(item.key)) for item in world.objects.list_objects(""))
    job_before, objects_before = world.jobs.get_job(JOB), world.objects.list_objects("")
    use_up_the_budget(api)
    refused = [
        api.post("/uploads", UPLOAD),
        api.post("/jobs", {"title": "x", "clips": [{"upload_id": "any"}]}),
        api.post(f"/jobs/{JOB}/clips/batch-regenerate", BATCH, headers={"idempotency-key": "k"}),
    ]
    for answer in refused:
        assert (answer.status, answer.json["type"]) == (403, "urn:retake:problem:storage-budget-exceeded")
        for words in (
            f"You store {stored} bytes",
            "your budget is 1 byte",
            "Delete jobs",
            "30 days",
            "ask an admin",
        ):
            assert words in answer.json["detail"]
    assert world.jobs.get_job(JOB) == job_before
    assert world.objects.list_objects("") == objects_before
    assert not world.workflow.batches
    # A refusal is not remembered for the key: the same request is good once there is room.
    api.call("PUT", f"/admin/budgets/{USER}", body={"budget_bytes": None}, groups=ADMIN)
    again = api.post(f"/jobs/{JOB}/clips/batch-regenerate", BATCH, headers={"idempotency-key": "k"})
    assert again.status == 202


def test_a_budget_that_is_just_full_refuses_and_one_byte_more_does_not(api: Api, world: World) -> None:
    store(world, 100)
    use_up_the_budget(api, budget_bytes=100)
    assert api.post("/uploads", UPLOAD).status == 403
    api.call("PUT", f"/admin/budgets/{USER}", body={"budget_bytes": 101}, groups=ADMIN)
    assert api.post("/uploads", UPLOAD).status == 201


def test_what_was_accepted_goes_on_and_everything_but_adding_still_works(
    api: Api, world: World, stack: Stack
) -> None:
    store_ready_job(world.jobs, world.objects)
    key = {"idempotency-key": "k"}
    accepted = api.post(f"/jobs/{JOB}/clips/batch-regenerate", BATCH, headers=key)
    waiting = api.post(f"/jobs/{JOB}/clips/batch-regenerate", BATCH).json["batch_id"]
    use_up_the_budget(api)
    repeated = api.post(f"/jobs/{JOB}/clips/batch-regenerate", BATCH, headers=key)
    assert (repeated.status, repeated.json["batch_id"]) == (202, accepted.json["batch_id"])
    assert api.post(f"/jobs/{JOB}/batches/{waiting}/cancel").status == 202
    stack.run()
    batch = api.get(f"/jobs/{JOB}/batches/{accepted.json['batch_id']}").json
    assert batch["status"] == "succeeded"
    assert api.post(f"/jobs/{JOB}/batches/{waiting}/retry").json["type"].endswith("storage-budget-exceeded")
    versions = api.get(f"/jobs/{JOB}/clips/0/versions").json["versions"]
    restored = api.post(f"/jobs/{JOB}/clips/0/versions/{versions[-1]['version_id']}/restore")
    assert restored.status == 200
    assert api.post(f"/jobs/{JOB}/clips/batch-regenerate/estimate", BATCH).status == 200
    assert api.call("DELETE", f"/jobs/{JOB}").status == 202
    assert api.get("/usage").json["budget"]["used_bytes"] == 0


def test_the_minutes_look_fails_only_after_everybody_was_looked_at(world: World) -> None:
    world.limits = replace(world.limits, storage_budget_bytes=10)
    store(world, 10, job_id="one", user_id="unlucky")
    store(world, 10, job_id="two", user_id="other")
    world.alerts.deaf_to = "unlucky"
    with pytest.raises(RetakeError, match=r"^1 budgets could not be checked: unlucky"):
        invoke("check_budgets", {})
    assert world.alerts.sent == [("other", 80), ("other", 100)]
    world.alerts.deaf_to = ""
    assert invoke("check_budgets", {}) == {"users": 1, "alerts": 2, "spend_alerts": 0, "errors": ()}
    assert invoke("check_budgets", {})["users"] == 0


def test_the_minutes_look_measures_what_is_stored(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    store(world, 7)
    invoke("check_budgets", {})
    (written,) = [
        json.loads(line) for line in capsys.readouterr().out.splitlines() if '"ActiveBytes"' in line
    ]
    names = ("ActiveBytes", "ArchivedBytes", "BudgetAlerts", "SpendAlerts")
    assert [written[name] for name in names] == [
        [7.0],
        [0.0],
        [0.0],
        [0.0],
    ]


def test_on_aws_takes_say_what_the_platform_costs_besides(
    api: Api, world: World, stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RETAKE_PLATFORM", "aws")
    settings.cache_clear()
    store_ready_job(world.jobs, world.objects)
    body = {"clips": [{"clip_index": 0}], "instruction": "make it nighttime"}
    path = f"/jobs/{JOB}/clips/batch-regenerate"
    assert api.post(f"{path}/estimate", body).json["platform_cost"] == 0.0006
    api.post(path, body)
    stack.run()
    (month,) = api.get("/usage").json["spending"]
    assert (month["takes"], month["platform_cost"]) == (1, 0.0006)


def test_each_models_cost_stands_beside_what_its_provider_says(api: Api, world: World, stack: Stack) -> None:
    store_ready_job(world.jobs, world.objects, seconds=(10, 10, 10))
    world.provider.cost = Decimal("0.1000")
    clips = [{"clip_index": 0}, {"clip_index": 1, "model": "choosy"}]
    api.post(f"/jobs/{JOB}/clips/batch-regenerate", {"clips": clips, "instruction": "brighter"})
    stack.settle()
    world.provider.refusals = [ProviderRejectedError("No.")]
    api.post(f"/jobs/{JOB}/clips/batch-regenerate", {"clips": [{"clip_index": 2}], "instruction": "brighter"})
    stack.settle()

    dear, cheap = api.get("/usage").json["models"]

    assert dear == {
        "model": "choosy",
        "generations": 1,
        "succeeded": 1,
        "estimated": 0.8,
        "cost": 0.8,
        "reported": 1,
        "reported_cost": 0.8,
        "provider_cost": 0.1,
    }
    assert (cheap["model"], cheap["generations"], cheap["succeeded"]) == ("any", 2, 1)
    assert (cheap["estimated"], cheap["cost"]) == (0.24, 0.12)
