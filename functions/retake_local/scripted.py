"""A provider that follows a script: slow, failing, refusing, or without an answer."""

import json
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import NoReturn

from retake.adapters.media.ffmpeg import Ffmpeg
from retake.adapters.providers.records import (
    UNFINISHED,
    JobRecord,
    JobRecords,
    digest,
    job_id_for,
    unknown_job,
)
from retake.domain.errors import (
    AmbiguousSubmissionError,
    ObjectMissingError,
    ProviderRejectedError,
    ProviderThrottledError,
    ProviderUnavailableError,
)
from retake.ports.objects import ObjectStore
from retake.ports.providers import GenerationRequest, ProviderJob, ProviderJobStatus, SubmissionRecovery
from retake.ports.system import Clock
from retake.prefixes import Prefix
from retake_local.rendering import LocalRenderer
from retake_local.script import Outcome, Scene, Script, parse_script
from retake_local.submissions import Submission, SubmissionLog

SCRIPT_KEY = f"{Prefix.PROVIDER}scripted/script.json"
_DRAFTS = f"{Prefix.PROVIDER}scripted/drafts/"
_RETRY_AFTER_S = 1
_OVERLOADED = "The script says: too much to do."
_RENDER_TIMEOUT_S = 60.0


class ScriptedVideoProvider:
    """A ``VideoProvider`` for tests, in a process or deployed.

    Script, records and results lie in the object store below ``provider/scripted/``, so that a test
    directs and questions it from outside. The result is a copy of the clip that should change, or a
    small new one.

    With ``submission_recovery`` ``token`` a key is one job. Otherwise each accepted call makes
    another one, as a provider does that knows no keys: a caller that submits twice pays twice, and
    ``list_jobs`` shows it.

    Args:
        objects: Where everything lies.
        clock: The provider's own time.
        ffmpeg: Renders what has no source; by default the layer's.
    """

    def __init__(self, *, objects: ObjectStore, clock: Clock, ffmpeg: Ffmpeg | None = None) -> None:
        self._objects = objects
        self._clock = clock
        self._renderer = LocalRenderer(ffmpeg=ffmpeg, font=None, timeout_s=_RENDER_TIMEOUT_S)
        self._records = JobRecords(objects, name=self.name)
        self._submissions = SubmissionLog(objects, name=self.name)

    @property
    def name(self) -> str:
        return "scripted"

    @property
    def submission_recovery(self) -> SubmissionRecovery:
        return self._script().submission_recovery

    def submit(self, request: GenerationRequest) -> ProviderJob:
        """Do with the request what the script says for its words."""
        script = self._script()
        scene = script.scene_for(request.instruction)
        key = request.idempotency_key
        earlier = self._submissions.list(key)
        outcome = scene.outcome(len(earlier))
        record = None
        if outcome in {Outcome.ACCEPTED, Outcome.ANSWER_LOST}:
            made = len({call.provider_job_id for call in earlier if call.provider_job_id})
            turn = 0 if script.submission_recovery is SubmissionRecovery.TOKEN else made
            record = self._accept(request, turn=turn)
        job_id = record.provider_job_id if record else None
        self._submissions.add(Submission(key, self._clock.now(), outcome, job_id))
        if record is None or outcome is not Outcome.ACCEPTED:
            _refuse(outcome, scene)
        if digest(record.request) != digest(request):
            raise ProviderRejectedError("This idempotency key was used for another request.")
        return record.to_job()

    def find(self, idempotency_key: str) -> ProviderJob | None:
        """Return the first job of a key, unless the script says that it cannot be looked up."""
        if self.submission_recovery is SubmissionRecovery.NONE:
            return None
        record = self._records.find(job_id_for(idempotency_key))
        return record.to_job() if record else None

    def poll(self, provider_job_id: str) -> ProviderJob:
        """Return the state of the job, one step further in its scene."""
        record = self._records.find(provider_job_id)
        if record is None:
            return unknown_job(provider_job_id)
        scene = self._script().scene_for(record.request.instruction)
        record = replace(record, polls=record.polls + 1)
        if record.status in UNFINISHED:
            record = self._step(record, scene)
        self._records.update(record)
        if record.polls <= scene.poll_throttle:
            raise ProviderThrottledError("The script says: not now.", retry_after_s=_RETRY_AFTER_S)
        if record.polls <= scene.poll_throttle + scene.poll_unavailable:
            raise ProviderUnavailableError("The script says: no connection.")
        return record.to_job()

    def fetch(self, provider_job_id: str, path: Path) -> None:
        record = self._records.find(provider_job_id)
        if record is None:
            raise ProviderUnavailableError(f"Job {provider_job_id} has no result.")
        record = replace(record, fetches=record.fetches + 1)
        self._records.update(record)
        if record.fetches <= self._script().scene_for(record.request.instruction).fetch_unavailable:
            raise ProviderUnavailableError("The script says: no result now.")
        try:
            self._objects.download(self._records.result_key(provider_job_id), path)
        except ObjectMissingError as exc:
            raise ProviderUnavailableError(f"Job {provider_job_id} has no result.") from exc

    def cancel(self, provider_job_id: str) -> None:
        record = self._records.find(provider_job_id)
        if record is not None and record.status in UNFINISHED:
            self._records.update(record.finish(ProviderJobStatus.CANCELLED, at=self._clock.now()))

    def check(self) -> None:
        """Do nothing: there is neither an address nor a key."""

    def list_jobs(self) -> Sequence[JobRecord]:
        """Return every job that was accepted, in that order: what would be paid for."""
        return self._records.list_jobs()

    def list_submissions(self) -> Sequence[Submission]:
        """Return every call of ``submit``, in order, whatever became of it."""
        return self._submissions.list()

    def _script(self) -> Script:
        if self._objects.find(SCRIPT_KEY) is None:
            return Script(scenes={})
        return parse_script(json.loads(self._objects.read(SCRIPT_KEY)))

    def _accept(self, request: GenerationRequest, *, turn: int) -> JobRecord:
        now = self._clock.now()
        record = JobRecord(
            provider_job_id=job_id_for(request.idempotency_key, turn=turn),
            request=request,
            status=ProviderJobStatus.RUNNING,
            submitted_at=now,
            started_at=now,
        )
        # Made now, shown later: the function that polls reads no clips and has no ffmpeg.
        self._make_result(record)
        if self._records.add(record):
            return record
        return self._records.find(record.provider_job_id) or record

    def _step(self, record: JobRecord, scene: Scene) -> JobRecord:
        now = self._clock.now()
        silent = scene.poll_throttle + scene.poll_unavailable
        if record.polls - silent <= scene.polls or now < record.submitted_at + timedelta(
            seconds=scene.seconds
        ):
            return record
        if self._failures_before(record) < scene.fail_times:
            return record.finish(ProviderJobStatus.FAILED, at=now, error=_OVERLOADED, is_transient=True)
        if scene.fail:
            return record.finish(ProviderJobStatus.FAILED, at=now, error=scene.fail)
        result_key = self._records.result_key(record.provider_job_id)
        try:
            self._objects.copy(self._draft_key(record.provider_job_id), result_key)
        except ObjectMissingError:
            reason = "The clip that should be changed is no longer stored."
            return record.finish(ProviderJobStatus.FAILED, at=now, error=reason)
        return record.finish(ProviderJobStatus.SUCCEEDED, at=now)

    def _failures_before(self, record: JobRecord) -> int:
        """Return how many jobs failed that asked for the same: another attempt has another key and seed."""
        wanted = replace(record.request, idempotency_key="", seed=0)
        same = [job for job in self.list_jobs() if replace(job.request, idempotency_key="", seed=0) == wanted]
        return sum(job.status is ProviderJobStatus.FAILED for job in same)

    def _draft_key(self, provider_job_id: str) -> str:
        return f"{_DRAFTS}{provider_job_id}.mp4"

    def _make_result(self, record: JobRecord) -> None:
        key = self._draft_key(record.provider_job_id)
        if record.request.source_key is not None:
            with suppress(ObjectMissingError):  # reported when it is polled
                self._objects.copy(record.request.source_key, key)
            return
        with tempfile.TemporaryDirectory(prefix="retake-scripted-") as name:
            path = Path(name) / "result.mp4"
            self._renderer.create(record.request, path)
            self._objects.upload(path, key, content_type="video/mp4")


def _refuse(outcome: Outcome, scene: Scene) -> NoReturn:
    match outcome:
        case Outcome.THROTTLED:
            raise ProviderThrottledError("The script says: not now.", retry_after_s=_RETRY_AFTER_S)
        case Outcome.UNAVAILABLE:
            raise ProviderUnavailableError("The script says: no connection.")
        case Outcome.REJECTED:
            raise ProviderRejectedError(scene.reject or "The script says: no.")
        case _:
            raise AmbiguousSubmissionError("The script says: no answer.")
