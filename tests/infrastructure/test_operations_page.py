"""The page for operators names what there is: nothing more, and of alarms nothing less."""

import json
import re
from dataclasses import fields

import pytest

from infra.flavour import ROOT
from retake.domain.limits import Limits
from tests.infrastructure.stack_template import StackTemplate, states_of

PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
CONTEXT = {
    *("archive_class", "archive_expiry_days", "allowed_origins", "web_acl_arn"),
    *("domain_name", "certificate_arn", "subnets", "security_groups", "snap_start"),
}


def rows(heading: str) -> list[list[str]]:
    """Return the cells of the tables below a heading, without their heads."""
    section = PAGE.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line.strip("|").split(" | ") for line in section.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line] for line in lines if line[0].strip() not in HEADS]


HEADS = {"alarm", "setting", "state", "queue", "parameter", "line"}


def test_each_alarm_has_a_row_that_says_what_to_do(template: StackTemplate) -> None:
    named = {row[0].strip("`") for row in rows("Alarms")}
    alarms = {alarm["AlarmName"] for alarm in template.of_type("AWS::CloudWatch::Alarm").values()}
    assert alarms - named == set(), "docs/operations.md has no row for these"
    assert named - alarms == set(), "docs/operations.md has rows for alarms that there are not"
    assert all(cell for row in rows("Alarms") for cell in row)


def test_each_setting_that_it_explains_is_one() -> None:
    named = {name for row in rows("Changing the policy") for name in re.findall(r"`(\w+)`", row[0])}
    assert named - {field.name for field in fields(Limits)} == CONTEXT
    example = re.search(r"RETAKE_LIMITS='(.+)'", PAGE)
    assert example is not None
    assert Limits(**json.loads(example[1]))


@pytest.mark.parametrize("row", rows("The Step Functions console"), ids=lambda row: row[0])
def test_each_state_that_it_explains_is_in_the_workflow(template: StackTemplate, row: list[str]) -> None:
    states = {name for name, _ in states_of(template.definition("RegenerateBatch"))}
    assert set(row[0].split(" / ")) <= states


def test_each_parameter_has_the_default_that_it_names(template: StackTemplate) -> None:
    table = rows("How much runs at once")
    names = [name for row in table for name in re.findall(r"`(\w+)`", row[0])]
    numbers = [int(number.replace(",", "")) for row in table for number in row[1].split(", ")]
    parameters = template.template["Parameters"]
    assert numbers == [int(parameters[name]["Default"]) for name in names]


def test_messages_stay_as_long_as_it_says(template: StackTemplate) -> None:
    said = re.search(r"stay in their queue, (\d+) days at most", PAGE)
    assert said is not None
    queues = template.of_type("AWS::SQS::Queue").values()
    assert {queue["MessageRetentionPeriod"] for queue in queues} == {int(said[1]) * 86_400}
