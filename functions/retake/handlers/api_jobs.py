"""The function behind the routes of ``handlers/routes/jobs.py``."""

from retake.handlers.http.app import build_app, entry_point
from retake.handlers.routes import jobs

handler = entry_point(build_app(jobs.router))
