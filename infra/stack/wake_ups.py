"""What EventBridge Scheduler needs to start people's schedules: a group of their own, and a role."""

from dataclasses import dataclass

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_scheduler as scheduler

from infra.stack.settings import Names

GROUP = "one-off"
"""Last part of the group's name."""

TARGET = "run_schedule"
"""The one function that schedules call."""


@dataclass(frozen=True)
class WakeUps:
    """Settings of the function that makes schedules.

    Attributes:
        group: Name of the group that they are in.
        role_arn: The role that they call their target with.
    """

    group: str
    role_arn: str


def add_wake_ups(stack: Stack, names: Names) -> WakeUps:
    """Add the group and the role; the schedules themselves are made, and remove themselves, at run time."""
    group = scheduler.CfnScheduleGroup(stack, "OneOffSchedules", name=names.of(GROUP))
    here = {
        # No schedule of another account or group can use the role.
        "StringEquals": {"aws:SourceAccount": stack.account, "aws:SourceArn": group.attr_arn}
    }
    role = iam.Role(
        stack,
        "WakeUpRole",
        description="Lets schedules call the function that starts them, and nothing else.",
        assumed_by=iam.ServicePrincipal("scheduler.amazonaws.com", conditions=here),
        inline_policies={
            "grants": iam.PolicyDocument(
                statements=[
                    iam.PolicyStatement(
                        actions=["lambda:InvokeFunction"], resources=[names.function_arn(TARGET)]
                    )
                ]
            )
        },
    )
    return WakeUps(group=names.of(GROUP), role_arn=role.role_arn)
