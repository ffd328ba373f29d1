"""Looks at the server are close together at first, and never far apart."""

from itertools import islice

from retake_client.cli.pauses import LONGEST_S, growing_pauses


def test_pauses_double_up_to_the_longest() -> None:
    assert list(islice(growing_pauses(), 7)) == [0.2, 0.4, 0.8, 1.6, LONGEST_S, LONGEST_S, LONGEST_S]
    assert max(islice(growing_pauses(longest_s=1.0), 50)) == 1.0
