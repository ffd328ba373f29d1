"""The route of a job's stream: a playlist for media players, which send no token."""

from typing import Annotated

from annotated_types import Ge
from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from retake import bootstrap
from retake.api.http.operations import Router, answers
from retake.api.http.parameters import DIGITS, JobId
from retake.routes import StreamRoute
from retake.services.jobs.read_stream import read_stream

router = Router()

PLAYLIST = "application/vnd.apple.mpegurl"
_UNCACHED: dict[str, str | list[str]] = {"Cache-Control": "no-store"}

Until = Annotated[int, Ge(0), DIGITS, Query(description="As it stands in `stream_url`")]
Signature = Annotated[str, Query(max_length=64, description="As it stands in `stream_url`")]


@router.on(StreamRoute.READ, summary="Play a job's current takes, one after another", tags=["jobs"])
@answers(200, headers=("Cache-Control",), media_type=PLAYLIST)
def get_stream(job_id: JobId, until: Until, signature: Signature) -> Response[str]:
    """Read the HLS playlist of what the video will show, before it is composed.

    Its address is `stream_url` of the job. That itself is the permission: it is signed, and ends after hours.
    """
    playlist = read_stream(job_id, bootstrap.context, until=until, signature=signature)
    return Response(200, content_type=PLAYLIST, body=playlist, headers=_UNCACHED)
