"""What is allowed, in numbers. Settings may change them; these are the defaults."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from retake.domain.retention_policy import ArchiveWhen


@dataclass(frozen=True)
class Limits:
    """The caps of one installation.

    Attributes:
        max_clips: Clips a job.
        max_job_duration_ms: Length of a job's video, in milliseconds.
        max_job_bytes: All of a job's uploads together.
        max_clip_bytes: One upload.
        max_picture_bytes: One picture that a video is generated from.
        max_upload_bytes_a_day: What the upload forms of one user may bring within 24 hours, all together; a
            form is for as much as its request says (``size_bytes``), else for the largest file.
        max_clip_duration_ms: One clip.
        max_instruction_chars: One instruction.
        max_prompt_chars: The words of one video.
        max_takes: Takes of one clip that one regeneration makes to choose from; never more than stay active.
        max_variations: Videos of one prompt that are asked for together (the guide: 3).
        max_batch_videos: Different videos that are asked for together (the guide: 3).
        videos_at_once: How many videos of one request are made at the same time.
        max_waiting_batches: Batches waiting behind the active one, a job.
        max_templates: Templates that one user keeps.
        max_schedules: Schedules of one user that wait for their time.
        max_scheduled_bytes: All files that are kept for them together; they count to no budget.
        max_active_versions: Takes a clip in active storage.
        generation_deadline_s: How long a provider may take for one clip (the guide's five minutes),
            where its model does not say.
        generation_retries: How often a generation that failed at its provider, for a reason that passes and
            at no cost, is asked for again.
        submit_lease_s: How long a claimed submission may be under way: the submit function's time-out.
        batch_lease_s: How long a batch may stay silent before the reconciliation checks it.
        archive_after_days: Days after a version stopped being current that it is archived.
        delete_after_days: Days after that moment that it is deleted.
        archive_when: Whether a take is archived always, or only where that costs less than leaving it.
        orphan_grace_hours: How long an object or a record may be alone before a sweep removes it: longer
            than the writer of the other half can take (a function ends within 15 minutes).
        undelete_minutes: How long a job that was deleted can be brought back; 0 for not at all.
        storage_budget_bytes: What one user may store, active and archived together.
        monthly_spend_limit: What one user may spend a month on generations, in US dollars; None for no limit.
        max_download_videos: Videos that are chosen for one archive.
        max_download_bytes: All files of one archive. Its function has 15 minutes: 20 GB are packed in them
            at 22 MB/s.
        max_shares: Share links of one job, ended ones included until they are removed.
        max_comments: Comments that one share link takes.
        max_downloads: Archives a user has at the same time; each is gone a day later.
    """

    max_clips: int = 100
    max_job_duration_ms: int = 30 * 60 * 1000
    max_job_bytes: int = 4 * 1024**3
    max_clip_bytes: int = 1024**3
    max_picture_bytes: int = 20 * 1024**2
    max_upload_bytes_a_day: int = 100 * 10**9
    max_clip_duration_ms: int = 5 * 60 * 1000
    max_instruction_chars: int = 500
    max_prompt_chars: int = 2000
    max_takes: int = 3
    max_variations: int = 3
    max_batch_videos: int = 3
    videos_at_once: int = 3
    max_waiting_batches: int = 10
    max_templates: int = 200
    max_schedules: int = 50
    max_scheduled_bytes: int = 4 * 1024**3
    max_active_versions: int = 3
    generation_deadline_s: int = 300
    generation_retries: int = 2
    submit_lease_s: int = 150
    batch_lease_s: int = 900
    archive_after_days: int = 7
    delete_after_days: int = 30
    archive_when: ArchiveWhen = ArchiveWhen.ALWAYS
    orphan_grace_hours: int = 24
    undelete_minutes: int = 10
    storage_budget_bytes: int = 100 * 10**9
    monthly_spend_limit: Decimal | None = None
    max_download_videos: int = 100
    max_download_bytes: int = 20 * 10**9
    max_downloads: int = 20
    max_shares: int = 100
    max_comments: int = 200

    @property
    def batch_lease(self) -> timedelta:
        """Return ``batch_lease_s`` as a duration."""
        return timedelta(seconds=self.batch_lease_s)
