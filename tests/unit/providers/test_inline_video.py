"""A video in base64 inside a JSON answer, which comes in pieces of any size."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retake.adapters.providers.inline_video import InlineVideo, begins

BEFORE = {"name": 'an "operation"', "note": '"bytesBase64Encoded": "AAAA', "done": True}


def answer(video: bytes, *, escapes: bool = False) -> bytes:
    text = json.dumps(
        {**BEFORE, "videos": [{"bytesBase64Encoded": base64.b64encode(video).decode()}], "z": "e"}
    )
    if escapes:  # as some of Google's servers write them
        head, found, rest = text.partition('ed": "')
        value, end, tail = rest.rpartition('"}]')
        value = value.replace("=", r"\u003d").replace("+", r"\u002B").replace("/", r"\/")
        text = f"{head}{found}{value}{end}{tail}"
    return text.encode()


@given(
    video=st.binary(min_size=1, max_size=200),
    cuts=st.lists(st.integers(0, 400), max_size=8),
    escapes=st.booleans(),
)
def test_a_video_is_the_same_however_it_is_cut(video: bytes, cuts: list[int], *, escapes: bool) -> None:
    content, found = answer(video, escapes=escapes), bytearray()
    inline = InlineVideo(found.extend)

    for start, end in zip([0, *sorted(cuts)], [*sorted(cuts), len(content)], strict=True):
        inline.feed(content[start:end])

    assert (bytes(found), inline.is_whole) == (video, True)


@pytest.mark.parametrize("content", [b"{}", json.dumps(BEFORE).encode(), b'{"bytesBase64Encoded": ""}', b""])
def test_what_has_no_video_is_not_taken_for_one(content: bytes) -> None:
    found = bytearray()
    inline = InlineVideo(found.extend)
    inline.feed(content)

    assert (bytes(found), inline.is_whole, begins(content)) == (b"", False, False)


def test_a_video_that_is_cut_off_is_not_whole() -> None:
    inline = InlineVideo(lambda _: None)
    inline.feed(answer(b"a video of some length")[:-20])

    assert inline.is_whole is False


@pytest.mark.parametrize("text", [b"AAA$AAAA", b"AAAAA", b"AA\\nAA=="])
def test_what_is_no_base64_is_refused(text: bytes) -> None:
    with pytest.raises(ValueError, match=r"base64|padding|characters|encoded"):
        InlineVideo(lambda _: None).feed(b'{"bytesBase64Encoded": "' + text + b'"}')
