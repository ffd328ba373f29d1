"""Requests and answers about templates of prompts."""

from typing import Any

from pydantic import Field

from retake.contracts.common import Contract, FaultView, Moment
from retake.contracts.values import FROM_ONE, Id, Seconds, Title, Whole
from retake.domain.templates import NAME_CHARS
from retake.routes import CreationRoute


class TemplateModel(Contract):
    """A prompt with its settings, under a name; what is left out is the catalogue's default."""

    name: str = Field(
        description="Your own: two templates differ in more than case and spaces",
        json_schema_extra={"minLength": 1, "maxLength": NAME_CHARS},
    )
    prompt: str = Field(
        description="Placeholders in braces are filled when it is used", examples=["a red {animal} in snow"]
    )
    title: Title | None = None
    model: str | None = Field(default=None, description="A name of GET /models")
    size: str | None = Field(default=None, examples=["1280x720"])
    seconds: Seconds | None = None
    variations: Whole | None = Field(
        default=None, description="How many takes of it are asked for together", json_schema_extra=FROM_ONE
    )
    project_id: Id | None = None


class TemplateView(Contract):
    """A template, and whether it can be used today."""

    template_id: str
    name: str
    prompt: str
    placeholders: list[str] = Field(description="What is to be filled, in the order of the prompt")
    title: str | None
    model: str | None
    size: str | None
    seconds: str | None
    variations: int | None
    project_id: str | None
    revision: int = Field(description="Also the ETag, for If-Match")
    created_at: Moment
    changed_at: Moment
    faults: list[FaultView] = Field(description="Why it cannot be used now, such as a model that is no more")
    warnings: list[str] = Field(description="Warnings, such as that a model ends soon")


class TemplateList(Contract):
    """A page of templates, newest first."""

    templates: list[TemplateView]
    cursor: str | None


class FillModel(Contract):
    """What stands for each placeholder."""

    values: dict[str, str] = Field(default={}, examples=[{"animal": "fox"}])


class FilledView(Contract):
    """The request that a template stands for, ready to be sent; nothing was started."""

    route: str = Field(description="Where it is sent", examples=[CreationRoute.CREATE.key])
    request: dict[str, Any] = Field(description="Its body")
