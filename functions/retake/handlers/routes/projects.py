"""Routes of projects."""

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from retake import bootstrap
from retake.contracts.videos import ProjectList, ProjectModel, ProjectView
from retake.domain.errors import InvalidRequestError
from retake.domain.videos import Project
from retake.handlers.http.operations import answers
from retake.handlers.http.parameters import (
    DEFAULT_PAGE,
    Cursor,
    IdempotencyKey,
    Limit,
)
from retake.handlers.http.requests import Submission, answered, user_id
from retake.handlers.http.video_views import project_view

router = APIGatewayHttpRouter()


@router.post("/projects", summary="Make a project", tags=["projects"])
@answers(201, headers=("Location",))
def post_project(body: ProjectModel, key: IdempotencyKey = None) -> Response[ProjectView]:
    """Make a name under which videos are kept together."""
    submission = Submission(router, key, body)

    def carry_out() -> Response[ProjectView]:
        project = bootstrap.projects().create_project(
            Project(
                project_id=submission.new_id(),
                user_id=user_id(router),
                name=body.name,
                created_at=bootstrap.clock().now(),
                request_hash=submission.request_hash,
            )
        )
        if project.request_hash != submission.request_hash:
            raise InvalidRequestError("This Idempotency-Key was used for another project; use a new one.")
        return answered(201, project_view(project))

    return submission.answer_once(carry_out)


@router.get("/projects", summary="List your projects, newest first", tags=["projects"])
def get_projects(limit: Limit = DEFAULT_PAGE, cursor: Cursor = None) -> ProjectList:
    """List the asker's projects."""
    page = bootstrap.projects().list_projects(user_id(router), limit=limit, cursor=cursor)
    return ProjectList(projects=[project_view(project) for project in page.items], cursor=page.cursor)
