"""An installation's own models, as ``RETAKE_MODELS`` lists them: added to the catalogue or correcting it."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from retake.domain.catalogue import TYPICAL_S, Model, Price, PriceUnit, Size
from retake.domain.models import READ_ON, SECONDS, seconds_range
from retake.domain.references import ReferenceKind, ReferenceRole, ReferenceRules


def parse_models(entries: Sequence[Mapping[str, Any]]) -> tuple[Model, ...]:
    """Read an installation's own entries.

    Args:
        entries: Objects with ``name``, ``provider``, ``provider_model`` and ``durations_s`` (a list, or
            ``{"from": 1, "to": 10, "step": 1}``), and where they apply ``title``, ``dollars``, ``tiers``
            (``{"720p": "0.10"}``), ``per`` (``second`` or ``clip``), ``as_of``, ``sizes``
            (``["1280x720"]``), ``references`` (how many of each role, ``{"first_frame": 1, "subject": 3}``,
            and the other fields of ``ReferenceRules``; or ``["image", "video"]``, one of each),
            ``edits_video``, ``end_of_life``, ``deadline_s``, ``free_failures``, ``has_sound``,
            ``typical_s``, ``inputs``.

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
    inputs = dict(entry.pop("inputs", {}))
    model = Model(
        name=name,
        title=entry.pop("title", name),
        provider=entry.pop("provider"),
        provider_model=entry.pop("provider_model"),
        durations_ms=_parse_durations(durations),
        price=_parse_price(entry),
        sizes=tuple(_parse_size(text) for text in entry.pop("sizes", ())),
        references=_parse_references(entry.pop("references", ()), inputs),
        edits_video=bool(entry.pop("edits_video", False)),
        end_of_life=date.fromisoformat(ends) if ends else None,
        deadline_s=None if deadline_s is None else int(deadline_s),
        free_failures=bool(entry.pop("free_failures", False)),
        has_sound=bool(entry.pop("has_sound", True)),
        typical_s=int(entry.pop("typical_s", TYPICAL_S)),
        inputs=inputs,
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


def _parse_references(given: Any, inputs: Mapping[str, str]) -> ReferenceRules:  # noqa: ANN401 - as JSON has it
    """Read how many references of each role a model takes; kinds of files are one reference of each."""
    if not isinstance(given, Mapping):
        # What entries of earlier releases say: on OpenRouter a picture may guide a model, not begin the clip.
        guides = inputs.get("image") == "reference"
        picture = ReferenceRole.SUBJECT if guides else ReferenceRole.FIRST_FRAME
        plain = ReferenceRules(picture=picture)
        return ReferenceRules({plain.role_of(ReferenceKind(kind)): 1 for kind in given}, picture=picture)
    rules = dict(given)
    most = {ReferenceRole(name): int(rules.pop(name)) for name in list(rules) if name in {*ReferenceRole}}
    beside = frozenset(ReferenceRole(name) for name in rules.pop("beside_clip", ()))
    video_s = rules.pop("video_s", None)
    return ReferenceRules(
        most,
        guides=rules.pop("guides", None),
        frames_alone=bool(rules.pop("frames_alone", False)),
        last_needs_first=bool(rules.pop("last_needs_first", False)),
        beside_clip=beside,
        video_ms=None if video_s is None else round(Decimal(str(video_s)) * SECONDS),
        picture=_default_picture(most),
        **rules,  # an unknown name is refused
    )


def _default_picture(most: Mapping[ReferenceRole, int]) -> ReferenceRole:
    return ReferenceRole.FIRST_FRAME if ReferenceRole.FIRST_FRAME in most else ReferenceRole.SUBJECT


def _parse_size(text: str) -> Size:
    width, height = text.split("x")
    return Size(int(width), int(height))
