"""Text is written as it is, or refused before it costs anything, naming the characters."""

from pathlib import Path

import font_hanken_grotesk
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retake.domain.errors import MediaToolError, ProviderRejectedError
from retake_local.characters import characters_of, composed, require_writable
from tests.media_samples import ffmpeg

FONT = Path(font_hanken_grotesk.HankenGroteskSemiBold)


def drawn(text: str, directory: Path) -> bytes:
    """Return a picture of a text as ffmpeg writes it."""
    (directory / "text").write_text(text, encoding="utf-8")
    write = (
        f"drawtext=fontfile={FONT}:textfile={directory / 'text'}:expansion=none:fontsize=48:fontcolor=white"
    )
    source = f"color=black:s=96x64:d=0.04,format=gray,{write}"
    return ffmpeg(["-f", "lavfi", "-i", source, "-frames:v", "1", "-pix_fmt", "gray", "-f", "rawvideo", "-"])


@pytest.mark.parametrize("character", ["A", "ß", "Ä", "ě", "Ễ", "€", "№", "“", "√"])
def test_what_is_accepted_has_a_picture_of_its_own(character: str, tmp_path: Path) -> None:
    require_writable(character, FONT)
    pictures = {drawn(text, tmp_path) for text in (character, "\uffff", " ")}
    assert len(pictures) == 3


@pytest.mark.parametrize("character", ["你", "ב", "П", "λ", "½", "\U0001f3ac", "ก"])
def test_what_the_font_lacks_is_refused_by_name(character: str, tmp_path: Path) -> None:
    assert drawn(character, tmp_path) in {drawn("\uffff", tmp_path), drawn(" ", tmp_path)}
    with pytest.raises(ProviderRejectedError, match=f"“{character}”"):
        require_writable(f"Hello {character}", FONT)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("a\u200bb", r"U\+200B \(zero width space\)"),
        ("a\u00adb", r"U\+00AD \(soft hyphen\)"),
        ("\x1b[31mred", r"U\+001B"),
        ("a\x00b", r"U\+0000"),
        ("q\u0301\u0302", r"U\+0301 \(combining acute accent\), U\+0302"),
        ("\u202eabc", r"U\+202E \(right-to-left override\)"),
        ("❤\ufe0f", r"U\+FE0F"),
        ("\ud800", r"U\+D800"),
        ("\uf8ff", r"U\+F8FF"),
        ("你好🎬一二三四五六七八九", "and 2 more"),
    ],
)
def test_marks_controls_and_what_cannot_be_seen_are_named(text: str, named: str) -> None:
    with pytest.raises(ProviderRejectedError, match=named):
        require_writable(composed(text), FONT)


def test_accents_written_apart_become_letters() -> None:
    assert composed("Cafe\u0301  o\u0302\u0300\u00a0!\n") == "Café ồ !"
    require_writable(composed("Cafe\u0301"), FONT)


def test_a_long_text_is_refused_and_never_cut() -> None:
    require_writable("x" * 120, FONT)
    with pytest.raises(ProviderRejectedError, match="At most 120 characters can be written"):
        require_writable("x" * 121, FONT)


def test_a_font_that_is_none(tmp_path: Path) -> None:
    for content in (b"", b"OTTO\0\1" + b"\0" * 40, b"\0" * 4 + b"\xff\xff" + b"cmap" * 9):
        (tmp_path / f"{len(content)}.otf").write_bytes(content)
        with pytest.raises(MediaToolError, match="cannot be read"):
            characters_of(tmp_path / f"{len(content)}.otf")


@given(st.text(max_size=140))
def test_any_text_is_writable_or_refused(text: str) -> None:
    try:
        require_writable(composed(text), FONT)
    except ProviderRejectedError:
        return
    assert {ord(character) for character in composed(text)} <= characters_of(FONT)
