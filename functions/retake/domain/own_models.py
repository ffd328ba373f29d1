"""An installation's own models, as ``RETAKE_MODELS`` lists them: added to the catalogue or correcting it."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from retake.domain.catalogue import TYPICAL_S, Model, Price, PriceUnit, ReferenceKind, Size
from retake.domain.models import READ_ON, SECONDS, seconds_range


def parse_models(entries: Sequence[Mapping[str, Any]]) -> tuple[Model, ...]:
    """Read an installation's own entries.

    Args:
        entries: Objects with ``name``, ``provider``, ``provider_model`` and ``durations_s`` (a list, or
            ``{"from": 1, "to": 10, "step": 1}``), and where they apply ``title``, ``dollars``, ``tiers``
            (``{"720p": "0.10"}``), ``per`` (``second`` or ``clip``), ``as_of``, ``sizes``
            (``["1280x720"]``), ``references``, ``edits_video``, ``end_of_life``, ``deadline_s``,
            ``free_failures``, ``has_sound``, ``typical_s``, ``inputs``.

    Raises:
        ValueError: If an entry lacks a field, has an unknown one, or one that cannot be read.
    """
    models = []
    for entry in entries:
        try:
            models.append(_parse(dict(entry)))
        except (KeyError, TypeError, ValueError, InvalidOperation) as exc:
            raise ValueError(f"The model {entry.get('name', '?')!r} cannot be read: {exc!r}") from exc
    return tuple(models)


def _parse(entry: dict[str, Any]) -> Model:
    durations = entry.pop("durations_s")
    name = entry.pop("name")
    ends, deadline_s = entry.pop("end_of_life", None), entry.pop("deadline_s", None)
    model = Model(
        name=name,
        title=entry.pop("title", name),
        provider=entry.pop("provider"),
        provider_model=entry.pop("provider_model"),
        durations_ms=_parse_durations(durations),
        price=_parse_price(entry),
        sizes=tuple(_parse_size(text) for text in entry.pop("sizes", ())),
        references=frozenset(ReferenceKind(kind) for kind in entry.pop("references", ())),
        edits_video=bool(entry.pop("edits_video", False)),
        end_of_life=date.fromisoformat(ends) if ends else None,
        deadline_s=None if deadline_s is None else int(deadline_s),
        free_failures=bool(entry.pop("free_failures", False)),
        has_sound=bool(entry.pop("has_sound", True)),
        typical_s=int(entry.pop("typical_s", TYPICAL_S)),
        inputs=dict(entry.pop("inputs", {})),
    )
    if entry:
        raise ValueError(f"unknown fields {', '.join(sorted(entry))}")
    return model


def _parse_durations(durations: Any) -> Sequence[int]:  # noqa: ANN401 - as JSON has it
    if isinstance(durations, Mapping):
        return seconds_range(durations["from"], durations["to"], durations.get("step", 1))
    if not durations:
        raise ValueError("durations_s is empty")
    return tuple(sorted(round(Decimal(str(seconds)) * SECONDS) for seconds in durations))


def _parse_price(entry: dict[str, Any]) -> Price | None:
    dollars, unit = entry.pop("dollars", None), PriceUnit(entry.pop("per", PriceUnit.SECOND))
    as_of = date.fromisoformat(entry.pop("as_of", READ_ON.isoformat()))
    tiers = {name: Decimal(str(value)) for name, value in dict(entry.pop("tiers", {})).items()}
    if dollars is None and not tiers:
        return None
    # The most is what is paid where no tier is meant.
    most = max([*tiers.values(), *([] if dollars is None else [Decimal(str(dollars))])])
    return Price(most, as_of, unit, tuple(tiers.items()))


def _parse_size(text: str) -> Size:
    width, height = text.split("x")
    return Size(int(width), int(height))
