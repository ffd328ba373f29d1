"""What providers share that document neither an idempotency key nor a list of what was sent."""

from retake.adapters.providers.http.client import ProviderHttp
from retake.adapters.providers.http.downloads import SafeDownloader
from retake.adapters.providers.requests import RequestTranslator
from retake.ports.providers import ProviderJob, SubmissionRecovery


class UnsearchableProvider:
    """The part of a ``VideoProvider`` where a submission whose answer was lost cannot be found.

    Args:
        http: The API.
        asking: Translates requests.
    """

    def __init__(self, *, http: ProviderHttp, asking: RequestTranslator) -> None:
        self._http = http
        self._asking = asking

    @property
    def name(self) -> str:
        return self._asking.provider

    @property
    def submission_recovery(self) -> SubmissionRecovery:
        """Return ``none``: a submission whose answer was lost cannot be found."""
        return SubmissionRecovery.NONE

    def find(self, idempotency_key: str) -> ProviderJob | None:  # noqa: ARG002 - nothing shows it
        """Return None: no list of the provider shows what was sent."""
        return None


class UnsearchableWithDownloads(UnsearchableProvider):
    """Likewise, where results lie at an address.

    Args:
        http: The API.
        asking: Translates requests.
        downloader: Fetches results.
    """

    def __init__(self, *, http: ProviderHttp, asking: RequestTranslator, downloader: SafeDownloader) -> None:
        super().__init__(http=http, asking=asking)
        self._downloader = downloader
