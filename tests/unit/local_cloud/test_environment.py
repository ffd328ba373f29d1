"""What of a person's environment reaches the local server."""

from __future__ import annotations

import subprocess
import sys

import pytest

from infra.local.environment import inherited


@pytest.mark.parametrize("locale", ["C", "de_DE.ISO-8859-1", "tr_TR.UTF-8"])
def test_the_server_reads_and_writes_utf8_in_any_locale(monkeypatch: pytest.MonkeyPatch, locale: str) -> None:
    monkeypatch.setenv("LC_ALL", locale)
    script = "import sys; print(open(0).encoding, sys.getfilesystemencoding())"
    said = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", script], env=inherited(), check=True, capture_output=True, text=True
    )
    assert said.stdout.lower().split() == ["utf-8", "utf-8"]
