"""One address for browsers on AWS: the studio's files from S3 and the API, behind CloudFront."""

from dataclasses import dataclass

from aws_cdk import CfnOutput, Duration, Stack
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_s3 as s3

from infra.stack.browser_policy import HEADERS, PAGE_FUNCTION, content_security_policy
from infra.stack.settings import Names, StackSettings
from infra.stack.storage import Storage

CLOUDFRONT_ORIGINS = "https://*.cloudfront.net"
"""Where the studio is served from, as far as it can be said before the distribution exists.

The bucket's rules cannot name the distribution, whose policy names the bucket. Nothing rests on them:
reading or sending an object needs a signature.
"""

_YEAR = Duration.days(365)

CACHED_ERRORS = (400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504)
"""The statuses that CloudFront caches (Amazon CloudFront Developer Guide, HTTP error responses)."""


@dataclass(frozen=True)
class Studio:
    """The studio's resources."""

    bucket: s3.Bucket
    distribution: cloudfront.Distribution
    url: str


def add_studio(
    stack: Stack, settings: StackSettings, names: Names, *, storage: Storage, api: apigateway.CfnApi
) -> Studio:
    """Add the bucket of the studio's files and the distribution; ``retake deploy`` fills the bucket."""
    bucket = s3.Bucket(
        stack,
        "StudioFiles",
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
        encryption=s3.BucketEncryption.S3_MANAGED,
        enforce_ssl=True,
        server_access_logs_bucket=storage.access_logs,
        server_access_logs_prefix="studio/",
        removal_policy=settings.removal_policy,
    )
    policy = _headers_policy(stack, names, storage)
    # Named here: CDK's own name for it is the same in every region.
    access = cloudfront.S3OriginAccessControl(
        stack, "StudioAccess", origin_access_control_name=names.worldwide("studio")
    )
    distribution = cloudfront.Distribution(
        stack,
        "Distribution",
        comment=f"The studio and the API of {names.prefix}.",
        domain_names=[settings.domain_name] if settings.domain_name else None,
        certificate=_certificate(stack, settings),
        web_acl_id=settings.web_acl_arn or None,
        default_root_object="index.html",
        http_version=cloudfront.HttpVersion.HTTP2_AND_3,
        minimum_protocol_version=cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021,
        price_class=cloudfront.PriceClass.PRICE_CLASS_100,
        default_behavior=cloudfront.BehaviorOptions(
            origin=origins.S3BucketOrigin.with_origin_access_control(bucket, origin_access_control=access),
            viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
            cache_policy=cloudfront.CachePolicy.CACHING_OPTIMIZED,
            response_headers_policy=policy,
            function_associations=[_page_function(stack, names)],
        ),
        additional_behaviors={"/api/*": _api_behavior(stack, api)},
        # By default an error is kept for 10 s and answered to everybody who asks for the same address.
        error_responses=[
            cloudfront.ErrorResponse(http_status=status, ttl=Duration.seconds(0)) for status in CACHED_ERRORS
        ],
    )
    address = settings.domain_name or distribution.distribution_domain_name
    outputs = {
        "StudioUrl": f"https://{address}",
        # Where a domain of one's own has to lead.
        "DistributionDomain": distribution.distribution_domain_name,
        "StudioBucketName": bucket.bucket_name,
    }
    for name, value in outputs.items():
        CfnOutput(stack, name, value=value)
    return Studio(bucket, distribution, f"https://{address}")


def _certificate(stack: Stack, settings: StackSettings) -> acm.ICertificate | None:
    if not settings.certificate_arn:
        return None
    return acm.Certificate.from_certificate_arn(stack, "Certificate", settings.certificate_arn)


def _page_function(stack: Stack, names: Names) -> cloudfront.FunctionAssociation:
    # Not custom error pages: those would turn the API's 404 into a page as well.
    function = cloudfront.Function(
        stack,
        "PageAddresses",
        function_name=names.worldwide("page-addresses"),
        comment="Answers every address without a dot with the page itself.",
        code=cloudfront.FunctionCode.from_inline(PAGE_FUNCTION),
        runtime=cloudfront.FunctionRuntime.JS_2_0,
    )
    return cloudfront.FunctionAssociation(
        function=function, event_type=cloudfront.FunctionEventType.VIEWER_REQUEST
    )


def _api_behavior(stack: Stack, api: apigateway.CfnApi) -> cloudfront.BehaviorOptions:
    host = f"{api.ref}.execute-api.{stack.region}.{stack.url_suffix}"
    return cloudfront.BehaviorOptions(
        origin=origins.HttpOrigin(host, protocol_policy=cloudfront.OriginProtocolPolicy.HTTPS_ONLY),
        viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
        allowed_methods=cloudfront.AllowedMethods.ALLOW_ALL,
        cache_policy=cloudfront.CachePolicy.CACHING_DISABLED,
        # The gateway knows its own host only; every other header is the API's, the token among them.
        origin_request_policy=cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
    )


def _headers_policy(stack: Stack, names: Names, storage: Storage) -> cloudfront.ResponseHeadersPolicy:
    media = f"https://{storage.bucket.bucket_regional_domain_name}"
    identity = f"https://cognito-idp.{stack.region}.{stack.url_suffix}"
    others = {
        name: value
        for name, value in HEADERS.items()
        if name in ("Cross-Origin-Opener-Policy", "Permissions-Policy")
    }
    return cloudfront.ResponseHeadersPolicy(
        stack,
        "StudioHeaders",
        response_headers_policy_name=names.worldwide("studio"),
        comment="Response headers of the studio's pages.",
        security_headers_behavior=cloudfront.ResponseSecurityHeadersBehavior(
            content_security_policy=cloudfront.ResponseHeadersContentSecurityPolicy(
                content_security_policy=content_security_policy(media=[media], identity=[identity]),
                override=True,
            ),
            content_type_options=cloudfront.ResponseHeadersContentTypeOptions(override=True),
            frame_options=cloudfront.ResponseHeadersFrameOptions(
                frame_option=cloudfront.HeadersFrameOption.DENY, override=True
            ),
            referrer_policy=cloudfront.ResponseHeadersReferrerPolicy(
                referrer_policy=cloudfront.HeadersReferrerPolicy.NO_REFERRER, override=True
            ),
            strict_transport_security=cloudfront.ResponseHeadersStrictTransportSecurity(
                access_control_max_age=_YEAR, include_subdomains=True, override=True
            ),
        ),
        custom_headers_behavior=cloudfront.ResponseCustomHeadersBehavior(
            custom_headers=[
                cloudfront.ResponseCustomHeader(header=name, value=value, override=True)
                for name, value in others.items()
            ]
        ),
    )
