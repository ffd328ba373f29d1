"""The model catalogue: what each video model offers, costs and accepts, and until when.

The entries are data (``retake.domain.models``, and what an installation adds); this module says what
follows from them. Nothing here knows how a provider is called.
"""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from retake.domain.errors import Fault, InvalidRequestError
from retake.domain.pricing import MONEY, Tariff, price_clip
from retake.domain.references import NO_REFERENCES, ReferenceRole, ReferenceRules

WARN_BEFORE = timedelta(days=30)
"""How long before its end of life a model warns."""

NAMED_ALTERNATIVES = 3

_ALIKE = Fraction(1, 20)
"""Shapes that differ by less are one: 854x480 is called 16:9 too."""

ASPECT_RATIOS = ("1:1", "16:9", "9:16", "4:3", "3:4", "21:9", "9:21")


class PriceUnit(StrEnum):
    """Unit that a price is for."""

    SECOND = "second"
    CLIP = "clip"


@dataclass(frozen=True)
class Price:
    """What a provider charges, in US dollars, as far as it is known.

    Attributes:
        dollars: For one unit; where the provider asks more for larger pictures, the most that it asks: an
            estimate is never less than the bill.
        unit: A second of finished video, or a clip of any length.
        as_of: When the price was read.
        tiers: What a unit costs by the picture's resolution (``720p``), where the provider distinguishes.
    """

    dollars: Decimal
    as_of: date
    unit: PriceUnit = PriceUnit.SECOND
    tiers: tuple[tuple[str, Decimal], ...] = ()

    def of(self, duration_ms: int, resolution: str | None = None) -> Decimal:
        """Return the price of a clip of this length; seconds are rounded up to the cent.

        >>> price = Price(Decimal("0.15"), date(2026, 11, 1), tiers=(("720p", Decimal("0.10")),))
        >>> price.of(8000), price.of(8000, "720p")
        (Decimal('1.2000'), Decimal('0.8000'))
        """
        dollars = dict(self.tiers).get(resolution or "", self.dollars)
        if self.unit is PriceUnit.CLIP:
            return dollars.quantize(MONEY)
        return price_clip(duration_ms, Tariff(dollars_per_second=dollars))


@dataclass(frozen=True)
class Size:
    """A picture's size in pixels."""

    width: int
    height: int

    @property
    def label(self) -> str:
        """Return the size as providers write it: ``1280x720``."""
        return f"{self.width}x{self.height}"

    @property
    def resolution(self) -> str:
        """Return the short side as providers write it: ``720p``."""
        return f"{min(self.width, self.height)}p"

    @property
    def aspect_ratio(self) -> str:
        """Return the nearest of the shapes that providers name: ``16:9``."""
        return min(ASPECT_RATIOS, key=lambda ratio: _difference(self, _shape(ratio)))


TYPICAL_S = 120
"""Seconds that generators take for a clip of some seconds, as their documents say: one to three minutes."""


@dataclass(frozen=True)
class Model:
    """A video model of one provider.

    Attributes:
        name: What people choose it by; unique.
        title: What people read.
        provider: The adapter that calls it, as ``RETAKE_PROVIDER`` names it.
        provider_model: The provider's own name for it; empty where a server has only one.
        durations_ms: Lengths it makes, in milliseconds, ascending: a tuple of choices or a range.
        price: What it costs; None if no price is published: then there is no estimate.
        sizes: Pictures it makes; empty for any.
        references: What it can be given besides words, in which roles.
        edits_video: Whether it can be given a clip to change.
        end_of_life: First day on which it is no more; None where no day is known.
        deadline_s: How long one generation may take; None for the installation's limit.
        free_failures: Whether a generation that fails is known not to be charged; then one that failed for
            a reason that passes is asked for again by itself.
        has_sound: Whether clips with sound are asked for, where a model makes both and charges by it.
        typical_s: How long one generation takes, in seconds, where none was measured yet.
        inputs: The provider's names of inputs that it leaves to its models (``{"seed": "seed"}``).
    """

    name: str
    title: str
    provider: str
    provider_model: str
    durations_ms: Sequence[int]
    price: Price | None
    sizes: tuple[Size, ...] = ()
    references: ReferenceRules = NO_REFERENCES
    edits_video: bool = False
    end_of_life: date | None = None
    deadline_s: int | None = None
    free_failures: bool = False
    has_sound: bool = True
    typical_s: int = TYPICAL_S
    inputs: dict[str, str] = field(default_factory=dict)

    def has_ended(self, today: date) -> bool:
        """Whether the provider no longer offers the model."""
        return self.end_of_life is not None and self.end_of_life <= today

    def changes_clip(self, roles: Sequence[ReferenceRole]) -> bool:
        """Whether the model changes a clip that it is given, beside references of these roles."""
        return self.edits_video and self.references.changes_clip(roles)

    def negotiate_duration(self, wanted_ms: int) -> int:
        """Return the length to ask for: the shortest that is long enough, else the longest.

        The clip is trimmed, or its last frame held, to what was wanted.

        >>> from retake.domain.models import MODELS
        >>> veo = next(model for model in MODELS if model.name == "veo-3.1-fast")
        >>> veo.negotiate_duration(5000), veo.negotiate_duration(12_000)
        (6000, 8000)
        """
        index = bisect_left(self.durations_ms, wanted_ms)
        return self.durations_ms[min(index, len(self.durations_ms) - 1)]

    def negotiate_size(self, wanted: Size) -> Size:
        """Return the size to ask for: the nearest in shape, then the smallest that is large enough."""
        if not self.sizes:
            return wanted
        nearest = min(_difference(size, wanted) for size in self.sizes)
        shaped = [size for size in self.sizes if _difference(size, wanted) <= nearest + _ALIKE]
        large_enough = [size for size in shaped if size.width >= wanted.width]
        if large_enough:
            return min(large_enough, key=lambda size: size.width)
        return max(shaped, key=lambda size: size.width)

    def estimate(self, wanted_ms: int, size: Size | None = None) -> Decimal | None:
        """Return the cost of a clip in US dollars: what is asked for is paid, not what is kept.

        Args:
            wanted_ms: The clip's length.
            size: The clip's picture; None for the dearest.
        """
        if self.price is None:
            return None
        resolution = None if size is None else self.negotiate_size(size).resolution
        return self.price.of(self.negotiate_duration(wanted_ms), resolution)


@dataclass(frozen=True)
class Choice:
    """A model that may be used, and warnings about it."""

    model: Model
    warning: str | None


class Catalogue:
    """Models by name.

    Args:
        models: The entries; a later one takes the place of an earlier one of the same name.
    """

    def __init__(self, models: Iterable[Model]) -> None:
        self._models = {model.name: model for model in models}

    @property
    def models(self) -> tuple[Model, ...]:
        """Return every entry, also of models that are no longer offered."""
        return tuple(self._models.values())

    def has_free_failures(self, name: str) -> bool:
        """Whether failed generations of this model are known not to be charged; not so of an unknown one."""
        model = self._models.get(name)
        return model is not None and model.free_failures

    def of_providers(self, providers: Collection[str]) -> "Catalogue":
        """Return a catalogue of the models that these providers offer."""
        return Catalogue(model for model in self.models if model.provider in providers)

    def choose(self, name: str, *, today: date, at: str = "model") -> Choice:
        """Return a model for use.

        Args:
            name: Its name.
            today: The day of use.
            at: The request's field that names it.

        Raises:
            InvalidRequestError: If there is no such model, or no more; the alternatives are named.
        """
        model = self._models.get(name)
        if model is None:
            raise _refused(f"There is no model {name!r}.", self._alternatives(None, today), at)
        if model.end_of_life is not None and model.has_ended(today):
            reason = f"{model.title} was taken down by its provider on {model.end_of_life:%d %B %Y}."
            raise _refused(reason, self._alternatives(model, today), at)
        if model.end_of_life is not None and model.end_of_life - today <= WARN_BEFORE:
            left = (model.end_of_life - today).days
            ending = f"{model.title} will be taken down on {model.end_of_life:%d %B %Y}, in {left} days."
            return Choice(model, f"{ending} {_instead(self._alternatives(model, today))}".rstrip())
        return Choice(model, None)

    def _alternatives(self, ended: Model | None, today: date) -> Sequence[str]:
        """Return names of models to use instead, those of the same provider first."""
        alive = [model for model in self.models if not model.has_ended(today) and model is not ended]
        if ended is not None:
            alive.sort(key=lambda model: model.provider != ended.provider)
        return [model.name for model in alive[:NAMED_ALTERNATIVES]]


def _refused(reason: str, alternatives: Sequence[str], at: str) -> InvalidRequestError:
    detail = f"{reason} {_instead(alternatives)}".rstrip()
    return InvalidRequestError(detail, faults=[Fault(at, detail)])


def _instead(alternatives: Sequence[str]) -> str:
    return f"Use {' or '.join(alternatives)} instead." if alternatives else ""


def _shape(ratio: str) -> Size:
    width, height = ratio.split(":")
    return Size(int(width), int(height))


def _difference(one: Size, other: Size) -> Fraction:
    """Return how unlike two shapes are: 0 for the same."""
    ratio = Fraction(one.width * other.height, one.height * other.width)
    return max(ratio, 1 / ratio) - 1
