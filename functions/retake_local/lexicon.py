"""All the words that are understood, from the tables of ``terms`` and ``modifiers``."""

from collections.abc import Mapping

from retake_local.meanings import ChangeTerm, Degree, Factor, Form, Meaning, Percent
from retake_local.modifiers import ASPECTS, DEGREES, FACTORS, PERCENTS, PLACES, ROLES
from retake_local.vocabulary import CHANGE_WORDS, MIXTURES


def _phrases(text: str) -> list[str]:
    return [phrase.strip() for phrase in text.split(",") if phrase.strip()]


def _terms() -> dict[str, Meaning]:
    entries: dict[str, Meaning] = {}
    for kind, words in CHANGE_WORDS.items():
        forms = ((Form.MEASURE, words.measure), (Form.QUALITY, words.quality), (Form.CHANGE, words.change))
        for form, text in forms:
            entries.update(dict.fromkeys(_phrases(text), ChangeTerm(form, ((kind, 1.0),))))
    for text, kinds in MIXTURES:
        entries.update(dict.fromkeys(_phrases(text), ChangeTerm(Form.CHANGE, kinds, is_reversible=False)))
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
    return entries | _terms()


LEXICON = _lexicon()
LONGEST_PHRASE = max(len(phrase.split()) for phrase in LEXICON)
