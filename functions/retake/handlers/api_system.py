"""The function behind the routes of ``handlers/routes/system.py``, and behind what is no route at all."""

from retake.handlers.http.app import build_app, entry_point
from retake.handlers.routes import system

handler = entry_point(build_app(system.router, missing=system.answer_missing))
