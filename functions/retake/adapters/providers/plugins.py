"""Adapters of others: each is an entry point of the group ``retake.providers``, named as its kind.

Looked for only where the settings name a kind that is not built in, so that a start of a function without
one pays nothing for it. docs/providers.md says how a package is written, tried and shipped.
"""

from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from retake.domain.providers import PROVIDER_KINDS, ProviderKind

if TYPE_CHECKING:
    from retake.adapters.providers.parts import Parts
    from retake.domain.catalogue import Model
    from retake.ports.providers import VideoProvider

GROUP = "retake.providers"


@dataclass(frozen=True)
class Trial:
    """A server that conforms to the provider's documents, for ``retake providers conform``.

    Attributes:
        base_url: Where it listens, without TLS, on this machine.
        key: The key that it takes.
        submission: A part of the path that submissions are sent to, and nothing else.
        refused: An instruction that it refuses when it is submitted; empty if it refuses none.
        failing: An instruction whose job fails; empty if there is none.
    """

    base_url: str
    key: str
    submission: str
    refused: str = ""
    failing: str = ""


MakeVideo = Callable[[int], bytes]
"""Returns an MP4 of so many seconds, for a trial server to answer with."""


@dataclass(frozen=True)
class ProviderPlugin:
    """What an entry point names.

    Attributes:
        kind: Its kind; the entry point, and the provider of its models, have the same name.
        build: Builds the provider of what the settings say.
        models: What its catalogue offers, with prices and the date on which they were read.
        trial: Starts a conforming server for as long as the context lasts.
    """

    kind: ProviderKind
    build: "Callable[[Parts], VideoProvider]"
    models: "Sequence[Model]"
    trial: Callable[[MakeVideo], AbstractContextManager[Trial]]


@cache
def find_plugin(kind: str) -> ProviderPlugin | None:
    """Return the installed adapter of a kind; None where there is none.

    Raises:
        LookupError: If its entry point leads to something else, or it calls itself otherwise.
    """
    from importlib.metadata import entry_points

    for entry in entry_points(group=GROUP, name=kind):
        found = entry.load()
        if not isinstance(found, ProviderPlugin):
            raise LookupError(  # noqa: TRY004 - as for every setting of no use
                f"The entry point {entry.value} of {GROUP} is no ProviderPlugin."
            )
        if {found.kind.name, *(model.provider for model in found.models)} != {kind}:
            raise LookupError(
                f"The entry point {entry.name!r} of {GROUP}, its kind and the provider of each of its models "
                "must have one name."
            )
        return found
    return None


def models_of(kinds: Collection[str]) -> "Sequence[Model]":
    """Return the models that installed adapters of these kinds bring."""
    found = [find_plugin(kind) for kind in kinds if kind not in PROVIDER_KINDS]
    return [model for plugin in found if plugin is not None for model in plugin.models]
