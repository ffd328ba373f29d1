"""The providers that need no model and no account: they ship with a stack on one machine only.

``local`` edits clips by plain English with ffmpeg; ``scripted`` behaves as a script says, for tests.
``retake.adapters.providers.registry`` builds them by these functions; nothing else of ``retake`` uses this
package.
"""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from retake.ports.objects import ObjectStore
    from retake.ports.providers import VideoProvider
    from retake.ports.system import Clock

RENDER_TIMEOUT_S = 110
"""Ends before the submit function does."""


def build_local(*, objects: "ObjectStore", clock: "Clock", font: Path | None) -> "VideoProvider":
    """Return the provider that edits clips with ffmpeg; ``font`` is that of its captions."""
    from retake_local.provider import LocalVideoProvider

    return LocalVideoProvider(objects=objects, clock=clock, font=font, timeout_s=RENDER_TIMEOUT_S)


def build_scripted(*, objects: "ObjectStore", clock: "Clock", font: Path | None) -> "VideoProvider":
    """Return the provider that follows the script in the object store; it writes no captions."""
    from retake_local.scripted import ScriptedVideoProvider

    del font
    return ScriptedVideoProvider(objects=objects, clock=clock)
