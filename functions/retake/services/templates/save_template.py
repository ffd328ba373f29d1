"""Keep, change and forget templates."""

from dataclasses import replace

from retake.domain.errors import (
    ConcurrentUpdateError,
    InvalidRequestError,
    NotFoundError,
    PreconditionFailedError,
)
from retake.domain.limits import Limits
from retake.domain.templates import Template, TemplateWords
from retake.ports.system import Clock
from retake.ports.templates import TemplateRepository
from retake.ports.videos import ProjectRepository
from retake.services.commits import ATTEMPTS, pause_after
from retake.services.templates.check_template import require_usable
from retake.services.videos.plan_videos import ModelChoices

BUSY = "The template is being changed by others; try again."
OTHER_KEY = "This Idempotency-Key was used for another template; use a new one."


def create_template(
    template: Template,
    *,
    templates: TemplateRepository,
    projects: ProjectRepository,
    offer: ModelChoices,
    limits: Limits,
) -> Template:
    """Keep a new template; a repeat of the request finds the first one's.

    Raises:
        InvalidRequestError: Naming every fault; nothing was written.
        ConflictError: If the user has one of this name.
        TooManyKeptError: If the user has as many as are allowed.
    """
    found = templates.find_template(template.user_id, template.template_id)
    if found is None:
        require_usable(template.words, offer, user_id=template.user_id, projects=projects)
        found = _write(template, templates, most=limits.max_templates)
    if found.request_hash != template.request_hash:
        raise InvalidRequestError(OTHER_KEY)
    return found


def _write(template: Template, templates: TemplateRepository, *, most: int) -> Template:
    for attempt in range(ATTEMPTS):
        try:
            return templates.create_template(template, most=most)
        except ConcurrentUpdateError:
            pause_after(attempt)
    raise ConcurrentUpdateError(BUSY)


def change_template(
    template_id: str,
    words: TemplateWords,
    *,
    user_id: str,
    if_match: int | None,
    templates: TemplateRepository,
    projects: ProjectRepository,
    offer: ModelChoices,
    clock: Clock,
) -> Template:
    """Replace what a template says.

    Args:
        template_id: Which one.
        words: What it says from now on.
        user_id: Whose it is.
        if_match: The revision that the person saw; None to write over any.
        templates: Where templates are kept.
        projects: The user's projects.
        offer: What can be asked for now.
        clock: The time.

    Raises:
        NotFoundError: If the user has no such template.
        PreconditionFailedError: If it is not the revision that was seen.
        InvalidRequestError: Naming every fault; nothing was written.
        ConflictError: If the user has another one of this name.
    """
    for _ in range(ATTEMPTS):
        read = get_template(template_id, user_id=user_id, templates=templates)
        if if_match is not None and read.revision != if_match:
            raise PreconditionFailedError("The template was changed meanwhile; read it again.")
        if read.words == words:
            return read
        require_usable(words, offer, user_id=user_id, projects=projects)
        try:
            return templates.change_template(replace(read, words=words, changed_at=clock.now()), read=read)
        except ConcurrentUpdateError:
            continue  # somebody succeeded; the next look says what came of it
    raise ConcurrentUpdateError(BUSY)


def delete_template(template_id: str, *, user_id: str, templates: TemplateRepository) -> Template:
    """Forget a template, and return what it was. Raises ``NotFoundError`` if the user has none such."""
    for _ in range(ATTEMPTS):
        read = get_template(template_id, user_id=user_id, templates=templates)
        try:
            templates.delete_template(read)
        except ConcurrentUpdateError:
            continue
        return read
    raise ConcurrentUpdateError(BUSY)


def get_template(template_id: str, *, user_id: str, templates: TemplateRepository) -> Template:
    """Return the user's template. Raises ``NotFoundError``, also for somebody else's."""
    found = templates.find_template(user_id, template_id)
    if found is None:
        raise NotFoundError(f"There is no template {template_id!r}.")
    return found
