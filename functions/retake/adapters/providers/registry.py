"""Builds a provider of each kind that there is (``retake.domain.providers``)."""

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

from retake.adapters.providers.parts import Parts, Remote, make_http
from retake.adapters.providers.plugins import find_plugin
from retake.domain.providers import PROVIDER_KINDS
from retake.ports.objects import ObjectStore
from retake.ports.providers import VideoProvider
from retake.ports.system import Clock
from retake.variables import Setting


def build_provider(
    kind: str,
    *,
    objects: ObjectStore,
    clock: Clock,
    font: Path | None,
    remote: Remote | None = None,
) -> VideoProvider:
    """Return a provider of this kind.

    Raises:
        LookupError: If there is none, or a setting that it needs is missing or of no use.
    """
    build = _BUILDERS.get(kind)
    if build is None:
        plugin = find_plugin(kind)
        if plugin is None:
            raise LookupError(
                f"There is no provider {kind!r}; {Setting.PROVIDER} takes one of {list(_BUILDERS)}."
            )
        build = plugin.build
    from retake.adapters.providers.http.keys import ApiKey
    from retake.adapters.providers.scrubbing import ScrubbedProvider

    remote = remote or Remote()
    remote = remote if remote.name else replace(remote, name=kind)
    key = ApiKey(remote.read_key)
    return ScrubbedProvider(build(Parts(objects, clock, font, remote, key)), redact=key.redact)


def _on_one_machine(kind: str) -> Callable[[Parts], VideoProvider]:
    """Return the builder of a kind in the package that ships only with a stack on one machine."""

    def build(parts: Parts) -> VideoProvider:
        try:
            package = import_module("retake_local")
        except ModuleNotFoundError as exc:
            raise LookupError(
                f"The provider {kind!r} runs on one machine only and is no part of what is deployed to AWS. "
                "Choose another one (docs/providers.md)."
            ) from exc
        built: VideoProvider = getattr(package, f"build_{kind}")(
            objects=parts.objects, clock=parts.clock, font=parts.font
        )
        return built

    return build


def _openai_videos(parts: Parts) -> VideoProvider:
    from retake.adapters.providers.openai_videos import BodyFormat, Dialect, OpenAiVideosProvider

    remote = parts.remote
    if not remote.base_url:
        raise LookupError(f"The provider {remote.name!r} needs its server's address in the option base_url.")
    http = parts.http(remote.base_url)
    dialect = Dialect(BodyFormat(remote.body), remote.extensions, remote.honours_keys)
    return OpenAiVideosProvider(
        http=http, asking=parts.translator(), downloader=parts.downloader(http), dialect=dialect
    )


def _replicate(parts: Parts) -> VideoProvider:
    from retake.adapters.providers.replicate import BASE_URL, ReplicateProvider

    http = parts.http(BASE_URL)
    return ReplicateProvider(
        http=http,
        asking=parts.translator(),
        downloader=parts.downloader(),
        objects=parts.objects,
        clock=parts.clock,
    )


def _bedrock_async(parts: Parts) -> VideoProvider:
    from retake.adapters.aws.clients import client
    from retake.adapters.providers.bedrock_async import BedrockAsyncProvider

    return BedrockAsyncProvider(
        # One attempt: a repeated one would hide that the first may have arrived.
        client=client("bedrock-runtime", attempts=1),
        asking=parts.translator(),
        outputs=parts.objects,
        bucket_name=parts.remote.bucket_name,
    )


def _gemini(parts: Parts) -> VideoProvider:
    from retake.adapters.providers.gemini import BASE_URL, KEY_HEADER, GeminiProvider

    http = parts.http(BASE_URL, (KEY_HEADER, ""))
    return GeminiProvider(http=http, asking=parts.translator(), downloader=parts.downloader(http))


def _vertex(parts: Parts) -> VideoProvider:
    from retake.adapters.providers.google_account import AccessToken
    from retake.adapters.providers.http.keys import ApiKey
    from retake.adapters.providers.vertex import LOCATION, LOCATION_FORM, VertexProvider, base_url

    remote, location = parts.remote, parts.remote.location or LOCATION
    if not LOCATION_FORM.fullmatch(location):
        variable = dict(PROVIDER_KINDS["vertex"].option_variables)["location"]
        raise LookupError(
            f"The option location ({variable}) is of no use: {location!r} is none such as {LOCATION!r}."
        )
    token = AccessToken(parts.key, connect=lambda uri: make_http(uri, ApiKey(str)))
    return VertexProvider(
        connect=lambda place: make_http(remote.base_url or base_url(place), token),
        token=token,
        project=remote.project,
        location=location,
        asking=parts.translator(),
    )


def _openrouter(parts: Parts) -> VideoProvider:
    from retake.adapters.providers.openrouter import BASE_URL, OpenRouterProvider

    http = parts.http(BASE_URL)
    return OpenRouterProvider(http=http, asking=parts.translator(), downloader=parts.downloader(http))


def _fal(parts: Parts) -> VideoProvider:
    from retake.adapters.providers.fal import BASE_URL, KEY_SCHEME, FalProvider

    http = parts.http(BASE_URL, ("Authorization", KEY_SCHEME))
    return FalProvider(http=http, asking=parts.translator(), downloader=parts.downloader())


_BUILDERS: dict[str, Callable[[Parts], VideoProvider]] = {
    "local": _on_one_machine("local"),
    "scripted": _on_one_machine("scripted"),
    "openai_videos": _openai_videos,
    "bedrock_async": _bedrock_async,
    "gemini": _gemini,
    "vertex": _vertex,
    "openrouter": _openrouter,
    "fal": _fal,
    "replicate": _replicate,
}

PROVIDERS = tuple(_BUILDERS)
"""The kinds that the settings may use."""


def list_models(kind: str, remote: Remote) -> list[dict[str, Any]]:
    """Return what a provider says of its own models, as entries for ``RETAKE_MODELS``.

    Raises:
        LookupError: If providers of this kind have no such list, or a setting is of no use.
        ProviderUnavailableError, ProviderThrottledError: If it does not say just now.
    """
    if kind != "openrouter":
        raise LookupError("Only OpenRouter publishes lengths, sizes and prices of its models by itself.")
    from retake.adapters.providers import openrouter, openrouter_models
    from retake.adapters.providers.http.keys import ApiKey

    http = make_http(remote.base_url or openrouter.BASE_URL, ApiKey(remote.read_key))
    return openrouter_models.list_models(http, provider=remote.name)
