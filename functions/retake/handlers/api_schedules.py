"""The function behind the routes of ``handlers/routes/schedules.py``."""

from retake.handlers.http.app import build_app, entry_point
from retake.handlers.routes import schedules

handler = entry_point(build_app(schedules.router))
