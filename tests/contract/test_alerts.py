"""What every ``Alerts`` promises: each alert reaches its subscribers, with its figures."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest

from retake.adapters.aws.sns_alerts import SnsAlerts
from retake.domain.spending import MonthSpent, Spent
from retake.domain.usage import StoredBytes, UserStorage
from retake.ports.people import Alerts
from tests.fakes.collected_alerts import CollectedAlerts
from tests.moto_aws import EVERYWHERE, aws, client, client_on

UserFeeds = Callable[[], list[dict[str, Any]]]
GB = 10**9


@pytest.fixture(params=EVERYWHERE)
def alerts(request: pytest.FixtureRequest) -> Iterator[tuple[Alerts, UserFeeds]]:
    if request.param == "memory":
        collected = CollectedAlerts()
        yield (
            collected,
            lambda: [{"user_id": user, "percent": str(percent)} for user, percent in collected.sent],
        )
        return
    if request.param == "local cloud":
        clients = request.getfixturevalue("bare_cloud")
        with topic(client_on(clients, "sns"), client_on(clients, "sqs")) as made:
            yield made
        return
    with aws(), topic(client("sns"), client("sqs")) as made:
        yield made


@contextmanager
def topic(sns: Any, sqs: Any) -> Iterator[tuple[Alerts, UserFeeds]]:
    """Have a topic, and a queue that listens to it, for one test."""
    url = sqs.create_queue(QueueName="listener")["QueueUrl"]
    queue = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    arn = sns.create_topic(Name="alerts")["TopicArn"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(delivery(arn, queue))})
    sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=queue)

    def reported() -> list[dict[str, Any]]:
        found = []
        while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
            found += [json.loads(message["Body"]) for message in messages]
        return [
            {"text": body["Message"], "subject": body["Subject"]}
            | {name: value["Value"] for name, value in body["MessageAttributes"].items()}
            for body in found
        ]

    yield SnsAlerts(sns, arn), reported
    sns.delete_topic(TopicArn=arn)
    sqs.delete_queue(QueueUrl=url)


def delivery(topic_arn: str, queue_arn: str) -> dict[str, Any]:
    """Return the policy of a queue that hears of a topic."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue_arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic_arn}},
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def test_each_alert_is_reported_with_whose_and_how_much(alerts: tuple[Alerts, UserFeeds]) -> None:
    teller, reported = alerts
    storage = UserStorage("user-1", stored=StoredBytes(active=90 * GB, archived=12 * GB))
    teller.budget_crossed(storage, percent=80, budget_bytes=100 * GB)
    teller.budget_crossed(storage, percent=100, budget_bytes=100 * GB)
    heard = sorted((item["user_id"], item["percent"]) for item in reported())
    assert heard == [("user-1", "100"), ("user-1", "80")]


@pytest.mark.parametrize(("used", "refused"), [(80 * GB, False), (100 * GB, True), (101 * GB, True)])
def test_the_sentence_says_what_it_means(used: int, refused: bool) -> None:  # noqa: FBT001 - a case
    with aws(), topic(client("sns"), client("sqs")) as (teller, reported):
        storage = UserStorage("user-1", stored=StoredBytes(active=used))
        teller.budget_crossed(storage, percent=80, budget_bytes=100 * GB)
        (alert,) = reported()
    assert alert["text"].startswith(
        f"User user-1 stores {used // GB} GB and has reached 80 % of a budget of 100 GB."
    )
    assert ("New uploads, jobs and generations are refused." in alert["text"]) is refused
    assert alert["text"].endswith("Nothing is deleted for it.")
    assert alert["subject"] == "Retake: 80 % of a storage budget reached"
    assert (alert["kind"], alert["used_bytes"], alert["budget_bytes"]) == (
        "storage-budget",
        str(used),
        str(100 * GB),
    )


def test_an_alert_about_spending_says_how_much_of_what() -> None:
    account = MonthSpent("2026-11", Spent(charged=Decimal("0.5000"), reserved=Decimal("0.3000")))
    with aws(), topic(client("sns"), client("sqs")) as (teller, reported):
        teller.spend_limit_crossed("user-1", account, percent=80, limit=Decimal("1.0000"))
        (alert,) = reported()
    assert alert["text"] == (
        "User user-1 has spent $0.5000 in 2026-11, $0.3000 is reserved, and 80 % of a limit of $1.0000 is "
        "reached."
    )
    assert (alert["kind"], alert["committed"], alert["limit"]) == ("spend-limit", "0.8000", "1.0000")
