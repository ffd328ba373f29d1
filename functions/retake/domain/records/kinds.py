"""What lives inside a job."""

from retake.domain.records.batches import Batch, Regeneration
from retake.domain.records.jobs import Clip
from retake.domain.records.ledger import Deletion
from retake.domain.records.takes import Version

Record = Clip | Version | Batch | Regeneration | Deletion
"""What lives inside a job, next to its events."""
