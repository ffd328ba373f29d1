"""The submission that a retry takes over: what this provider knows of it, before anything is paid for."""

from retake.domain.doubts import without_adoption
from retake.domain.records.batches import Regeneration
from retake.ports.providers import ProviderJob, SubmissionRecovery, VideoProvider


def with_usable_adoption(regeneration: Regeneration, provider: VideoProvider) -> Regeneration:
    """Return a generation without a submission to take over where its provider cannot know of one."""
    adopted = regeneration.adopted
    if adopted is None:
        return regeneration
    is_findable = (
        adopted.provider_job_id is not None or provider.submission_recovery is not SubmissionRecovery.NONE
    )
    is_here = adopted.provider == provider.name
    return regeneration if is_here and is_findable else without_adoption(regeneration)


def find_adopted_job(regeneration: Regeneration, provider: VideoProvider) -> ProviderJob | None:
    """Return the job that the generation which this one repeats has at the provider.

    None where there is none to be found by itself: a provider that knows our keys finds it by the
    submission, which has the same key.

    Raises:
        ProviderUnavailableError, ProviderThrottledError: Nothing is known; nothing is paid for now.
    """
    adopted = regeneration.adopted
    if adopted is None or regeneration.failures:
        return None
    if adopted.provider_job_id is not None:
        return provider.poll(adopted.provider_job_id)
    if provider.submission_recovery is SubmissionRecovery.LOOKUP:
        return provider.find(adopted.key)
    return None
