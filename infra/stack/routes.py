"""Which function answers which route. No CDK in here: tests and documents read it too."""

from collections.abc import Mapping, Sequence

PREFIX = "/api/v1"

FALLBACK = "$default"
"""What API Gateway routes everything to that no other route takes."""
FALLBACK_MODULE = "api_system"

_JOB = "/jobs/{job_id}"
_CLIP = f"{_JOB}/clips/{{clip_index}}"
_REGENERATE = f"{_JOB}/clips/batch-regenerate"
_BATCH = f"{_JOB}/batches/{{batch_id}}"
_VIDEO = "/videos/{video_id}"
_SCHEDULE = "/schedules/{schedule_id}"
_TEMPLATE = "/templates/{template_id}"

ROUTES: Mapping[str, Sequence[str]] = {
    "api_jobs": (
        "GET /jobs",
        "POST /jobs",
        "POST /jobs/estimate",
        f"GET {_JOB}",
        f"DELETE {_JOB}",
        f"PATCH {_JOB}/clips",
        f"DELETE {_CLIP}",
    ),
    "api_batches": (
        f"POST {_REGENERATE}",
        f"POST {_REGENERATE}/estimate",
        f"GET {_JOB}/batches",
        f"PATCH {_JOB}/batches",
        f"GET {_BATCH}",
        f"POST {_BATCH}/cancel",
        f"POST {_BATCH}/pause",
        f"POST {_BATCH}/resume",
        f"POST {_BATCH}/retry",
        f"POST {_JOB}/recompose",
        "GET /queue",
    ),
    "api_versions": (
        f"GET {_CLIP}/versions",
        f"GET {_CLIP}/versions/compare",
        f"POST {_CLIP}/versions/{{version_id}}/restore",
    ),
    "api_videos": (
        "POST /videos",
        "POST /videos/variations",
        "POST /videos/batch",
        "POST /videos/estimate",
        "POST /videos/variations/estimate",
        "GET /videos/batches/{batch_id}",
        "GET /videos",
        f"GET {_VIDEO}",
        f"DELETE {_VIDEO}",
        f"POST {_VIDEO}/retry",
        f"POST {_VIDEO}/cancel",
        f"POST {_VIDEO}/pause",
        f"POST {_VIDEO}/resume",
        f"GET {_VIDEO}/download",
        "GET /models",
    ),
    "api_downloads": ("POST /downloads", "GET /downloads/{download_id}"),
    "api_projects": (
        "GET /projects",
        "POST /projects",
        "PATCH /projects/{project_id}",
        "DELETE /projects/{project_id}",
    ),
    "api_templates": (
        "GET /templates",
        "POST /templates",
        f"GET {_TEMPLATE}",
        f"PUT {_TEMPLATE}",
        f"DELETE {_TEMPLATE}",
        f"POST {_TEMPLATE}/fill",
    ),
    "api_schedules": (
        "GET /schedules",
        "POST /schedules",
        f"GET {_SCHEDULE}",
        f"DELETE {_SCHEDULE}",
    ),
    "api_uploads": ("POST /uploads",),
    "api_events": (f"GET {_JOB}/events", "GET /events"),
    "api_usage": (
        "GET /usage",
        "GET /generations",
        "GET /admin/storage",
        "GET /admin/budgets/{user_id}",
        "PUT /admin/budgets/{user_id}",
    ),
    "api_system": ("GET /status", "GET /openapi.json", "GET /docs"),
}
"""Routes below ``PREFIX``, by the module that answers them. All of them need a valid token."""
