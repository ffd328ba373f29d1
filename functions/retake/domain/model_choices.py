"""The models that a request can name now."""

from dataclasses import dataclass
from datetime import date

from retake.domain.catalogue import Catalogue
from retake.domain.limits import Limits


@dataclass(frozen=True)
class ModelChoices:
    """What a request can choose from.

    Attributes:
        catalogue: The models of the providers that can be used.
        default_model: The model of requests that name none.
        today: The day of the request: models end.
    """

    catalogue: Catalogue
    default_model: str
    today: date
    limits: Limits
