"""Run the checks on one adapter, as it is installed."""

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

from retake.adapters.media.ffmpeg import Ffmpeg
from retake.adapters.media.probe import FfmpegProbe
from retake.adapters.providers.parts import Remote
from retake.adapters.providers.plugins import ProviderPlugin, Trial, find_plugin
from retake.adapters.providers.registry import build_provider
from retake.adapters.system import SystemClock
from retake.domain.catalogue import Catalogue
from retake.domain.errors import RetakeError
from retake.domain.providers import PROVIDER_KINDS
from retake.ports.providers import VideoProvider
from retake_conformance.checks import CHECKS, DURATION_MS, Subject
from retake_conformance.memory import MemoryObjects
from retake_conformance.proxy import proxy_of


@dataclass(frozen=True)
class Finding:
    """How one check ended.

    Attributes:
        name: Of its function.
        promise: What is promised, as a sentence.
        fault: What was seen instead; None where it holds.
    """

    name: str
    promise: str
    fault: str | None


def plugin_in(module: str) -> ProviderPlugin:
    """Return the adapter that a module defines: its one ``ProviderPlugin``.

    Raises:
        LookupError: If the module cannot be imported or defines none, or its entry point is not installed.
    """
    try:
        found = import_module(module)
    except ImportError as error:
        raise LookupError(f"{module} cannot be imported: {error}. Install its package first.") from error
    plugins = {id(value): value for value in vars(found).values() if isinstance(value, ProviderPlugin)}
    if len(plugins) != 1:
        raise LookupError(f"{module} defines {len(plugins)} ProviderPlugin; it is to define one.")
    (plugin,) = plugins.values()
    name = plugin.kind.name
    if name in PROVIDER_KINDS:
        raise LookupError(f"The kind {name!r} is built in; call yours otherwise.")
    if find_plugin(name) is not plugin:
        raise LookupError(
            f"The kind {name!r} is not installed: its package needs the entry point {name} = "
            f'"{module}:..." in the group retake.providers (docs/providers.md).'
        )
    return plugin


def run_checks(plugin: ProviderPlugin, *, ffmpeg: Path) -> Iterator[Finding]:
    """Give each check's finding, as it ends.

    Args:
        plugin: The adapter.
        ffmpeg: Makes the trial server's videos and judges results.
    """
    tool = Ffmpeg(ffmpeg)
    with plugin.trial(partial(_make_video, ffmpeg)) as trial:
        for check in CHECKS:
            promise = (check.__doc__ or "").strip()
            name = check.__name__
            try:
                _run(check, plugin, trial, tool)
            except AssertionError as error:
                yield Finding(name, promise, str(error) or "it does not hold")
            except Exception as error:  # noqa: BLE001 - whatever an adapter raises is the finding
                yield Finding(name, promise, f"it raised {error!r}")
            else:
                yield Finding(name, promise, None)


def _run(check: Callable[[Subject], None], plugin: ProviderPlugin, trial: Trial, tool: Ffmpeg) -> None:
    objects = MemoryObjects()
    catalogue = Catalogue(plugin.models)
    length_ms = plugin.models[0].negotiate_duration(DURATION_MS)
    with proxy_of(trial.base_url, trial.submission) as proxy:

        def build(key: str) -> VideoProvider:
            remote = Remote(
                name=plugin.kind.name,
                catalogue=catalogue,
                base_url=proxy.url,
                read_key=lambda: key,
                trusted_server=trial.base_url,
            )
            return build_provider(
                plugin.kind.name,
                objects=cast("Any", objects),
                clock=SystemClock(),
                font=None,
                remote=remote,
            )

        check(Subject(build, proxy, trial, partial(_length_of, tool), length_ms))


def _length_of(tool: Ffmpeg, path: Path) -> int:
    try:
        return FfmpegProbe(tool).probe(path).duration_ms
    except RetakeError as error:
        raise AssertionError(f"the result is no video: {error}") from error


@cache
def _make_video(ffmpeg: Path, seconds: int) -> bytes:
    with TemporaryDirectory() as directory:
        path = Path(directory) / "video.mp4"
        picture = ("-f", "lavfi", "-i", f"testsrc2=size=160x90:rate=24:duration={seconds}")
        sound = ("-f", "lavfi", "-i", f"sine=440:r=48000:d={seconds}")
        codecs = ("-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac")
        command = [str(ffmpeg), "-v", "error", *picture, *sound, *codecs, str(path)]
        subprocess.run(command, check=True, timeout=60)  # noqa: S603 - our own ffmpeg and arguments
        return path.read_bytes()
