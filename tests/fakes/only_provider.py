"""An installation with one provider."""

from dataclasses import dataclass

from retake.ports.providers import VideoProvider


@dataclass(frozen=True)
class OnlyProvider:
    """``VideoProviders`` with one provider, whatever a record or a model names."""

    provider: VideoProvider

    def choose(self, *, provider: str | None, model: str) -> VideoProvider:  # noqa: ARG002
        return self.provider
