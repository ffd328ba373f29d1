"""Reads the words of one clause in order and attaches each to the change it belongs to."""

from collections.abc import Sequence

from retake_local.effects import Aspect, TextPlace
from retake_local.meanings import (
    ChangeTerm,
    Degree,
    Form,
    Meaning,
    Number,
    Quote,
    Role,
)
from retake_local.normalizer import Clause
from retake_local.parsed import ParsedInstruction


class ClauseMatcher:
    """What was matched in a clause.

    Attributes:
        changes: In order, each with its words.
        rest: Words that belong to no change, because there is none.
        quotes: What is to be written.
        aspects: Measures that were named and can only be kept.
        places: Where writing should stand.
        writes: Whether there was a word for writing.
        keeps: Whether something should stay as it is.
        is_understood: Whether every word is in the lexicon, and no change has two numbers.
    """

    def __init__(self, clause: Clause) -> None:
        self.terms: list[ParsedInstruction] = []
        self.rest = ParsedInstruction()
        self.quotes: list[str] = []
        self.aspects: set[Aspect] = set()
        self.places: list[TextPlace] = []
        self.writes = False
        self.keeps = False
        self.is_understood = all(token.meaning is not None for token in clause.tokens)
        meanings = [token.meaning for token in clause.tokens]
        for index, meaning in enumerate(meanings):
            if isinstance(meaning, Number):
                self._hear_number(meaning, rest=meanings[index + 1 :])
            else:
                self._hear(meaning)
        self._hang_rest()

    def _hear(self, meaning: Meaning | None) -> None:
        match meaning:
            case ChangeTerm():
                self._read_change(meaning)
            case Quote():
                self.quotes.append(meaning.text)
            case Aspect():
                self.aspects.add(meaning)
            case TextPlace():
                self.places.append(meaning)
            case Role():
                self._hear_role(meaning)
            case Degree():
                self.rest.degrees.append(meaning.strength)
            case _:
                pass

    def _read_change(self, term: ChangeTerm) -> None:
        last = self.terms[-1] if self.terms else None
        if (
            last is not None
            and last.term == term
            and term.form is Form.MEASURE
            and self.rest == ParsedInstruction()
        ):
            return  # "colour saturation" is one thing
        self.rest.term = term
        self.terms.append(self.rest)
        self.rest = ParsedInstruction()

    def _hear_number(self, number: Number, *, rest: Sequence[Meaning | None]) -> None:
        """Attach a number to the measure before it, where the next change is a measure, too."""
        following = next((meaning for meaning in rest if isinstance(meaning, ChangeTerm)), None)
        said = self.rest
        if self.terms and following is not None and following.form is Form.MEASURE:
            last = self.terms[-1]
            if last.term.form is Form.MEASURE and last.number is None:
                said = last
        if said.number is not None:
            self.is_understood = False  # two numbers for one thing: neither is taken
        said.number = number

    def _hear_role(self, role: Role) -> None:
        if role is Role.WRITE:
            self.writes = True
        elif role is Role.KEEP:
            self.keeps = True
        elif role is not Role.FILLER:
            self.rest.roles.add(role)

    @property
    def has_numbers(self) -> bool:
        """Whether a number was said of anything."""
        return any(said.number is not None for said in (self.rest, *self.terms))

    def _hang_rest(self) -> None:
        """Attach words after the last change to it: "brighten it by 20%", "turn the contrast up"."""
        if not self.terms:
            return
        last, rest = self.terms[-1], self.rest
        last.roles |= rest.roles
        last.degrees += rest.degrees
        if rest.number is not None:
            self.is_understood = self.is_understood and last.number is None
            last.number = rest.number
        self.rest = ParsedInstruction()
