"""No permission without a test that takes it away, or a reason why there is none."""

from tests.denials import denials
from tests.infrastructure.test_stack_permissions import EXPECTED

NOT_ENFORCED = {
    "iam:PassRole": "the local cloud hands roles on without asking",
    "s3:ListBucket": "a key that is missing is a 404 here with and without it",
    "sqs:ChangeMessageVisibility": "event sources of the local cloud never change it",
}
"""Actions that the local cloud does not check; ``test_stack_permissions`` says who holds them."""

FAILED_CALLS = "Lambda sends a failed call with the function's role; the local cloud sends it by itself."

ARGUED = {
    ("pack_download", "sqs:SendMessage"): FAILED_CALLS,
    ("run_schedule", "sqs:SendMessage"): FAILED_CALLS,
    ("tombstone_version", "sqs:SendMessage"): FAILED_CALLS,
    ("finish_creation", "states:StartExecution"): (
        "It frees the job as finish_batch does; no request puts a batch behind one that makes a video."
    ),
    ("rehydrate_version", "dynamodb:BatchGetItem"): (
        "It reads the takes of all clips as api_versions does; no test archives what a clip was made from."
    ),
    ("recompose_video", "s3:AbortMultipartUpload"): (
        "It ends what it began when an object vanishes between two parts, which no request brings about."
    ),
}


def test_each_permission_is_taken_away_by_a_test_or_argued() -> None:
    held = {(role, one.split(" ")[0]) for role, permissions in EXPECTED.items() for one in permissions}
    untested = {(role, action) for role, action in held - denials() if action not in NOT_ENFORCED}
    assert untested == set(ARGUED), "take it away in tests/integration/test_stack_needs*.py, or say why not"


def test_what_is_taken_away_is_found_in_loops_tables_and_parameters() -> None:
    found = denials()
    assert ("rehydrate_version", "s3:RestoreObject") in found, "named in the call"
    assert ("purge", "dynamodb:BatchWriteItem") in found, "of a loop over a list of its own"
    assert ("submit_generation", "sqs:SendMessage") in found, "of a table of cases"
    assert ("handle_dead_letters", "sqs:DeleteMessage") in found, "of two parameters"
