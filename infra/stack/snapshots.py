"""Functions that start from a snapshot (Lambda SnapStart), where a deployment asks for it."""

from collections.abc import Mapping

from aws_cdk import CfnParameter, Stack
from aws_cdk import aws_lambda as lambda_

from infra.environment import RELEASE_PARAMETER
from retake.variables import Setting

LIVE = "live"
"""The alias that is called."""


def start_from_snapshots(
    stack: Stack, functions: Mapping[str, lambda_.Function]
) -> Mapping[str, lambda_.IFunction]:
    """Return aliases of the functions; each deployment lets them name a version whose snapshot is made.

    Lambda takes a snapshot of a version when it is published, not of the code that was last uploaded. It
    publishes only a function that has changed since its last version, and a parameter with another value,
    such as new limits, is no change that the template shows: so each release changes a variable.
    """
    release = CfnParameter(
        stack,
        RELEASE_PARAMETER,
        type="String",
        description="Another value for each deployment: the functions of the API are published anew.",
        default="1",
        allowed_pattern="[0-9A-Za-z.-]{1,64}",
    )
    return {name: _live(function, release) for name, function in functions.items()}


def _live(function: lambda_.Function, release: CfnParameter) -> lambda_.Alias:
    function.add_environment(Setting.RELEASE.value, release.value_as_string)
    resource = function.node.default_child
    if isinstance(resource, lambda_.CfnFunction):
        resource.snap_start = lambda_.CfnFunction.SnapStartProperty(apply_on="PublishedVersions")
    version = function.current_version
    published = version.node.default_child
    if isinstance(published, lambda_.CfnVersion):
        # A version whose description changes is replaced by one that is published anew.
        published.description = f"Release {release.value_as_string}"
    return lambda_.Alias(function, "Live", alias_name=LIVE, version=version)
