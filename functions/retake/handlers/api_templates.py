"""The function behind the routes of ``handlers/routes/templates.py``."""

from retake.handlers.http.app import build_app, entry_point
from retake.handlers.routes import templates

handler = entry_point(build_app(templates.router))
