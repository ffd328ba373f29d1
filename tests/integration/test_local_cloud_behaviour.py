"""The local cloud behaves as AWS does where Retake relies on it."""

from __future__ import annotations

import concurrent.futures
import io
import json
import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from botocore.exceptions import ClientError

from infra.local.assembly import read_assembly, zip_directory
from infra.local.clients import LocalClients
from infra.local.cloud import LocalCloud
from infra.local.deployer import Deployment, deploy, sign_in
from infra.local.directory import RootCredentials
from infra.local.drift import find_drift
from infra.local.errors import DeploymentError, LocalCloudError
from tests.local_cloud import (
    BUCKET,
    FUNCTION,
    OTHER_FUNCTION,
    TABLE,
    free_port,
    running,
    write_assembly,
)
from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.local_cloud


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[LocalCloud, Deployment, Path]]:
    root = tmp_path_factory.mktemp("cloud")
    static = root / "static"
    (static / "assets").mkdir(parents=True)
    (static / "index.html").write_text("<h1>studio</h1>")
    (static / "assets" / "app.js").write_text("1")
    with running(root / "data", static=static) as cloud:
        yield cloud, deploy(cloud, write_assembly(root / "cdk.out")), root / "cdk.out"


@pytest.fixture(scope="module")
def cloud(deployed: tuple[LocalCloud, Deployment, Path]) -> LocalCloud:
    return deployed[0]


def invoke(cloud: LocalCloud, payload: object, *, function: str = FUNCTION) -> Any:
    answer = cloud.clients.client("lambda").invoke(
        FunctionName=function, Payload=json.dumps(payload).encode()
    )
    return json.loads(answer["Payload"].read()), answer.get("FunctionError")


def run(cloud: LocalCloud, answer: str) -> dict[str, Any]:
    """Run the trial state machine to its end."""
    machines = cloud.clients.client("stepfunctions")
    arn = machines.start_execution(
        stateMachineArn=cloud.outputs["StateMachineArn"], input=json.dumps({"answer": answer})
    )["executionArn"]

    def ended() -> dict[str, Any] | None:
        found: dict[str, Any] = machines.describe_execution(executionArn=arn)
        return found if found["status"] != "RUNNING" else None

    return eventually(ended) or {}


# Lambda


def test_a_function_fails_under_its_errors_name_and_its_worker_stays(cloud: LocalCloud) -> None:
    before, _ = invoke(cloud, {"kind": "environment"})
    body, kind = invoke(cloud, {"kind": "fail"})
    after, _ = invoke(cloud, {"kind": "environment"})
    assert (body["errorType"], body["errorMessage"], kind) == ("CustomNamedError", "as asked", "Unhandled")
    assert after["pid"] == before["pid"]


def test_a_layers_executable_is_on_the_path(cloud: LocalCloud) -> None:
    body, _ = invoke(cloud, {"kind": "tool"})
    assert body["said"] == "from the layer"


def test_a_function_gets_its_own_credentials_and_none_of_the_servers_settings(cloud: LocalCloud) -> None:
    environment = invoke(cloud, {"kind": "environment"})[0]["environment"]
    root = cloud.directory.credentials()
    assert root.secret_access_key not in environment.values()
    assert root.access_key_id not in environment.values()
    assert environment["AWS_ENDPOINT_URL"] == cloud.endpoint
    assert not {"LOG_LEVEL", "STATE_DIR", "AUTH", "DOCKER_HOST"} & set(environment)


def test_a_handlers_child_cannot_read_the_next_event(cloud: LocalCloud) -> None:
    assert invoke(cloud, {"kind": "read-stdin"})[0] == ""


def test_a_timed_out_function_says_so(cloud: LocalCloud) -> None:
    body, kind = invoke(cloud, {"kind": "sleep", "seconds": 5, "child": True}, function=OTHER_FUNCTION)
    assert "timed out" in body["errorMessage"]
    assert kind == "Unhandled"


def test_invocations_of_one_function_run_beside_each_other(cloud: LocalCloud) -> None:
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        pids = {
            body["pid"]
            for body, _ in pool.map(lambda _: invoke(cloud, {"kind": "sleep", "seconds": 1}), "ab")
        }
    assert len(pids) == 2


# Step Functions


def test_a_task_is_answered_by_its_token(cloud: LocalCloud) -> None:
    ended = run(cloud, "success")
    assert (ended["status"], ended["output"]) == ("SUCCEEDED", '{"ok": true, "done": true}')


def test_a_catch_by_name_matches_the_functions_error(cloud: LocalCloud) -> None:
    assert json.loads(run(cloud, "fail")["output"]) == {"caught": True}


def test_a_missed_heartbeat_ends_the_task_and_beating_keeps_it(cloud: LocalCloud) -> None:
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        silent, beating = pool.map(lambda answer: run(cloud, answer), ("silence", "heartbeats"))
    assert (silent["status"], silent["error"]) == ("FAILED", "States.HeartbeatTimeout")
    assert json.loads(beating["output"]) == {"beaten": True, "done": True}


def test_a_stopped_execution_stays_aborted(cloud: LocalCloud) -> None:
    machines = cloud.clients.client("stepfunctions")
    arn = machines.start_execution(
        stateMachineArn=cloud.outputs["StateMachineArn"], input='{"answer": "silence"}'
    )["executionArn"]
    time.sleep(0.4)
    machines.stop_execution(executionArn=arn)
    time.sleep(1.2)
    assert machines.describe_execution(executionArn=arn)["status"] == "ABORTED"


def test_a_dead_token_is_refused_as_on_aws(cloud: LocalCloud) -> None:
    from infra.local.patches.tokens import new_token  # noqa: PLC0415

    machines = cloud.clients.client("stepfunctions")
    with pytest.raises(ClientError, match="TaskTimedOut"):
        machines.send_task_success(taskToken=new_token(cloud.outputs["StateMachineArn"]), output="{}")


# Permissions


def test_a_function_may_do_what_its_role_says_and_nothing_else(cloud: LocalCloud) -> None:
    assert invoke(cloud, {"kind": "put", "key": "by-function"})[0] == {"done": True}
    assert invoke(cloud, {"kind": "put", "key": "x"}, function=OTHER_FUNCTION)[0]["refused"] == "AccessDenied"
    assert "dynamodb:PutItem" in invoke(cloud, {"kind": "write", "key": "x"})[0]["why"]
    assert (
        "states:StartExecution"
        in invoke(cloud, {"kind": "start", "arn": cloud.outputs["StateMachineArn"]})[0]["why"]
    )


@pytest.mark.parametrize("key", ["test", "000000000000", "AKIAUNKNOWN"])
def test_well_known_keys_open_nothing(cloud: LocalCloud, key: str) -> None:
    guessed = LocalClients(cloud.endpoint, "us-east-1", RootCredentials(key, "test"))
    with pytest.raises(ClientError):
        guessed.client("dynamodb").scan(TableName=TABLE)
    with pytest.raises(ClientError):
        guessed.client("s3").list_objects_v2(Bucket=BUCKET)


@pytest.mark.parametrize("path", [f"/{BUCKET}", f"/{BUCKET}/by-function", "/?x=1", "/nothing"])
def test_without_a_signature_nothing_is_read(cloud: LocalCloud, path: str) -> None:
    answer = httpx.get(cloud.endpoint + path)
    assert BUCKET not in answer.text.replace(f"/{BUCKET}", "")
    assert "ListAllMyBuckets" not in answer.text


def test_a_signature_is_checked(cloud: LocalCloud) -> None:
    known = cloud.directory.credentials().access_key_id
    guessed = LocalClients(cloud.endpoint, "us-east-1", RootCredentials(known, "guessed"))
    with pytest.raises(ClientError, match="signature"):
        guessed.client("dynamodb").scan(TableName=TABLE)


@pytest.mark.parametrize(
    "path", ["/_ministack/reset", "/_ministack/config", "/_local/snapshot", "/_aws/sqs/messages"]
)
def test_the_controls_are_closed(cloud: LocalCloud, path: str) -> None:
    assert httpx.post(cloud.endpoint + path).status_code == 404


# HTTP


def test_the_api_wants_a_valid_token_and_hands_its_claims_on(
    deployed: tuple[LocalCloud, Deployment, Path],
) -> None:
    cloud, deployment, _ = deployed
    assert deployment.user is not None
    identities = cloud.clients.client("cognito-idp")
    identities.admin_add_user_to_group(
        UserPoolId=cloud.outputs["UserPoolId"], Username=deployment.user.email, GroupName="admin"
    )
    url = cloud.endpoint + "/api/v1/whoami"
    assert httpx.get(url).status_code == 401
    token = sign_in(cloud, deployment.user)
    head, claims, signature = token.split(".")
    for bad in (f"{head}.{claims}.{signature[:-4]}AAAA", "nonsense", f"{head}.{claims}."):
        assert httpx.get(url, headers={"Authorization": f"Bearer {bad}"}).status_code == 401
    answer = httpx.get(url, headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200
    assert answer.json()["path"] == "/api/v1/whoami"
    assert answer.json()["claims"]["cognito:groups"] == "[admin]"
    assert httpx.get(cloud.endpoint + "/api/v1/nothing").status_code == 404
    failed = httpx.get(url, params={"fail": "1"}, headers={"Authorization": f"Bearer {token}"})
    assert (failed.status_code, failed.json()) == (500, {"message": "Internal Server Error"})


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({}, 200),
    ],
)
def test_only_this_machine_and_its_own_pages_are_answered(
    cloud: LocalCloud, headers: dict[str, str], status: int
) -> None:
    answer = httpx.get(cloud.endpoint + "/config.json", headers=headers)
    assert answer.status_code == status
    assert "access-control-allow-origin" not in answer.headers
    if status == 403:
        assert answer.headers["content-type"] == "application/problem+json"


def test_its_own_origin_is_answered(cloud: LocalCloud) -> None:
    answer = httpx.get(cloud.endpoint + "/config.json", headers={"Origin": cloud.endpoint})
    assert answer.headers["access-control-allow-origin"] == cloud.endpoint
    assert answer.json()["userPoolId"] == cloud.outputs["UserPoolId"]


def test_the_studio_is_served(cloud: LocalCloud) -> None:
    page = httpx.get(cloud.endpoint + "/jobs/one", headers={"Accept": "text/html"})
    assert page.text == "<h1>studio</h1>"
    script = httpx.get(cloud.endpoint + "/assets/app.js")
    assert (script.text, "immutable" in script.headers["cache-control"]) == ("1", True)
    assert page.headers["cache-control"] == "no-cache"


def test_the_studios_pages_may_run_their_own_scripts_only(cloud: LocalCloud) -> None:
    policy = httpx.get(cloud.endpoint + "/", headers={"Accept": "text/html"}).headers[
        "content-security-policy"
    ]
    assert {"default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"} <= set(policy.split("; "))
    assert f"media-src 'self' blob: {cloud.endpoint}" in policy


def test_the_studio_learns_the_local_sign_in_and_no_other_page_does(
    deployed: tuple[LocalCloud, Deployment, Path],
) -> None:
    cloud, deployment, _ = deployed
    assert deployment.user is not None
    url = cloud.endpoint + "/local-sign-in"
    own = httpx.post(url, headers={"Origin": cloud.endpoint})
    assert own.json() == {"email": deployment.user.email, "password": deployment.user.password}
    assert httpx.post(url, headers={"Origin": "https://elsewhere.example"}).status_code == 403
    assert httpx.post(url).status_code == 404
    assert deployment.user.password not in httpx.get(cloud.endpoint + "/config.json").text


# S3


def test_a_presigned_url_of_a_function_serves_ranges(cloud: LocalCloud) -> None:
    cloud.clients.client("s3").put_object(
        Bucket=BUCKET, Key="clip", Body=b"0123456789", ContentType="video/mp4"
    )
    url = invoke(cloud, {"kind": "presign", "key": "clip"})[0]["url"]
    assert url.startswith(cloud.endpoint)
    part = httpx.get(url, headers={"Range": "bytes=2-4"})
    assert (part.status_code, part.content, part.headers["content-type"]) == (206, b"234", "video/mp4")
    assert httpx.get(url[:-4] + "beef").status_code == 403


def test_a_presigned_post_enforces_its_conditions(cloud: LocalCloud) -> None:
    form = cloud.clients.client("s3").generate_presigned_post(
        BUCKET,
        "uploads/one",
        Fields={"Content-Type": "video/mp4"},
        Conditions=[["content-length-range", 1, 10], {"Content-Type": "video/mp4"}],
    )

    def post(content: bytes, **fields: str) -> int:
        answer = httpx.post(
            form["url"], data={**form["fields"], **fields}, files={"file": io.BytesIO(content)}
        )
        return answer.status_code

    assert post(b"12345") == 204
    assert post(b"12345678901") == 400
    assert post(b"") == 400
    assert post(b"1", **{"Content-Type": "text/html"}) == 403
    assert post(b"1", key="elsewhere") == 403


def test_a_topic_reaches_a_queue_whose_policy_lets_it(cloud: LocalCloud) -> None:
    topics, queues = cloud.clients.client("sns"), cloud.clients.client("sqs")
    topic = topics.create_topic(Name="alerts")["TopicArn"]
    url = queues.create_queue(QueueName="heard")["QueueUrl"]
    named = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    allowed = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": named,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    topics.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=named)
    topics.publish(TopicArn=topic, Message="not heard")
    queues.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    topics.publish(TopicArn=topic, Message="heard")
    received = eventually(lambda: queues.receive_message(QueueUrl=url, WaitTimeSeconds=1).get("Messages"))
    assert [json.loads(message["Body"])["Message"] for message in received or []] == ["heard"]


def test_an_object_is_made_only_once_however_many_try(cloud: LocalCloud) -> None:
    def make(number: int) -> str:
        try:
            cloud.clients.client("s3").put_object(
                Bucket=BUCKET, Key="once", Body=b"%d" % number, IfNoneMatch="*"
            )
        except ClientError as error:
            return str(error.response["Error"]["Code"])
        return "made"

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(make, range(4))) == ["PreconditionFailed"] * 3 + ["made"]


def test_a_copy_keeps_content_and_type(cloud: LocalCloud) -> None:
    s3 = cloud.clients.client("s3")
    s3.put_object(Bucket=BUCKET, Key="from", Body=b"x", ContentType="video/mp4")
    s3.copy_object(Bucket=BUCKET, Key="archive/to", CopySource={"Bucket": BUCKET, "Key": "from"})
    found = s3.get_object(Bucket=BUCKET, Key="archive/to")
    assert (found["Body"].read(), found["ContentType"]) == (b"x", "video/mp4")


# Deployment


def test_what_the_template_asks_for_is_there(deployed: tuple[LocalCloud, Deployment, Path]) -> None:
    cloud, _, assembly = deployed
    s3, tables = cloud.clients.client("s3"), cloud.clients.client("dynamodb")
    rules = {rule["ID"]: rule for rule in s3.get_bucket_lifecycle_configuration(Bucket=BUCKET)["Rules"]}
    assert rules["archive"]["Transitions"] == [{"Days": 1, "StorageClass": "GLACIER_IR"}]
    assert rules["uploads"]["Expiration"] == {"Days": 1}
    assert (
        tables.describe_time_to_live(TableName=TABLE)["TimeToLiveDescription"]["AttributeName"]
        == "expires_at"
    )
    assert find_drift(cloud.clients, read_assembly(assembly)) == []


def test_deploying_the_same_again_does_nothing(deployed: tuple[LocalCloud, Deployment, Path]) -> None:
    cloud, first, assembly = deployed
    again = deploy(cloud, assembly)
    assert (again.changed, again.outputs, again.user) == (False, first.outputs, first.user)


def test_a_state_machine_acts_as_its_own_role(
    deployed: tuple[LocalCloud, Deployment, Path], tmp_path: Path
) -> None:
    """Also an update of the stack: the permission is taken away and given back."""
    cloud, _, assembly = deployed
    assert deploy(cloud, write_assembly(tmp_path / "less", send_allowed=False)).changed
    try:
        ended = run(cloud, "success")
        assert (ended["status"], ended["error"]) == ("FAILED", "SQS.AccessDeniedException")
    finally:
        deploy(cloud, assembly)
    assert run(cloud, "success")["status"] == "SUCCEEDED"


def test_a_function_gets_no_messages_its_role_may_not_receive(
    deployed: tuple[LocalCloud, Deployment, Path], tmp_path: Path
) -> None:
    cloud, _, assembly = deployed
    deploy(cloud, write_assembly(tmp_path / "less", receive_allowed=False))
    try:
        assert run(cloud, "heartbeats")["error"] == "States.HeartbeatTimeout"
    finally:
        deploy(cloud, assembly)


def test_a_broken_stack_names_the_resource_and_the_reason(cloud: LocalCloud, tmp_path: Path) -> None:
    assembly = write_assembly(tmp_path / "broken")
    manifest = assembly / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"Trial"', '"Broken"'))
    function = {
        "FunctionName": "wrong",
        "Handler": "a.b",
        "Runtime": "python3.13",
        "Role": "arn:aws:iam::000000000000:role/x",
        "Code": {"S3Bucket": "no-such-bucket", "S3Key": "x"},
    }
    resources = {"Wrong": {"Type": "AWS::Lambda::Function", "Properties": function}}
    (assembly / "Trial.template.json").write_text(json.dumps({"Resources": resources}))
    before = cloud.directory.deployment.read_text()
    with pytest.raises(DeploymentError, match="Wrong"):
        deploy(cloud, assembly)
    assert cloud.directory.deployment.read_text() == before


def test_packing_a_directory_is_repeatable_and_keeps_modes(tmp_path: Path) -> None:
    tool = tmp_path / "bin" / "tool"
    tool.parent.mkdir()
    tool.write_text("x")
    tool.chmod(0o755)
    first = zip_directory(tmp_path)
    tool.touch()
    assert zip_directory(tmp_path) == first


# The process


_LAUNCHER = """
import sys, time
from pathlib import Path
from infra.local.cloud import LocalCloud
cloud = LocalCloud(port=int(sys.argv[1]), data=Path(sys.argv[2]))
cloud.start()
print(cloud.pid, flush=True)
time.sleep(60)
"""


def test_a_killed_launcher_leaves_no_server_and_its_directory_free(tmp_path: Path) -> None:
    port, data = free_port(), tmp_path / "data"
    with subprocess.Popen(  # noqa: S603 - our own interpreter and text
        [sys.executable, "-c", _LAUNCHER, str(port), str(data)], stdout=subprocess.PIPE, text=True
    ) as launcher:
        assert launcher.stdout is not None
        server = int(launcher.stdout.readline())
        launcher.kill()
    with LocalCloud(port=port, data=data) as again:
        assert again.status()["unclean"]
        assert again.pid != server
    assert not (data / "running").exists()
    assert not (data / "tmp").exists()


def test_a_clean_stop_keeps_everything_and_leaves_nothing(tmp_path: Path) -> None:
    with LocalCloud(port=free_port(), data=tmp_path / "data") as cloud:
        deploy(cloud, write_assembly(tmp_path / "cdk.out"))
        cloud.clients.client("dynamodb").put_item(TableName=TABLE, Item={"PK": {"S": "a"}, "SK": {"S": "b"}})
        invoke(cloud, {})
        pid = cloud.pid
    assert not (tmp_path / "data" / "tmp").exists()
    with pytest.raises(ProcessLookupError):
        os.kill(pid or 0, 0)
    # On another port: URLs that functions were given with the old one still name their queues.
    with running(tmp_path / "data") as again:
        assert not again.status()["unclean"]
        assert again.clients.client("dynamodb").scan(TableName=TABLE)["Count"] == 1
        ended = run(again, "success")
        assert ended["status"] == "SUCCEEDED", ended


def test_a_second_server_on_the_data_or_the_port_is_refused(cloud: LocalCloud, tmp_path: Path) -> None:
    with pytest.raises(LocalCloudError, match="--data"):
        LocalCloud(port=free_port(), data=cloud.directory.root).start()
    with pytest.raises(LocalCloudError, match="--port"):
        LocalCloud(port=cloud.port, data=tmp_path / "other").start()
