"""A small stack of its own for the local cloud's tests, written as a cloud assembly."""

from __future__ import annotations

import contextlib
import hashlib
import json
import socket
from typing import TYPE_CHECKING, Any

from infra.local.cloud import LocalCloud

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STACK = "Trial"
BUCKET = "trial-bucket"
FUNCTION = "trial-function"
OTHER_FUNCTION = "trial-other"
TABLE = "trial-table"
CONSUMING = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
MACHINE_ARN = "arn:aws:states:us-east-1:000000000000:stateMachine:trial-machine"

HANDLER = '''
import json, os, shutil, subprocess, time
import boto3
from botocore.config import Config


class CustomNamedError(Exception):
    """Named by the state machine's Catch."""


def handler(event, context):
    kind = event.get("kind")
    if kind == "fail":
        raise CustomNamedError("as asked")
    if kind == "tool":
        found = shutil.which("trial-tool")
        return {"path": found, "said": subprocess.run([found], capture_output=True, text=True).stdout.strip()}
    if kind == "environment":
        return {"pid": os.getpid(), "environment": dict(os.environ), "cold": not globals().get("warm")}
    if kind == "sleep":
        child = subprocess.Popen(["sleep", "60"]) if event.get("child") else None
        time.sleep(event["seconds"])
        return {"pid": os.getpid(), "child": child.pid if child else None}
    if kind == "read-stdin":
        return subprocess.run(["cat"], capture_output=True, text=True).stdout
    if kind == "start":
        return start(event)
    if kind == "put":
        return call("s3", "put_object", Bucket=os.environ["BUCKET"], Key=event["key"], Body=b"x")
    if kind == "write":
        item = {"PK": {"S": event["key"]}, "SK": {"S": "-"}}
        return call("dynamodb", "put_item", TableName=os.environ["TABLE"], Item=item)
    if kind == "presign":
        wanted = {"Bucket": os.environ["BUCKET"], "Key": event["key"]}
        client = boto3.client("s3", config=Config(signature_version="s3v4"))
        return {"url": client.generate_presigned_url("get_object", Params=wanted)}
    if "Records" in event:
        for record in event["Records"]:
            consume(json.loads(record["body"]))
        return {"batchItemFailures": []}
    if "requestContext" in event:
        if event.get("queryStringParameters", {}).get("fail"):
            raise CustomNamedError("a secret")
        claims = event["requestContext"].get("authorizer", {}).get("jwt", {}).get("claims", {})
        return {"statusCode": 200, "headers": {"content-type": "application/json"},
                "body": json.dumps({"claims": claims, "path": event["rawPath"]})}
    return {"event": event}


def call(service, operation, **arguments):
    try:
        getattr(boto3.client(service), operation)(**arguments)
    except Exception as error:
        return {"refused": type(error).__name__, "why": str(error)}
    return {"done": True}


def start(event):
    return call("stepfunctions", "start_execution", stateMachineArn=event["arn"], input="{}")


def consume(message):
    if message.get("answer") == "success":
        boto3.client("stepfunctions").send_task_success(taskToken=message["token"], output='{"ok": true}')
    elif message.get("answer") == "heartbeats":
        client = boto3.client("stepfunctions")
        for _ in range(4):
            time.sleep(1)
            client.send_task_heartbeat(taskToken=message["token"])
        client.send_task_success(taskToken=message["token"], output=json.dumps({"beaten": True}))
'''


def _role(statements: list[dict[str, Any]], service: str = "lambda.amazonaws.com") -> dict[str, Any]:
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [
                    {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
                ],
            },
            "Policies": [
                {
                    "PolicyName": "own",
                    "PolicyDocument": {
                        "Version": "2012-10-17",
                        "Statement": [{"Effect": "Allow", **statement} for statement in statements],
                    },
                }
            ],
        },
    }


def _arn(name: str) -> dict[str, Any]:
    return {"Fn::GetAtt": [name, "Arn"]}


WAIT = {
    "Type": "Task",
    "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
    "Arguments": {
        "QueueUrl": "${Queue}",
        "MessageBody": {"token": "{% $states.context.Task.Token %}", "answer": "{% $states.input.answer %}"},
    },
    "HeartbeatSeconds": "{% $states.input.answer = 'success' ? 60 : 3 %}",
    "TimeoutSeconds": 90,
    "Next": "Done",
}
INVOKE = {
    "Type": "Task",
    "Resource": "arn:aws:states:::lambda:invoke",
    "Arguments": {"FunctionName": "${Function}", "Payload": {"kind": "fail"}},
    "Catch": [{"ErrorEquals": ["CustomNamedError"], "Next": "Caught"}],
    "End": True,
}
DEFINITION = {
    "QueryLanguage": "JSONata",
    "StartAt": "Choose",
    "States": {
        "Choose": {
            "Type": "Choice",
            "Choices": [{"Condition": "{% $states.input.answer = 'fail' %}", "Next": "Invoke"}],
            "Default": "Wait",
        },
        "Wait": WAIT,
        "Invoke": INVOKE,
        "Done": {"Type": "Succeed", "Output": "{% $merge([$states.input, {'done': true}]) %}"},
        "Caught": {"Type": "Pass", "Output": {"caught": True}, "End": True},
    },
}


def template(
    code: dict[str, str], layer: dict[str, str], *, send_allowed: bool = True, receive_allowed: bool = True
) -> dict[str, Any]:
    machine_statements = [{"Action": "lambda:InvokeFunction", "Resource": _arn("Function")}]
    if send_allowed:
        machine_statements.append({"Action": "sqs:SendMessage", "Resource": _arn("Queue")})
    function = {
        "Handler": "index.handler",
        "Runtime": "python3.13",
        "Timeout": 10,
        "Code": code,
        "Layers": [{"Ref": "Layer"}],
        "Environment": {"Variables": {"BUCKET": {"Ref": "Bucket"}, "TABLE": {"Ref": "Table"}}},
    }
    pool_url = {"Fn::Sub": "https://cognito-idp.${AWS::Region}.amazonaws.com/${Pool}"}
    resources: dict[str, Any] = {
        "Layer": {
            "Type": "AWS::Lambda::LayerVersion",
            "Properties": {"LayerName": "trial-tools", "Content": {**layer}},
        },
        "Role": _role(
            [
                {
                    "Action": CONSUMING if receive_allowed else CONSUMING[1:],
                    "Resource": _arn("Queue"),
                },
                {"Action": ["states:SendTaskSuccess", "states:SendTaskHeartbeat"], "Resource": MACHINE_ARN},
                {"Action": ["s3:PutObject", "s3:GetObject"], "Resource": {"Fn::Sub": "${Bucket.Arn}/*"}},
            ]
        ),
        "OtherRole": _role([]),
        "Function": {
            "Type": "AWS::Lambda::Function",
            "Properties": {**function, "FunctionName": FUNCTION, "Role": _arn("Role")},
        },
        "Other": {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                **function,
                "FunctionName": OTHER_FUNCTION,
                "Role": _arn("OtherRole"),
                "Timeout": 2,
            },
        },
        "Queue": {
            "Type": "AWS::SQS::Queue",
            "Properties": {"QueueName": "trial-queue", "VisibilityTimeout": 60},
        },
        "Kept": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "trial-kept"}},
        "Source": {
            "Type": "AWS::Lambda::EventSourceMapping",
            "Properties": {
                "EventSourceArn": _arn("Queue"),
                "FunctionName": {"Ref": "Function"},
                "BatchSize": 1,
                "FunctionResponseTypes": ["ReportBatchItemFailures"],
            },
        },
        "MachineRole": _role(machine_statements, "states.amazonaws.com"),
        "Machine": {
            "Type": "AWS::StepFunctions::StateMachine",
            "Properties": {
                "StateMachineName": "trial-machine",
                "RoleArn": _arn("MachineRole"),
                "DefinitionString": {
                    "Fn::Sub": [
                        json.dumps(DEFINITION),
                        {"Queue": {"Ref": "Queue"}, "Function": _arn("Function")},
                    ]
                },
                "LoggingConfiguration": {"Level": "ALL", "IncludeExecutionData": True},
            },
        },
        "Table": {
            "Type": "AWS::DynamoDB::Table",
            "Properties": {
                "TableName": TABLE,
                "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": [
                    {"AttributeName": "PK", "AttributeType": "S"},
                    {"AttributeName": "SK", "AttributeType": "S"},
                ],
                "KeySchema": [
                    {"AttributeName": "PK", "KeyType": "HASH"},
                    {"AttributeName": "SK", "KeyType": "RANGE"},
                ],
                "TimeToLiveSpecification": {"AttributeName": "expires_at", "Enabled": True},
                "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
            },
        },
        "Bucket": {
            "Type": "AWS::S3::Bucket",
            "Properties": {
                "BucketName": BUCKET,
                "LifecycleConfiguration": {
                    "Rules": [
                        {
                            "Id": "archive",
                            "Prefix": "archive/",
                            "Status": "Enabled",
                            "Transitions": [{"StorageClass": "GLACIER_IR", "TransitionInDays": 1}],
                        },
                        {"Id": "uploads", "Prefix": "uploads/", "Status": "Enabled", "ExpirationInDays": 1},
                    ]
                },
                "NotificationConfiguration": {"EventBridgeConfiguration": {"EventBridgeEnabled": True}},
            },
        },
        "BucketPolicy": {
            "Type": "AWS::S3::BucketPolicy",
            "Properties": {
                "Bucket": {"Ref": "Bucket"},
                "PolicyDocument": {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Deny",
                            "Principal": {"AWS": "*"},
                            "Action": "s3:*",
                            "Resource": [_arn("Bucket"), {"Fn::Sub": "${Bucket.Arn}/*"}],
                            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                        }
                    ],
                },
            },
        },
        "Pool": {"Type": "AWS::Cognito::UserPool", "Properties": {"UserPoolName": "trial-pool"}},
        "Admins": {
            "Type": "AWS::Cognito::UserPoolGroup",
            "Properties": {"GroupName": "admin", "UserPoolId": {"Ref": "Pool"}},
        },
        "Client": {
            "Type": "AWS::Cognito::UserPoolClient",
            "Properties": {
                "UserPoolId": {"Ref": "Pool"},
                "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
            },
        },
        "Api": {
            "Type": "AWS::ApiGatewayV2::Api",
            "Properties": {
                "Name": "trial-api",
                "ProtocolType": "HTTP",
                "CorsConfiguration": {"AllowOrigins": ["https://studio.example"], "AllowMethods": ["GET"]},
            },
        },
        "Stage": {
            "Type": "AWS::ApiGatewayV2::Stage",
            "Properties": {"ApiId": {"Ref": "Api"}, "StageName": "$default", "AutoDeploy": True},
        },
        "Integration": {
            "Type": "AWS::ApiGatewayV2::Integration",
            "Properties": {
                "ApiId": {"Ref": "Api"},
                "IntegrationType": "AWS_PROXY",
                "IntegrationUri": _arn("Function"),
                "PayloadFormatVersion": "2.0",
            },
        },
        "Authorizer": {
            "Type": "AWS::ApiGatewayV2::Authorizer",
            "Properties": {
                "ApiId": {"Ref": "Api"},
                "AuthorizerType": "JWT",
                "Name": "jwt",
                "IdentitySource": ["$request.header.Authorization"],
                "JwtConfiguration": {"Audience": [{"Ref": "Client"}], "Issuer": pool_url},
            },
        },
        "Route": {
            "Type": "AWS::ApiGatewayV2::Route",
            "Properties": {
                "ApiId": {"Ref": "Api"},
                "RouteKey": "GET /api/v1/whoami",
                "AuthorizationType": "JWT",
                "AuthorizerId": {"Ref": "Authorizer"},
                "Target": {"Fn::Sub": "integrations/${Integration}"},
            },
        },
    }
    outputs = {
        "ApiUrl": {"Fn::GetAtt": ["Api", "ApiEndpoint"]},
        "UserPoolId": {"Ref": "Pool"},
        "UserPoolClientId": {"Ref": "Client"},
        "BucketName": {"Ref": "Bucket"},
        "TableName": {"Ref": "Table"},
        "StateMachineArn": {"Ref": "Machine"},
        "KeptQueueUrl": {"Ref": "Kept"},
        "ReconcileFunctionName": {"Ref": "Function"},
    }
    return {
        "Resources": resources,
        "Outputs": {name: {"Value": value} for name, value in outputs.items()},
    }


def write_assembly(directory: Path, *, send_allowed: bool = True, receive_allowed: bool = True) -> Path:
    """Write the trial stack as ``cdk synth`` would."""
    directory.mkdir(parents=True, exist_ok=True)
    bucket = "cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}"
    code = directory / "asset.code"
    code.mkdir(exist_ok=True)
    (code / "index.py").write_text(HANDLER)
    layer = directory / "asset.layer"
    (layer / "bin").mkdir(parents=True, exist_ok=True)
    tool = layer / "bin" / "trial-tool"
    tool.write_text("#!/bin/sh\necho from the layer\n")
    tool.chmod(0o755)
    files = {}
    locations = {}
    for name, source in (("code", code), ("layer", layer)):
        digest = hashlib.sha256((HANDLER + name).encode()).hexdigest()
        destination = {"bucketName": bucket, "objectKey": f"{digest}.zip"}
        files[digest] = {
            "source": {"path": source.name, "packaging": "zip"},
            "destinations": {"current": destination},
        }
        locations[name] = ("cdk-hnb659fds-assets-000000000000-us-east-1", f"{digest}.zip")
    body = template(
        {"S3Bucket": locations["code"][0], "S3Key": locations["code"][1]},
        {"S3Bucket": locations["layer"][0], "S3Key": locations["layer"][1]},
        send_allowed=send_allowed,
        receive_allowed=receive_allowed,
    )
    (directory / "Trial.template.json").write_text(json.dumps(body))
    (directory / "Trial.assets.json").write_text(json.dumps({"version": "48.0.0", "files": files}))
    manifest = {
        "version": "48.0.0",
        "artifacts": {
            STACK: {
                "type": "aws:cloudformation:stack",
                "properties": {"templateFile": "Trial.template.json", "stackName": STACK},
            }
        },
    }
    (directory / "manifest.json").write_text(json.dumps(manifest))
    return directory


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextlib.contextmanager
def running(data: Path, **options: Any) -> Iterator[LocalCloud]:
    """Run a local cloud and leave no process, whatever happens."""
    cloud = LocalCloud(port=free_port(), data=data, **options)
    cloud.start()
    try:
        yield cloud
    finally:
        cloud.kill()
