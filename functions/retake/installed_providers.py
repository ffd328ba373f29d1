"""Which video providers and models this installation has, and how each provider is built.

Adapters are imported inside the functions, as in ``retake.bootstrap``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from retake.config import BucketSettings, settings
from retake.domain.catalogue import Catalogue, Model
from retake.domain.providers import PROVIDER_KINDS, ProviderState
from retake.provider_settings import ENVIRONMENT_KEY, ProviderEntry, ProviderListSettings, ProviderSettings

if TYPE_CHECKING:
    from retake.adapters.providers.parts import Remote
    from retake.ports.providers import VideoProvider
    from retake.services.context import Context


def default_model(models: Catalogue, entry: ProviderEntry) -> str:
    """Return the model of requests to a provider that name none. Raises ``LookupError`` if there is none."""
    offered = models.of_providers({entry.name}).models
    if entry.model or offered:
        return entry.model or offered[0].name
    raise LookupError(f"The catalogue has no model of the provider {entry.name!r}.")


def installed_models() -> Sequence[Model]:
    """Return the models of the listed providers whose adapters are packages of their own."""
    listed = {entry.kind_name for entry in settings(ProviderListSettings).more}
    if listed <= PROVIDER_KINDS.keys():
        return ()
    from retake.adapters.providers.plugins import models_of

    return models_of(listed)


def provider_states() -> Sequence[ProviderState]:
    """Return the providers, and what those lack that cannot be used."""
    states: Sequence[ProviderState] = settings(ProviderSettings).states()
    return states


def remote_of(
    chosen: ProviderSettings, entry: ProviderEntry, *, bucket_name: str, catalogue: Catalogue
) -> Remote:
    """Return what the settings say of a provider on the network."""
    from retake.adapters.providers.parts import Remote

    return Remote(
        name=entry.name,
        catalogue=catalogue,
        read_key=_key_reader(chosen, entry),
        bucket_name=bucket_name,
        **chosen.options_of(entry),
    )


def build_provider(chosen: ProviderSettings, entry: ProviderEntry, ctx: Context) -> VideoProvider:
    """Return a provider with its address and key. Raises ``LookupError`` for a setting that is missing."""
    from retake.adapters.providers import registry

    remote = remote_of(
        chosen, entry, bucket_name=settings(BucketSettings).bucket_name, catalogue=ctx.catalogue
    )
    font = Path(chosen.font_path) if chosen.font_path else None
    return registry.build_provider(
        entry.kind_name, objects=ctx.objects, clock=ctx.clock, font=font, remote=remote
    )


def _key_reader(chosen: ProviderSettings, entry: ProviderEntry) -> Callable[[], str]:
    """Return what reads a provider's key: from where the reference leads, else the environment."""
    source = entry.key_reference.partition(":")[0]
    if source in {"", ENVIRONMENT_KEY}:
        return partial(chosen.plain_key, entry)
    from retake.adapters.aws.secrets import read_secret

    return partial(read_secret, entry.key_reference)
