"""The function behind the routes of ``handlers/routes/downloads.py``."""

from retake.handlers.http.app import build_app, entry_point
from retake.handlers.routes import downloads

handler = entry_point(build_app(downloads.router))
