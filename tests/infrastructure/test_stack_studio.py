"""What browsers reach on AWS: the studio's files and the API at one address."""

import json
import subprocess
from typing import Any

import pytest

from infra.environment import bundled_node
from infra.stack.browser_policy import HEADERS, PAGE_FUNCTION
from tests.infrastructure.stack_template import Properties, StackTemplate

CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
ALL_VIEWER_EXCEPT_HOST = "b689b0a8-53d0-40ab-baf2-68738e2966ac"
"""CloudFront's own policies.

References:
    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html
    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html
"""


@pytest.fixture(scope="module")
def distribution(template: StackTemplate) -> Properties:
    found: Properties = template.one("AWS::CloudFront::Distribution")["DistributionConfig"]
    return found


@pytest.fixture(scope="module")
def policy(template: StackTemplate) -> dict[str, Any]:
    found: dict[str, Any] = template.one("AWS::CloudFront::ResponseHeadersPolicy")[
        "ResponseHeadersPolicyConfig"
    ]
    return found


def test_the_api_is_passed_on_with_its_token_and_never_cached(distribution: Properties) -> None:
    (api,) = distribution["CacheBehaviors"]
    assert api["PathPattern"] == "/api/*"
    assert api["CachePolicyId"] == CACHING_DISABLED
    assert api["OriginRequestPolicyId"] == ALL_VIEWER_EXCEPT_HOST
    assert set(api["AllowedMethods"]) >= {"GET", "POST", "PATCH", "DELETE"}
    assert api["ViewerProtocolPolicy"] == "https-only"


def test_an_answer_of_the_api_is_never_turned_into_a_page(distribution: Properties) -> None:
    (api,) = distribution["CacheBehaviors"]
    assert "FunctionAssociations" not in api
    assert not any("ResponsePagePath" in one for one in distribution["CustomErrorResponses"])
    (association,) = distribution["DefaultCacheBehavior"]["FunctionAssociations"]
    assert association["EventType"] == "viewer-request"


def test_no_error_is_answered_again_to_another_user(distribution: Properties) -> None:
    kept = {one["ErrorCode"]: one["ErrorCachingMinTTL"] for one in distribution["CustomErrorResponses"]}
    # What CloudFront keeps for ten seconds unless a header says otherwise (its developer guide).
    assert kept == dict.fromkeys((400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504), 0)


def test_an_invitation_names_the_studio(template: StackTemplate) -> None:
    invitation = template.one("AWS::Cognito::UserPool")["AdminCreateUserConfig"]["InviteMessageTemplate"]
    message = json.dumps(invitation["EmailMessage"])
    assert "{username}" in message
    assert "{####}" in message
    assert "DomainName" in message


@pytest.mark.parametrize(
    ("asked", "served"),
    [
        ("/", "/index.html"),
        ("/jobs/one/clips/2/compare", "/index.html"),
        ("/assets/index-1a2b.js", "/assets/index-1a2b.js"),
        ("/config.json", "/config.json"),
        ("/v1.2/jobs", "/index.html"),
    ],
)
def test_every_address_without_a_dot_is_the_page(asked: str, served: str) -> None:
    event = json.dumps({"request": {"uri": asked}})
    program = f"{PAGE_FUNCTION}; console.log(handler({event}).uri)"
    done = subprocess.run(  # noqa: S603 - the locked Node, our own program
        [str(bundled_node()), "-e", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == served


def test_pages_run_their_own_scripts_and_reach_the_bucket_and_the_sign_in(policy: dict[str, Any]) -> None:
    header = policy["SecurityHeadersConfig"]["ContentSecurityPolicy"]["ContentSecurityPolicy"]
    text = json.dumps(header)
    assert "script-src 'self';" in text
    assert "unsafe" not in text
    assert "RegionalDomainName" in text
    assert "https://cognito-idp." in text


def test_every_header_of_the_local_front_is_sent_by_cloudfront_too(policy: dict[str, Any]) -> None:
    security = policy["SecurityHeadersConfig"]
    sent = {item["Header"]: item["Value"] for item in policy["CustomHeadersConfig"]["Items"]}
    sent["X-Frame-Options"] = security["FrameOptions"]["FrameOption"]
    sent["Referrer-Policy"] = security["ReferrerPolicy"]["ReferrerPolicy"]
    sent["X-Content-Type-Options"] = "nosniff" if security["ContentTypeOptions"]["Override"] else ""
    assert sent == dict(HEADERS)
    assert security["StrictTransportSecurity"]["AccessControlMaxAgeSec"] >= 365 * 24 * 3600


def test_only_this_distribution_reads_the_files(template: StackTemplate) -> None:
    (bucket,) = (name for name in template.of_type("AWS::S3::Bucket") if name.startswith("StudioFiles"))
    (policy,) = (
        one["PolicyDocument"]["Statement"]
        for one in template.of_type("AWS::S3::BucketPolicy").values()
        if one["Bucket"] == {"Ref": bucket}
    )
    (allowed,) = (statement for statement in policy if statement["Effect"] == "Allow")
    assert allowed["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    assert allowed["Action"] == "s3:GetObject"
    assert "AWS:SourceArn" in allowed["Condition"]["StringEquals"]
