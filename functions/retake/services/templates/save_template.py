"""Create, change and delete templates."""

from dataclasses import replace

from retake.domain.errors import (
    ConcurrentUpdateError,
    InvalidRequestError,
    NotFoundError,
    PreconditionFailedError,
)
from retake.domain.templates import Template, TemplateWords
from retake.services.commits import ATTEMPTS, pause_after
from retake.services.context import Context
from retake.services.templates.check_template import require_usable

BUSY = "The template is being changed by others; try again."
OTHER_KEY = "This Idempotency-Key was used for another template; use a new one."


def create_template(template: Template, ctx: Context) -> Template:
    """Keep a new template; a repeat of the request finds the first one's.

    Raises:
        InvalidRequestError: Naming every fault; nothing was written.
        ConflictError: If the user has one of this name.
        TooManyKeptError: If the user has as many as are allowed.
    """
    found = ctx.templates.find_template(template.user_id, template.template_id)
    if found is None:
        require_usable(template.words, ctx, user_id=template.user_id)
        found = _write(template, ctx, most=ctx.limits.max_templates)
    if found.request_hash != template.request_hash:
        raise InvalidRequestError(OTHER_KEY)
    return found


def _write(template: Template, ctx: Context, *, most: int) -> Template:
    for attempt in range(ATTEMPTS):
        try:
            return ctx.templates.create_template(template, most=most)
        except ConcurrentUpdateError:
            pause_after(attempt)
    raise ConcurrentUpdateError(BUSY)


def change_template(
    template_id: str, words: TemplateWords, ctx: Context, *, user_id: str, if_match: int | None
) -> Template:
    """Replace what a template says.

    Args:
        template_id: Which one.
        words: What it says from now on.
        user_id: Whose it is.
        if_match: The revision that the person saw; None to write over any.
        ctx: The ports.

    Raises:
        NotFoundError: If the user has no such template.
        PreconditionFailedError: If it is not the revision that was seen.
        InvalidRequestError: Naming every fault; nothing was written.
        ConflictError: If the user has another one of this name.
    """
    for _ in range(ATTEMPTS):
        read = get_template(template_id, ctx, user_id=user_id)
        if if_match is not None and read.revision != if_match:
            raise PreconditionFailedError("The template was changed meanwhile; read it again.")
        if read.words == words:
            return read
        require_usable(words, ctx, user_id=user_id)
        try:
            return ctx.templates.change_template(
                replace(read, words=words, changed_at=ctx.clock.now()), read=read
            )
        except ConcurrentUpdateError:
            continue  # another writer succeeded; the next look says what came of it
    raise ConcurrentUpdateError(BUSY)


def delete_template(template_id: str, ctx: Context, *, user_id: str) -> Template:
    """Delete a template and return it. Raises ``NotFoundError`` if the user has none such."""
    for _ in range(ATTEMPTS):
        read = get_template(template_id, ctx, user_id=user_id)
        try:
            ctx.templates.delete_template(read)
        except ConcurrentUpdateError:
            continue
        return read
    raise ConcurrentUpdateError(BUSY)


def get_template(template_id: str, ctx: Context, *, user_id: str) -> Template:
    """Return the user's template. Raises ``NotFoundError``, also for another user's."""
    found = ctx.templates.find_template(user_id, template_id)
    if found is None:
        raise NotFoundError(f"There is no template {template_id!r}.")
    return found
