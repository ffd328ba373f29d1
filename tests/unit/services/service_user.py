"""What a person does to the job of a test, in a few words."""

from typing import Any

from retake.domain.records.batches import Batch, Regeneration
from retake.domain.records.jobs import Job
from retake.domain.records.takes import Version
from retake.domain.staleness import stale_clips, update_order
from retake.domain.statuses import EventName
from retake.services.batches.accept_batch import AcceptedBatch, BatchRequest, accept_batch
from retake.services.batches.change_queue import pause_batch, reorder_batches, resume_batch
from retake.services.batches.finish_batch import cancel_batch
from retake.services.batches.retry_batch import retry_batch
from retake.services.batches.validation import ClipInstruction, RegenerateRequest
from retake.services.versions.restore_version import RestoredVersion, restore_version
from tests.builders import JOB, USER
from tests.fakes.world import World


class ServiceUser:
    """Asks for things and looks at them."""

    def __init__(self, world: World) -> None:
        self.world = world

    def regenerate(
        self,
        *indexes: int,
        words: str = "make it nighttime",
        key: str = "batch-1",
        takes: int | None = None,
        model: str | None = None,
    ) -> AcceptedBatch:
        world = self.world
        content = RegenerateRequest([ClipInstruction(index) for index in indexes], words, model, takes)
        return accept_batch(BatchRequest(JOB, USER, key, f"hash of {indexes}", content), world.ctx)

    def ask(self, *lines: ClipInstruction, key: str = "batch-1", **more: Any) -> AcceptedBatch:
        """Regenerate by lines that say more than a clip: what it is made from, or that it is made again."""
        content = RegenerateRequest([*lines], **more)
        return accept_batch(BatchRequest(JOB, USER, key, repr(content), content), self.world.ctx)

    def stale(self) -> dict[int, str]:
        """Return why clips are stale, by their places."""
        job = self.job()
        takes = self.world.jobs.list_takes(JOB, job.clip_ids)
        return {job.clip_ids.index(item): why for item, why in stale_clips(job, takes).items()}

    def update_order(self) -> tuple[int, ...]:
        job = self.job()
        return update_order(job, self.world.jobs.list_takes(JOB, job.clip_ids))

    def retry(self, batch_id: str, *, key: str = "batch-2", model: str | None = None) -> AcceptedBatch:
        request = BatchRequest(JOB, USER, key, "hash", RegenerateRequest(()))
        return retry_batch(request, self.batch(batch_id), self.world.ctx, model=model)

    def cancel(self, batch_id: str = "batch-1") -> Batch:
        world = self.world
        return cancel_batch(JOB, batch_id, world.ctx)

    def pause(self, batch_id: str) -> Batch:
        world = self.world
        return pause_batch(JOB, batch_id, world.ctx)

    def resume(self, batch_id: str) -> Batch:
        world = self.world
        return resume_batch(JOB, batch_id, world.ctx)

    def reorder(self, *order: str, if_tag: int | None = None) -> Job:
        world = self.world
        return reorder_batches(JOB, order, world.ctx, if_tag=if_tag)

    def job(self) -> Job:
        return self.world.jobs.get_job(JOB)

    def restore(self, clip_index: int, number: int) -> RestoredVersion:
        version = next(item for item in self.versions(clip_index) if item.version_number == number)
        return restore_version(JOB, clip_index, version.version_id, self.world.ctx)

    def batch(self, batch_id: str = "batch-1") -> Batch:
        return self.world.jobs.get_batch(JOB, batch_id)

    def regeneration(self, batch_id: str = "batch-1", position: int = 0) -> Regeneration:
        return self.world.jobs.get_regeneration(JOB, self.batch(batch_id).regeneration_ids[position])

    def versions(self, clip_index: int) -> list[Version]:
        clip_id = self.world.jobs.get_job(JOB).clip_ids[clip_index]
        return list(self.world.jobs.get_clip(JOB, clip_id).versions)

    def current(self, clip_index: int) -> int | None:
        clip_id = self.world.jobs.get_job(JOB).clip_ids[clip_index]
        return self.world.jobs.get_clip(JOB, clip_id).clip.current_version

    def events(self) -> list[str]:
        return [event.name for event in self.world.jobs.list_events(JOB, after=0, limit=1000)]

    def saw_late(self) -> int:
        return self.saw(EventName.VERSION_LANDED_LATE)

    def saw(self, name: EventName) -> int:
        return self.events().count(name)
