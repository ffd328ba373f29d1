"""What keeps old takes, the records and the bucket true, by the clock and by S3's own events."""

import json

import pytest

from infra.stack.schedules import SCHEDULES
from retake.workers.task import RESERVE
from tests.infrastructure.stack_template import StackTemplate, as_list

SWEEPS = ("sweep_versions", "sweep_orphans")


@pytest.mark.parametrize("module", SWEEPS)
def test_a_sweep_begins_every_day_and_goes_on_until_it_is_done(template: StackTemplate, module: str) -> None:
    name = f"retake-{module.replace('_', '-')}"
    daily = template.one("AWS::Events::Rule", Name=f"{name}-schedule")
    further = template.one("AWS::Events::Rule", Name=f"{name}-continue")
    assert (daily["ScheduleExpression"], further["ScheduleExpression"]) == ("rate(1 day)", "rate(15 minutes)")
    (begin,), (resume,) = as_list(daily["Targets"]), as_list(further["Targets"])
    assert {template.render(target["Arn"]) for target in (begin, resume)} == {name}
    # More jobs than a day has time for: the sweep that looks at all of them goes on where it was cut off.
    daily = {"go_on": True} if module == "sweep_orphans" else {}
    assert json.loads(begin.get("Input", "{}")) == daily
    assert json.loads(resume["Input"]) == {"resume": True}


@pytest.mark.parametrize("module", SWEEPS)
def test_a_sweep_has_time_besides_what_it_keeps_for_its_end(template: StackTemplate, module: str) -> None:
    assert template.functions[module]["Timeout"] >= 4 * RESERVE.total_seconds()


def test_two_runs_of_a_sweep_do_not_meet_by_the_clock(template: StackTemplate) -> None:
    for schedule in SCHEDULES:
        if schedule.name == "continue":
            assert template.functions[schedule.function]["Timeout"] < schedule.interval.to_seconds()


def test_what_lifecycle_removed_becomes_a_tombstone(template: StackTemplate) -> None:
    rule = template.one("AWS::Events::Rule", Name="retake-archived-take-expired")
    pattern = rule["EventPattern"]
    assert pattern["source"] == ["aws.s3"]
    assert pattern["detail-type"] == ["Object Deleted"]
    assert template.render(pattern["detail"]["bucket"]["name"][0]) == "bucket"
    assert pattern["detail"]["object"] == {"key": [{"prefix": "archive/"}]}
    assert [template.render(target["Arn"]) for target in rule["Targets"]] == ["retake-tombstone-version"]


def test_what_retake_deletes_itself_is_no_expiry(template: StackTemplate) -> None:
    """S3 gives requests the reason "DeleteObject"."""
    rule = template.one("AWS::Events::Rule", Name="retake-archived-take-expired")
    assert rule["EventPattern"]["detail"]["reason"] == ["Lifecycle Expiration"]


def test_the_bucket_reports_what_happens_in_it(template: StackTemplate) -> None:
    reported = [
        bucket
        for bucket in template.of_type("AWS::S3::Bucket").values()
        if bucket.get("NotificationConfiguration", {})
        .get("EventBridgeConfiguration", {})
        .get("EventBridgeEnabled")
    ]
    assert len(reported) == 1


@pytest.mark.parametrize(
    ("title", "metric", "module"),
    [
        ("UsageDrift", "UsageDrift", "sweep_orphans"),
        ("CurrentTakesLost", "CurrentTakesLost", "sweep_orphans"),
        ("VersionSweepErrors", "SweepErrors", "sweep_versions"),
        ("OrphanSweepErrors", "SweepErrors", "sweep_orphans"),
    ],
)
def test_what_only_a_person_can_repair_wakes_one(
    template: StackTemplate, title: str, metric: str, module: str
) -> None:
    alarm = template.one("AWS::CloudWatch::Alarm", AlarmName=f"retake-{title}")
    assert (alarm["MetricName"], alarm["Threshold"]) == (metric, 1)
    assert alarm["Dimensions"] == [{"Name": "service", "Value": module}]


def test_no_sweep_deletes_or_writes_what_people_have_made(template: StackTemplate) -> None:
    for module in (*SWEEPS, "tombstone_version"):
        held = " ".join(template.permissions(template.functions[module]["Role"]))
        # Only what looks for damage reads what is stored (`retake sweep orphans --verify`).
        assert ("s3:GetObject" in held) is (module == "sweep_orphans")
        assert "s3:PutObject" not in held
        assert "s3:DeleteObject" not in held


def test_only_the_sweep_of_orphans_looks_through_everything(template: StackTemplate) -> None:
    scanning = {
        module
        for module, function in template.functions.items()
        if "dynamodb:Scan table" in template.permissions(function["Role"])
    }
    assert scanning == {"sweep_orphans"}
