"""The function behind the routes of ``handlers/routes/system.py``."""

from retake.handlers.http.app import build_app, entry_point
from retake.handlers.routes import system

handler = entry_point(build_app(system.router))
