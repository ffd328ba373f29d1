"""Hears the words of one clause in order, and hangs each on the wish it belongs to."""

from retake.adapters.providers.local.effects import Aspect, TextPlace
from retake.adapters.providers.local.meanings import Degree, Factor, Meaning, Percent, Quote, Role, Wish
from retake.adapters.providers.local.reading import Clause
from retake.adapters.providers.local.said import Said


class Listener:
    """What was heard in a clause.

    Attributes:
        wishes: In order, each with its words.
        rest: Words that belong to no wish, because there is none.
        quotes: What is to be written.
        aspects: Measures that were named and can only be kept.
        places: Where writing should stand.
        writes: Whether there was a word for writing.
        keeps: Whether something should stay as it is.
        is_understood: Whether every word is in the lexicon.
    """

    def __init__(self, clause: Clause) -> None:
        self.wishes: list[Said] = []
        self.rest = Said()
        self.quotes: list[str] = []
        self.aspects: set[Aspect] = set()
        self.places: list[TextPlace] = []
        self.writes = False
        self.keeps = False
        self.is_understood = all(token.meaning is not None for token in clause.tokens)
        for token in clause.tokens:
            self._hear(token.meaning)
        self._hang_rest()

    def _hear(self, meaning: Meaning | None) -> None:
        match meaning:
            case Wish():
                self.rest.wish = meaning
                self.wishes.append(self.rest)
                self.rest = Said()
            case Quote():
                self.quotes.append(meaning.text)
            case Aspect():
                self.aspects.add(meaning)
            case TextPlace():
                self.places.append(meaning)
            case Role():
                self._hear_role(meaning)
            case _:
                self._hear_amount(meaning)

    def _hear_role(self, role: Role) -> None:
        if role is Role.WRITE:
            self.writes = True
        elif role is Role.KEEP:
            self.keeps = True
        elif role is not Role.FILLER:
            self.rest.roles.add(role)

    def _hear_amount(self, meaning: Meaning | None) -> None:
        match meaning:
            case Degree():
                self.rest.degrees.append(meaning.strength)
            case Factor():
                self.rest.times = meaning.times
            case Percent():
                self.rest.percent = meaning.percent
            case _:
                pass

    def _hang_rest(self) -> None:
        """Hang words after the last wish on it: "brighten it by 20%", "turn the contrast up"."""
        if not self.wishes:
            return
        last, rest = self.wishes[-1], self.rest
        last.roles |= rest.roles
        last.degrees += rest.degrees
        last.percent = last.percent if rest.percent is None else rest.percent
        last.times = last.times if rest.times is None else rest.times
        self.rest = Said()
