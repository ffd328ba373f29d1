"""Measure how similar two takes look; the route that compares takes waits for it."""

from pathlib import Path
from tempfile import TemporaryDirectory

from retake import bootstrap
from retake.workers.task import Payload, task


def _compare(event: Payload) -> dict[str, float]:
    with TemporaryDirectory() as name:
        left, right = Path(name) / "left.mp4", Path(name) / "right.mp4"
        bootstrap.context.objects.download(event["left_key"], left)
        bootstrap.context.objects.download(event["right_key"], right)
        return {"similarity": bootstrap.context.comparer.similarity(left, right)}


handler = task(_compare)
