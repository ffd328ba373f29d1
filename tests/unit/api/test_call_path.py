"""How many files and calls of the product one request runs through."""

from tests.builders import JOB, store_ready_job
from tests.call_trace import trace_calls
from tests.fakes.world import World
from tests.http_api import Api

MOST_FILES = 24
MOST_CALLS = 100
MOST_CALLS_BEHIND_PORTS = 197


def test_a_batch_is_accepted_in_few_files_and_calls(api: Api, world: World) -> None:
    store_ready_job(world.jobs, world.objects)
    path = f"/jobs/{JOB}/clips/batch-regenerate"
    body = {"clips": [{"clip_index": 0}], "instruction": "make it nighttime"}
    assert api.post(path, body, headers={"idempotency-key": "first"}).status == 202  # imports what is lazy
    with trace_calls() as trace:
        answer = api.post(path, body, headers={"idempotency-key": "second"})
    assert answer.status == 202
    assert len(trace.files) <= MOST_FILES, trace.describe()
    assert len(trace.calls) <= MOST_CALLS, trace.describe()
    assert len(trace.behind) <= MOST_CALLS_BEHIND_PORTS, trace.describe()
