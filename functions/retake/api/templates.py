"""Routes of templates: prompts that are saved and used again."""

from aws_lambda_powertools.event_handler import Response

from retake import bootstrap
from retake.api.http.app import build_app, entry_point
from retake.api.http.operations import CONFLICTS, Router, answers
from retake.api.http.parameters import (
    DEFAULT_PAGE,
    Cursor,
    IdempotencyKey,
    IfMatch,
    Limit,
    TemplateId,
)
from retake.api.http.requests import Submission, answered, revision_of, user_id
from retake.contracts.templates import FilledView, FillModel, TemplateList, TemplateModel, TemplateView
from retake.domain.errors import ConcurrentUpdateError, TooManyKeptError
from retake.domain.templates import Template, TemplateWords, placeholders_of
from retake.routes import CreationRoute, TemplateRoute
from retake.services.templates.check_template import fill_template, look_at_template
from retake.services.templates.save_template import (
    change_template,
    create_template,
    delete_template,
    get_template,
)

router = Router()


@router.on(TemplateRoute.CREATE, summary="Save a prompt with its settings", tags=["templates"])
@answers(201, raises=(*CONFLICTS, TooManyKeptError), headers=("Location", "ETag"))
def post_template(body: TemplateModel, key: IdempotencyKey = None) -> Response[TemplateView]:
    """Save a prompt under a name; it is checked like a request for a video."""
    submission = Submission(router, key, body)

    def carry_out() -> Response[TemplateView]:
        now = bootstrap.context.clock.now()
        template = create_template(
            Template(
                template_id=submission.new_id(),
                user_id=user_id(router),
                words=_words(body),
                created_at=now,
                changed_at=now,
                request_hash=submission.request_hash,
            ),
            bootstrap.context,
        )
        return _answered(201, template, location=TemplateRoute.READ.address(template_id=template.template_id))

    return submission.answer_once(carry_out)


@router.on(TemplateRoute.LIST, summary="List your templates, newest first", tags=["templates"])
def get_templates(limit: Limit = DEFAULT_PAGE, cursor: Cursor = None) -> TemplateList:
    """List the asker's templates, each with what speaks against using it today."""
    page = bootstrap.context.templates.list_templates(user_id(router), limit=limit, cursor=cursor)
    return TemplateList(templates=[_view(item) for item in page.items], cursor=page.cursor)


@router.on(TemplateRoute.READ, summary="Read a template", tags=["templates"])
@answers(200, headers=("ETag",))
def get_one_template(template_id: TemplateId) -> Response[TemplateView]:
    """Read one template."""
    return _answered(200, _own(template_id))


@router.on(TemplateRoute.CHANGE, summary="Change a template", tags=["templates"])
@answers(200, raises=CONFLICTS, headers=("ETag",))
def put_template(
    template_id: TemplateId, body: TemplateModel, if_match: IfMatch = None
) -> Response[TemplateView]:
    """Replace all that a template says, its name included; ``If-Match`` guards against a lost update."""
    template = change_template(
        template_id, _words(body), bootstrap.context, user_id=user_id(router), if_match=revision_of(if_match)
    )
    return _answered(200, template)


@router.on(TemplateRoute.DELETE, summary="Delete a template", tags=["templates"])
@answers(200, raises=(ConcurrentUpdateError,))
def remove_template(template_id: TemplateId) -> TemplateView:
    """Delete a template; what was made with it stays."""
    return _view(delete_template(template_id, bootstrap.context, user_id=user_id(router)))


@router.on(TemplateRoute.FILL, summary="Fill a template's placeholders", tags=["templates"])
def post_fill(template_id: TemplateId, body: FillModel) -> FilledView:
    """Write the request that a template stands for; nothing is started."""
    template = _own(template_id)
    route = CreationRoute.CREATE if template.words.variations is None else CreationRoute.VARIATIONS
    return FilledView(route=route.key, request=fill_template(template, body.values))


def _own(template_id: str) -> Template:
    return get_template(template_id, bootstrap.context, user_id=user_id(router))


def _words(body: TemplateModel) -> TemplateWords:
    return TemplateWords(
        name=" ".join(body.name.split()),
        prompt=body.prompt.strip(),
        title=body.title,
        model=body.model,
        size=body.size,
        seconds=None if body.seconds is None else str(body.seconds),
        variations=body.variations,
        project_id=body.project_id,
    )


def _view(template: Template) -> TemplateView:
    words, state = template.words, look_at_template(template.words, bootstrap.context.model_choices)
    return TemplateView.of(
        words,
        template_id=template.template_id,
        placeholders=placeholders_of(words.prompt),
        revision=template.revision,
        created_at=template.created_at,
        changed_at=template.changed_at,
        faults=state.faults,
        warnings=state.warnings,
    )


def _answered(status: int, template: Template, *, location: str | None = None) -> Response[TemplateView]:
    return answered(status, _view(template), location=location, tag=f'"{template.revision}"')


handler = entry_point(build_app(router))
