"""Which providers there are, by the name the settings use."""

from pathlib import Path
from typing import TYPE_CHECKING

from retake.ports import Clock, ObjectStore

if TYPE_CHECKING:
    from retake.ports import VideoProvider

RENDER_TIMEOUT_S = 110
"""Ends before the submit function does."""


def build_provider(name: str, *, objects: ObjectStore, clock: Clock, font: Path | None) -> "VideoProvider":
    """Return the provider of this name. Raises ``LookupError`` when there is none."""
    if name == "local":
        from retake.adapters.providers.local.provider import LocalVideoProvider

        return LocalVideoProvider(objects=objects, clock=clock, font=font, timeout_s=RENDER_TIMEOUT_S)
    if name == "scripted":
        from retake.adapters.providers.scripted import ScriptedVideoProvider

        return ScriptedVideoProvider(objects=objects, clock=clock)
    raise LookupError(f"There is no provider {name!r}; RETAKE_PROVIDER takes 'local' or 'scripted'.")
