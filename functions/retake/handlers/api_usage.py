"""The function behind the routes of ``handlers/routes/usage.py`` and ``handlers/routes/generations.py``."""

from retake.handlers.http.app import build_app, entry_point
from retake.handlers.routes import generations, usage

handler = entry_point(build_app(usage.router, generations.router))
