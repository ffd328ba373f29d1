"""The real providers, each with a server of its own that speaks its published format."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from functools import cached_property

import boto3
from botocore.config import Config

from retake.adapters.providers.bedrock_async import BedrockAsyncProvider
from retake.adapters.providers.fal import KEY_SCHEME, FalProvider
from retake.adapters.providers.gemini import KEY_HEADER, GeminiProvider
from retake.adapters.providers.google_account import AccessToken
from retake.adapters.providers.http.client import BEARER, ProviderHttp, Timeouts
from retake.adapters.providers.http.connections import Origin
from retake.adapters.providers.http.downloads import DownloadLimits, SafeDownloader
from retake.adapters.providers.http.keys import ApiKey, Credential
from retake.adapters.providers.openai_videos import Dialect, OpenAiVideosProvider
from retake.adapters.providers.openrouter import OpenRouterProvider
from retake.adapters.providers.replicate import ReplicateProvider
from retake.adapters.providers.requests import RequestTranslator
from retake.adapters.providers.scrubbing import ScrubbedProvider
from retake.adapters.providers.vertex import VertexProvider
from retake.domain.catalogue import Catalogue
from retake.domain.models import MODELS
from retake.ports.providers import VideoProvider
from tests.fakes.in_memory_objects import InMemoryObjectStore
from tests.fakes.providers import bedrock, fal, gemini, openai_videos, openrouter, replicate, vertex
from tests.fakes.providers.server import ProviderServer
from tests.fakes.ticking_clock import TickingClock

IMPATIENT = Timeouts(look_s=0.5, submit_s=0.5, result_s=0.5, pause_s=0.0)
"""Waits no longer than a server on the same machine needs; a test makes it hang on purpose."""

PATIENT = Timeouts(look_s=20, submit_s=20, result_s=20, pause_s=0.0)


@dataclass
class ProviderWorld:
    """Servers that are started when they are first needed, and providers that call them.

    Attributes:
        objects: The store of our side.
        clock: Our time.
        timeouts: How long the providers wait.
    """

    objects: InMemoryObjectStore = field(default_factory=InMemoryObjectStore)
    clock: TickingClock = field(default_factory=TickingClock)
    timeouts: Timeouts = PATIENT
    servers: list[ProviderServer] = field(default_factory=list)

    def close(self) -> None:
        for server in self.servers:
            server.close()

    @cached_property
    def openai_app(self) -> openai_videos.OpenAiVideosApp:
        return openai_videos.OpenAiVideosApp()

    @cached_property
    def openai_server(self) -> ProviderServer:
        return self._started(ProviderServer(self.openai_app))

    @cached_property
    def replicate_app(self) -> replicate.ReplicateApp:
        return replicate.ReplicateApp()

    @cached_property
    def replicate_server(self) -> ProviderServer:
        server = self._started(ProviderServer(self.replicate_app))
        self.replicate_app.base_url = server.url
        return server

    @cached_property
    def bedrock_app(self) -> bedrock.BedrockApp:
        return bedrock.BedrockApp(bucket=self.objects)

    @cached_property
    def bedrock_server(self) -> ProviderServer:
        return self._started(ProviderServer(self.bedrock_app))

    @cached_property
    def openrouter_app(self) -> openrouter.OpenRouterApp:
        return openrouter.OpenRouterApp()

    @cached_property
    def openrouter_server(self) -> ProviderServer:
        return self._started(ProviderServer(self.openrouter_app))

    @cached_property
    def gemini_app(self) -> gemini.GeminiApp:
        return gemini.GeminiApp()

    @cached_property
    def gemini_server(self) -> ProviderServer:
        server = self._started(ProviderServer(self.gemini_app))
        self.gemini_app.base_url = server.url
        return server

    @cached_property
    def vertex_app(self) -> vertex.VertexApp:
        return vertex.VertexApp()

    @cached_property
    def vertex_server(self) -> ProviderServer:
        server = self._started(ProviderServer(self.vertex_app))
        self.vertex_app.base_url = server.url
        return server

    @cached_property
    def fal_app(self) -> fal.FalApp:
        return fal.FalApp()

    @cached_property
    def fal_server(self) -> ProviderServer:
        server = self._started(ProviderServer(self.fal_app))
        self.fal_app.base_url = server.url
        return server

    def openai_videos(self, dialect: Dialect | None = None, *, key: str = openai_videos.KEY) -> VideoProvider:
        dialect = dialect or Dialect()
        self.openai_app.honours_keys = dialect.honours_keys
        http = self._http(self.openai_server.url, key)
        provider = OpenAiVideosProvider(
            http=http,
            asking=self._asking("openai_videos", "self-hosted"),
            downloader=self.downloader(http.origin),
            dialect=dialect,
        )
        return ScrubbedProvider(provider, redact=http.key.redact)

    def replicate(self, *, key: str = replicate.KEY) -> VideoProvider:
        http = self._http(f"{self.replicate_server.url}/v1", key)
        provider = ReplicateProvider(
            http=http,
            asking=self._asking("replicate", "seedance-2.0"),
            downloader=self.downloader(http.origin),
            objects=self.objects,
            clock=self.clock,
        )
        return ScrubbedProvider(provider, redact=http.key.redact)

    def openrouter(self, model: str = "openrouter-seedance-2.0-fast") -> VideoProvider:
        http = self._http(f"{self.openrouter_server.url}/api/v1", openrouter.KEY)
        provider = OpenRouterProvider(
            http=http, asking=self._asking("openrouter", model), downloader=self.downloader(http.origin)
        )
        return ScrubbedProvider(provider, redact=http.key.redact)

    def gemini(self) -> VideoProvider:
        http = self._http(self.gemini_server.url, gemini.KEY, (KEY_HEADER, ""))
        provider = GeminiProvider(
            http=http,
            asking=self._asking("gemini", "omni-flash-1.1"),
            downloader=self.downloader(http.origin),
        )
        return ScrubbedProvider(provider, redact=http.key.redact)

    def vertex(self, model: str = "vertex-veo-3.1-lite", *, project: str = "") -> VideoProvider:
        server = self.vertex_server
        key = ApiKey(lambda: vertex.key_file(self.vertex_app.token_uri))
        token = AccessToken(key, connect=lambda uri: self._http_of(uri, ApiKey(str)))
        provider = VertexProvider(
            connect=lambda _: self._http_of(server.url, token),
            token=token,
            project=project,
            location=vertex.LOCATION,
            asking=self._asking("vertex", model),
        )
        return ScrubbedProvider(provider, redact=token.redact)

    def fal(self, model: str = "fal-omni-flash-1.1") -> VideoProvider:
        http = self._http(self.fal_server.url, fal.KEY, ("Authorization", KEY_SCHEME))
        provider = FalProvider(
            http=http, asking=self._asking("fal", model), downloader=self.downloader(http.origin)
        )
        return ScrubbedProvider(provider, redact=http.key.redact)

    def bedrock_async(self) -> VideoProvider:
        client = boto3.client(
            "bedrock-runtime",
            region_name="us-west-2",
            endpoint_url=self.bedrock_server.url,
            aws_access_key_id="test",
            aws_secret_access_key="test",  # noqa: S106 - the server only looks whether it is signed
            config=Config(
                connect_timeout=self.timeouts.submit_s,
                read_timeout=self.timeouts.submit_s,
                retries={"mode": "standard", "total_max_attempts": 1},
            ),
        )
        provider = BedrockAsyncProvider(
            client=client,
            asking=self._asking("bedrock_async", "luma-ray-2"),
            outputs=self.objects,
            bucket_name=bedrock.BUCKET,
        )
        return ScrubbedProvider(provider, redact=str)

    def downloader(self, *trusted: Origin, context: ssl.SSLContext | None = None) -> SafeDownloader:
        limits = DownloadLimits(total_s=self.timeouts.look_s, step_s=self.timeouts.look_s)
        return SafeDownloader(trusted=trusted, limits=limits, context=context)

    def _started(self, server: ProviderServer) -> ProviderServer:
        self.servers.append(server)
        return server

    def _http(self, url: str, key: str, key_header: tuple[str, str] = BEARER) -> ProviderHttp:
        return self._http_of(url, ApiKey(lambda: key), key_header)

    def _http_of(self, url: str, key: Credential, key_header: tuple[str, str] = BEARER) -> ProviderHttp:
        return ProviderHttp(url, key=key, key_header=key_header, timeouts=self.timeouts)

    def _asking(self, provider: str, model: str) -> RequestTranslator:
        return RequestTranslator(
            provider=provider,
            catalogue=Catalogue(MODELS),
            default_model=model,
            objects=self.objects,
            clock=self.clock,
        )
