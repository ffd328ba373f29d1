"""The metrics that Retake's functions count themselves.

The functions write them with Powertools in embedded metric format, whose only dimension here is
``service``: the name of the function.
"""

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True)
class OwnMetric:
    """A metric in the stage's namespace (``Names.metrics``).

    Attributes:
        name: What is counted.
        function: The function that counts it.
    """

    name: str
    function: str


class OwnMetrics(Enum):
    """All of them."""

    CLIPS_REGENERATED = OwnMetric("ClipsRegenerated", "ingest_clip")
    CLIPS_FAILED = OwnMetric("ClipsFailed", "record_clip_failure")
    SUBMISSION_UNKNOWN = OwnMetric("SubmissionUnknown", "record_clip_failure")
    EXPIRED_LEASES = OwnMetric("ExpiredLeases", "reconcile")
    ACTIVE_BYTES = OwnMetric("ActiveBytes", "check_budgets")
    ARCHIVED_BYTES = OwnMetric("ArchivedBytes", "check_budgets")
    BUDGET_ALERTS = OwnMetric("BudgetAlerts", "check_budgets")
    SPEND_ALERTS = OwnMetric("SpendAlerts", "check_budgets")
    DELETION_BACKLOG = OwnMetric("DeletionBacklog", "purge")
    TAKES_SENT_TO_ARCHIVE = OwnMetric("TakesSentToArchive", "sweep_versions")
    TAKES_DELETED = OwnMetric("TakesDeleted", "sweep_versions")
    VERSION_SWEEP_ERRORS = OwnMetric("SweepErrors", "sweep_versions")
    ORPHAN_SWEEP_ERRORS = OwnMetric("SweepErrors", "sweep_orphans")
    ORPHANED_OBJECTS = OwnMetric("OrphanedObjects", "sweep_orphans")
    SUBMISSIONS_FAILED = OwnMetric("MessagesFailed", "submit_generation")
    POLLS_FAILED = OwnMetric("MessagesFailed", "poll_generation")
    ARCHIVES_FAILED = OwnMetric("MessagesFailed", "archive_version")
    DEAD_LETTERS_FAILED = OwnMetric("MessagesFailed", "handle_dead_letters")
    CURRENT_TAKES_LOST = OwnMetric("CurrentTakesLost", "sweep_orphans")
    USAGE_DRIFT = OwnMetric("UsageDrift", "sweep_orphans")


MESSAGES_FAILED = (
    OwnMetrics.SUBMISSIONS_FAILED,
    OwnMetrics.POLLS_FAILED,
    OwnMetrics.ARCHIVES_FAILED,
    OwnMetrics.DEAD_LETTERS_FAILED,
)
"""Deliveries that a queue's worker could not carry out: for Lambda such a call is no error."""
