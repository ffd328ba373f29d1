"""The function behind the routes of ``handlers/routes/batches.py`` and ``handlers/routes/queue.py``."""

from retake.handlers.http.app import build_app, entry_point
from retake.handlers.routes import batches, queue

handler = entry_point(build_app(batches.router, queue.router))
