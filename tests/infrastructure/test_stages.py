"""Several deployments beside each other: no name of one is a name of another."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest

from infra.assembly import SynthesisError, assemble
from infra.environment import RELEASE_PARAMETER
from infra.flavour import Flavour
from infra.stack.settings import StackSettings
from infra.stage import Stage, StageNameError
from retake.routes import ROUTES
from retake.variables import Setting
from tests.infrastructure.stack_template import StackTemplate

CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/0f5a"
WEB_ACL = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/retake/0f5a"
BESIDES = {
    "domain_name": "retake.example.com",
    "certificate_arn": CERTIFICATE,
    "web_acl_arn": WEB_ACL,
    "subnets": "subnet-1a, subnet-2b",
    "security_groups": "sg-1a",
    "snap_start": "true",
}

WORLDWIDE = ("AWS::CloudFront::", "AWS::IAM::", "AWS::Route53::")
"""Services whose names an account has once for all regions."""


@pytest.fixture(scope="session")
def staged() -> StackTemplate:
    """A stage with all that a deployment may have besides, so that this is synthesised once."""
    context = {"stage": "dev", "nag": "true", **BESIDES}
    return StackTemplate(assemble(flavour=Flavour.AWS, context=context), stack="Retake-dev")


def names_in(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield every property that names a thing, with its value."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key.endswith("Name"):
                yield key, inner
            yield from names_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from names_in(inner)


def physical_names(template: StackTemplate) -> set[tuple[str, str]]:
    """Return the names that the resources themselves get, by their type."""
    return {
        (resource["Type"], template.render(name))
        for resource in template.resources.values()
        for key, name in resource.get("Properties", {}).items()
        if key.endswith("Name") and key not in OF_OTHERS and resource["Type"] not in WITHIN_ANOTHER
    }


OF_OTHERS = frozenset({"PolicyName", "StageName", "FunctionName", "GroupName", "MetricName"})
"""Names of other resources, and of what lies within one."""

WITHIN_ANOTHER = frozenset({"AWS::Lambda::Alias"})
"""Resources whose names are those of a part of another one."""


def test_two_stages_share_no_name(template: StackTemplate, staged: StackTemplate) -> None:
    one = physical_names(template) | {("function", name) for name in function_names(template)}
    other = physical_names(staged) | {("function", name) for name in function_names(staged)}
    assert len(one) == len(other) > 100
    assert one & other == {("AWS::ApiGatewayV2::Authorizer", "cognito")}  # within the API


def function_names(template: StackTemplate) -> set[str]:
    return {function["FunctionName"] for function in template.functions.values()}


def test_two_stages_count_for_themselves(template: StackTemplate, staged: StackTemplate) -> None:
    def namespaces(of: StackTemplate) -> set[str]:
        counted = {
            function["Environment"]["Variables"]["POWERTOOLS_METRICS_NAMESPACE"]
            for function in of.functions.values()
        }
        watched = {alarm.get("Namespace", "") for alarm in of.of_type("AWS::CloudWatch::Alarm").values()}
        return counted | {name for name in watched if not name.startswith("AWS/")} - {""}

    assert namespaces(template) == {"Retake"}
    assert namespaces(staged) == {"Retake-dev"}


def test_what_is_named_worldwide_says_its_region(template: StackTemplate) -> None:
    found = [
        (kind, key, name)
        for kind in {resource["Type"] for resource in template.resources.values()}
        if kind.startswith(WORLDWIDE)
        for properties in template.of_type(kind).values()
        for key, name in names_in(properties)
        if key in {"Name", "RoleName", "ManagedPolicyName"}
    ]
    assert len(found) >= 3  # the function of pages, the headers, the access to the files
    assert all("AWS::Region" in str(name) for _, _, name in found), found


def test_a_prefix_of_ones_own_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SynthesisError, match="`prefix` is gone"):
        assemble(flavour=Flavour.AWS, out=tmp_path, context={"prefix": "mine"})


@pytest.mark.parametrize("name", ["Dev", "1st", "dev_1", "a" * 16, "dev-", "dév", "dev\n"])
def test_what_is_no_stage_is_refused(name: str) -> None:
    with pytest.raises(StageNameError, match="dev or team-2"):
        Stage.parse(name)


def test_the_longest_name_fits(template: StackTemplate) -> None:
    longest = max(len(name) for name in function_names(template))
    assert longest + len("-") + 15 <= 64  # AWS Lambda's limit of a function's name


def test_a_deployment_has_its_own_address_behind_its_own_web_acl(
    staged: StackTemplate, template: StackTemplate
) -> None:
    config = staged.one("AWS::CloudFront::Distribution")["DistributionConfig"]
    assert config["Aliases"] == ["retake.example.com"]
    assert config["ViewerCertificate"]["AcmCertificateArn"] == CERTIFICATE
    assert config["WebACLId"] == WEB_ACL
    assert staged.template["Outputs"]["StudioUrl"]["Value"] == "https://retake.example.com"
    rules = staged.resources[staged_id(staged, "Media")]["Properties"]["CorsConfiguration"]["CorsRules"]
    assert "https://retake.example.com" in rules[0]["AllowedOrigins"]
    invitation = staged.one("AWS::Cognito::UserPool")["AdminCreateUserConfig"]["InviteMessageTemplate"]
    assert "https://retake.example.com" in invitation["EmailMessage"]
    plain = template.one("AWS::CloudFront::Distribution")["DistributionConfig"]
    assert not {"Aliases", "WebACLId"} & set(plain)


def test_only_the_workers_that_ask_providers_are_in_a_network_of_ones_own(
    staged: StackTemplate, template: StackTemplate
) -> None:
    inside = {name: one["VpcConfig"] for name, one in staged.functions.items() if "VpcConfig" in one}
    network = {"SubnetIds": ["subnet-1a", "subnet-2b"], "SecurityGroupIds": ["sg-1a"]}
    assert inside == dict.fromkeys(("submit_generation", "poll_generation"), network)
    assert not any("VpcConfig" in one for one in template.functions.values())
    for name, function in staged.functions.items():
        has_leave = "ec2:CreateNetworkInterface *" in staged.permissions(function["Role"])
        assert has_leave is (name in inside)


def test_the_api_calls_published_versions_whose_snapshots_are_kept(
    staged: StackTemplate, template: StackTemplate
) -> None:
    started = {name for name, one in staged.functions.items() if "SnapStart" in one}
    assert started == set(ROUTES)
    uris = {one["IntegrationUri"]["Ref"] for one in staged.of_type("AWS::ApiGatewayV2::Integration").values()}
    aliases = staged.of_type("AWS::Lambda::Alias")
    assert uris == set(aliases)
    allowed = staged.of_type("AWS::Lambda::Permission").values()
    called = [one for one in allowed if one["Principal"] == "apigateway.amazonaws.com"]
    assert len(called) == len(ROUTES) + 1  # and what no route takes
    assert {one["FunctionName"]["Ref"] for one in called} == uris
    versions = staged.of_type("AWS::Lambda::Version")
    named = {
        (one["FunctionName"]["Ref"], one["FunctionVersion"]["Fn::GetAtt"][0]) for one in aliases.values()
    }
    assert named == {(version["FunctionName"]["Ref"], name) for name, version in versions.items()}
    assert {staged.resources[function]["Properties"]["FunctionName"] for function, _ in named} == {
        staged.functions[name]["FunctionName"] for name in ROUTES
    }
    assert not template.of_type("AWS::Lambda::Version")
    assert not any("SnapStart" in one for one in template.functions.values())


def test_each_release_changes_what_is_published(staged: StackTemplate) -> None:
    release = {"Ref": RELEASE_PARAMETER}
    variables = {name: one["Environment"]["Variables"] for name, one in staged.functions.items()}
    said = {name: found.get(Setting.RELEASE) for name, found in variables.items()}
    assert said == {name: release if name in ROUTES else None for name in staged.functions}
    described = [one["Description"] for one in staged.of_type("AWS::Lambda::Version").values()]
    assert described == [{"Fn::Join": ["", ["Release ", release]]}] * len(ROUTES)


def test_one_machine_keeps_no_snapshots() -> None:
    node = cdk.App(context={"snap_start": "true"}).node
    assert StackSettings.from_context(node, flavour=Flavour.AWS, assets=None).snap_start  # type: ignore[arg-type]
    assert not StackSettings.from_context(node, flavour=Flavour.HOST, assets=None).snap_start  # type: ignore[arg-type]


def test_whether_snapshots_are_kept_is_true_or_false() -> None:
    node = cdk.App(context={"snap_start": "perhaps"}).node
    with pytest.raises(ValueError, match="`snap_start` is true or false, not 'perhaps'"):
        StackSettings.from_context(node, flavour=Flavour.AWS, assets=None)  # type: ignore[arg-type]


@pytest.mark.parametrize("line", ["domain_name", "certificate_arn", "subnets", "security_groups"])
def test_half_of_what_belongs_together_is_refused(line: str) -> None:
    node = cdk.App(context={line: BESIDES[line]}).node
    with pytest.raises(ValueError, match="needs"):
        StackSettings.from_context(node, flavour=Flavour.AWS, assets=None)  # type: ignore[arg-type]


def staged_id(staged: StackTemplate, name: str) -> str:
    (found,) = (
        place
        for place, one in staged.resources.items()
        if one["Type"] == "AWS::S3::Bucket" and place.startswith(name)
    )
    return found
