"""A take in a class that needs hours, on the real stack: the local cloud thaws it in two seconds.

It carries out no lifecycle rules, so the test moves the take to the class as the rule would.
"""

from __future__ import annotations

import pytest

from tests.api_user import ApiUser, Json, small_clip
from tests.stack import Stack
from tests.table_audit import assert_consistent, make_old

pytestmark = pytest.mark.local_cloud


def first(ada: ApiUser, job_id: str) -> Json:
    return ada.versions(job_id, 0)[-1]


@pytest.fixture
def job_id(stack: Stack, ada: ApiUser) -> str:
    """A job whose first take lies in the archive, in a cold class."""
    made = ada.make_job(small_clip(0))
    assert ada.run(made, {0: "brighter"})["status"] == "succeeded"
    make_old(stack, made, 1, days=8)
    stack.invoke("sweep_versions", {"detail-type": "Scheduled Event"})
    ada.wait_for(lambda: first(ada, made)["state"] == "archived")
    s3 = stack.client("s3")
    for key in stack.keys(f"archive/{made}/"):
        s3.copy_object(
            Bucket=stack.bucket,
            Key=key,
            CopySource={"Bucket": stack.bucket, "Key": key},
            StorageClass="GLACIER",
        )
    return made


def test_a_restore_that_takes_hours_says_when_and_finishes_by_itself(
    stack: Stack, ada: ApiUser, job_id: str
) -> None:
    with stack.denied("rehydrate_version", "s3:RestoreObject"):
        refused = ada.restore(job_id, 0, 1)
        assert (refused.status_code, refused.json()["expected_at"]) == (202, None)

    answer = ada.restore(job_id, 0, 1)
    assert answer.status_code == 202
    reported = answer.json()
    assert (reported["state"], reported["video_ready"]) == ("restoring", False)
    assert reported["expected_at"] is not None
    waiting = ada.wait_for_event(job_id, "version_restoring")
    assert waiting.data["expected_at"].startswith(reported["expected_at"][:16])

    # No second request: S3's event, through the deployed rule, goes on with it.
    ada.wait_for_event(job_id, "version_restored")
    ada.wait_for(lambda: ada.job(job_id)["video"]["up_to_date"])
    back = first(ada, job_id)
    assert (back["is_current"], back["archived_url"], back["expected_at"]) == (True, None, None)
    ada.wait_for(stack.is_quiet)
    assert_consistent(stack)
    assert stack.invoke("sweep_orphans", {"dry_run": True})["drifted"] == 0
