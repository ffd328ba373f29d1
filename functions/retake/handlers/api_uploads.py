"""The function behind the routes of ``handlers/routes/uploads.py``."""

from retake.handlers.http.app import build_app, entry_point
from retake.handlers.routes import uploads

handler = entry_point(build_app(uploads.router))
