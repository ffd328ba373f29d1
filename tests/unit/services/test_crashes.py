"""Killed anywhere: whatever people ask for comes to rest, loses nothing, is paid once, and can be used.

Here every nineteenth call of each flow, from another start in each, and a few calls of the table's client;
``retake bench --only chaos`` runs all of the former and one in ten of the latter, and all with ``--full``.
"""

import pytest

from tests.chaos import FLOWS, Flow, count_calls, run

STRIDE = 19
AWS_STRIDE = 197
MORE_THAN_A_FLOW = 10**6

each_flow = pytest.mark.parametrize("flow", FLOWS, ids=[flow.name for flow in FLOWS])


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@each_flow
def test_a_crash_at_any_call_loses_nothing_and_pays_nothing_twice(flow: Flow, *, after: bool) -> None:
    calls = range(FLOWS.index(flow) % STRIDE, count_calls(flow), STRIDE)
    killed = [run(flow, call, after=after) for call in calls]
    assert all(killed), "fewer calls than were counted"


@each_flow
def test_a_crash_at_a_call_of_the_tables_client(flow: Flow) -> None:
    made = count_calls(flow, on_aws=True)
    calls = range(FLOWS.index(flow) % min(made, AWS_STRIDE), made, AWS_STRIDE)
    killed = [run(flow, call, after=call % 2 == 0, on_aws=True) for call in calls]
    assert killed
    assert all(killed)


@each_flow
def test_messages_that_come_twice_and_in_another_order(flow: Flow) -> None:
    killed = [
        run(flow, MORE_THAN_A_FLOW, after=False, twice=twice, reordered=reordered)
        for twice, reordered in ((True, False), (False, True), (True, True))
    ]
    assert not any(killed)
