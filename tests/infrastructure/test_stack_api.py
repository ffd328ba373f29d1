"""The HTTP API, and who may use it."""

import pytest

from tests.infrastructure.stack_template import Properties, StackTemplate

FALLBACK = "$default"
CLIP = "/api/v1/jobs/{job_id}/clips/{clip_index}"
BATCHES = "/api/v1/jobs/{job_id}/batches"
REGENERATE = "/api/v1/jobs/{job_id}/clips/batch-regenerate"
VIDEO = "/api/v1/videos/{video_id}"
SCHEDULE = "/api/v1/schedules/{schedule_id}"
TEMPLATE = "/api/v1/templates/{template_id}"
SHARES = "/api/v1/jobs/{job_id}/shares"
SHARED = "/api/v1/shared/{token}"

STREAM = "GET /api/v1/jobs/{job_id}/stream.m3u8"

PUBLIC = {f"GET {SHARED}", f"GET {SHARED}/comments", f"POST {SHARED}/comments", STREAM}
"""What needs no sign-in, written by hand: a route that becomes public by mistake is found here."""

ROUTES = {
    "GET /api/v1/jobs": "api-jobs",
    "POST /api/v1/jobs": "api-jobs",
    "POST /api/v1/jobs/estimate": "api-jobs",
    "GET /api/v1/jobs/{job_id}": "api-jobs",
    "PATCH /api/v1/jobs/{job_id}": "api-jobs",
    "DELETE /api/v1/jobs/{job_id}": "api-jobs",
    "POST /api/v1/jobs/{job_id}/undelete": "api-jobs",
    "POST /api/v1/jobs/{job_id}/undo": "api-jobs",
    "POST /api/v1/jobs/{job_id}/clips": "api-jobs",
    "POST /api/v1/jobs/{job_id}/clips/estimate": "api-jobs",
    "PATCH /api/v1/jobs/{job_id}/clips": "api-jobs",
    f"PATCH {CLIP}": "api-jobs",
    f"DELETE {CLIP}": "api-jobs",
    STREAM: "api-jobs",
    "PUT /api/v1/jobs/{job_id}/soundtrack": "api-jobs",
    "DELETE /api/v1/jobs/{job_id}/soundtrack": "api-jobs",
    f"POST {CLIP}/duplicate": "api-jobs",
    "GET /api/v1/jobs/{job_id}/removed-clips": "api-jobs",
    "POST /api/v1/jobs/{job_id}/removed-clips/{clip_id}/return": "api-jobs",
    "DELETE /api/v1/jobs/{job_id}/removed-clips/{clip_id}": "api-jobs",
    f"POST {REGENERATE}": "api-batches",
    f"POST {REGENERATE}/estimate": "api-batches",
    f"GET {BATCHES}": "api-batches",
    f"PATCH {BATCHES}": "api-batches",
    f"GET {BATCHES}/{{batch_id}}": "api-batches",
    f"POST {BATCHES}/{{batch_id}}/cancel": "api-batches",
    f"POST {BATCHES}/{{batch_id}}/pause": "api-batches",
    f"POST {BATCHES}/{{batch_id}}/resume": "api-batches",
    f"POST {BATCHES}/{{batch_id}}/change-model": "api-batches",
    f"POST {BATCHES}/{{batch_id}}/change-model/estimate": "api-batches",
    f"POST {BATCHES}/{{batch_id}}/retry": "api-batches",
    "POST /api/v1/jobs/{job_id}/recompose": "api-batches",
    "GET /api/v1/queue": "api-batches",
    f"GET {CLIP}/versions": "api-versions",
    f"GET {CLIP}/versions/compare": "api-versions",
    f"POST {CLIP}/versions/{{version_id}}/restore": "api-versions",
    "POST /api/v1/videos": "api-videos",
    "POST /api/v1/videos/variations": "api-videos",
    "POST /api/v1/videos/batch": "api-videos",
    "POST /api/v1/videos/estimate": "api-videos",
    "POST /api/v1/videos/variations/estimate": "api-videos",
    "GET /api/v1/videos/batches/{batch_id}": "api-videos",
    "GET /api/v1/videos": "api-videos",
    f"GET {VIDEO}": "api-videos",
    f"DELETE {VIDEO}": "api-videos",
    f"POST {VIDEO}/retry": "api-videos",
    f"POST {VIDEO}/cancel": "api-videos",
    f"POST {VIDEO}/pause": "api-videos",
    f"POST {VIDEO}/resume": "api-videos",
    f"GET {VIDEO}/download": "api-videos",
    "GET /api/v1/models": "api-videos",
    "POST /api/v1/downloads": "api-downloads",
    "GET /api/v1/downloads/{download_id}": "api-downloads",
    "GET /api/v1/projects": "api-projects",
    "POST /api/v1/projects": "api-projects",
    "PATCH /api/v1/projects/{project_id}": "api-projects",
    "DELETE /api/v1/projects/{project_id}": "api-projects",
    "GET /api/v1/templates": "api-templates",
    "POST /api/v1/templates": "api-templates",
    f"GET {TEMPLATE}": "api-templates",
    f"PUT {TEMPLATE}": "api-templates",
    f"DELETE {TEMPLATE}": "api-templates",
    f"POST {TEMPLATE}/fill": "api-templates",
    "GET /api/v1/schedules": "api-schedules",
    "POST /api/v1/schedules": "api-schedules",
    f"GET {SCHEDULE}": "api-schedules",
    f"DELETE {SCHEDULE}": "api-schedules",
    f"GET {SHARES}": "api-shares",
    f"POST {SHARES}": "api-shares",
    f"DELETE {SHARES}/{{share_id}}": "api-shares",
    f"DELETE {SHARES}/{{share_id}}/comments/{{comment_id}}": "api-shares",
    "GET /api/v1/jobs/{job_id}/comments": "api-shares",
    f"GET {SHARED}": "api-shared",
    f"GET {SHARED}/comments": "api-shared",
    f"POST {SHARED}/comments": "api-shared",
    "POST /api/v1/uploads": "api-uploads",
    "GET /api/v1/jobs/{job_id}/events": "api-events",
    "GET /api/v1/events": "api-events",
    "GET /api/v1/usage": "api-usage",
    "GET /api/v1/admin/storage": "api-usage",
    "GET /api/v1/generations": "api-usage",
    "GET /api/v1/admin/budgets/{user_id}": "api-usage",
    "PUT /api/v1/admin/budgets/{user_id}": "api-usage",
    "GET /api/v1/status": "api-system",
    "GET /api/v1/openapi.json": "api-system",
    "GET /api/v1/docs": "api-system",
    FALLBACK: "api-system",
}


def test_each_route_goes_to_its_function(template: StackTemplate) -> None:
    integrations = template.of_type("AWS::ApiGatewayV2::Integration")
    found = {
        route["RouteKey"]: template.render(
            integrations[route["Target"]["Fn::Join"][1][1]["Ref"]]["IntegrationUri"]
        )
        for route in template.of_type("AWS::ApiGatewayV2::Route").values()
    }
    assert found == {route: f"retake-{function}" for route, function in ROUTES.items()}


def test_every_route_but_those_of_share_links_needs_a_token(template: StackTemplate) -> None:
    (authorizer,) = template.of_type("AWS::ApiGatewayV2::Authorizer")
    for route in template.of_type("AWS::ApiGatewayV2::Route").values():
        if route["RouteKey"] in PUBLIC | {FALLBACK}:  # the last only says that there is no such route
            assert route["AuthorizationType"] == "NONE"
            assert "AuthorizerId" not in route
            continue
        assert route["AuthorizationType"] == "JWT", route["RouteKey"]
        assert route["AuthorizerId"] == {"Ref": authorizer}


def test_what_needs_no_token_is_throttled_harder(template: StackTemplate) -> None:
    stage = template.one("AWS::ApiGatewayV2::Stage")
    for limit in ("ThrottlingRateLimit", "ThrottlingBurstLimit"):
        parameter = template.template["Parameters"][stage["DefaultRouteSettings"][limit]["Ref"]]
        assert set(stage["RouteSettings"]) == PUBLIC | {FALLBACK}
        for settings in stage["RouteSettings"].values():
            assert 0 < settings[limit] <= parameter["Default"] / 40


def test_the_stage_waits_for_the_routes_that_it_names(template: StackTemplate) -> None:
    (stage,) = (
        resource
        for resource in template.template["Resources"].values()
        if resource["Type"] == "AWS::ApiGatewayV2::Stage"
    )
    routes = template.of_type("AWS::ApiGatewayV2::Route")
    named = {routes[name]["RouteKey"] for name in stage["DependsOn"] if name in routes}
    assert named >= set(stage["Properties"]["RouteSettings"])


def test_tokens_are_those_of_our_users(template: StackTemplate) -> None:
    (pool,) = template.of_type("AWS::Cognito::UserPool")
    (client,) = template.of_type("AWS::Cognito::UserPoolClient")
    jwt = template.one("AWS::ApiGatewayV2::Authorizer")["JwtConfiguration"]
    assert jwt["Audience"] == [{"Ref": client}]
    assert jwt["Issuer"]["Fn::Join"][1][-1] == {"Ref": pool}


def test_events_are_of_the_second_payload_format(template: StackTemplate) -> None:
    for integration in template.of_type("AWS::ApiGatewayV2::Integration").values():
        assert integration["PayloadFormatVersion"] == "2.0"


def test_the_gateway_may_invoke_only_the_functions_of_its_routes(template: StackTemplate) -> None:
    invoked = {
        template.render(permission["FunctionName"])
        for permission in template.of_type("AWS::Lambda::Permission").values()
        if permission["Principal"] == "apigateway.amazonaws.com"
    }
    assert invoked == {f"retake-{function}" for function in ROUTES.values()}


def test_the_api_is_logged_and_throttled(template: StackTemplate) -> None:
    stage = template.one("AWS::ApiGatewayV2::Stage")
    assert "$context.authorizer.claims.sub" in stage["AccessLogSettings"]["Format"]
    limits = {
        name: template.template["Parameters"][stage["DefaultRouteSettings"][name]["Ref"]]["Default"]
        for name in ("ThrottlingRateLimit", "ThrottlingBurstLimit")
    }
    assert limits == {"ThrottlingRateLimit": 4000, "ThrottlingBurstLimit": 5000}


def test_only_the_studio_may_call_from_a_browser(template: StackTemplate) -> None:
    cors = template.one("AWS::ApiGatewayV2::Api")["CorsConfiguration"]
    assert "*" not in cors["AllowOrigins"]
    assert {"authorization", "idempotency-key", "if-match", "last-event-id"} <= set(cors["AllowHeaders"])
    assert {"etag", "location"} <= set(cors["ExposeHeaders"])
    assert {route.split(" ")[0] for route in ROUTES if route != FALLBACK} <= set(cors["AllowMethods"])


@pytest.fixture
def pool(template: StackTemplate) -> Properties:
    return template.one("AWS::Cognito::UserPool")


def test_the_pool_has_the_tier_that_is_used_of_it(pool: Properties) -> None:
    assert pool["UserPoolTier"] == "LITE"


def test_no_one_signs_up_by_oneself(pool: Properties) -> None:
    assert pool["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] is True


def test_passwords_are_strong_and_a_second_factor_is_offered(pool: Properties) -> None:
    policy = pool["Policies"]["PasswordPolicy"]
    assert policy["MinimumLength"] >= 12
    assert all(policy[f"Require{kind}"] for kind in ("Lowercase", "Uppercase", "Numbers", "Symbols"))
    assert (pool["MfaConfiguration"], pool["EnabledMfas"]) == ("OPTIONAL", ["SOFTWARE_TOKEN_MFA"])


def test_the_studio_signs_in_without_a_secret(template: StackTemplate) -> None:
    client = template.one("AWS::Cognito::UserPoolClient")
    assert client["GenerateSecret"] is False
    assert set(client["ExplicitAuthFlows"]) == {
        "ALLOW_USER_PASSWORD_AUTH",
        "ALLOW_USER_SRP_AUTH",
        "ALLOW_REFRESH_TOKEN_AUTH",
    }
    assert client["PreventUserExistenceErrors"] == "ENABLED"


def test_there_are_admins(template: StackTemplate) -> None:
    assert template.one("AWS::Cognito::UserPoolGroup")["GroupName"] == "admin"
