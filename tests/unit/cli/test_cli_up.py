"""What `retake up` refuses before anything starts, and what it says at a stop and after one."""

from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from infra.cli.up import _say_what_stops, describe_settled
from infra.origins import parse_origin
from retake_client.cli.narration import Narrator


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("http://localhost:3000", "http://localhost:3000"),
        (" https://Studio.example/ ", "https://studio.example"),
        ("http://[::1]:3000", "http://[::1]:3000"),
    ],
)
def test_an_origin_is_as_browsers_send_it(text: str, origin: str) -> None:
    assert parse_origin(text) == origin


@pytest.mark.parametrize(
    "text",
    [
        *("*", "https://*", "https://*.example", "localhost:3000", "null", "", "ftp://a", "https://"),
        *(
            "https://a/b",
            "https://a?b",
            "https://a#b",
            "https://u:p@a",
            "https://a:0x",
            "https://a,https://b",
        ),
    ],
)
def test_what_is_no_origin_is_refused_by_name(text: str) -> None:
    with pytest.raises(ValueError, match="is no origin"):
        parse_origin(text)


@given(st.text())
def test_any_text_is_an_origin_or_refused(text: str) -> None:
    try:
        origin = parse_origin(text)
    except ValueError:
        return
    assert parse_origin(origin) == origin


@pytest.mark.parametrize(
    ("running", "said"),
    [(1, "1 batch or video was being made."), (3, "3 batches and videos were being made.")],
)
def test_a_stop_says_what_it_interrupts_and_what_becomes_of_it(running: int, said: str) -> None:
    written = StringIO()
    _say_what_stops(running, Narrator(Console(file=written, width=400)))
    text = written.getvalue()
    assert said in text
    assert "What is finished stays." in text
    assert "retry it then" in text


def test_a_stop_of_nothing_says_nothing() -> None:
    written = StringIO()
    _say_what_stops(0, Narrator(Console(file=written, width=400)))
    assert written.getvalue() == ""


@pytest.mark.parametrize(
    ("settled", "was_killed", "said"),
    [
        (None, True, "[yellow]The last stop was unclean.[/] No batch or video was being made."),
        ({"settled": {}, "batches": []}, False, "The last stop interrupted work. No batch or video"),
        (
            {"batches": [["job", "batch"]]},
            True,
            "It interrupted 1 batch or video: clips that were",
        ),
        (
            {"batches": [["job", "one"], ["job", "two"]]},
            False,
            "It interrupted 2 batches and videos: clips that were",
        ),
    ],
)
def test_a_batch_that_is_being_looked_up_is_not_said_to_have_ended(
    settled: dict[str, object] | None, *, was_killed: bool, said: str
) -> None:
    assert said in describe_settled(settled, was_killed=was_killed)
