"""Every status there is, one enum each. Their values are what the API and the events say."""

from enum import StrEnum


class JobKind(StrEnum):
    """What a job is to people."""

    JOB = "job"  # clips that were uploaded, put in order
    VIDEO = "video"  # one clip that is made from words (ADR-0018)


class JobStatus(StrEnum):
    """Where a job is."""

    PREPARING = "preparing"
    READY = "ready"
    FAILED = "failed"
    DELETING = "deleting"


class BatchStatus(StrEnum):
    """Where a batch of regenerations is."""

    WAITING = "waiting"
    STARTING = "starting"
    RUNNING = "running"
    HELD = "held"  # generations in a row failed alike; a user decides (domain.held_batches)
    CANCELLING = "cancelling"
    SUCCEEDED = "succeeded"
    PARTIAL = "partial"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_terminal(self) -> bool:
        """Whether nothing more will happen to the batch."""
        return self in {self.SUCCEEDED, self.PARTIAL, self.FAILED, self.CANCELLED}


class RegenerationStatus(StrEnum):
    """Where one clip's regeneration is."""

    QUEUED = "queued"
    SUBMITTING = "submitting"
    IN_DOUBT = "in_doubt"  # it may have been paid for, and is being found out (ADR-0029)
    GENERATING = "generating"
    INGESTING = "ingesting"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    SUBMISSION_UNKNOWN = "submission_unknown"

    @property
    def is_terminal(self) -> bool:
        """Whether the batch has no more to do for this clip."""
        return self in {self.SUCCEEDED, self.FAILED, self.CANCELLED, self.SUBMISSION_UNKNOWN}


class ClipStatus(StrEnum):
    """Where one clip of a job is."""

    PREPARING = "preparing"
    READY = "ready"
    FAILED = "failed"


class VersionState(StrEnum):
    """Where a version's objects are."""

    ACTIVE = "active"
    ARCHIVING = "archiving"
    ARCHIVED = "archived"
    RESTORING = "restoring"
    DELETED = "deleted"


class EventName(StrEnum):
    """The names on the events stream."""

    BATCH_STARTED = "batch_started"
    CLIP_REGENERATING = "clip_regenerating"
    CLIP_RETRYING = "clip_retrying"
    CLIP_IN_DOUBT = "clip_in_doubt"
    CLIP_COMPLETE = "clip_complete"
    VERSION_LANDED_LATE = "version_landed_late"
    CLIP_FAILED = "clip_failed"
    CLIP_PREPARED = "clip_prepared"
    JOB_READY = "job_ready"
    JOB_FAILED = "job_failed"
    BATCH_COMPLETE = "batch_complete"
    BATCH_SUCCEEDED = "batch_succeeded"
    BATCH_PARTIAL = "batch_partial"
    BATCH_FAILED = "batch_failed"
    BATCH_CANCELLED = "batch_cancelled"
    BATCH_PAUSED = "batch_paused"
    BATCH_HELD = "batch_held"
    BATCH_RESUMED = "batch_resumed"
    QUEUE_REORDERED = "queue_reordered"
    VIDEO_RECOMPOSED = "video_recomposed"
    VERSION_RESTORED = "version_restored"
    VERSION_ARCHIVED = "version_archived"
    VERSION_RESTORING = "version_restoring"
    VERSION_RETURN_DROPPED = "version_return_dropped"
    VERSION_DELETED = "version_deleted"
    VERSION_DAMAGED = "version_damaged"
    TIMELINE_CHANGED = "timeline_changed"
    TITLE_CHANGED = "title_changed"
    JOB_UNDELETED = "job_undeleted"
    SHARE_CREATED = "share_created"
    SHARE_REVOKED = "share_revoked"
    COMMENT_ADDED = "comment_added"
    COMMENT_DELETED = "comment_deleted"
    CLIP_STALE = "clip_stale"
    CLIP_UP_TO_DATE = "clip_up_to_date"
