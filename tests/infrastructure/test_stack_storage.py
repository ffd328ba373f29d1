"""The table, the bucket and the queues."""

import pytest

from tests.fakes.in_memory_table import SHOWN_BY_SIZE
from tests.infrastructure.stack_template import Properties, StackTemplate

QUEUES = ("submit", "poll", "archive")


@pytest.fixture
def table(template: StackTemplate) -> Properties:
    return template.one("AWS::DynamoDB::Table")


@pytest.fixture
def bucket(template: StackTemplate) -> Properties:
    (found,) = (one for one in template.of_type("AWS::S3::Bucket").values() if "CorsConfiguration" in one)
    return found


def test_the_table_can_be_taken_back_to_any_second(table: Properties) -> None:
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    # By `retake deploy`, once it stands: before, it would outlive a first deployment that fails.
    assert "DeletionProtectionEnabled" not in table
    assert table["SSESpecification"] == {"SSEEnabled": True}


def test_the_table_costs_what_is_used_and_forgets_what_expired(table: Properties) -> None:
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}
    assert "StreamSpecification" not in table


def test_the_indexes_carry_what_their_readers_need(table: Properties) -> None:
    indexes = {
        index["IndexName"]: ([key["AttributeName"] for key in index["KeySchema"]], index["Projection"])
        for index in table["GlobalSecondaryIndexes"]
    }
    assert indexes == {
        "by_owner": (["GSI1PK", "GSI1SK"], {"ProjectionType": "ALL"}),
        "due_work": (
            ["DUEPK", "DUESK"],
            {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["record_type"]},
        ),
        "by_size": (
            ["SIZEPK", "SIZESK"],
            {"ProjectionType": "INCLUDE", "NonKeyAttributes": list(SHOWN_BY_SIZE)},
        ),
    }


def test_people_keep_their_data_when_the_stack_goes(template: StackTemplate) -> None:
    kept = {"AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::Cognito::UserPool"}
    for name, resource in template.resources.items():
        if resource["Type"] in kept:
            # Unless the deployment that makes it fails: then it is empty, and in the next one's way.
            assert resource["DeletionPolicy"] == "RetainExceptOnCreate", name
            assert resource["UpdateReplacePolicy"] == "Retain", name


def test_no_bucket_is_public_or_read_in_the_clear(template: StackTemplate) -> None:
    buckets = template.of_type("AWS::S3::Bucket")
    for bucket in buckets.values():
        assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
        assert bucket["BucketEncryption"]
    for name in buckets:
        policies = [
            policy["PolicyDocument"]["Statement"]
            for policy in template.of_type("AWS::S3::BucketPolicy").values()
            if policy["Bucket"] == {"Ref": name}
        ]
        denied = [one for statements in policies for one in statements if one["Effect"] == "Deny"]
        assert [one["Condition"] for one in denied] == [{"Bool": {"aws:SecureTransport": "false"}}]


def test_the_bucket_keeps_no_versions_and_reports_eventbridge(bucket: Properties) -> None:
    assert "VersioningConfiguration" not in bucket
    assert bucket["NotificationConfiguration"] == {"EventBridgeConfiguration": {"EventBridgeEnabled": True}}
    assert "DestinationBucketName" in bucket["LoggingConfiguration"]


def test_archived_takes_move_to_glacier_and_go_a_week_after_the_sweep(bucket: Properties) -> None:
    archive = _rules(bucket)["archive/"]
    assert archive["Transitions"] == [{"StorageClass": "GLACIER_IR", "TransitionInDays": 1}]
    assert archive["ExpirationInDays"] == 37


@pytest.mark.parametrize(
    ("prefix", "days"),
    [("uploads/", 1), ("provider/", 1), ("downloads/", 1), ("dead-letters/", 14), ("scheduled/", 400)],
)
def test_what_is_only_passing_through_expires(bucket: Properties, prefix: str, days: int) -> None:
    assert _rules(bucket)[prefix]["ExpirationInDays"] == days


def test_nothing_expires_that_a_record_refers_to(bucket: Properties) -> None:
    expiring = {prefix for prefix, rule in _rules(bucket).items() if "ExpirationInDays" in rule}
    assert expiring == {"archive/", "uploads/", "provider/", "downloads/", "dead-letters/", "scheduled/"}


def test_broken_off_uploads_are_not_paid_for(bucket: Properties) -> None:
    assert _rules(bucket)[""]["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 1}


def test_browsers_may_post_and_read_from_the_studio_only(bucket: Properties) -> None:
    (rule,) = bucket["CorsConfiguration"]["CorsRules"]
    assert set(rule["AllowedMethods"]) == {"GET", "HEAD", "POST"}
    assert "*" not in rule["AllowedOrigins"]


@pytest.mark.parametrize("queue", QUEUES)
def test_failures_go_to_a_dead_letter_queue_and_are_kept(template: StackTemplate, queue: str) -> None:
    main = template.one("AWS::SQS::Queue", QueueName=f"retake-{queue}")
    redrive = main["RedrivePolicy"]
    assert template.render(redrive["deadLetterTargetArn"]) == f"retake-{queue}-dead-letters"
    assert redrive["maxReceiveCount"] == 5
    dead_letters = template.one("AWS::SQS::Queue", QueueName=f"retake-{queue}-dead-letters")
    assert dead_letters["MessageRetentionPeriod"] == 14 * 86400


def test_queues_are_encrypted_and_never_read_in_the_clear(template: StackTemplate) -> None:
    policies = template.of_type("AWS::SQS::QueuePolicy").values()
    guarded = {queue["Ref"] for policy in policies for queue in policy["Queues"]}
    assert guarded == set(template.of_type("AWS::SQS::Queue"))
    for policy in policies:
        refused = [one for one in policy["PolicyDocument"]["Statement"] if one["Effect"] == "Deny"]
        assert [one["Condition"] for one in refused] == [{"Bool": {"aws:SecureTransport": "false"}}]
    for queue in template.of_type("AWS::SQS::Queue").values():
        assert queue["SqsManagedSseEnabled"] is True


def test_a_message_stays_hidden_six_times_as_long_as_its_worker_may_run(template: StackTemplate) -> None:
    mappings = template.of_type("AWS::Lambda::EventSourceMapping").values()
    assert len({template.render(one["EventSourceArn"]) for one in mappings}) == 2 * len(QUEUES) + 1
    for mapping in mappings:
        queue = template.one("AWS::SQS::Queue", QueueName=template.render(mapping["EventSourceArn"]))
        worker = template.one("AWS::Lambda::Function", FunctionName=template.render(mapping["FunctionName"]))
        assert queue["VisibilityTimeout"] >= 6 * worker["Timeout"]


def test_workers_take_one_message_at_a_time_and_answer_for_it(template: StackTemplate) -> None:
    for mapping in template.of_type("AWS::Lambda::EventSourceMapping").values():
        assert mapping["BatchSize"] == 1
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        at_most = mapping["ScalingConfig"]["MaximumConcurrency"]
        if at_most != 2:  # what reads dead letters
            parameter = template.template["Parameters"][at_most["Ref"]]
            assert (parameter["MinValue"], parameter["Default"] >= 10) == (2, True)


def _rules(bucket: Properties) -> dict[str, Properties]:
    return {rule.get("Prefix", ""): rule for rule in bucket["LifecycleConfiguration"]["Rules"]}
