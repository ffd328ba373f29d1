"""What a provider is built from: the settings of one, and the parts of an adapter that follow from them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from retake.domain.catalogue import Catalogue
from retake.domain.models import MODELS
from retake.ports.objects import ObjectStore
from retake.ports.system import Clock

if TYPE_CHECKING:
    from retake.adapters.providers.http.client import ProviderHttp
    from retake.adapters.providers.http.downloads import SafeDownloader
    from retake.adapters.providers.http.keys import ApiKey, Credential
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
        project: The project at Google that is asked and pays.
        location: Where at Google.
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
    project: str = ""
    location: str = ""


@dataclass(frozen=True)
class Parts:
    """What providers are built from."""

    objects: ObjectStore
    clock: Clock
    font: Path | None
    remote: Remote
    key: "ApiKey"

    def http(self, base_url: str, key_header: tuple[str, str] | None = None) -> "ProviderHttp":
        """Return the client of the provider's API: at the address of the settings, else at ``base_url``.

        Args:
            base_url: The provider's usual address.
            key_header: The header that carries the key, and what comes before it; by default a bearer token.

        Raises:
            LookupError: If the address is of no use.
        """
        return make_http(self.remote.base_url or base_url, self.key, key_header)

    def downloader(self, http: "ProviderHttp | None" = None) -> "SafeDownloader":
        """Return what fetches results; it trusts the API itself where ``http`` is given."""
        from retake.adapters.providers.http.connections import Origin
        from retake.adapters.providers.http.downloads import SafeDownloader

        trusted = [http.origin] if http else []
        try:
            trusted += [Origin.of(self.remote.trusted_server)] if self.remote.trusted_server else []
        except ValueError as exc:
            raise LookupError(f"The option trusted_server is of no use: {exc}") from exc
        return SafeDownloader(trusted=trusted)

    def translator(self) -> "RequestTranslator":
        """Return what turns a request into one in the terms of a model of the catalogue."""
        from retake.adapters.providers.requests import RequestTranslator

        name = self.remote.name
        offered = self.remote.catalogue.of_providers({name}).models
        if not offered:
            raise LookupError(f"The catalogue has no model of the provider {name!r}.")
        return RequestTranslator(
            provider=name,
            catalogue=self.remote.catalogue,
            default_model=self.remote.model or offered[0].name,
            objects=self.objects,
            clock=self.clock,
        )


def make_http(base_url: str, key: "Credential", key_header: tuple[str, str] | None = None) -> "ProviderHttp":
    """Return the client of an API. Raises ``LookupError`` if its address is of no use."""
    from retake.adapters.providers.http.client import BEARER, ProviderHttp

    try:
        return ProviderHttp(base_url, key=key, key_header=key_header or BEARER)
    except ValueError as exc:
        raise LookupError(f"The option base_url is of no use: {exc}") from exc
