"""All the words that are understood, from the tables of ``wishes`` and ``modifiers``."""

from collections.abc import Mapping

from retake.adapters.providers.local.meanings import Degree, Factor, Form, Meaning, Percent, Wish
from retake.adapters.providers.local.modifiers import ASPECTS, DEGREES, FACTORS, PERCENTS, PLACES, ROLES
from retake.adapters.providers.local.wishes import MIXTURES, WISHES


def _phrases(text: str) -> list[str]:
    return [phrase.strip() for phrase in text.split(",") if phrase.strip()]


def _wishes() -> dict[str, Meaning]:
    entries: dict[str, Meaning] = {}
    for kind, words in WISHES.items():
        forms = ((Form.MEASURE, words.measure), (Form.QUALITY, words.quality), (Form.CHANGE, words.change))
        for form, text in forms:
            entries.update(dict.fromkeys(_phrases(text), Wish(form, ((kind, 1.0),))))
    for text, kinds in MIXTURES:
        entries.update(dict.fromkeys(_phrases(text), Wish(Form.CHANGE, kinds, is_reversible=False)))
    return entries


def _lexicon() -> Mapping[str, Meaning]:
    """Flatten the tables; where a phrase stands in two, the one further down here wins."""
    entries: dict[str, Meaning] = {}
    tables: tuple[tuple[Meaning, str], ...] = (
        *ASPECTS.items(),
        *ROLES.items(),
        *PLACES.items(),
        *((Degree(strength), text) for strength, text in DEGREES.items()),
        *((Percent(percent), text) for percent, text in PERCENTS.items()),
        *((Factor(times), text) for times, text in FACTORS.items()),
    )
    for meaning, text in tables:
        entries.update(dict.fromkeys(_phrases(text), meaning))
    return entries | _wishes()


LEXICON = _lexicon()
LONGEST_PHRASE = max(len(phrase.split()) for phrase in LEXICON)
