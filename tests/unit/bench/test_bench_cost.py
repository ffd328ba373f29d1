"""The platform's bill: its units are DynamoDB's, its sum is that of its parts."""

from typing import Any

import pytest

from infra.bench.cost import GIGABYTE_SECOND, TRANSITION, Size, bill, on_lambda_s, read_sizes, row_of
from retake.domain.changes import Change
from retake.domain.statuses import RegenerationStatus
from tests.benchmarks.cost_case import store_job
from tests.builders import JOB, a_job, a_regeneration
from tests.fakes.aws_world import AwsWorld
from tests.fakes.clocks import START
from tests.moto_aws import aws
from tests.table_meter import Meter

SIZES = dict.fromkeys(
    (
        *("api_batches", "start_batch", "submit_generation", "poll_generation"),
        *("ingest_clip", "recompose_video", "finish_batch"),
    ),
    Size(1024),
)
COUNTED = {"clips": 1, "looks": 27, "read_units": 134.0, "write_units": 138, "puts": 7, "gets": 4}


def test_a_bill_is_the_sum_of_what_was_used() -> None:
    made = bill(COUNTED, SIZES)
    assert made.dynamodb == pytest.approx(134 * 0.125e-6 + 138 * 0.625e-6)
    assert made.steps == pytest.approx(7 * TRANSITION)
    # 1.5 s to submit, 27 looks of 0.4 s, 3 s to fetch, 8 s to ingest; 2.8 s for the batch as a whole.
    assert made.functions == pytest.approx(26.1 * GIGABYTE_SECOND, rel=0.05)
    assert made.total == pytest.approx(made.dynamodb + made.functions + made.steps + made.rest)


def test_more_memory_costs_more_and_so_do_more_looks() -> None:
    least = bill(COUNTED, SIZES).total
    assert bill(COUNTED, SIZES | {"ingest_clip": Size(3008)}).total > least
    assert bill(COUNTED, SIZES | {"ingest_clip": Size(1024, 4096)}).total > least
    assert bill(COUNTED | {"looks": 50}, SIZES).total > least
    assert bill(COUNTED | {"ingest_s": 20.0}, SIZES).total > least


def test_ingesting_takes_as_long_as_its_share_of_processors_lets_it() -> None:
    alone, beside = {"cpu_s": 6.0, "elapsed_s": 6.0}, {"cpu_s": 6.0, "elapsed_s": 2.0}
    assert on_lambda_s(alone, 3538) == pytest.approx(7.5 + 0.8)
    assert on_lambda_s(beside, 3538) == pytest.approx(3.75 + 0.8)
    assert on_lambda_s(beside, 1769) == pytest.approx(7.5 + 0.8)


def test_a_row_is_of_one_clip() -> None:
    many = {name: 100 * value for name, value in COUNTED.items()}
    assert float(str(row_of("many", many, SIZES)["dollars"])) < bill(COUNTED, SIZES).total


def test_sizes_are_read_by_module() -> None:
    function = {"Type": "AWS::Lambda::Function"}
    resources: dict[str, Any] = {
        "A": {
            **function,
            "Properties": {
                "Handler": "retake.workers.workflows.ingest_clip.handler",
                "MemorySize": 3008,
                "EphemeralStorage": {"Size": 4096},
            },
        },
        "B": {**function, "Properties": {"Handler": "index.handler", "MemorySize": 128}},
        "C": {"Type": "AWS::SQS::Queue", "Properties": {}},
    }
    assert read_sizes({"Resources": resources}) == {"ingest_clip": Size(3008, 4096)}


@pytest.mark.parametrize("clips", [1, 100])
def test_a_look_is_one_small_write_however_large_the_job(clips: int) -> None:
    with aws():
        world = AwsWorld()
        store_job(world, clips)
        world.jobs.put_drafts([a_regeneration(status=RegenerationStatus.GENERATING, poll_seq=1)])
        meter = Meter.on(world)
        world.jobs.note_look(JOB, "regeneration-0", poll_seq=2, progress=5)
        assert (meter.written, meter.read, meter.operations) == (1, 0, {"UpdateItem": 1})


def test_units_are_those_of_items_and_indexes() -> None:
    with aws():
        world = AwsWorld()
        meter = Meter.on(world)
        world.jobs.commit(Change(a_job()), now=START)
        # In a transaction: two units. In each of three indexes: one.
        assert meter.written == 5
        written, read = meter.written, meter.read
        world.jobs.get_job("job-1")
        assert (meter.written, meter.read - read) == (written, 1)
