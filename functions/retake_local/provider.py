"""The provider that needs no account: it edits clips and makes new ones on the machine itself."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

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
    MediaToolError,
    MediaToolTimeoutError,
    ObjectColdError,
    ObjectDamagedError,
    ObjectMissingError,
    ProviderRejectedError,
    ProviderUnavailableError,
    StorageUnavailableError,
    UnreadableMediaError,
)
from retake.domain.references import ANYTHING
from retake.ports.objects import ObjectStore
from retake.ports.providers import GenerationRequest, ProviderJob, ProviderJobStatus, SubmissionRecovery
from retake.ports.system import Clock
from retake_local.language import parse_instruction
from retake_local.randomness import vary
from retake_local.references import LocalReference
from retake_local.rendering import LocalRenderer

UNMADE = (UnreadableMediaError, MediaToolError, ProviderRejectedError)
"""What ends a job for good, with a reason."""

RENDERER_DIED = "The rendering was interrupted."

CLIP, REFERENCE = "The clip that should be changed", "The reference"

_GONE: dict[type[Exception], str] = {
    ObjectMissingError: "is no longer stored.",
    ObjectColdError: "is in an archive that takes hours: restore it and retry.",
    ObjectDamagedError: "is damaged in the store.",
}


class LocalVideoProvider:
    """A ``VideoProvider`` that really changes the picture, by plain instructions.

    It behaves like a service of its own: its records and results lie in the object store below
    ``provider/local/``, one record a job, made by a conditional write under an id that derives from
    the idempotency key. So a key is one job, however often it is submitted. The clip is rendered
    inside ``submit``, because a Lambda function has no background. A ``submit`` of an unfinished job
    renders it again at once: who asks again has no answer, so the renderer has most likely died. Where
    it has not, the first that is done ends the job, since both make the same bytes; why the earlier one
    failed is of no interest. A ``poll`` never renders, because its function has neither ffmpeg nor the
    takes: after the lease it answers that the job failed, for a reason that passes.

    Args:
        objects: Where takes, records and results lie.
        clock: The provider's own time.
        ffmpeg: The program that renders; by default the layer's.
        font: Font file for text; by default the packaged Hanken Grotesk.
        timeout_s: Seconds one clip may take; also the lease of a renderer.
        reject: May refuse a request, as moderation does: a reason for people, or None.
    """

    def __init__(
        self,
        *,
        objects: ObjectStore,
        clock: Clock,
        ffmpeg: Ffmpeg | None = None,
        font: Path | None = None,
        timeout_s: float = 240.0,
        reject: Callable[[GenerationRequest], str | None] | None = None,
    ) -> None:
        self._objects = objects
        self._clock = clock
        self._renderer = LocalRenderer(ffmpeg=ffmpeg, font=font, timeout_s=timeout_s)
        self._lease = timedelta(seconds=timeout_s)
        self._reject = reject
        self._records = JobRecords(objects, name=self.name)

    @property
    def name(self) -> str:
        return "local"

    @property
    def submission_recovery(self) -> SubmissionRecovery:
        """Return ``token``: a submission whose answer was lost is sent again, with the same key."""
        return SubmissionRecovery.TOKEN

    def submit(self, request: GenerationRequest) -> ProviderJob:
        """Accept and render the job; one whose key is known is rendered again only if it is unfinished."""
        with _storage_as(ProviderUnavailableError):
            record = self._records.find(job_id_for(request.idempotency_key))
            if record is None:
                self._check(request)
        with _storage_as(AmbiguousSubmissionError):
            return self._advance(record or self._accept(request), request).to_job()

    def find(self, idempotency_key: str) -> ProviderJob | None:
        """Return a job that has ended; one that has not is finished by the next submission alone."""
        with _storage_as(ProviderUnavailableError):
            record = self._records.find(job_id_for(idempotency_key))
        return None if record is None or record.status in UNFINISHED else record.to_job()

    def poll(self, provider_job_id: str) -> ProviderJob:
        """Return the state of a job; one that is unknown has failed, and one whose renderer died."""
        with _storage_as(ProviderUnavailableError):
            record = self._records.find(provider_job_id)
            if record is None:
                return unknown_job(provider_job_id)
            lease_until = (record.started_at or record.submitted_at) + self._lease
            if record.status in UNFINISHED and lease_until <= self._clock.now():
                record = self._end(record, ProviderJobStatus.FAILED, RENDERER_DIED, is_transient=True)
            return record.to_job()

    def fetch(self, provider_job_id: str, path: Path) -> None:
        with _storage_as(ProviderUnavailableError):
            try:
                self._objects.download(self._records.result_key(provider_job_id), path)
            except ObjectMissingError as exc:
                raise ProviderUnavailableError(f"Job {provider_job_id} has no result.") from exc

    def cancel(self, provider_job_id: str) -> None:
        """Mark an unfinished job as cancelled; what is being rendered for it is thrown away."""
        with _storage_as(ProviderUnavailableError):
            record = self._records.find(provider_job_id)
            if record is not None and record.status in UNFINISHED:
                self._records.update(record.finish(ProviderJobStatus.CANCELLED, at=self._clock.now()))

    def check(self) -> None:
        """Do nothing: there is neither an address nor a key."""

    def list_jobs(self) -> Sequence[JobRecord]:
        """Return every job that was ever accepted, in that order: the provider's books."""
        return self._records.list_jobs()

    def _check(self, request: GenerationRequest) -> None:
        """Refuse what cannot be done before there is a job for it."""
        reason = self._reject(request) if self._reject else None
        if reason is not None:
            raise ProviderRejectedError(reason)
        faults = ANYTHING.faults(request.roles, title="The local provider")
        if faults:
            raise ProviderRejectedError(" ".join(faults))
        source = _clip_to_change(request)
        if source is not None:
            self._renderer.check(parse_instruction(request.instruction))
            if self._objects.find(source) is None:
                raise ProviderRejectedError(f"{CLIP} is no longer stored.")
        for reference in request.references:
            if self._objects.find(reference.key) is None:
                raise ProviderRejectedError(f"{REFERENCE} is no longer stored.")

    def _accept(self, request: GenerationRequest) -> JobRecord:
        record = JobRecord(
            provider_job_id=job_id_for(request.idempotency_key),
            request=request,
            status=ProviderJobStatus.QUEUED,
            submitted_at=self._clock.now(),
        )
        if self._records.add(record):
            return record
        return self._records.find(record.provider_job_id) or record  # another worker was faster

    def _advance(self, record: JobRecord, request: GenerationRequest) -> JobRecord:
        """Render an unfinished job, in place of the worker that may have begun it."""
        if digest(record.request) != digest(request):
            raise ProviderRejectedError("This idempotency key was used for another request.")
        if record.status not in UNFINISHED:
            return record
        asked = replace(
            record.request,
            source_key=request.source_key,
            source_audio_key=request.source_audio_key,
            references=request.references,
        )
        now = self._clock.now()
        record = replace(record, request=asked, status=ProviderJobStatus.RUNNING, started_at=now)
        self._records.update(record)
        return self._render(record)

    def _render(self, record: JobRecord) -> JobRecord:
        with tempfile.TemporaryDirectory(prefix="retake-local-") as name:
            result = Path(name) / "result.mp4"
            try:
                self._make(record.request, Path(name), result)
            except MediaToolTimeoutError:
                reason = f"Rendering took longer than {self._lease.total_seconds():.0f} s."
                return self._end(record, ProviderJobStatus.FAILED, reason)
            except UNMADE as exc:
                return self._end(record, ProviderJobStatus.FAILED, str(exc))
            current = self._records.find(record.provider_job_id)
            if current is not None and current.status not in UNFINISHED:
                return current
            key = self._records.result_key(record.provider_job_id)
            self._objects.upload(result, key, content_type="video/mp4")
            return self._end(record, ProviderJobStatus.SUCCEEDED)

    def _make(self, request: GenerationRequest, directory: Path, result: Path) -> None:
        with _naming(REFERENCE):
            references = [
                LocalReference(item.role, self._fetch(item.key, directory / f"reference{number}"))
                for number, item in enumerate(request.references)
            ]
        key = _clip_to_change(request)
        if key is None:
            self._renderer.create(request, result, references=references)
            return
        with _naming(CLIP):
            source = self._fetch(key, directory / "source.mp4")
            heard = request.source_audio_key
            sound = None if heard is None else self._fetch(heard, directory / "sound")
        effects = vary(parse_instruction(request.instruction), request.seed)
        self._renderer.edit(source, effects, request, result, sound=sound, references=references)

    def _fetch(self, key: str, path: Path) -> Path:
        self._objects.download(key, path)
        return path

    def _end(
        self,
        record: JobRecord,
        status: ProviderJobStatus,
        error: str | None = None,
        *,
        is_transient: bool = False,
    ) -> JobRecord:
        """Store a job's end, unless it has ended; a failure only where no other worker renders it by now."""
        current = self._records.find(record.provider_job_id)
        if current is not None:
            is_taken = status is ProviderJobStatus.FAILED and current.started_at != record.started_at
            if current.status not in UNFINISHED or is_taken:
                return current
        record = record.finish(status, at=self._clock.now(), error=error, is_transient=is_transient)
        self._records.update(record)
        return record


def _clip_to_change(request: GenerationRequest) -> str | None:
    """Return the key of the clip that is changed; None where a new one is made."""
    return request.source_key if ANYTHING.changes_clip(request.roles) else None


@contextmanager
def _naming(what: str) -> Iterator[None]:
    """Say of a file that cannot be read which one it is."""
    try:
        yield
    except tuple(_GONE) as exc:
        raise ProviderRejectedError(f"{what} {_GONE[type(exc)]}") from exc


@contextmanager
def _storage_as(
    error: type[ProviderUnavailableError] | type[AmbiguousSubmissionError],
) -> Iterator[None]:
    """Translate a failure of the object store into what it means to the one who asked."""
    try:
        yield
    except StorageUnavailableError as exc:
        raise error("The local provider could not reach its storage.") from exc
