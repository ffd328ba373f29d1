"""The function behind the routes of ``handlers/routes/events.py``."""

from retake.handlers.http.app import build_app, entry_point
from retake.handlers.routes import events

handler = entry_point(build_app(events.router))
