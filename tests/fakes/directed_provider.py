"""A provider whose every answer the test decides, and who remembers what it accepted."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

from retake.domain.errors import RetakeError
from retake.ports.providers import GenerationRequest, ProviderJob, ProviderJobStatus, SubmissionRecovery
from retake.ports.system import Clock
from tests.fakes.fake_media import fake_video


@dataclass
class DirectedProvider:
    """A ``VideoProvider`` for tests.

    Attributes:
        submission_recovery: With ``token`` a key is one job; otherwise each call makes another.
        refusals: Raised by the next calls of ``submit``, in order, instead of accepting.
        lost_answers: Raised by the next calls of ``submit`` after accepting.
        polls: How many polls say that a job is running.
        failures: How many of the next jobs fail for a reason that passes.
        outcome: How jobs end, and why, by their instruction.
        cost: What it says that a job cost, once it has succeeded.
        unreachable: Raised by the next calls of ``poll``, ``fetch`` or ``find``.
        requests: Every call of ``submit``.
        accepted: Jobs by idempotency key: more than one is money lost.
        cancelled: The jobs that were asked to stop.
    """

    clock: Clock
    submission_recovery: SubmissionRecovery = SubmissionRecovery.TOKEN
    refusals: list[RetakeError] = field(default_factory=list)
    lost_answers: list[RetakeError] = field(default_factory=list)
    polls: int = 0
    failures: int = 0
    outcome: Callable[[str], ProviderJobStatus] = lambda _: ProviderJobStatus.SUCCEEDED
    cost: Decimal | None = None
    unreachable: list[RetakeError] = field(default_factory=list)
    requests: list[GenerationRequest] = field(default_factory=list)
    accepted: dict[str, list[str]] = field(default_factory=dict)
    cancelled: list[str] = field(default_factory=list)
    jobs: dict[str, ProviderJob] = field(default_factory=dict)
    looks: dict[str, int] = field(default_factory=dict)
    instructions: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return "directed"

    def submit(self, request: GenerationRequest) -> ProviderJob:
        self.requests.append(request)
        if self.refusals:
            raise self.refusals.pop(0)
        job = self._accept(request)
        if self.lost_answers:
            raise self.lost_answers.pop(0)
        return job

    def find(self, idempotency_key: str) -> ProviderJob | None:
        self._reach()
        accepted = self.accepted.get(idempotency_key)
        return self.jobs[accepted[0]] if accepted else None

    def poll(self, provider_job_id: str) -> ProviderJob:
        self._reach()
        job = self.jobs[provider_job_id]
        self.looks[provider_job_id] = self.looks.get(provider_job_id, 0) + 1
        if job.status is ProviderJobStatus.RUNNING and self.looks[provider_job_id] > self.polls:
            status = self.outcome(self.instructions[provider_job_id])
            if self.failures:
                self.failures -= 1
                failed = replace(job, status=ProviderJobStatus.FAILED, error="Overloaded.", is_transient=True)
                self.jobs[provider_job_id] = failed
                return failed
            job = replace(job, status=status, progress=100, finished_at=self.clock.now())
            if status is ProviderJobStatus.SUCCEEDED:
                job = replace(job, cost=self.cost)
            if status is ProviderJobStatus.FAILED:
                job = replace(job, error="The directed provider could not do it.")
            self.jobs[provider_job_id] = job
        return job

    def fetch(self, provider_job_id: str, path: Path) -> None:
        self._reach()
        path.write_bytes(fake_video(note=f"{self.instructions[provider_job_id]} {provider_job_id}"))

    def cancel(self, provider_job_id: str) -> None:
        self.cancelled.append(provider_job_id)
        job = self.jobs[provider_job_id]
        if job.status is ProviderJobStatus.RUNNING:
            self.jobs[provider_job_id] = replace(job, status=ProviderJobStatus.CANCELLED)

    def check(self) -> None:
        self._reach()

    def _accept(self, request: GenerationRequest) -> ProviderJob:
        mine = self.accepted.setdefault(request.idempotency_key, [])
        if mine and self.submission_recovery is SubmissionRecovery.TOKEN:
            return self.jobs[mine[0]]
        job_id = f"job-{len(self.jobs) + 1}"
        mine.append(job_id)
        self.instructions[job_id] = request.instruction
        self.jobs[job_id] = ProviderJob(
            job_id, ProviderJobStatus.RUNNING, progress=10, submitted_at=self.clock.now()
        )
        return self.jobs[job_id]

    def _reach(self) -> None:
        if self.unreachable:
            raise self.unreachable.pop(0)
