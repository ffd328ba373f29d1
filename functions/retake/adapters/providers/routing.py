"""Several providers in one installation: each generation goes to the one that offers its model."""

from collections.abc import Callable, Collection
from pathlib import Path
from typing import NoReturn

from retake.domain.catalogue import Catalogue
from retake.domain.errors import ProviderRejectedError, ProviderUnavailableError
from retake.ports.providers import GenerationRequest, ProviderJob, SubmissionRecovery, VideoProvider


class ConfiguredProviders:
    """``VideoProviders`` that are built when they are first needed.

    Args:
        names: The providers that the settings name.
        default: The one for generations whose model belongs to none of them.
        catalogue: Says to which provider a model belongs.
        build: Returns a provider by its name; raises ``LookupError`` where a setting is missing.
    """

    def __init__(
        self,
        *,
        names: Collection[str],
        default: str,
        catalogue: Catalogue,
        build: Callable[[str], VideoProvider],
    ) -> None:
        self._names = frozenset(names)
        self._default = default
        self._providers = {model.name: model.provider for model in catalogue.models}
        self._build = build
        self._built: dict[str, VideoProvider] = {}

    def choose(self, *, provider: str | None, model: str) -> VideoProvider:
        name = provider or self._providers.get(model, self._default)
        if name not in self._built:
            self._built[name] = self._make(name)
        return self._built[name]

    def _make(self, name: str) -> VideoProvider:
        if name not in self._names:
            return MissingProvider(name, f"The provider {name!r} is not configured (any more).")
        try:
            return self._build(name)
        except LookupError as error:
            return MissingProvider(name, f"The provider {name!r} cannot be used: {error.args[0]}")


class MissingProvider:
    """A ``VideoProvider`` that cannot be asked: it certainly starts nothing, and has no job.

    Args:
        name: Its name on records.
        reason: Why; for people.
    """

    def __init__(self, name: str, reason: str) -> None:
        self._name = name
        self._reason = reason

    @property
    def name(self) -> str:
        return self._name

    @property
    def submission_recovery(self) -> SubmissionRecovery:
        """Return ``none``: a lost submission cannot be looked up."""
        return SubmissionRecovery.NONE

    def submit(self, request: GenerationRequest) -> ProviderJob:  # noqa: ARG002 - whatever is asked for
        """Raise ``ProviderRejectedError``: nothing is sent."""
        raise ProviderRejectedError(self._reason)

    def find(self, idempotency_key: str) -> ProviderJob | None:  # noqa: ARG002
        """Raise ``ProviderUnavailableError``: a configuration may name it again."""
        self._raise_unavailable()

    def poll(self, provider_job_id: str) -> ProviderJob:  # noqa: ARG002
        """Raise ``ProviderUnavailableError``, likewise."""
        self._raise_unavailable()

    def fetch(self, provider_job_id: str, path: Path) -> None:  # noqa: ARG002
        """Raise ``ProviderUnavailableError``, likewise."""
        self._raise_unavailable()

    def cancel(self, provider_job_id: str) -> None:
        """Do nothing: the job cannot be stopped from here, and its clip must end without that."""

    def check(self) -> None:
        raise ProviderRejectedError(self._reason)

    def _raise_unavailable(self) -> NoReturn:
        raise ProviderUnavailableError(self._reason)
