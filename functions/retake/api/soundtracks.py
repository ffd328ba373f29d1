"""Routes of a job's sound track."""

from aws_lambda_powertools.event_handler import Response

from retake import bootstrap
from retake.api.http.operations import CONFLICTS, Router, answers
from retake.api.http.parameters import IfMatch, JobId
from retake.api.http.requests import own_job, revision_of, user_id
from retake.api.job_answers import job_answer
from retake.contracts.jobs import JobView
from retake.contracts.soundtracks import SoundtrackModel
from retake.domain.errors import StorageBudgetExceededError
from retake.domain.records.jobs import SoundtrackMix
from retake.routes import SoundtrackRoute
from retake.services.jobs.set_soundtrack import SoundtrackRequest, remove_soundtrack, set_soundtrack

router = Router()


@router.on(SoundtrackRoute.SET, summary="Set a job's sound track, or how it is heard", tags=["jobs"])
@answers(200, raises=(*CONFLICTS, StorageBudgetExceededError), headers=("ETag",))
def put_soundtrack(job_id: JobId, body: SoundtrackModel, if_match: IfMatch = None) -> Response[JobView]:
    """Lay a track over the whole video at a level, with fades, and quieter while the clips have sound."""
    own_job(router, job_id)
    mix = SoundtrackMix(**body.model_dump(exclude={"upload_id"}))
    request = SoundtrackRequest(job_id, user_id(router), body.upload_id, mix)
    job = set_soundtrack(request, bootstrap.context, if_revision=revision_of(if_match))
    return job_answer(200, job)


@router.on(SoundtrackRoute.REMOVE, summary="Remove a job's sound track", tags=["jobs"])
@answers(200, raises=CONFLICTS, headers=("ETag",))
def delete_soundtrack(job_id: JobId, if_match: IfMatch = None) -> Response[JobView]:
    """Have the clips' own sound heard alone, and recompose."""
    own_job(router, job_id)
    job = remove_soundtrack(job_id, bootstrap.context, if_revision=revision_of(if_match))
    return job_answer(200, job)
