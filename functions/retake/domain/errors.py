"""The exceptions of Retake, as one tree.

``RetakeError`` is the root. Each branch says what a caller does with it: show it to the person
(``RequestError`` and its kinds), try again (``TransientError``), or end the clip with a reason
(``ClipError``). The state machines name these classes in their Retry and Catch fields, so a rename
here is a change of ``infra/workflows``.
"""

from collections.abc import Sequence
from dataclasses import dataclass


class RetakeError(Exception):
    """Root of everything Retake raises on purpose."""


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a request: where (``clips[0].instruction``) and what to do about it."""

    field: str
    detail: str


class RequestError(RetakeError):
    """The request cannot be carried out; the client can correct it."""

    def __init__(self, detail: str, *, faults: Sequence[Fault] = ()) -> None:
        super().__init__(detail)
        self.detail = detail
        self.faults = tuple(faults)


class MalformedBodyError(RequestError):
    """The body is no JSON (HTTP 400)."""


class UnsupportedMediaTypeError(RequestError):
    """The body is of another media type than JSON (HTTP 415)."""


class MethodNotAllowedError(RequestError):
    """The address has no such method (HTTP 405)."""


class InvalidRequestError(RequestError):
    """A field has a value that Retake cannot accept (HTTP 422)."""


class NotFoundError(RequestError):
    """There is no such thing, or it belongs to another user (HTTP 404)."""


class GoneError(RequestError):
    """The thing was there and was deleted for good (HTTP 410)."""


class ShareEndedError(RequestError):
    """The share link was revoked, has expired, or its job was deleted (HTTP 410)."""


class ConflictError(RequestError):
    """The thing is not in a state that allows this now (HTTP 409)."""


class PreconditionFailedError(RequestError):
    """``If-Match`` names a revision that is no longer the current one (HTTP 412)."""


class TooManyWaitingError(RequestError):
    """A cap on what may wait was reached (HTTP 429)."""


class TooManyRequestsError(RequestError):
    """The user asks too often (HTTP 429)."""


class ForbiddenError(RequestError):
    """This is for admins (HTTP 403)."""


class StorageBudgetExceededError(RequestError):
    """The user's storage budget is used up: nothing new is taken in (HTTP 403)."""


class TooManyKeptError(RequestError):
    """The user keeps as many of something as are allowed (HTTP 403)."""


class SpendLimitError(RequestError):
    """The user's monthly spend limit does not allow it, or cannot be held against it (HTTP 403)."""


class WorkflowUnavailableError(RequestError):
    """The workflow could not be started; nothing was charged (HTTP 503)."""


class TransientError(RetakeError):
    """Worth trying again, by the state machine or the queue."""


class ConcurrentUpdateError(TransientError):
    """Another request changed the job in between; read it again and decide again."""


class StorageUnavailableError(TransientError):
    """The object store or the table did not answer as it should."""


class ObjectMissingError(RetakeError):
    """There is no object under this key."""

    def __init__(self, key: str) -> None:
        super().__init__(f"There is no object {key!r}.")
        self.key = key


class ObjectChangedError(RetakeError):
    """Another object has taken the place of the one that was looked at."""

    def __init__(self, key: str) -> None:
        super().__init__(f"The object {key!r} was replaced.")
        self.key = key


class ObjectColdError(RetakeError):
    """The object is in a class of the archive that cannot be read at once."""

    def __init__(self, key: str) -> None:
        super().__init__(f"The object {key!r} has to be brought out of the archive first.")
        self.key = key


class MediaToolTimeoutError(TransientError):
    """ffmpeg did not finish before its deadline."""


class ArchiveDamagedError(TransientError):
    """An archived video is not whole; what it was made from is still there to make it again."""


class ProviderUnavailableError(TransientError):
    """The provider could not be reached, or said that it is broken just now."""


class ProviderThrottledError(TransientError):
    """The provider asks to wait.

    Attributes:
        retry_after_s: Seconds to wait, as far as the provider said.
    """

    def __init__(self, detail: str, *, retry_after_s: int | None = None) -> None:
        super().__init__(detail)
        self.retry_after_s = retry_after_s


class AmbiguousSubmissionError(RetakeError):
    """A submission was sent and no answer came: it may or may not have been accepted (and charged)."""


class ClipError(RetakeError):
    """Ends one clip's regeneration with a reason a person understands; never retried."""


class ProviderRejectedError(ClipError):
    """The provider will not do this: moderation, bad parameters, an instruction it cannot follow."""


class GenerationFailedError(ClipError):
    """The provider accepted the work and could not finish it."""


class GenerationUnfinishedError(ClipError):
    """The generation timed out, and the provider may still have its result: a retry asks for that first."""


class SourceTakeGoneError(ClipError):
    """The take that was to be changed was deleted; nothing was asked for."""


class ResultRefusedError(ClipError):
    """The provider's result is there and can never be used: too large, at a private address, no video."""


class UnreadableMediaError(ClipError):
    """A file is not the video, image or sound it should be.

    Attributes:
        fault: What is wrong with it, as a sentence.
    """

    def __init__(self, fault: str, *, advice: str = "") -> None:
        """Describe it.

        Args:
            fault: What is wrong with it, as a sentence.
            advice: What the sender of the file can do about it, as another.
        """
        super().__init__(f"{fault} {advice}".rstrip())
        self.fault = fault


class ObjectDamagedError(ClipError):
    """What is stored under a key is not what was written there."""

    def __init__(self, key: str) -> None:
        super().__init__(f"What is stored as {key!r} is damaged: it is not what was written.")
        self.key = key


class TakeDamagedError(ClipError):
    """A clip's take is damaged or missing in the store: what needs it cannot be made."""


class MediaToolError(ClipError):
    """ffmpeg could not make what was asked of it."""


class WorkDroppedError(ClipError):
    """The job was deleted while its clip was worked on."""


class SubmissionUnknownError(ClipError):
    """The provider may have been charged for a submission whose answer was lost."""


class ClipCancelledError(ClipError):
    """The person cancelled the batch before this clip was done."""


class BatchHeldError(ClipError):
    """The batch is held: the clip is left as it is, until a user resumes the batch or cancels it."""


class GenerationMessagePoisonedError(ClipError):
    """The clip's queue message failed again and again and was put aside."""
