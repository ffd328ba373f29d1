"""The HTTP API: explicit routes, each behind the JWT authorizer but for those of share links."""

import json
from collections.abc import Mapping, Sequence
from typing import cast

from aws_cdk import CfnResource, Fn, RemovalPolicy, Stack
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.stack.capacity import Capacity
from infra.stack.identity import Identity
from infra.stack.settings import Names, construct_name
from retake.routes import FALLBACK, FALLBACK_FUNCTION, PREFIX, PUBLIC_ROUTES, ROUTES, Route, Throttle

_ACCESS_LOG = {
    "requestId": "$context.requestId",
    "time": "$context.requestTime",
    "ip": "$context.identity.sourceIp",
    "routeKey": "$context.routeKey",
    "status": "$context.status",
    "responseLength": "$context.responseLength",
    "responseLatencyMs": "$context.responseLatency",
    "subject": "$context.authorizer.claims.sub",
    "error": "$context.error.message",
    "integrationError": "$context.integrationErrorMessage",
}

FALLBACK_THROTTLE = Throttle(10, 20)
"""Of preflights, and of addresses that are no routes: they need no token."""


def add_http_api(
    stack: Stack,
    names: Names,
    *,
    identity: Identity,
    functions: Mapping[str, lambda_.IFunction],
    allowed_origins: list[str],
    capacity: Capacity,
) -> apigateway.CfnApi:
    """Add the API with its routes, authorizer and stage."""
    api = apigateway.CfnApi(
        stack,
        "Api",
        name=names.of("api"),
        protocol_type="HTTP",
        cors_configuration=apigateway.CfnApi.CorsProperty(
            allow_origins=allowed_origins,
            allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"],
            allow_headers=["authorization", "content-type", "idempotency-key", "if-match", "last-event-id"],
            expose_headers=["allow", "etag", "idempotency-replayed", "location", "retry-after"],
            max_age=3600,
        ),
    )
    authorizer = _authorizer(stack, api, identity)
    for name, routes in ROUTES.items():
        title, function = construct_name(name), functions[name]
        target = _integrate(stack, api, title, function)
        _add_routes(stack, api, authorizer=authorizer, target=target, routes=routes)
        if name == FALLBACK_FUNCTION:
            _add_fallback(stack, api, title, function=function, target=target)
    _stage(stack, api, names, capacity)
    return api


def _authorizer(stack: Stack, api: apigateway.CfnApi, identity: Identity) -> apigateway.CfnAuthorizer:
    issuer = f"https://cognito-idp.{stack.region}.{stack.url_suffix}/{identity.pool.user_pool_id}"
    return apigateway.CfnAuthorizer(
        stack,
        "Authorizer",
        api_id=api.ref,
        name="cognito",
        authorizer_type="JWT",
        identity_source=["$request.header.Authorization"],
        jwt_configuration=apigateway.CfnAuthorizer.JWTConfigurationProperty(
            audience=[identity.client.user_pool_client_id], issuer=issuer
        ),
    )


def _integrate(stack: Stack, api: apigateway.CfnApi, title: str, function: lambda_.IFunction) -> str:
    """Let the API call a function for its routes; return what these routes point to."""
    permission = _allow(stack, api, function, f"{title}Invocation", f"*{PREFIX}/*")
    integration = apigateway.CfnIntegration(
        stack,
        f"{title}Integration",
        api_id=api.ref,
        integration_type="AWS_PROXY",
        integration_uri=function.function_arn,
        payload_format_version="2.0",
    )
    # A target is called only once the API may call it, also where an alias takes the place of a function.
    integration.add_dependency(permission)
    return Fn.join("/", ["integrations", integration.ref])


def _add_routes(
    stack: Stack,
    api: apigateway.CfnApi,
    *,
    authorizer: apigateway.CfnAuthorizer,
    target: str,
    routes: Sequence[Route],
) -> None:
    for route in routes:
        is_public = route in PUBLIC_ROUTES
        apigateway.CfnRoute(
            stack,
            construct_of(route),
            api_id=api.ref,
            route_key=route.key,
            target=target,
            authorization_type="NONE" if is_public else "JWT",
            authorizer_id=None if is_public else authorizer.ref,
        )


def _add_fallback(
    stack: Stack, api: apigateway.CfnApi, title: str, *, function: lambda_.IFunction, target: str
) -> None:
    """Answer what no route takes as a problem: the gateway's own 404 is a bare message, and it has no 405.

    It asks for no token: with an authorizer it would refuse the preflights of browsers, which carry none.
    """
    route = apigateway.CfnRoute(
        stack, "RouteFallback", api_id=api.ref, route_key=FALLBACK, target=target, authorization_type="NONE"
    )
    route.add_dependency(_allow(stack, api, function, f"{title}FallbackInvocation", FALLBACK))


def _allow(
    stack: Stack, api: apigateway.CfnApi, function: lambda_.IFunction, name: str, routes: str
) -> lambda_.CfnPermission:
    return lambda_.CfnPermission(
        stack,
        name,
        action="lambda:InvokeFunction",
        function_name=function.function_arn,
        principal="apigateway.amazonaws.com",
        source_arn=f"arn:{stack.partition}:execute-api:{stack.region}:{stack.account}:{api.ref}/*/{routes}",
    )


def construct_of(route: Route) -> str:
    """Return the name of a route's construct."""
    words = "".join(letter if letter.isalnum() else " " for letter in route).split()
    return "Route" + "".join(word.capitalize() for word in words)


def _stage(stack: Construct, api: apigateway.CfnApi, names: Names, capacity: Capacity) -> None:
    access_logs = logs.LogGroup(
        stack,
        "ApiAccessLogs",
        # Under this prefix the log service's resource policy needs no entry for each group.
        log_group_name=f"/aws/vendedlogs/apigateway/{names.of('api')}",
        retention=logs.RetentionDays.ONE_MONTH,
        removal_policy=RemovalPolicy.DESTROY,
    )
    stage = apigateway.CfnStage(
        stack,
        "Stage",
        api_id=api.ref,
        stage_name="$default",
        auto_deploy=True,
        access_log_settings=apigateway.CfnStage.AccessLogSettingsProperty(
            destination_arn=access_logs.log_group_arn, format=json.dumps(_ACCESS_LOG)
        ),
        # What needs no user's token has limits of its own: a flood of it leaves the rest of the API alone.
        route_settings={
            key: {
                "ThrottlingRateLimit": throttle.requests_per_second,
                "ThrottlingBurstLimit": throttle.burst,
                "DetailedMetricsEnabled": True,
            }
            for key, throttle in {
                FALLBACK: FALLBACK_THROTTLE,
                **{route.key: limit for route, limit in PUBLIC_ROUTES.items()},
            }.items()
        },
        default_route_settings=apigateway.CfnStage.RouteSettingsProperty(
            throttling_rate_limit=capacity.requests_per_second.value_as_number,
            throttling_burst_limit=capacity.burst.value_as_number,
            # By route they would be 300 custom metrics; the access log says the same.
            detailed_metrics_enabled=False,
        ),
    )
    for route in ("RouteFallback", *map(construct_of, PUBLIC_ROUTES)):  # a stage names routes that are there
        stage.add_dependency(cast("CfnResource", stack.node.find_child(route)))
