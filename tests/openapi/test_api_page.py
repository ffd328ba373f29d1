"""docs/api.md names every operation, every problem and every event, and nothing that does not exist."""

import re
from pathlib import Path

from retake.api.http.problems import ALL_KINDS
from retake.contracts.events import JOB_STREAM, USER_STREAM
from retake.routes import PREFIX
from tests.openapi.requests import operations

PAGE = (Path(__file__).parents[2] / "docs/api.md").read_text(encoding="utf-8")


def test_the_table_has_every_operation() -> None:
    named = re.findall(r"^\| `([A-Z]+ /\S+)` \|", PAGE, flags=re.MULTILINE)
    offered = [f"{each.method} {each.template.removeprefix(PREFIX)}" for each in operations()]
    assert sorted(named) == sorted(offered)


def test_the_table_has_every_problem() -> None:
    named = re.findall(r"^\| (\d+) \| `(urn:\S+)` \|", PAGE, flags=re.MULTILINE)
    assert sorted(named) == sorted((str(kind.status), kind.type) for kind in ALL_KINDS)


def test_the_tables_have_every_event() -> None:
    section = PAGE.partition("\n## Events\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`[^|]*`) \|", section, flags=re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert named == {*JOB_STREAM.names, *USER_STREAM.names}
