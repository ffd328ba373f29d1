"""Pack the files of a download into one archive; the API starts it."""

from retake import bootstrap
from retake.observability import logger
from retake.services.downloads.pack_download import pack_download
from retake.workers.task import Payload, task


def _pack(event: Payload) -> dict[str, str]:
    asked_for = {name: event[name] for name in ("user_id", "download_id", "worker")}
    outcome = pack_download(ctx=bootstrap.context, **asked_for)
    logger.info("download packed", **asked_for, outcome=outcome)
    return {"outcome": outcome}


handler = task(_pack)
