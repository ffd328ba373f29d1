"""``retake retry``: the clips of a batch that did not succeed, once more."""

from retake_client.cli.connection import Connection
from retake_client.cli.extension import program
from retake_client.cli.following import await_batch
from retake_client.cli.job_tables import batch_table, price_table
from retake_client.client import RetakeClient
from retake_client.errors import UsageError


def run_retry(connection: Connection, job_id: str, batch_id: str | None, *, yes: bool, wait: bool) -> int:
    """Retry what failed in a batch; return the exit status.

    Args:
        connection: The server, and how its answer is printed.
        job_id: The batch's job.
        batch_id: Which batch; the job's last where None.
        yes: Do not ask once the price is shown.
        wait: Wait for the new batch's end.

    Raises:
        ApiError: If the server refuses it, such as for a batch that was retried before.
        UnexpectedEndError: If it does not end in time.
        UsageError: If there is no batch, or nothing of it failed.
    """
    with connection.client() as client:
        job = client.job(job_id)
        batch = client.batch(job_id, batch_id or _last(client, job_id))
        failed = {
            int(item["clip_index"]): str(item["instruction"])
            for item in batch["regenerations"]
            if item["status"] not in ("succeeded", "queued")
        }
        if not failed:
            raise UsageError(f"Every clip of batch {batch['batch_id']} succeeded; there is nothing to retry")
        connection.narrator.console.print(price_table(client.estimate(job_id, failed)))
        connection.ask_to_go_on(yes=yes)
        look_again = f"jobs {job_id}"
        with connection.waiting(look_again):
            accepted = client.retry(job_id, str(batch["batch_id"]))
            if not wait:
                connection.answer(accepted, [batch_table(accepted), connection.go_on(look_again)])
                return 0
            ended = await_batch(
                *(client, connection.narrator.console, job, str(accepted["batch_id"]), failed),
                pause=connection.pause,
            )
    connection.answer(ended, [batch_table(ended), connection.go_on(f"download {job_id}")])
    return 0 if ended["status"] == "succeeded" else 1


def _last(client: RetakeClient, job_id: str) -> str:
    batches = client.batches(job_id)
    if not batches:
        raise UsageError(f"Job {job_id} has had no batch; `{program()} regenerate` starts one")
    return str(batches[0]["batch_id"])
