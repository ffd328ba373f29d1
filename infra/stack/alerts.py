"""The topic of the alerts that operators subscribe to."""

from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from constructs import Construct

from infra.stack.grants import Topic
from infra.stack.settings import Names


def add_alert_topic(scope: Construct, names: Names) -> sns.Topic:
    """Add the topic of storage alerts.

    Who publishes is a function of this account, by its role: neither the topic's policy nor that of
    SNS's own key has to name it. (CloudWatch could not use that key: alarms have their own topic.)
    """
    return sns.Topic(
        scope,
        "StorageAlerts",
        topic_name=names.of(Topic.STORAGE_ALERTS),
        display_name=f"{names.stage.stack} storage",
        enforce_ssl=True,
        master_key=kms.Alias.from_alias_name(scope, "SnsKey", "alias/aws/sns"),
    )
