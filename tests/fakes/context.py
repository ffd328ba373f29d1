"""Contexts for tests: of a whole world, or of the few ports that a test has."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from retake.services.context import Context
    from tests.fakes.world import World

UNKILLED = frozenset(
    {
        "archive_class",
        "archive_encoder",
        "catalogue",
        "clock",
        "comparer",
        "composer",
        "cutter",
        "ffmpeg",
        "ids",
        "limits",
        "model_choices",
        "normalizer",
        "probe",
        "providers",
        "users",
    }
)
"""Values, and ports that call nothing outside of the process or only read: no call of theirs is killed."""


class WorldContext:
    """A ``Context`` of a world's ports as they are at each use; the saboteur may kill at their calls."""

    def __init__(self, world: World, **replaced: Any) -> None:
        self._world = world
        self._replaced = replaced

    def __getattr__(self, name: str) -> Any:
        if name in self._replaced:
            return self._replaced[name]
        port = getattr(self._world, name)
        return port if name in UNKILLED else self._world.saboteur.wrap(port)


def context_of(world: World, **replaced: Any) -> Context:
    """Return a world's context, some of its ports replaced."""
    return cast("Context", WorldContext(world, **replaced))


def a_context(**ports: Any) -> Context:
    """Return a context of these ports alone: a use case that needs another one fails."""
    return cast("Context", SimpleNamespace(**ports))
