"""What `retake up` refuses before anything starts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.origins import parse_origin


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
