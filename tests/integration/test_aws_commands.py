"""What ``retake deploy``, ``destroy`` and ``user`` look at and change in an account: the local cloud's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import boto3
import pytest
from rich.console import Console
from typer.testing import CliRunner

from infra.cli.aws_adopt import adopt_kept
from infra.cli.aws_checks import FEW_WORKERS, Findings, check_account
from infra.cli.aws_destroy import find_kept, run_destroy
from infra.cli.aws_session import AwsError, AwsSession, reporting
from infra.cli.aws_users import add_user
from infra.local.cloud import LocalCloud
from infra.stage import Stage
from retake_client.cli.main import app
from retake_client.cli.narration import Narrator
from retake_client.errors import UnexpectedEndError, UsageError
from tests.local_cloud import free_port

pytestmark = pytest.mark.local_cloud

REGION = "us-east-1"
EMAIL = "ada@example.com"
TEMPLATE: dict[str, Any] = {
    "Resources": {
        "Table": {
            "Type": "AWS::DynamoDB::Table",
            "Properties": {
                "TableName": "retake-dev",
                "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": [{"AttributeName": "PK", "AttributeType": "S"}],
                "KeySchema": [{"AttributeName": "PK", "KeyType": "HASH"}],
            },
        },
        "Users": {"Type": "AWS::Cognito::UserPool", "Properties": {"UserPoolName": "retake-dev-users"}},
        "Admins": {
            "Type": "AWS::Cognito::UserPoolGroup",
            "Properties": {"GroupName": "admin", "UserPoolId": {"Ref": "Users"}},
        },
        "Media": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "retake-dev-media-1x"}},
        "Queue": {"Type": "AWS::SQS::Queue"},
    },
    "Outputs": {
        "TableName": {"Value": {"Ref": "Table"}},
        "UserPoolId": {"Value": {"Ref": "Users"}},
        "StudioUrl": {"Value": "https://studio.example"},
    },
}
"""As much of the stack as these commands look at."""


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    cloud = LocalCloud(port=free_port(), data=tmp_path_factory.mktemp("account") / "data")
    cloud.start()
    try:
        yield cloud
    finally:
        cloud.stop()


@pytest.fixture(autouse=True)
def account(cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Sign in to the local cloud as its root, and leave nothing of a test behind."""
    key = cloud.clients.credentials
    for name, value in {
        "AWS_ENDPOINT_URL": cloud.endpoint,
        "AWS_ACCESS_KEY_ID": key.access_key_id,
        "AWS_SECRET_ACCESS_KEY": key.secret_access_key,
        "AWS_CONFIG_FILE": "/nonexistent",
        "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
    }.items():
        monkeypatch.setenv(name, value)
    yield
    client("cloudformation").delete_stack(StackName="Retake-dev")
    client("ssm").delete_parameters(Names=["/cdk-bootstrap/hnb659fds/version"])
    for table in client("dynamodb").list_tables()["TableNames"]:
        client("dynamodb").delete_table(TableName=table)
    for bucket in client("s3").list_buckets()["Buckets"]:
        client("s3").delete_bucket(Bucket=bucket["Name"])
    for pool in client("cognito-idp").list_user_pools(MaxResults=10)["UserPools"]:
        client("cognito-idp").delete_user_pool(UserPoolId=pool["Id"])


@pytest.fixture
def aws() -> AwsSession:
    return AwsSession.open(profile=None, region=REGION, stage=Stage("dev"))


@pytest.fixture
def narrator() -> Narrator:
    return Narrator(Console(file=StringIO(), width=300))


def said(narrator: Narrator) -> str:
    assert isinstance(narrator.console.file, StringIO)
    return narrator.console.file.getvalue()


def client(service: Any) -> Any:
    """Return a client of the account that the environment names."""
    return boto3.client(service, region_name=REGION)


def bootstrap(version: str = "21") -> None:
    client("ssm").put_parameter(
        Name="/cdk-bootstrap/hnb659fds/version", Value=version, Type="String", Overwrite=True
    )


def deploy() -> None:
    client("cloudformation").create_stack(StackName="Retake-dev", TemplateBody=json.dumps(TEMPLATE))


class TestCheck:
    def test_an_account_without_a_bootstrap_is_refused_with_the_command(self, aws: AwsSession) -> None:
        with pytest.raises(UsageError, match=rf"cdk bootstrap aws://{aws.account}/{REGION}"):
            check_account(aws)

    def test_an_old_bootstrap_is_refused(self, aws: AwsSession) -> None:
        bootstrap("5")
        with pytest.raises(UsageError, match="has version 5, and 6 is needed"):
            check_account(aws)

    def test_a_first_deployment_is_reported_what_it_costs(self, aws: AwsSession) -> None:
        bootstrap()
        findings = check_account(aws)
        assert findings.is_first
        assert any("a month" in advice for advice in findings.advice())

    def test_a_table_without_its_stack_is_found_before_cloudformation_finds_it(self, aws: AwsSession) -> None:
        bootstrap()
        deploy()
        assert not check_account(aws).is_first
        client("cloudformation").delete_stack(StackName="Retake-dev")
        client("dynamodb").create_table(
            TableName="retake-dev",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "PK", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "PK", "KeyType": "HASH"}],
        )
        with pytest.raises(UsageError, match="destroy --stage dev --everything"):
            check_account(aws)

    @pytest.mark.parametrize(("concurrency", "few"), [(10, True), (99, True), (100, False), (1000, False)])
    def test_a_new_account_gets_few_workers_and_is_reported_so(self, concurrency: int, few: bool) -> None:  # noqa: FBT001
        findings = Findings(concurrency, is_first=False)
        assert findings.parameters == (FEW_WORKERS if few else {})
        assert any("L-B99A9384" in advice for advice in findings.advice()) is few

    def test_what_may_not_be_asked_is_one_sentence(self, aws: AwsSession) -> None:
        from botocore.exceptions import ClientError  # noqa: PLC0415

        refused = ClientError({"Error": {"Code": "AccessDenied", "Message": "no."}}, "GetParameter")
        with pytest.raises(AwsError, match=r"You may not do this in AWS \(GetParameter\)"), reporting():
            raise refused
        assert aws.describe_stack() is None


class TestUser:
    def test_a_person_is_invited_and_made_an_admin(self, aws: AwsSession, narrator: Narrator) -> None:
        deploy()
        add_user(aws, EMAIL, admin=True, narrator=narrator)
        users = client("cognito-idp")
        pool = aws.outputs["UserPoolId"]
        found = users.admin_get_user(UserPoolId=pool, Username=EMAIL)
        attributes = {one["Name"]: one["Value"] for one in found["UserAttributes"]}
        assert (attributes["email"], attributes["email_verified"]) == (EMAIL, "true")
        groups = users.admin_list_groups_for_user(UserPoolId=pool, Username=EMAIL)["Groups"]
        assert [group["GroupName"] for group in groups] == ["admin"]
        assert "https://studio.example" in said(narrator)

    def test_who_is_there_stays_and_may_become_an_admin(self, aws: AwsSession, narrator: Narrator) -> None:
        deploy()
        add_user(aws, EMAIL, admin=False, narrator=narrator)
        add_user(aws, EMAIL, admin=True, narrator=narrator)
        assert f"{EMAIL} can sign in already" in said(narrator)
        assert f"{EMAIL} is an admin" in said(narrator)

    @pytest.mark.parametrize("email", ["ada", "ada@", "ada@example", "a b@example.com", ""])
    def test_what_is_no_address_is_refused(self, aws: AwsSession, narrator: Narrator, email: str) -> None:
        deploy()
        with pytest.raises(UsageError, match="no e-mail address"):
            add_user(aws, email, admin=False, narrator=narrator)

    def test_without_a_stack_the_way_to_one_is_named(self, aws: AwsSession, narrator: Narrator) -> None:
        with pytest.raises(UsageError, match="retake deploy"):
            add_user(aws, EMAIL, admin=False, narrator=narrator)


class TestDestroy:
    def destroyed(self, aws: AwsSession, narrator: Narrator, *, everything: bool, answers: str) -> int:
        asked = iter(answers)

        def delete_stack() -> int:
            client("cloudformation").delete_stack(StackName="Retake-dev")
            return 0

        return run_destroy(
            aws,
            everything=everything,
            yes=False,
            ask=lambda _: next(asked) == "y",
            delete_stack=delete_stack,
            narrator=narrator,
        )

    def test_what_stays_is_named(self, aws: AwsSession, narrator: Narrator) -> None:
        deploy()
        assert self.destroyed(aws, narrator, everything=False, answers="y") == 0
        assert "kept: table retake-dev" in said(narrator)
        assert "kept: bucket retake-dev-media-1x" in said(narrator)
        assert aws.describe_stack() is None

    @pytest.mark.parametrize("answers", ["n", "yn"])
    def test_everything_is_asked_for_twice(self, aws: AwsSession, narrator: Narrator, answers: str) -> None:
        deploy()
        with pytest.raises(UnexpectedEndError, match="Nothing was deleted"):
            self.destroyed(aws, narrator, everything=True, answers=answers)
        assert aws.describe_stack() is not None

    def test_what_a_deleted_stack_left_is_found_and_deleted(
        self, aws: AwsSession, narrator: Narrator
    ) -> None:
        table = TEMPLATE["Resources"]["Table"]["Properties"]
        client("dynamodb").create_table(**table, DeletionProtectionEnabled=True)
        client("cognito-idp").create_user_pool(PoolName="retake-dev-users")
        client("cognito-idp").create_user_pool(PoolName="retake-users")
        for bucket in ("retake-dev-media-1x", "retake-development-media"):
            client("s3").create_bucket(Bucket=bucket)
        for number in range(3):
            client("s3").put_object(Bucket="retake-dev-media-1x", Key=f"clips/{number}", Body=b"x")

        assert [one.name for one in find_kept(aws)][::2] == ["retake-dev", "retake-dev-media-1x"]
        assert self.destroyed(aws, narrator, everything=True, answers="yy") == 0

        assert client("dynamodb").list_tables()["TableNames"] == []
        pools = client("cognito-idp").list_user_pools(MaxResults=10)["UserPools"]
        assert [pool["Name"] for pool in pools] == ["retake-users"]
        assert [one["Name"] for one in client("s3").list_buckets()["Buckets"]] == ["retake-development-media"]


class TestAdopt:
    @pytest.fixture
    def assembly(self, tmp_path: Path) -> Path:
        """The stack as it is synthesised: CloudFormation names its buckets, and things name each other."""
        resources = json.loads(json.dumps(TEMPLATE["Resources"]))
        resources["Media12345678"] = resources.pop("Media")
        resources["Media12345678"]["Properties"] = {
            "LoggingConfiguration": {"DestinationBucketName": {"Ref": "AccessLogs"}}
        }
        (tmp_path / "Retake-dev.template.json").write_text(json.dumps({"Resources": resources}))
        return tmp_path

    def leave_behind(self) -> str:
        client("dynamodb").create_table(**TEMPLATE["Resources"]["Table"]["Properties"])
        client("dynamodb").put_item(TableName="retake-dev", Item={"PK": {"S": "JOB#1"}})
        pool = client("cognito-idp").create_user_pool(PoolName="retake-dev-users")["UserPool"]["Id"]
        client("s3").create_bucket(Bucket="retake-dev-media-1x")
        return str(pool)

    def test_a_new_stack_has_what_a_deleted_one_kept(
        self, aws: AwsSession, narrator: Narrator, assembly: Path
    ) -> None:
        pool = self.leave_behind()
        adopt_kept(aws, assembly, narrator)
        found = client("cloudformation").list_stack_resources(StackName="Retake-dev")
        assert {
            (one["LogicalResourceId"], one["PhysicalResourceId"]) for one in found["StackResourceSummaries"]
        } == {("Table", "retake-dev"), ("Users", pool), ("Media12345678", "retake-dev-media-1x")}
        assert client("dynamodb").scan(TableName="retake-dev")["Count"] == 1
        # From here on it is a stack as any other: what it keeps is found, and kept again.
        assert {one.name for one in find_kept(aws)} == {"retake-dev", pool, "retake-dev-media-1x"}

    def test_nothing_is_adopted_beside_a_stack_or_without_a_table(
        self, aws: AwsSession, narrator: Narrator, assembly: Path
    ) -> None:
        with pytest.raises(UsageError, match="no table retake-dev to adopt"):
            adopt_kept(aws, assembly, narrator)
        deploy()
        with pytest.raises(UsageError, match="deploy without --adopt"):
            adopt_kept(aws, assembly, narrator)

    def test_two_of_a_kind_are_named(self, aws: AwsSession, narrator: Narrator, assembly: Path) -> None:
        self.leave_behind()
        client("s3").create_bucket(Bucket="retake-dev-media-2y")
        with pytest.raises(UsageError, match="bucket retake-dev-media-1x and bucket retake-dev-media-2y"):
            adopt_kept(aws, assembly, narrator)
        assert aws.describe_stack() is None

    def test_the_check_says_how(self, aws: AwsSession) -> None:
        bootstrap()
        self.leave_behind()
        with pytest.raises(UsageError, match="--adopt"):
            check_account(aws)
        assert check_account(aws, adopt=True).is_first


def test_a_stage_that_has_no_such_name_is_refused_before_anything_is_asked() -> None:
    done = CliRunner().invoke(app, ["deploy", "--provider", "replicate", "--stage", "Dev!"])
    assert done.exit_code == 1
    assert "--stage: 'Dev!' cannot be the name of a stage" in done.stderr
