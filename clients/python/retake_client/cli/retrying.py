"""``retake retry``: the clips of a batch that did not succeed, or a video, once more."""

from retake_client.cli.connection import Connection
from retake_client.cli.creating import follow_videos, show_price
from retake_client.cli.extension import program
from retake_client.cli.following import await_batch
from retake_client.cli.job_tables import batch_table, price_table
from retake_client.client import RetakeClient
from retake_client.errors import UsageError, naming


def run_retry(
    connection: Connection, job_id: str, batch_id: str | None, *, model: str | None, yes: bool, wait: bool
) -> int:
    """Retry what failed in a batch, or a video that has no take yet; return the exit status.

    Args:
        connection: The server, and how its answer is printed.
        job_id: The batch's job, or the video.
        batch_id: Which batch; the job's last where None.
        model: Which makes them; None for the one that was to make each.
        yes: Do not ask once the price is shown.
        wait: Wait for the new batch's end.

    Raises:
        ApiError: If the server refuses it, such as for a batch that was retried before.
        UnexpectedEndError: If it does not end in time.
        UsageError: If there is no batch, or nothing of it failed.
    """
    with connection.client() as client, naming(lambda field: f"--{field}"):
        job = client.job(job_id)
        if job["kind"] == "video" and all(clip["current_version"] is None for clip in job["clips"]):
            return _retry_video(connection, client, job_id, model=model, yes=yes, wait=wait)
        batch = client.batch(job_id, batch_id or _last(client, job_id))
        failed = {
            int(item["clip_index"]): str(item["instruction"])
            for item in batch["regenerations"]
            if item["status"] not in ("succeeded", "queued")
        }
        if not failed:
            raise UsageError(f"Every clip of batch {batch['batch_id']} succeeded; there is nothing to retry")
        connection.narrator.console.print(price_table(client.estimate(job_id, failed, model=model)))
        connection.ask_to_go_on(yes=yes)
        look_again = f"jobs {job_id}"
        with connection.waiting(look_again):
            accepted = client.retry(job_id, str(batch["batch_id"]), model=model)
            if not wait:
                connection.answer(accepted, [batch_table(accepted), connection.go_on(look_again)])
                return 0
            ended = await_batch(
                *(client, connection.narrator.console, job, str(accepted["batch_id"]), failed),
                pause=connection.pause,
            )
    connection.answer(ended, [batch_table(ended), connection.go_on(f"download {job_id}")])
    return 0 if ended["status"] == "succeeded" else 1


def _retry_video(
    connection: Connection, client: RetakeClient, video_id: str, *, model: str | None, yes: bool, wait: bool
) -> int:
    video = client.video(video_id)
    asked = {
        "prompt": video["prompt"],
        "model": model or video["model"],
        "size": video["size"],
        "seconds": video["seconds"],
        "variations": 1,  # one video is priced as one variation
    }
    with naming(lambda _: "--model"):  # nothing else was said
        show_price(connection, client.estimate_videos(asked), yes=yes)
        return follow_videos(connection, client, lambda: client.retry_video(video_id, model=model), wait=wait)


def _last(client: RetakeClient, job_id: str) -> str:
    batches = client.batches(job_id)
    if not batches:
        raise UsageError(f"Job {job_id} has had no batch; `{program()} regenerate` starts one")
    return str(batches[0]["batch_id"])
