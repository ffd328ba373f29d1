"""Roles of references: what each says of a new clip, and which of them a model takes together. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class ReferenceKind(StrEnum):
    """Kind of file that a reference is."""

    IMAGE = "image"
    VIDEO = "video"


class ReferenceRole(StrEnum):
    """What a reference says of the clip that is generated from it."""

    FIRST_FRAME = "first_frame"  # the clip begins with this picture
    LAST_FRAME = "last_frame"  # the clip ends with this picture
    SUBJECT = "subject"  # this person or thing is in it
    STYLE = "style"  # it looks like this picture
    VIDEO = "video"  # it moves, or looks, like this clip

    @property
    def kind(self) -> ReferenceKind:
        """Return the kind of file that the role needs."""
        return ReferenceKind.VIDEO if self is ReferenceRole.VIDEO else ReferenceKind.IMAGE

    @property
    def words(self) -> str:
        """Return the role as people read it: ``first frame``."""
        return self.value.replace("_", " ")


FRAMES = frozenset({ReferenceRole.FIRST_FRAME, ReferenceRole.LAST_FRAME})
"""Roles that fix a frame of the clip; the others only guide it."""


@dataclass(frozen=True)
class ReferenceRules:
    """Which references a model takes.

    Attributes:
        most: How many of each role; a role that is not named is not taken.
        guides: How many of the roles that only guide, all together; None for no limit of its own.
        frames_alone: Whether frames and other references exclude each other.
        last_needs_first: Whether a last frame needs a first frame.
        beside_clip: Roles that it takes besides a clip to change. With any other it makes the clip anew from
            its words and the references.
        video_ms: Longest video reference, in milliseconds; None for no limit of its own.
        picture: Role of a picture that was given without one.
    """

    most: Mapping[ReferenceRole, int] = field(default_factory=dict)
    guides: int | None = None
    frames_alone: bool = False
    last_needs_first: bool = False
    beside_clip: frozenset[ReferenceRole] = frozenset()
    video_ms: int | None = None
    picture: ReferenceRole = ReferenceRole.FIRST_FRAME

    @property
    def kinds(self) -> frozenset[ReferenceKind]:
        """Return the kinds of files that are taken."""
        return frozenset(role.kind for role in self.most)

    def role_of(self, kind: ReferenceKind) -> ReferenceRole:
        """Return the role of a reference that was given without one."""
        return self.picture if kind is ReferenceKind.IMAGE else ReferenceRole.VIDEO

    def changes_clip(self, roles: Sequence[ReferenceRole]) -> bool:
        """Whether a clip can be changed with these references, by a model that changes clips."""
        return self.beside_clip.issuperset(roles)

    def faults(self, roles: Sequence[ReferenceRole], *, title: str) -> list[str]:
        """Return what the model does not take of these references, each as a sentence.

        >>> rules = ReferenceRules({ReferenceRole.FIRST_FRAME: 1})
        >>> rules.faults([ReferenceRole.STYLE], title="Veo")
        ['Veo takes no style; it takes: first frame.']
        """
        return list(self._faults(roles, title))

    def _faults(self, roles: Sequence[ReferenceRole], title: str) -> Iterator[str]:
        counts = Counter(roles)
        for role, count in counts.items():
            most = self.most.get(role, 0)
            if most == 0:
                yield f"{title} takes no {role.words}; {self._offer()}."
            elif count > most:
                yield f"{title} takes at most {most} of {role.words}; {count} were given."
        if any(role not in self.most for role in counts):
            return  # what is said below would only repeat it
        guides = sum(count for role, count in counts.items() if role not in FRAMES)
        if self.guides is not None and guides > self.guides:
            yield f"{title} takes at most {self.guides} references besides frames; {guides} were given."
        has_frame = any(role in FRAMES for role in counts)
        if self.frames_alone and guides and has_frame:
            yield f"{title} takes frames or other references, not both."
        ends_only = counts[ReferenceRole.LAST_FRAME] and not counts[ReferenceRole.FIRST_FRAME]
        if self.last_needs_first and ends_only:
            yield f"{title} takes a last frame only together with a first frame."

    def _offer(self) -> str:
        if not self.most:
            return "it takes words only"
        return f"it takes: {', '.join(role.words for role in ReferenceRole if role in self.most)}"


NO_REFERENCES = ReferenceRules()
"""Rules of a model that takes words only."""

ANYTHING = ReferenceRules(
    {
        ReferenceRole.FIRST_FRAME: 1,
        ReferenceRole.LAST_FRAME: 1,
        ReferenceRole.SUBJECT: 3,
        ReferenceRole.STYLE: 1,
        ReferenceRole.VIDEO: 1,
    },
    beside_clip=frozenset(ReferenceRole) - {ReferenceRole.VIDEO},
)
"""Rules of the models that run on the stack itself."""
