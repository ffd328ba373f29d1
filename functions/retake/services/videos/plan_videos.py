"""Check requests for videos against what models offer; every fault is found before anything is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from retake.domain.catalogue import Choice, Model, Size
from retake.domain.errors import Fault, InvalidRequestError
from retake.domain.limits import Limits
from retake.domain.media import MIN_SIDE_PX, MediaProfile
from retake.domain.model_choices import ModelChoices
from retake.domain.reasons import is_blank
from retake.domain.videos import CreationMode
from retake.services.references.requested import RequestedReference

USUAL_MS = 5000
"""Length of a video whose request names none; the model's nearest that is long enough."""

USUAL_SIZE = Size(1280, 720)
MAX_GENERATED_SIDE_PX = 1920
SHORTEST_MS = 100
TITLE_CHARS = 60


@dataclass(frozen=True)
class VideoRequest:
    """One video as a person asks for it; None leaves a thing to the catalogue.

    Attributes:
        field: Where in the request it stands, such as ``videos[1].``; empty for the request itself.
        seconds: Length as written, such as ``8`` or ``7.5``.
        variation: Its number among the variations of one prompt.
    """

    prompt: str
    title: str | None = None
    model: str | None = None
    size: str | None = None
    seconds: str | None = None
    references: tuple[RequestedReference, ...] = ()
    field: str = ""
    variation: int | None = None


@dataclass(frozen=True)
class VideoPlan:
    """A video that can be made.

    Attributes:
        estimated_cost: US dollars; None where the model's price is not known.
        warning: What people should know of the model first.
    """

    request: VideoRequest
    title: str
    prompt: str
    model: Model
    profile: MediaProfile
    duration_ms: int
    estimated_cost: Decimal | None
    warning: str | None

    @property
    def size(self) -> str:
        """Return the picture's size as people write it."""
        return self.picture.label

    @property
    def picture(self) -> Size:
        """Return the picture's size."""
        return Size(self.profile.width, self.profile.height)


def plan_request(
    mode: CreationMode, requests: Sequence[VideoRequest], offer: ModelChoices
) -> tuple[VideoPlan, ...]:
    """Return a plan for each video of a request.

    Raises:
        InvalidRequestError: If there are too many or none, else as ``plan_videos``.
    """
    most = {
        CreationMode.VARIATIONS: ("variations", offer.limits.max_variations),
        CreationMode.BATCH: ("videos", offer.limits.max_batch_videos),
    }.get(mode)
    if most is not None and not 1 <= len(requests) <= most[1]:
        raise refusal([Fault(most[0], f"From 1 to {most[1]}; this has {len(requests)}.")])
    return plan_videos(requests, offer)


def plan_videos(requests: Sequence[VideoRequest], offer: ModelChoices) -> tuple[VideoPlan, ...]:
    """Return a plan for each video.

    Raises:
        InvalidRequestError: Naming every fault of every video, and what is offered instead.
    """
    faults: list[Fault] = []
    plans = [plan for request in requests if (plan := _plan(request, offer, faults)) is not None]
    if faults:
        raise refusal(list(dict.fromkeys(faults)))  # variations share their words: each fault once
    return tuple(plans)


def cost_of(plans: Sequence[VideoPlan]) -> Decimal | None:
    """Return what all cost together, in US dollars; None where one model's price is not known."""
    known = [plan.estimated_cost for plan in plans if plan.estimated_cost is not None]
    return sum(known, Decimal(0)) if len(known) == len(plans) else None


def warnings_of(plans: Sequence[VideoPlan]) -> tuple[str, ...]:
    """Return what people should know first, each thing once."""
    return tuple(dict.fromkeys(plan.warning for plan in plans if plan.warning))


def refusal(faults: Sequence[Fault]) -> InvalidRequestError:
    """Return the refusal of a request for videos."""
    return InvalidRequestError("The videos were refused; nothing was started or charged.", faults=faults)


def _plan(request: VideoRequest, offer: ModelChoices, faults: list[Fault]) -> VideoPlan | None:
    before = len(faults)
    prompt = request.prompt.strip()
    faults += _faults_of_prompt(f"{request.field}prompt", prompt, offer.limits)
    choice = _choose(request, offer, faults)
    if choice is None:
        return None
    size = _size(request, choice.model, faults)
    duration_ms = _duration_ms(request, choice.model, offer.limits, faults)
    if not choice.model.references.most:
        detail = f"{choice.model.title} takes words only; leave it out."
        faults += [Fault(reference.field, detail) for reference in request.references]
    if len(faults) > before or size is None or duration_ms is None:
        return None
    profile = MediaProfile(size.width, size.height)
    exact_ms = profile.duration_ms(profile.frame_count(duration_ms))
    return VideoPlan(
        request=request,
        title=_title(request, prompt),
        prompt=prompt,
        model=choice.model,
        profile=profile,
        duration_ms=exact_ms,
        estimated_cost=choice.model.estimate(exact_ms, size),
        warning=choice.warning,
    )


def _faults_of_prompt(field: str, prompt: str, limits: Limits) -> list[Fault]:
    if is_blank(prompt):
        return [Fault(field, 'Say what the video should show, such as "a red fox in snow".')]
    if len(prompt) > limits.max_prompt_chars:
        most = limits.max_prompt_chars
        return [Fault(field, f"At most {most} characters are allowed; this has {len(prompt)}.")]
    return []


def _choose(request: VideoRequest, offer: ModelChoices, faults: list[Fault]) -> Choice | None:
    try:
        name = request.model or offer.default_model
        return offer.catalogue.choose(name, today=offer.today, at=f"{request.field}model")
    except InvalidRequestError as error:
        faults += error.faults
        return None


def _size(request: VideoRequest, model: Model, faults: list[Fault]) -> Size | None:
    if request.size is None:
        return model.sizes[0] if model.sizes else USUAL_SIZE
    width, _, height = request.size.strip().partition("x")
    size = Size(int(width), int(height)) if _is_side(width) and _is_side(height) else None
    if size is not None and (size in model.sizes or not model.sizes):
        return size
    offered = (
        f"one of {', '.join(item.label for item in model.sizes)}"
        if model.sizes
        else f"any, such as 1280x720, with even sides from {MIN_SIDE_PX} to {MAX_GENERATED_SIDE_PX} pixels"
    )
    faults.append(
        Fault(f"{request.field}size", f"{model.title} does not make {request.size!r}; it makes {offered}.")
    )
    return None


def _is_side(text: str) -> bool:
    is_number = text.isascii() and text.isdigit() and len(text) <= len(str(MAX_GENERATED_SIDE_PX))
    return is_number and MIN_SIDE_PX <= int(text) <= MAX_GENERATED_SIDE_PX and int(text) % 2 == 0


def _duration_ms(request: VideoRequest, model: Model, limits: Limits, faults: list[Fault]) -> int | None:
    longest_ms = min(model.durations_ms[-1], limits.max_clip_duration_ms)
    if request.seconds is None:
        return min(model.negotiate_duration(USUAL_MS), longest_ms)
    duration_ms = _milliseconds(request.seconds)
    if duration_ms is not None and SHORTEST_MS <= duration_ms <= longest_ms:
        return duration_ms
    offered = _offered_durations(model, longest_ms)
    faults.append(
        Fault(
            f"{request.field}seconds",
            f"{model.title} makes {offered}; {request.seconds!r} is not among them.",
        )
    )
    return None


def _milliseconds(text: str) -> int | None:
    try:
        seconds = Decimal(text.strip())
    except InvalidOperation:
        return None
    return round(seconds * 1000) if seconds.is_finite() else None


def _offered_durations(model: Model, longest_ms: int) -> str:
    """Say what lengths there are; a shorter one is cut from the next that is made.

    >>> from retake.domain.models import MODELS
    >>> veo = next(model for model in MODELS if model.name == "veo-3.1")
    >>> _offered_durations(veo, 8000)
    'videos of 4, 6, 8 s, or cut from these'
    """
    many = 8
    if len(model.durations_ms) > many:
        return f"videos of {max(model.durations_ms[0], SHORTEST_MS) / 1000:g} to {longest_ms / 1000:g} s"
    return f"videos of {', '.join(f'{ms / 1000:g}' for ms in model.durations_ms)} s, or cut from these"


def _title(request: VideoRequest, prompt: str) -> str:
    title = (request.title or "").strip()
    if not title:
        title = prompt if len(prompt) <= TITLE_CHARS else f"{prompt[: TITLE_CHARS - 1].rstrip()}…"
    return title if request.variation is None else f"{title} ({request.variation})"
