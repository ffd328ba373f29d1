"""What a request comes to for one model: a prompt, a length, a size, and something to go by."""

import base64
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from retake.adapters.aws.clients import is_transient
from retake.domain.catalogue import Catalogue, Model, ReferenceKind, Size
from retake.domain.errors import (
    InvalidRequestError,
    ObjectColdError,
    ObjectDamagedError,
    ObjectMissingError,
    ProviderRejectedError,
    ProviderUnavailableError,
    StorageUnavailableError,
)
from retake.ports.objects import ObjectStore
from retake.ports.providers import GenerationRequest
from retake.ports.system import Clock

MAX_REFERENCE_BYTES = 100 * 1024**2
"""Replicate's limit of one file; the others say none."""


@dataclass(frozen=True)
class Reference:
    """A picture or a video to go by, or the clip to change."""

    kind: ReferenceKind
    media_type: str
    content: bytes

    @property
    def file_name(self) -> str:
        """Return a name with the suffix that servers judge by."""
        return f"reference.{self.media_type.rpartition('/')[2]}"

    @property
    def base64(self) -> str:
        """Return its bytes as text."""
        return base64.b64encode(self.content).decode()

    @property
    def data_url(self) -> str:
        """Return an address that holds the bytes: no server is ever handed one to fetch for us."""
        return f"data:{self.media_type};base64,{self.base64}"


@dataclass(frozen=True)
class ProviderRequest:
    """A request, in one model's terms.

    Attributes:
        model: The model.
        prompt: Everything that is wanted, in words.
        instruction: The person's own words, for a model that is shown the clip to change.
        seconds: Length to ask for, negotiated.
        size: Likewise.
        seed: As requested.
        reference: What to go by, if anything.
    """

    model: Model
    prompt: str
    instruction: str
    seconds: int
    size: Size
    seed: int
    reference: Reference | None


class RequestTranslator:
    """Translates requests for one provider.

    Args:
        provider: Its name.
        catalogue: The models.
        default_model: The one for requests that name none.
        objects: Where references and clips lie.
        clock: Says which models are no more.
    """

    def __init__(
        self,
        *,
        provider: str,
        catalogue: Catalogue,
        default_model: str,
        objects: ObjectStore,
        clock: Clock,
    ) -> None:
        self.provider = provider
        self._catalogue = catalogue.of_providers({provider})
        self._default_model = default_model
        self._objects = objects
        self._clock = clock

    @property
    def models(self) -> Sequence[Model]:
        """Return the provider's models."""
        return self._catalogue.models

    def ask(self, request: GenerationRequest) -> ProviderRequest:
        """Return what to ask for.

        Raises:
            ProviderRejectedError: If the model is not one of this provider's (any more), cannot go by
                what it is given, or what it should go by is no longer stored.
            ProviderUnavailableError: If our own store did not answer.
        """
        try:
            name = request.model or self._default_model
            model = self._catalogue.choose(name, today=self._clock.now().date()).model
        except InvalidRequestError as exc:
            raise ProviderRejectedError(exc.detail) from exc
        return ProviderRequest(
            model=model,
            prompt=prompt_of(request),
            instruction=request.instruction,
            seconds=model.negotiate_duration(request.duration_ms) // 1000,
            size=model.negotiate_size(Size(request.width, request.height)),
            seed=request.seed,
            reference=self._reference(request, model),
        )

    def _reference(self, request: GenerationRequest, model: Model) -> Reference | None:
        if request.source_key is not None and model.edits_video:
            return Reference(ReferenceKind.VIDEO, "video/mp4", self._read(request.source_key))
        if request.reference_key is None:
            return None
        media_type = request.reference_type or ""
        try:
            kind = ReferenceKind(media_type.partition("/")[0])
        except ValueError as exc:
            raise ProviderRejectedError("The reference is neither a picture nor a video.") from exc
        if kind not in model.references:
            raise ProviderRejectedError(f"{model.title} cannot go by a reference {kind.value}.")
        return Reference(kind, media_type, self._read(request.reference_key))

    def _read(self, key: str) -> bytes:
        with TemporaryDirectory(prefix="retake-reference-") as directory:
            path = Path(directory) / "reference"
            try:
                with before_asking():
                    self._objects.download(key, path)
            except ObjectMissingError as exc:
                raise ProviderRejectedError("What the video should go by is no longer stored.") from exc
            except ObjectDamagedError as exc:
                raise ProviderRejectedError("What the video should go by is damaged in the store.") from exc
            except ObjectColdError as exc:
                raise ProviderRejectedError(
                    "The take to change is in an archive that takes hours: restore it and retry."
                ) from exc
            if path.stat().st_size > MAX_REFERENCE_BYTES:
                raise ProviderRejectedError("What the video should go by is larger than 100 MB.")
            return path.read_bytes()


@contextmanager
def before_asking() -> Iterator[None]:
    """Raise a failure of our own store as one of the submission: nothing was started."""
    try:
        yield
    except Exception as exc:
        if isinstance(exc, StorageUnavailableError) or is_transient(exc):
            raise ProviderUnavailableError("Retake's own storage did not answer.") from exc
        raise


def prompt_of(request: GenerationRequest) -> str:
    """Return everything that is wanted, in words: a model knows nothing of the clip before."""
    return request.full_prompt or request.instruction
