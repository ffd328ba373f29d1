"""A function's first answer, estimated: its start on a whole processor, a request on the share it has."""

import pytest

from infra.bench.imports import RUNTIME_S, SLOWER, WHOLE_PROCESSOR_MB, first_answer_s


def test_a_request_is_carried_out_on_the_share_that_memory_buys() -> None:
    found = first_answer_s(400, 100, memory_mb=WHOLE_PROCESSOR_MB // 4)
    assert found["first_s"] == pytest.approx(RUNTIME_S + SLOWER * (0.4 + 0.1 * 4), rel=0.01)
    assert found["first_at_share_s"] == pytest.approx(RUNTIME_S + SLOWER * 0.5 * 4, rel=0.01)


def test_more_than_a_processor_makes_nothing_faster() -> None:
    found = first_answer_s(400, 100, memory_mb=2 * WHOLE_PROCESSOR_MB)
    assert found["first_s"] == found["first_at_share_s"] == pytest.approx(RUNTIME_S + SLOWER * 0.5)
