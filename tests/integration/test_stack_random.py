"""Random histories through the HTTP API of the deployed stack, held against bucket and provider."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.api_user import ApiUser, Json, small_clip
from tests.stack import Stack
from tests.table_audit import assert_consistent, assert_paid_once, records

pytestmark = pytest.mark.local_cloud

SCRIPT = {
    "fails": {"fail": "The provider says no."},
    "refused": {"reject": "The provider will not."},
    "doubtful": {"ambiguous": "accepted"},
    "slow": {"polls": 1},
}
STEPS = st.one_of(
    st.tuples(
        st.just("regenerate"),
        st.tuples(
            st.dictionaries(
                st.sampled_from([0, 1]), st.sampled_from(["fine", "again", *SCRIPT]), min_size=1, max_size=2
            ),
            st.sampled_from([1, 1, 2]),
        ),
    ),
    st.tuples(st.just("restore"), st.tuples(st.sampled_from([0, 1]), st.integers(0, 9))),
    st.tuples(st.just("deliver again"), st.integers(0, 9)),
    st.tuples(st.just("cancel"), st.none()),
)
EXPECTED = {"fine": "succeeded", "again": "succeeded", "slow": "succeeded", "doubtful": "succeeded"}


class History:
    """One job and what is done to it; batches are waited for at the end only."""

    def __init__(self, stack: Stack, ada: ApiUser, job_id: str) -> None:
        self.stack, self.ada, self.job_id = stack, ada, job_id
        self.batches: list[Json] = []
        self.cancelled: set[str] = set()

    def regenerate(self, wanted: tuple[dict[int, str], int]) -> None:
        instructions, takes = wanted
        path = f"/jobs/{self.job_id}/clips/batch-regenerate"
        clips = [{"clip_index": index, "instruction": text} for index, text in instructions.items()]
        answer = self.ada.http.post(path, json={"clips": clips, "takes": takes})
        assert answer.status_code in {202, 429}
        self.batches += [answer.json()] if answer.status_code == 202 else []

    def restore(self, which: tuple[int, int]) -> None:
        clip_index, turn = which
        takes = self.ada.versions(self.job_id, clip_index)
        number = takes[turn % len(takes)]["version_number"]
        assert self.ada.restore(self.job_id, clip_index, number).status_code in {200, 202}

    def deliver_again(self, turn: int) -> None:
        """Send the messages of a regeneration once more, as a queue may."""
        mine = [item for item in records(self.stack, "Regeneration") if item["job_id"] == self.job_id]
        if not mine:
            return
        item = sorted(mine, key=lambda found: str(found["created_at"]))[turn % len(mine)]
        ids = {"job_id": self.job_id, "regeneration_id": item["regeneration_id"]}
        if item["task_token"]:
            self._send("SubmitQueueUrl", {**ids, "task_token": item["task_token"]})
        for ahead in (0, 1):
            self._send("PollQueueUrl", {**ids, "poll_seq": int(item["poll_seq"]) + ahead})

    def _send(self, queue: str, body: Json) -> None:
        url = self.stack.cloud.outputs[queue]
        self.stack.client("sqs").send_message(QueueUrl=url, MessageBody=json.dumps(body))

    def cancel(self, _: None) -> None:
        for batch in self.batches[-1:]:
            path = f"/jobs/{self.job_id}/batches/{batch['batch_id']}/cancel"
            if self.ada.http.post(path).status_code == 202:
                self.cancelled.add(batch["batch_id"])

    def check(self) -> None:
        """Let everything end, and hold what each part says against the others."""
        for accepted in self.batches:
            batch = self.ada.ended(self.job_id, accepted["batch_id"])
            for item in batch["regenerations"]:
                if batch["batch_id"] not in self.cancelled:
                    assert item["status"] == EXPECTED.get(item["instruction"], "failed"), item
                assert (item["version_number"] is not None) == (item["status"] == "succeeded")
        self.ada.wait_for(self.stack.is_quiet)
        self.ada.wait_for(lambda: self.ada.job(self.job_id)["video"]["up_to_date"])
        job = self.ada.job(self.job_id)
        assert (job["active_batch_id"], job["waiting_batch_ids"]) == (None, [])
        events = self.ada.events(self.job_id)
        assert [event.id for event in events] == list(range(1, len(events) + 1))
        assert_paid_once(self.stack)
        assert_consistent(self.stack)


@settings(
    max_examples=4,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(steps=st.lists(STEPS, min_size=4, max_size=7))
def test_any_history_leaves_table_bucket_and_provider_in_agreement(
    stack: Stack, ada: ApiUser, steps: list[tuple[str, object]]
) -> None:
    stack.direct(SCRIPT)
    history = History(stack, ada, ada.make_job(small_clip(0), small_clip(1)))
    for name, argument in steps:
        getattr(history, name.replace(" ", "_"))(argument)
    history.check()
