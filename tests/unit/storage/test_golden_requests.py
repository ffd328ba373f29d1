"""Each operation of a repository makes the table requests it always made, and leaves the same items."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import partial
from hashlib import sha256
from typing import Any

from retake.domain.budgets import budget_reached
from retake.domain.changes import Change
from retake.domain.due import DueKind
from retake.domain.errors import RetakeError
from retake.domain.events.batches import BatchStarted
from retake.domain.history import HistoryFilter
from retake.domain.holds import Hold
from retake.domain.records.answers import StoredAnswer
from retake.domain.records.shares import Comment, Share, ShareToken
from retake.domain.schedules import Schedule, ScheduledKind, ScheduleStatus
from retake.domain.spending import Reservation
from retake.domain.statuses import JobStatus, RegenerationStatus
from retake.domain.storage_trend import StoredDay
from retake.domain.sweeps import SweepCursor
from retake.domain.templates import Template, TemplateWords
from retake.domain.usage import StoredBytes
from retake.domain.videos import Creation, CreationMode, Project, VideoFilter, VideoStatus
from tests.builders import (
    JOB,
    USER,
    a_batch,
    a_clip,
    a_deletion,
    a_download,
    a_job,
    a_regeneration,
    a_version,
    a_video,
    an_upload,
)
from tests.fakes.aws_world import AwsWorld
from tests.fakes.clocks import START
from tests.moto_aws import TABLE
from tests.unit.storage.golden import assert_golden

LATER = START + timedelta(days=40)
MARCH = "2026-03"
HELD = Hold(MARCH, Decimal("0.1200"))
DONE = replace(
    a_regeneration(), hold=HELD, status=RegenerationStatus.SUCCEEDED, version_number=2, finished_at=START
)
CREATION = Creation("creation-1", USER, CreationMode.SINGLE, (JOB,), "hash", START)
PROJECT = Project("project-1", USER, "Winter", START)
TEMPLATE = Template("template-1", USER, TemplateWords("Fox", "a red fox"), START, START)
SCHEDULE = Schedule(
    "schedule-1",
    USER,
    START + timedelta(hours=1),
    ScheduledKind.VIDEO,
    "{}",
    START,
    "hash",
    reference_bytes=7,
)
ANSWER = StoredAnswer("key-1", "hash", 202, "{}", {"Location": "/jobs/1"}, LATER)
CURSOR = SweepCursor("orphans", START, {"objects": "clips/job-1"})
REACHED = budget_reached(90, percent=80, budget_bytes=100)
LONG = 5000
SEVERAL_CLIPS = [f"clip-{number}" for number in range(7)]


SHARE = Share(JOB, "share-1", START, LATER, token_hashes=("hash-1",), comment_count=1, expires_at=LATER)
COMMENT = Comment(
    *(JOB, "share-1", "comment-1", "Vera", "warmer"),
    time_ms=2500,
    frame=75,
    clip_id="clip-0",
    clip_frame=75,
    created_at=START,
    expires_at=LATER,
)


class Recorder:
    """Notes the requests that a world's table gets, by the operation that makes them."""

    def __init__(self) -> None:
        self.world = AwsWorld()
        self.made: dict[str, Any] = {}
        self._now: list[str] = []
        call = self.world.client._make_api_call

        def note(operation: str, arguments: Any) -> Any:
            self._now.append(operation)
            return call(operation, arguments)

        self.world.client._make_api_call = note

    def run(self, name: str, act: Callable[[], Any]) -> Any:
        """Carry out an operation; its requests, and what it raises, are entered under its name."""
        self._now.clear()
        answer = None
        try:
            answer = act()
        except RetakeError as error:
            self._now.append(type(error).__name__)
        assert name not in self.made
        self.made[name] = [*self._now]
        return answer


def test_requests_and_the_items_they_leave() -> None:
    recorder = Recorder()
    for part in (
        _jobs,
        _reads_of_jobs,
        _shares,
        _videos,
        _storage,
        _people,
        _schedules,
        _requests,
        _sweeps,
        _ends,
    ):
        part(recorder)
    assert_golden("requests.json", recorder.made)
    found = recorder.world.client.scan(TableName=TABLE)["Items"]
    items = {f"{item['PK']['S']} {item['SK']['S']}": _short(item) for item in found}
    assert_golden("table.json", dict(sorted(items.items())))


def _short(item: Any) -> Any:
    """Return an item, or the hash of one that is too long for a file that people read."""
    text = json.dumps(item, sort_keys=True)
    return item if len(text) < LONG else sha256(text.encode()).hexdigest()


def _jobs(recorder: Recorder) -> None:
    jobs, run = recorder.world.jobs, recorder.run
    drafts = [a_clip(clip_id, next_version_number=3) for clip_id in SEVERAL_CLIPS]
    run("put 7 drafts", lambda: jobs.put_drafts(drafts))
    many_drafts = [a_regeneration(number, job_id="job-2") for number in range(60)]
    run("put 60 drafts", lambda: jobs.put_drafts(many_drafts))
    run("put none", lambda: jobs.put_drafts([]))
    versions = [a_version(1, clip_id=clip_id) for clip_id in SEVERAL_CLIPS]
    new = a_job(clip_ids=tuple(SEVERAL_CLIPS))
    job = run("commit a new job", lambda: jobs.commit(Change(new, tuple(versions)), now=START))
    run("commit it again", lambda: jobs.commit(Change(new), now=START))
    reserved = Change(
        replace(job, active_batch_id="batch-1"),
        (a_batch(lease_until=START), replace(a_regeneration(), hold=HELD)),
        events=(BatchStarted(batch_id="batch-1", clip_indexes=(0,), waiting_behind=0),),
        reserves=Reservation(MARCH, Decimal("0.5"), Decimal(10)),
    )
    job = run("commit a batch", lambda: jobs.commit(reserved, now=START))
    poor = Change(job, reserves=Reservation(MARCH, Decimal(1), Decimal("0.0001")))
    run("commit over the limit", lambda: jobs.commit(poor, now=START))
    looked = a_regeneration(1, status=RegenerationStatus.GENERATING)
    jobs.put_drafts([looked])
    for name in ("note a look", "note it again"):
        run(name, lambda: jobs.note_look(JOB, "regeneration-1", poll_seq=1, progress=5))
    taken = a_version(2, regeneration_id="regeneration-0", superseded_at=START)
    landed = Change(replace(job, active_batch_id=None), (DONE, taken), (versions[6],))
    run("commit a take and a removal", lambda: jobs.commit(landed, now=START))
    run("put a deletion", lambda: jobs.put_drafts([a_deletion(), a_deletion("deletion-2")]))
    run("remove a deletion", lambda: jobs.remove_deletion(a_deletion("deletion-2")))
    many = Change(jobs.get_job(JOB), tuple(a_regeneration(number) for number in range(100)))
    run("commit too much", lambda: jobs.commit(many, now=START))


def _reads_of_jobs(recorder: Recorder) -> None:
    jobs, run = recorder.world.jobs, recorder.run
    run("get a job", lambda: jobs.get_job(JOB))
    run("get no job", lambda: jobs.get_job("none"))
    run("get a batch", lambda: jobs.get_batch(JOB, "batch-1"))
    run("get a regeneration", lambda: jobs.get_regeneration(JOB, "regeneration-1"))
    run("get a deletion", lambda: jobs.get_deletion(JOB, "deletion-1"))
    run("get a clip", lambda: jobs.get_clip(JOB, "clip-0"))
    run("get a take", lambda: jobs.get_take(JOB, "clip-0", 2))
    run("get no take", lambda: jobs.get_take(JOB, "clip-0", None))
    run("list clips", lambda: jobs.list_clips(JOB))
    run("list takes", lambda: jobs.list_takes(JOB, SEVERAL_CLIPS[:3]))
    run("list active of few clips", lambda: jobs.list_active(JOB, SEVERAL_CLIPS[:3]))
    run("list active of many clips", lambda: jobs.list_active(JOB, SEVERAL_CLIPS))
    known = [a_clip(clip_id, active_versions=(1,)) for clip_id in SEVERAL_CLIPS[:2]]
    jobs.put_drafts(known)
    run("list active that clips name", lambda: jobs.list_active(JOB, SEVERAL_CLIPS[:2]))
    run("list regenerations", lambda: jobs.list_regenerations(JOB, ["regeneration-2", "none"]))
    many = [f"regeneration-{number}" for number in range(120)]
    run("list 120 regenerations", lambda: jobs.list_regenerations(JOB, many))
    run("find batches", lambda: jobs.find_batches(JOB, ["batch-1"]))
    run("find no batches", lambda: jobs.find_batches(JOB, []))
    run("list batches", lambda: jobs.list_batches(JOB, limit=5, cursor=None))
    run("list events", lambda: jobs.list_events(JOB, after=0, limit=5))
    run("list what is due", lambda: jobs.list_due(DueKind.DELETION, before=LATER, limit=5))
    run("list what is due in shards", lambda: jobs.list_due(DueKind.SUPERSEDED, before=LATER, limit=5))
    batch = DueKind.BATCH
    run("list what is due behind the end", lambda: jobs.list_due(batch, before=START, limit=5, after="9"))
    run("list what is due after one", lambda: jobs.list_due(batch, before=LATER, limit=5, after="2026-01"))


def _shares(recorder: Recorder) -> None:
    jobs, shares, run = recorder.world.jobs, recorder.world.shares, recorder.run
    new = Change(jobs.get_job(JOB), (SHARE, ShareToken("hash-1", JOB, "share-1", LATER), COMMENT))
    run("commit a share, its token and a comment", lambda: jobs.commit(new, now=START))
    run("find a token", lambda: shares.find_token("hash-1"))
    run("find a share", lambda: shares.find_share(JOB, "share-1"))
    run("list shares", lambda: shares.list_shares(JOB))
    run("find a comment", lambda: shares.find_comment(JOB, "share-1", "comment-1"))
    run("list comments of a share", lambda: shares.list_comments(JOB, "share-1"))
    run("list comments of a job", lambda: shares.list_job_comments(JOB, limit=5, cursor=None))


def _videos(recorder: Recorder) -> None:
    world, run = recorder.world, recorder.run
    for number in range(3):
        video = a_video(f"video-{number}", at=START + timedelta(minutes=number), project_id="project-1")
        run(f"commit video {number}", partial(world.jobs.commit, Change(video), now=START))
    jobs = world.jobs
    run("list jobs", lambda: jobs.list_jobs(USER, limit=5, cursor=None))
    page = run("list videos", lambda: jobs.list_videos(USER, VideoFilter(), limit=2, cursor=None))
    run("list more videos", lambda: jobs.list_videos(USER, VideoFilter(), limit=2, cursor=page.cursor))
    wanted = VideoFilter("project-1", VideoStatus.PROCESSING, START, LATER)
    run("list filtered videos", lambda: jobs.list_videos(USER, wanted, limit=2, cursor=None))
    sought = VideoFilter(words=("fox",))
    run("search videos", lambda: jobs.list_videos(USER, sought, limit=2, cursor=None))
    turned = VideoFilter(since=LATER, until=START)
    run("list videos of no time", lambda: jobs.list_videos(USER, turned, limit=2, cursor=None))
    page = run("list open work", lambda: jobs.list_open(USER, limit=2, cursor=None))
    run("list more open work", lambda: jobs.list_open(USER, limit=2, cursor=page.cursor))
    run("list no open work", lambda: jobs.list_open("another", limit=2, cursor=None))
    history = world.history
    run("list history", lambda: history.list_generations(USER, HistoryFilter(), limit=5, cursor=None))
    only = HistoryFilter(month=MARCH, status=RegenerationStatus.SUCCEEDED)
    run("list filtered history", lambda: history.list_generations(USER, only, limit=5, cursor=None))
    for name in ("create a creation", "create it again"):
        run(name, lambda: world.creations.create_creation(CREATION))
    run("find a creation", lambda: world.creations.find_creation("creation-1"))


def _storage(recorder: Recorder) -> None:
    usage, run = recorder.world.usage, recorder.run
    run("get what is stored", lambda: usage.get_stored(USER))
    read = run("get storage", lambda: usage.get_storage(USER))
    full = replace(read, stored=StoredBytes(active=9), unsent_percents=(80,))
    run("put storage", lambda: usage.put_storage(full))
    run("put storage that changed", lambda: usage.put_storage(full))
    again = usage.get_storage(USER)
    run("put storage that counts the same", lambda: usage.put_storage(replace(again, alerted_percent=80)))
    run("get a month", lambda: usage.get_month(USER, MARCH))
    run("list months", lambda: usage.list_months(USER, since="2026-01"))
    run("get the total", usage.get_total)
    run("put a day", lambda: usage.put_day(StoredDay(START.date(), StoredBytes(active=3))))
    run("list days", lambda: usage.list_days(since=START.date()))
    changed = run("list changed", lambda: usage.list_changed(before=LATER, limit=9))
    run("settle", lambda: usage.settle(changed[0]))
    run("settle what is settled", lambda: usage.settle(changed[0]))
    run("list users", lambda: usage.list_users(limit=5, cursor=None))
    run("list the largest jobs", lambda: usage.list_largest_jobs(limit=5, cursor=None))
    events = recorder.world.user_events
    run("get a feed", lambda: events.get_feed(USER))
    run("list user events", lambda: events.list_user_events(USER, after=0, limit=5))
    run("write a user event", lambda: events.append(USER, REACHED, now=START))


def _people(recorder: Recorder) -> None:
    run, projects, templates = recorder.run, recorder.world.projects, recorder.world.templates
    for name in ("create a project", "create the project again"):
        run(name, lambda: projects.create_project(PROJECT))
    taken = replace(PROJECT, project_id="project-2")
    run("create a project of a name that is taken", lambda: projects.create_project(taken))
    run("find a project", lambda: projects.find_project(USER, "project-1"))
    renamed = run("rename a project", lambda: projects.rename_project(PROJECT, "Summer"))
    run("rename what changed", lambda: projects.rename_project(PROJECT, "Autumn"))
    run("list projects", lambda: projects.list_projects(USER, limit=5, cursor=None))
    other = projects.create_project(replace(PROJECT, project_id="project-3"))
    run("delete a project", lambda: projects.delete_project(other))
    run("delete a project that changed", lambda: projects.delete_project(replace(renamed, name="Winter")))

    for name in ("create a template", "create the template again"):
        run(name, lambda: templates.create_template(TEMPLATE, most=5))
    taken_words = replace(TEMPLATE, template_id="template-2")
    run("create a template of a taken name", lambda: templates.create_template(taken_words, most=5))
    run("create one too many", lambda: templates.create_template(taken_words, most=1))
    run("find a template", lambda: templates.find_template(USER, "template-1"))
    longer = replace(TEMPLATE, words=replace(TEMPLATE.words, prompt="a red fox in snow"))
    changed = run("change a template", lambda: templates.change_template(longer, read=TEMPLATE))
    renamed_words = replace(changed, words=replace(changed.words, name="Hare"))
    run("rename a template", lambda: templates.change_template(renamed_words, read=changed))
    run("change what changed", lambda: templates.change_template(longer, read=TEMPLATE))
    run("list templates", lambda: templates.list_templates(USER, limit=5, cursor=None))
    spare = templates.create_template(replace(TEMPLATE, template_id="template-9"), most=5)
    run("delete a template", lambda: templates.delete_template(spare))
    run("delete what is gone", lambda: templates.delete_template(spare))


def _schedules(recorder: Recorder) -> None:
    run, schedules = recorder.run, recorder.world.schedules
    most = {"most": 5, "most_bytes": 100}
    for name in ("create a schedule", "create the schedule again"):
        run(name, lambda: schedules.create_schedule(SCHEDULE, **most))
    second = replace(SCHEDULE, schedule_id="schedule-2", at=START + timedelta(hours=2))
    run("create a second schedule", lambda: schedules.create_schedule(second, **most))
    run("find a schedule", lambda: schedules.find_schedule("schedule-1"))
    starting = replace(SCHEDULE, status=ScheduleStatus.STARTING, lease_until=LATER, attempts=1)
    claimed = run("claim", lambda: schedules.change_schedule(starting, read=SCHEDULE, now=START))
    run("claim again", lambda: schedules.change_schedule(starting, read=SCHEDULE, now=START))
    ended = replace(claimed, status=ScheduleStatus.STARTED, batch_id="batch-9", ended_at=START)
    run("end a schedule", lambda: schedules.change_schedule(ended, read=claimed, now=START))
    run("list schedules", lambda: schedules.list_schedules(USER, limit=5, cursor=None))
    run("list waiting", lambda: schedules.list_waiting(USER, since=START))
    run("list overdue", lambda: schedules.list_overdue(before=LATER, limit=5))


def _requests(recorder: Recorder) -> None:
    run, world = recorder.run, recorder.world
    upload = an_upload(max_bytes=100)
    for name in ("create an upload", "create the upload again"):
        run(name, lambda: world.uploads.create_upload(upload))
    form = an_upload("upload-2", max_bytes=100)
    for name in ("give a form", "give it again"):
        run(name, lambda: world.uploads.create_form_upload(form, most=150))
    third = an_upload("upload-3", max_bytes=100)
    run("give a form too much", lambda: world.uploads.create_form_upload(third, most=150))
    run("find an upload", lambda: world.uploads.find_upload("upload-1"))
    run("put an answer", lambda: world.answers.put_answer(ANSWER))
    run("find an answer", lambda: world.answers.find_answer("key-1"))
    long = replace(ANSWER, key="key-2", body="x" * 160_000)
    run("put a long answer", lambda: world.answers.put_answer(long))
    run("find a long answer", lambda: world.answers.find_answer("key-2"))
    run("find no answer", lambda: world.answers.find_answer("key-3"))
    run("note a time", lambda: world.times.note("any", 1200))
    run("read times", lambda: world.times.recent_ms("any"))
    saved = run("save a download", lambda: world.downloads.save_download(a_download()))
    run("save a download that is there", lambda: world.downloads.save_download(a_download()))
    run("change a download", lambda: world.downloads.save_download(saved))
    run("find a download", lambda: world.downloads.find_download(USER, "download-1"))
    run("count downloads", lambda: world.downloads.count_downloads(USER, now=START))


def _sweeps(recorder: Recorder) -> None:
    run, world = recorder.run, recorder.world
    run("put a cursor", lambda: world.cursors.put(CURSOR))
    run("find a cursor", lambda: world.cursors.find("orphans"))
    run("remove a cursor", lambda: world.cursors.remove("orphans"))
    run("find no cursor", lambda: world.cursors.find("orphans"))
    page = run("list records", lambda: world.inventory.list_records(limit=9, cursor=None))
    run("list more records", lambda: world.inventory.list_records(limit=9, cursor=page.cursor))
    run("list deletions", lambda: world.inventory.list_deletions(JOB))
    world.cursors.put(CURSOR)


def _ends(recorder: Recorder) -> None:
    run, jobs = recorder.run, recorder.world.jobs
    video = jobs.get_job("video-0")
    deleting = Change(replace(video, status=JobStatus.DELETING))
    run("commit a job being deleted", lambda: jobs.commit(deleting, now=START))
    run("purge", lambda: jobs.purge("video-0"))
    run("purge 60 records", lambda: jobs.purge("job-2"))
