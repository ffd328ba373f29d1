"""The function behind the routes of ``handlers/routes/versions.py``."""

from retake.handlers.http.app import build_app, entry_point
from retake.handlers.routes import versions

handler = entry_point(build_app(versions.router))
