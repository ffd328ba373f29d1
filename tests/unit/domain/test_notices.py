"""What takes lost, in words and figures."""

import string

import pytest

from retake.domain.notices import _SENTENCES, NoticeCode, notice


@pytest.mark.parametrize("code", NoticeCode)
def test_every_code_has_a_sentence_with_its_figures(code: NoticeCode) -> None:
    names = {name for _, name, _, _ in string.Formatter().parse(_SENTENCES[code]) if name}
    made = notice(code, **dict.fromkeys(names, 7))
    assert made.code is code
    assert set(made.figures) == names
    assert made.text.endswith(".")
    assert "{" not in made.text


def test_a_sentence_without_its_figures_is_a_mistake() -> None:
    with pytest.raises(KeyError, match="tracks"):
        notice(NoticeCode.SUBTITLES_DROPPED)
