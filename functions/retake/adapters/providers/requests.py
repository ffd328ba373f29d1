"""A generation request in one model's terms: prompt, length, size and reference."""

import base64
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from retake.adapters.aws.clients import is_transient
from retake.domain.catalogue import Catalogue, Model, Size
from retake.domain.errors import (
    InvalidRequestError,
    ObjectColdError,
    ObjectDamagedError,
    ObjectMissingError,
    ProviderRejectedError,
    ProviderUnavailableError,
    StorageUnavailableError,
)
from retake.domain.references import FRAMES, ReferenceKind, ReferenceRole
from retake.ports.objects import ObjectStore
from retake.ports.providers import GenerationRequest, RequestReference
from retake.ports.system import Clock

MAX_REFERENCE_BYTES = 100 * 1024**2
"""Replicate's limit of one file; the others say none."""


_KINDS = {ReferenceKind.IMAGE: "a picture", ReferenceKind.VIDEO: "a video"}


@dataclass(frozen=True)
class Reference:
    """A picture or a video that the clip is made from, or the clip to change: that has no role."""

    media_type: str
    content: bytes
    role: ReferenceRole | None = None

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
        clip: The clip to change, if the model is given one.
        references: Pictures and videos to make the clip from.
    """

    model: Model
    prompt: str
    instruction: str
    seconds: int
    size: Size
    seed: int
    clip: Reference | None = None
    references: tuple[Reference, ...] = ()

    def frame(self, role: ReferenceRole) -> Reference | None:
        """Return the frame that is fixed, if any."""
        return next((item for item in self.references if item.role is role), None)

    @property
    def frames(self) -> tuple[Reference, ...]:
        """Return the frames that are fixed: the first one first."""
        found = (self.frame(role) for role in (ReferenceRole.FIRST_FRAME, ReferenceRole.LAST_FRAME))
        return tuple(frame for frame in found if frame is not None)

    @property
    def guides(self) -> tuple[Reference, ...]:
        """Return the references that fix no frame."""
        return tuple(item for item in self.references if item.role not in FRAMES)


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
        faults = model.references.faults(request.roles, title=model.title)
        if faults:
            raise ProviderRejectedError(" ".join(faults))
        clip = None
        if request.source_key is not None and model.changes_clip(request.roles):
            clip = Reference("video/mp4", self._read(request.source_key))
        return ProviderRequest(
            model=model,
            prompt=prompt_of(request),
            instruction=request.instruction,
            seconds=model.negotiate_duration(request.duration_ms) // 1000,
            size=model.negotiate_size(Size(request.width, request.height)),
            seed=request.seed,
            clip=clip,
            references=tuple(self._reference(item) for item in request.references),
        )

    def _reference(self, reference: RequestReference) -> Reference:
        kind = reference.media_type.partition("/")[0]
        if kind != reference.role.kind:
            raise ProviderRejectedError(
                f"The reference {reference.role.words!r} has to be {_KINDS[reference.role.kind]}."
            )
        return Reference(reference.media_type, self._read(reference.key), reference.role)

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


def named_inputs(names: Mapping[str, str], given: Sequence[tuple[Reference, str]]) -> dict[str, Any]:
    """Return files under the names that a model's inputs have for them; ``[]`` behind one makes a list.

    Args:
        names: The model's ``inputs``. A role without a name has that of its kind (``image``, ``video``), and
            so has ``clip``, the clip to change.
        given: Each file, and the address under which the model gets it.

    >>> frame = Reference("image/png", b"", ReferenceRole.FIRST_FRAME)
    >>> named_inputs({"first_frame": "image", "subject": "pictures[]"}, [(frame, "data:,")])
    {'image': 'data:,'}
    """
    values: dict[str, Any] = {}
    for reference, url in given:
        kind = reference.media_type.partition("/")[0]
        name = names.get("clip" if reference.role is None else reference.role) or names[kind]
        if name.endswith("[]"):
            values.setdefault(name.removesuffix("[]"), []).append(url)
        else:
            values[name] = url
    return values


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
