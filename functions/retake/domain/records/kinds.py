"""What lives inside a job, and the tokens that lead into it."""

from retake.domain.records.batches import Batch, Regeneration
from retake.domain.records.jobs import Clip
from retake.domain.records.ledger import Deletion
from retake.domain.records.shares import Comment, Share, ShareToken
from retake.domain.records.takes import Version

Record = Clip | Version | Batch | Regeneration | Deletion | Share | ShareToken | Comment
"""What a commit of a job writes, next to its events."""
