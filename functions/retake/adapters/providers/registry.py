"""Builds a provider of each kind that there is (``retake.domain.providers``)."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from retake.domain.catalogue import Catalogue
from retake.domain.models import MODELS
from retake.ports.objects import ObjectStore
from retake.ports.providers import VideoProvider
from retake.ports.system import Clock

if TYPE_CHECKING:
    from retake.adapters.providers.http.client import ProviderHttp
    from retake.adapters.providers.http.downloads import SafeDownloader
    from retake.adapters.providers.http.keys import ApiKey
    from retake.adapters.providers.requests import RequestTranslator


@dataclass(frozen=True)
class Remote:
    """What the settings say of a provider on the network.

    Attributes:
        name: What models and records name it by; by default as its kind.
        catalogue: The models.
        model: Model of requests that name none; by default the provider's first.
        base_url: Where its API is.
        read_key: Returns its API key, or an empty text.
        body: ``multipart`` or ``json``.
        extensions: Whether the server takes vLLM-Omni's own fields.
        honours_keys: Whether it honours ``Idempotency-Key``.
        bucket_name: The bucket that Bedrock writes to: our own, in the models' region.
        trusted_server: A server of one's own that results may lie on, such as
            ``http://10.0.0.7:8091``.
    """

    name: str = ""
    catalogue: Catalogue = field(default_factory=lambda: Catalogue(MODELS))
    model: str = ""
    base_url: str = ""
    read_key: Callable[[], str] = field(default=str, repr=False)
    body: str = "multipart"
    extensions: bool = False
    honours_keys: bool = False
    bucket_name: str = ""
    trusted_server: str = ""


@dataclass(frozen=True)
class Parts:
    """What providers are built from."""

    objects: ObjectStore
    clock: Clock
    font: Path | None
    remote: Remote
    key: "ApiKey"


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
        raise LookupError(f"There is no provider {kind!r}; RETAKE_PROVIDER takes one of {list(_BUILDERS)}.")
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
    http = _http(remote.base_url, parts.key)
    dialect = Dialect(BodyFormat(remote.body), remote.extensions, remote.honours_keys)
    return OpenAiVideosProvider(
        http=http, asking=_asking(parts), downloader=_downloader(remote, http), dialect=dialect
    )


def _replicate(parts: Parts) -> VideoProvider:
    from retake.adapters.providers.replicate import BASE_URL, ReplicateProvider

    http = _http(parts.remote.base_url or BASE_URL, parts.key)
    return ReplicateProvider(
        http=http,
        asking=_asking(parts),
        downloader=_downloader(parts.remote),
        objects=parts.objects,
        clock=parts.clock,
    )


def _bedrock_async(parts: Parts) -> VideoProvider:
    from retake.adapters.aws.clients import client
    from retake.adapters.providers.bedrock_async import BedrockAsyncProvider

    return BedrockAsyncProvider(
        # One attempt: a repeated one would hide that the first may have arrived.
        client=client("bedrock-runtime", attempts=1),
        asking=_asking(parts),
        outputs=parts.objects,
        bucket_name=parts.remote.bucket_name,
    )


def _gemini(parts: Parts) -> VideoProvider:
    from retake.adapters.providers.gemini import BASE_URL, KEY_HEADER, GeminiProvider

    http = _http(parts.remote.base_url or BASE_URL, parts.key, (KEY_HEADER, ""))
    return GeminiProvider(http=http, asking=_asking(parts), downloader=_downloader(parts.remote, http))


def _openrouter(parts: Parts) -> VideoProvider:
    from retake.adapters.providers.openrouter import BASE_URL, OpenRouterProvider

    http = _http(parts.remote.base_url or BASE_URL, parts.key)
    return OpenRouterProvider(http=http, asking=_asking(parts), downloader=_downloader(parts.remote, http))


def _fal(parts: Parts) -> VideoProvider:
    from retake.adapters.providers.fal import BASE_URL, KEY_SCHEME, FalProvider

    http = _http(parts.remote.base_url or BASE_URL, parts.key, ("Authorization", KEY_SCHEME))
    return FalProvider(http=http, asking=_asking(parts), downloader=_downloader(parts.remote))


_BUILDERS: dict[str, Callable[[Parts], VideoProvider]] = {
    "local": _on_one_machine("local"),
    "scripted": _on_one_machine("scripted"),
    "openai_videos": _openai_videos,
    "bedrock_async": _bedrock_async,
    "gemini": _gemini,
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

    http = _http(remote.base_url or openrouter.BASE_URL, ApiKey(remote.read_key))
    return openrouter_models.list_models(http, provider=remote.name)


def _http(base_url: str, key: "ApiKey", key_header: tuple[str, str] | None = None) -> "ProviderHttp":
    from retake.adapters.providers.http.client import BEARER, ProviderHttp

    try:
        return ProviderHttp(base_url, key=key, key_header=key_header or BEARER)
    except ValueError as exc:
        raise LookupError(f"The option base_url is of no use: {exc}") from exc


def _downloader(remote: Remote, http: "ProviderHttp | None" = None) -> "SafeDownloader":
    from retake.adapters.providers.http.connections import Origin
    from retake.adapters.providers.http.downloads import SafeDownloader

    trusted = [http.origin] if http else []
    try:
        trusted += [Origin.of(remote.trusted_server)] if remote.trusted_server else []
    except ValueError as exc:
        raise LookupError(f"The option trusted_server is of no use: {exc}") from exc
    return SafeDownloader(trusted=trusted)


def _asking(parts: Parts) -> "RequestTranslator":
    from retake.adapters.providers.requests import RequestTranslator

    name = parts.remote.name
    offered = parts.remote.catalogue.of_providers({name}).models
    if not offered:
        raise LookupError(f"The catalogue has no model of the provider {name!r}.")
    return RequestTranslator(
        provider=name,
        catalogue=parts.remote.catalogue,
        default_model=parts.remote.model or offered[0].name,
        objects=parts.objects,
        clock=parts.clock,
    )
