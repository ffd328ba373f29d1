"""Check a template against the models that are available now."""

from collections.abc import Sequence
from dataclasses import dataclass

from retake.domain.errors import Fault, InvalidRequestError
from retake.domain.model_choices import ModelChoices
from retake.domain.reasons import is_blank
from retake.domain.templates import NAME_CHARS, Template, TemplateWords, fill_placeholders
from retake.domain.videos import CreationMode
from retake.services.context import Context
from retake.services.videos.plan_videos import VideoRequest, plan_request


@dataclass(frozen=True)
class TemplateState:
    """How a template stands today: its settings were good when it was written, but models end.

    Attributes:
        faults: Why it cannot be used as it is; empty where it can.
        warnings: What people should know first, such as that its model ends soon.
    """

    faults: tuple[Fault, ...] = ()
    warnings: tuple[str, ...] = ()


def look_at_template(words: TemplateWords, offer: ModelChoices) -> TemplateState:
    """Return how a template stands by what is offered now; nothing is raised."""
    count = 1 if words.variations is None else max(words.variations, 0)
    request = VideoRequest(words.prompt, words.title, words.model, words.size, words.seconds)
    mode = CreationMode.SINGLE if words.variations is None else CreationMode.VARIATIONS
    # One more than is allowed is refused as well: a huge number need not become a huge list.
    requests = [request] * min(count, offer.limits.max_variations + 1)
    try:
        plans = plan_request(mode, requests, offer)
    except InvalidRequestError as error:
        return TemplateState(faults=tuple(dict.fromkeys(error.faults)))
    return TemplateState(warnings=tuple(dict.fromkeys(plan.warning for plan in plans if plan.warning)))


def require_usable(words: TemplateWords, ctx: Context, *, user_id: str) -> TemplateState:
    """Check a template whole before it is written.

    Raises:
        InvalidRequestError: Naming every fault; nothing was written.
    """
    state = look_at_template(words, ctx.model_choices)
    faults = [*_faults_of_name(words.name), *state.faults]
    if words.project_id is not None and ctx.projects.find_project(user_id, words.project_id) is None:
        faults.append(Fault("project_id", "There is no such project; make it first, or leave it out."))
    if faults:
        raise InvalidRequestError("The template was refused; nothing was kept.", faults=faults)
    return state


def _faults_of_name(name: str) -> Sequence[Fault]:
    length = 0 if is_blank(name) else len(name.strip())
    if 1 <= length <= NAME_CHARS:
        return ()
    return (Fault("name", f"A name has 1 to {NAME_CHARS} characters; this has {length}."),)


def fill_template(template: Template, values: dict[str, str]) -> dict[str, str | int]:
    """Return the body of the request that the template stands for, its placeholders filled.

    With ``variations`` it is one of POST /videos/variations, without one of POST /videos.

    Raises:
        InvalidRequestError: Naming each placeholder without a value, and each value without a placeholder.
    """
    words = template.words
    asked: dict[str, str | int | None] = {
        "prompt": fill_placeholders(words.prompt, values),
        "title": words.title,
        "model": words.model,
        "size": words.size,
        "seconds": words.seconds,
        "variations": words.variations,
        "project_id": words.project_id,
    }
    return {name: value for name, value in asked.items() if value is not None}
