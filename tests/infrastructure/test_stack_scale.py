"""What the simulation of the target load reads from the template, and what it finds."""

from infra.bench.capacity import read_capacity
from infra.bench.scale import requests_a_second
from infra.bench.simulation import THROTTLED, Generations, archive_hours
from infra.stack.capacity import REQUESTS_PER_SECOND, WORKERS
from infra.stack.grants import Queue
from tests.infrastructure.stack_template import StackTemplate


def test_the_walls_are_those_of_the_template(template: StackTemplate) -> None:
    capacity = read_capacity(template.template)
    found = {Queue.SUBMIT: capacity.submit, Queue.POLL: capacity.poll, Queue.ARCHIVE: capacity.archive}
    assert found == WORKERS
    assert capacity.requests_per_second == REQUESTS_PER_SECOND


def test_no_wall_of_our_own_stands_below_the_target(template: StackTemplate) -> None:
    capacity = read_capacity(template.template)
    found = Generations(capacity, THROTTLED).run(batches=300, clips=2)
    assert (found.clips, found.missed) == (600, 0)
    assert archive_hours(capacity, THROTTLED) < 24
    assert requests_a_second() * (1 + THROTTLED) < capacity.requests_per_second
