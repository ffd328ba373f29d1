"""The API: pack an archive that somebody asked for."""

from retake import bootstrap
from retake.handlers.worker import Payload, task
from retake.observability import logger
from retake.services.downloads.pack_download import PackDownload


def _pack(event: Payload) -> dict[str, str]:
    pack = PackDownload(downloads=bootstrap.downloads(), objects=bootstrap.objects(), clock=bootstrap.clock())
    asked_for = {name: event[name] for name in ("user_id", "download_id", "worker")}
    outcome = pack(**asked_for)
    logger.info("download packed", **asked_for, outcome=outcome)
    return {"outcome": outcome}


handler = task(_pack)
