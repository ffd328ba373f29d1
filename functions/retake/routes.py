"""Every route of the HTTP API, once: the functions register their operations by it, the stack its gateway.

Data alone, and nothing is imported for it, so that the template is made without the functions' libraries.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum, unique
from typing import NamedTuple

PREFIX = "/api/v1"

FALLBACK = "$default"
"""What API Gateway routes everything to that no other route takes."""
FALLBACK_FUNCTION = "api_system"

_JOB = "/jobs/{job_id}"
_CLIPS = f"{_JOB}/clips"
_CLIP = f"{_CLIPS}/{{clip_index}}"
_VERSIONS = f"{_CLIP}/versions"
_BATCHES = f"{_JOB}/batches"
_BATCH = f"{_BATCHES}/{{batch_id}}"
_REGENERATE = f"{_CLIPS}/batch-regenerate"
_VIDEO = "/videos/{video_id}"
_PROJECT = "/projects/{project_id}"
_TEMPLATE = "/templates/{template_id}"
_SCHEDULE = "/schedules/{schedule_id}"
_SHARE = f"{_JOB}/shares/{{share_id}}"
_SHARED = "/shared/{token}"
_BUDGET = "/admin/budgets/{user_id}"


class Route(StrEnum):
    """Base of the routes of a resource: a member is a method and a path below ``PREFIX``."""

    @property
    def method(self) -> str:
        """Return the method, in capitals."""
        return self.partition(" ")[0]

    @property
    def path(self) -> str:
        """Return the path, its parameters in braces."""
        return self.partition(" ")[2]

    @property
    def key(self) -> str:
        """Return the method and the whole path, as API Gateway names a route: ``POST /api/v1/videos``."""
        return f"{self.method} {PREFIX}{self.path}"

    def address(self, **parameters: str | int) -> str:
        """Return the path of one request, as ``Location`` names it.

        >>> JobRoute.READ.address(job_id="j1")
        '/api/v1/jobs/j1'
        """
        return PREFIX + self.partition(" ")[2].format(**parameters)


@unique
class JobRoute(Route):
    """Jobs."""

    LIST = "GET /jobs"
    CREATE = "POST /jobs"
    ESTIMATE = "POST /jobs/estimate"
    READ = f"GET {_JOB}"
    CHANGE = f"PATCH {_JOB}"
    DELETE = f"DELETE {_JOB}"
    UNDELETE = f"POST {_JOB}/undelete"


@unique
class ClipRoute(Route):
    """The clips of a job."""

    UNDO = f"POST {_JOB}/undo"
    ADD = f"POST {_CLIPS}"
    ESTIMATE = f"POST {_CLIPS}/estimate"
    REORDER = f"PATCH {_CLIPS}"
    CHANGE = f"PATCH {_CLIP}"
    REMOVE = f"DELETE {_CLIP}"
    DUPLICATE = f"POST {_CLIP}/duplicate"
    LIST_REMOVED = f"GET {_JOB}/removed-clips"
    RETURN = f"POST {_JOB}/removed-clips/{{clip_id}}/return"
    DELETE_REMOVED = f"DELETE {_JOB}/removed-clips/{{clip_id}}"


@unique
class SoundtrackRoute(Route):
    """The sound track of a job."""

    SET = f"PUT {_JOB}/soundtrack"
    REMOVE = f"DELETE {_JOB}/soundtrack"


@unique
class StreamRoute(Route):
    """A job's takes as media players read them."""

    READ = f"GET {_JOB}/stream.m3u8"


@unique
class BatchRoute(Route):
    """Batches of regenerations."""

    REGENERATE = f"POST {_REGENERATE}"
    ESTIMATE = f"POST {_REGENERATE}/estimate"
    LIST = f"GET {_BATCHES}"
    REORDER = f"PATCH {_BATCHES}"
    READ = f"GET {_BATCH}"
    CANCEL = f"POST {_BATCH}/cancel"
    PAUSE = f"POST {_BATCH}/pause"
    RESUME = f"POST {_BATCH}/resume"
    CHANGE_MODEL = f"POST {_BATCH}/change-model"
    ESTIMATE_CHANGE = f"POST {_BATCH}/change-model/estimate"
    RETRY = f"POST {_BATCH}/retry"
    RECOMPOSE = f"POST {_JOB}/recompose"


@unique
class QueueRoute(Route):
    """All that has not ended."""

    LIST = "GET /queue"


@unique
class VersionRoute(Route):
    """The versions of a clip."""

    LIST = f"GET {_VERSIONS}"
    COMPARE = f"GET {_VERSIONS}/compare"
    RESTORE = f"POST {_VERSIONS}/{{version_id}}/restore"


@unique
class CreationRoute(Route):
    """Videos that are made from words."""

    CREATE = "POST /videos"
    VARIATIONS = "POST /videos/variations"
    BATCH = "POST /videos/batch"
    ESTIMATE = "POST /videos/estimate"
    ESTIMATE_VARIATIONS = "POST /videos/variations/estimate"
    READ_BATCH = "GET /videos/batches/{batch_id}"


@unique
class VideoRoute(Route):
    """Videos that were made, and the models that make them."""

    LIST = "GET /videos"
    READ = f"GET {_VIDEO}"
    DELETE = f"DELETE {_VIDEO}"
    RETRY = f"POST {_VIDEO}/retry"
    CANCEL = f"POST {_VIDEO}/cancel"
    PAUSE = f"POST {_VIDEO}/pause"
    RESUME = f"POST {_VIDEO}/resume"
    DOWNLOAD = f"GET {_VIDEO}/download"
    MODELS = "GET /models"


@unique
class DownloadRoute(Route):
    """Videos packed into one ZIP archive."""

    CREATE = "POST /downloads"
    READ = "GET /downloads/{download_id}"


@unique
class ProjectRoute(Route):
    """Projects, which group videos."""

    LIST = "GET /projects"
    CREATE = "POST /projects"
    RENAME = f"PATCH {_PROJECT}"
    DELETE = f"DELETE {_PROJECT}"


@unique
class TemplateRoute(Route):
    """Prompts that are kept with their settings."""

    LIST = "GET /templates"
    CREATE = "POST /templates"
    READ = f"GET {_TEMPLATE}"
    CHANGE = f"PUT {_TEMPLATE}"
    DELETE = f"DELETE {_TEMPLATE}"
    FILL = f"POST {_TEMPLATE}/fill"


@unique
class ScheduleRoute(Route):
    """Requests that are carried out at a time."""

    LIST = "GET /schedules"
    CREATE = "POST /schedules"
    READ = f"GET {_SCHEDULE}"
    CANCEL = f"DELETE {_SCHEDULE}"


@unique
class ShareRoute(Route):
    """Share links of a job and their comments, for its owner."""

    LIST = f"GET {_JOB}/shares"
    CREATE = f"POST {_JOB}/shares"
    REVOKE = f"DELETE {_SHARE}"
    COMMENTS = f"GET {_JOB}/comments"
    DELETE_COMMENT = f"DELETE {_SHARE}/comments/{{comment_id}}"


@unique
class SharedRoute(Route):
    """What a share link shows, without a sign-in."""

    READ = f"GET {_SHARED}"
    COMMENTS = f"GET {_SHARED}/comments"
    COMMENT = f"POST {_SHARED}/comments"


@unique
class UploadRoute(Route):
    """Forms that upload a file."""

    CREATE = "POST /uploads"


@unique
class EventRoute(Route):
    """What happened, as server-sent events."""

    OF_JOB = f"GET {_JOB}/events"
    OF_USER = "GET /events"


@unique
class UsageRoute(Route):
    """What is stored, spent and was generated."""

    READ = "GET /usage"
    GENERATIONS = "GET /generations"
    ALL_STORAGE = "GET /admin/storage"
    READ_BUDGET = f"GET {_BUDGET}"
    SET_BUDGET = f"PUT {_BUDGET}"


@unique
class SystemRoute(Route):
    """The installation and its document."""

    STATUS = "GET /status"
    OPENAPI = "GET /openapi.json"
    DOCS = "GET /docs"


ROUTES: Mapping[str, Sequence[Route]] = {
    "api_jobs": (*JobRoute, *ClipRoute, *SoundtrackRoute, *StreamRoute),
    "api_batches": (*BatchRoute, *QueueRoute),
    "api_versions": tuple(VersionRoute),
    "api_videos": (*CreationRoute, *VideoRoute),
    "api_downloads": tuple(DownloadRoute),
    "api_projects": tuple(ProjectRoute),
    "api_templates": tuple(TemplateRoute),
    "api_schedules": tuple(ScheduleRoute),
    "api_shares": tuple(ShareRoute),
    "api_shared": tuple(SharedRoute),
    "api_uploads": tuple(UploadRoute),
    "api_events": tuple(EventRoute),
    "api_usage": tuple(UsageRoute),
    "api_system": tuple(SystemRoute),
}
"""Routes by the function that answers them. All but ``PUBLIC_ROUTES`` need a user's token."""


class Throttle(NamedTuple):
    """Requests of one route that the gateway lets pass, of all callers together; more are answered 429."""

    requests_per_second: int
    burst: int


PUBLIC_ROUTES: Mapping[Route, Throttle] = {
    SharedRoute.READ: Throttle(50, 100),
    SharedRoute.COMMENTS: Throttle(50, 100),
    SharedRoute.COMMENT: Throttle(5, 20),
    StreamRoute.READ: Throttle(50, 100),
}
"""Routes without an authorizer, on purpose: a share link's token in the path says what may be seen, or a
signature what may be played.

They are throttled by themselves, so that what anyone can ask leaves the rest of the API alone. A viewer who
watches a link asks less than once in ten seconds: 500 of them fit.
"""
