"""Routes of projects."""

from aws_lambda_powertools.event_handler import Response

from retake import bootstrap
from retake.api.http.app import build_app, entry_point
from retake.api.http.operations import CONFLICTS, Router, answers
from retake.api.http.parameters import (
    DEFAULT_PAGE,
    Cursor,
    IdempotencyKey,
    Limit,
    ProjectId,
)
from retake.api.http.requests import Submission, answered, user_id
from retake.contracts.videos import ProjectList, ProjectModel, ProjectView
from retake.domain.errors import ConcurrentUpdateError, ConflictError, InvalidRequestError, NotFoundError
from retake.domain.videos import Project
from retake.routes import ProjectRoute

router = Router()


@router.on(ProjectRoute.CREATE, summary="Make a project", tags=["projects"])
@answers(201, raises=(ConflictError,))
def post_project(body: ProjectModel, key: IdempotencyKey = None) -> Response[ProjectView]:
    """Create a project: a name that groups videos."""
    submission = Submission(router, key, body)

    def carry_out() -> Response[ProjectView]:
        project = bootstrap.context.projects.create_project(
            Project(
                project_id=submission.new_id(),
                user_id=user_id(router),
                name=body.name,
                created_at=bootstrap.context.clock.now(),
                request_hash=submission.request_hash,
            )
        )
        if project.request_hash != submission.request_hash:
            raise InvalidRequestError("This Idempotency-Key was used for another project; use a new one.")
        return answered(201, ProjectView.of(project))

    return submission.answer_once(carry_out)


@router.on(ProjectRoute.RENAME, summary="Rename a project", tags=["projects"])
@answers(200, raises=CONFLICTS)
def patch_project(project_id: ProjectId, body: ProjectModel) -> ProjectView:
    """Give a project another name; its videos stay in it."""
    return ProjectView.of(bootstrap.context.projects.rename_project(_own(project_id), body.name))


@router.on(ProjectRoute.DELETE, summary="Delete a project; its videos stay", tags=["projects"])
@answers(200, raises=(ConcurrentUpdateError,))
def delete_project(project_id: ProjectId) -> ProjectView:
    """Delete a project. Videos made in it stay, and can still be listed by its id."""
    project = _own(project_id)
    bootstrap.context.projects.delete_project(project)
    return ProjectView.of(project)


def _own(project_id: str) -> Project:
    project = bootstrap.context.projects.find_project(user_id(router), project_id)
    if project is None:
        raise NotFoundError(f"There is no project {project_id!r}.")
    return project


@router.on(ProjectRoute.LIST, summary="List your projects, newest first", tags=["projects"])
def get_projects(limit: Limit = DEFAULT_PAGE, cursor: Cursor = None) -> ProjectList:
    """List the asker's projects."""
    page = bootstrap.context.projects.list_projects(user_id(router), limit=limit, cursor=cursor)
    return ProjectList(projects=[ProjectView.of(project) for project in page.items], cursor=page.cursor)


handler = entry_point(build_app(router))
