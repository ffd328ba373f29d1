"""The words that the studio suggests are words that the local provider understands."""

import re

from infra.flavour import ROOT
from retake_local.language import parse_instruction


def test_each_suggestion_is_understood_alone_and_behind_another() -> None:
    strings = (ROOT / "frontend" / "src" / "strings" / "selector.ts").read_text(encoding="utf-8")
    (listed,) = re.findall(r"suggestions: \[(.*?)\]", strings, re.DOTALL)
    suggestions = re.findall(r'"([^"]+)"', listed)
    assert len(suggestions) >= 4
    for words in suggestions:
        assert parse_instruction(words)
        assert parse_instruction(f"sharper, {words}" if words != "sharper" else "brighter, sharper")
