"""The workers that talk to providers, in a network of one's own: for providers that only it can reach."""

from collections.abc import Mapping, Sequence

from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_

INTERFACES = iam.PolicyStatement(
    # What Lambda needs of the role of a function in a VPC (AWS Lambda Developer Guide, VPC permissions).
    actions=[
        "ec2:AssignPrivateIpAddresses",
        "ec2:CreateNetworkInterface",
        "ec2:DeleteNetworkInterface",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSubnets",
        "ec2:UnassignPrivateIpAddresses",
    ],
    resources=["*"],
)

ASKING_PROVIDERS = ("submit_generation", "poll_generation")
"""Functions that send requests to providers."""


def put_into_network(
    functions: Mapping[str, lambda_.Function], *, subnets: Sequence[str], security_groups: Sequence[str]
) -> None:
    """Put the workers that ask providers into subnets; their routes have to lead to AWS and the provider."""
    for name in ASKING_PROVIDERS:
        resource = functions[name].node.default_child
        if isinstance(resource, lambda_.CfnFunction):
            resource.vpc_config = lambda_.CfnFunction.VpcConfigProperty(
                subnet_ids=list(subnets), security_group_ids=list(security_groups)
            )
