"""What every answer is made of."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

Money = Annotated[Decimal, PlainSerializer(float, return_type=float, when_used="json")]
"""US dollars; exact inside, a JSON number outside."""

Moment = datetime
"""UTC, ISO 8601 in answers."""


class Contract(BaseModel):
    """Base of all wire models: unknown fields are refused, so that a typo is reported and not ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    @classmethod
    def of(cls, record: object, /, **given: object) -> Self:
        """Return the answer about a record: fields that are not given are its attributes of the same names.

        Records among the values become the answers that their fields are declared as.

        Raises:
            AttributeError: If the record lacks a field that is not given.
            ValidationError: If a field is given that there is none of, or a value is of another kind.
        """
        copied = {name: getattr(record, name) for name in cls.model_fields if name not in given}
        return cls.model_validate(copied | given, from_attributes=True)


class DoubtView(Contract):
    """Check that is under way for a generation that may have been paid for."""

    awaited: str = Field(description="What is being done")
    since: Moment
    until: Moment = Field(description="When the doubt ends at the latest, with or without an answer")


class FaultView(Contract):
    """One thing wrong with a request."""

    field: str = Field(description="Where, such as clips[0].instruction")
    detail: str = Field(description="What is wrong and what to do about it")


class Problem(Contract):
    """An error, as RFC 9457 has it."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: list[FaultView] = []
