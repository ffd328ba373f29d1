"""What a function may do, as data: a resource, the actions, and the part of it.

No CDK in here, so a test can read the grants without starting it. ``statements.py`` turns them
into IAM statements.
"""

from dataclasses import dataclass
from enum import StrEnum

from retake.prefixes import Prefix


class Resource(StrEnum):
    """Kinds of things that a grant can be about."""

    TABLE = "table"
    INDEX = "index"
    OBJECTS = "objects"
    LISTING = "listing"
    QUEUE = "queue"
    TOPIC = "topic"
    FUNCTION = "function"
    MACHINE = "machine"
    EXECUTION = "execution"
    WAKE_UP = "wake-up"
    WAKE_UP_ROLE = "wake-up-role"
    USERS = "users"
    REQUEST_COUNTS = "request-counts"


class Index(StrEnum):
    """The table's secondary indexes."""

    BY_OWNER = "by_owner"
    DUE_WORK = "due_work"
    BY_SIZE = "by_size"


class Queue(StrEnum):
    """The queues, by what is asked for in their messages; each has a dead-letter queue."""

    SUBMIT = "submit"
    POLL = "poll"
    ARCHIVE = "archive"


class Topic(StrEnum):
    """The topics that functions publish to; people subscribe to them."""

    STORAGE_ALERTS = "storage-alerts"


class Machine(StrEnum):
    """The state machines, by their file name."""

    REGENERATE = "RegenerateBatch"
    PREPARE = "PrepareJob"
    CREATE = "CreateVideos"


@dataclass(frozen=True)
class Grant:
    """Permission for ``actions`` on a resource.

    Attributes:
        resource: Kind of thing.
        actions: IAM actions.
        parts: Which of its kind: indexes, key prefixes, queues, topics, functions or machines. The
            table is one, and so is the user pool: they need none.
    """

    resource: Resource
    actions: tuple[str, ...]
    parts: tuple[str, ...] = ()


class TableAction(StrEnum):
    """What can be done with items; a transaction needs the actions of the writes in it."""

    GET = "dynamodb:GetItem"
    GET_MANY = "dynamodb:BatchGetItem"
    QUERY = "dynamodb:Query"
    SCAN = "dynamodb:Scan"  # the look through everything, once a day
    PUT = "dynamodb:PutItem"
    UPDATE = (
        "dynamodb:UpdateItem"  # counters of what is stored and spent, in the transactions that change them
    )
    PUT_MANY = "dynamodb:BatchWriteItem"
    DELETE = "dynamodb:DeleteItem"


def table(*actions: TableAction) -> Grant:
    """Let a function do these things with the table's items, and no others."""
    return Grant(Resource.TABLE, tuple(sorted(actions)))


def change_jobs() -> Grant:
    """Let a function read jobs and commit any change of them, but not look through the whole table."""
    reads = TableAction.GET, TableAction.GET_MANY, TableAction.QUERY
    return table(*reads, TableAction.PUT, TableAction.UPDATE, TableAction.PUT_MANY, TableAction.DELETE)


def count_requests() -> Grant:
    """Let a function count the requests of users, which other functions do that may update any item."""
    return Grant(Resource.REQUEST_COUNTS, (TableAction.UPDATE,))


def query(*indexes: Index) -> Grant:
    """Let a function query secondary indexes."""
    return Grant(Resource.INDEX, ("dynamodb:Query",), indexes)


def read_objects(*prefixes: Prefix) -> Grant:
    """Let a function read objects, or sign URLs that read them."""
    return Grant(Resource.OBJECTS, ("s3:GetObject",), prefixes)


def write_objects(*prefixes: Prefix) -> Grant:
    """Let a function write objects, or sign forms that upload them."""
    return Grant(Resource.OBJECTS, ("s3:PutObject",), prefixes)


def abort_uploads(*prefixes: Prefix) -> Grant:
    """Let a function abort the upload of an object that it could not store whole."""
    return Grant(Resource.OBJECTS, ("s3:AbortMultipartUpload",), prefixes)


def thaw_objects(*prefixes: Prefix) -> Grant:
    """Let a function ask for objects of a cold class to be readable."""
    return Grant(Resource.OBJECTS, ("s3:RestoreObject",), prefixes)


def delete_objects(*prefixes: Prefix) -> Grant:
    """Let a function delete objects."""
    return Grant(Resource.OBJECTS, ("s3:DeleteObject",), prefixes)


def list_objects(*prefixes: Prefix) -> Grant:
    """Let a function list keys; without it S3 answers 403, not 404, for a key that is missing."""
    return Grant(Resource.LISTING, ("s3:ListBucket",), prefixes)


def look_up_users() -> Grant:
    """Let a function look one user up; it cannot list or change any."""
    return Grant(Resource.USERS, ("cognito-idp:AdminGetUser",))


def send(*queues: Queue) -> Grant:
    """Let a function send messages."""
    return Grant(Resource.QUEUE, ("sqs:SendMessage",), queues)


def publish(*topics: Topic) -> Grant:
    """Let a function publish to topics."""
    return Grant(Resource.TOPIC, ("sns:Publish",), topics)


def invoke(*modules: str) -> Grant:
    """Let a function invoke others."""
    return Grant(Resource.FUNCTION, ("lambda:InvokeFunction",), modules)


def start(*machines: Machine) -> Grant:
    """Let a function start executions."""
    return Grant(Resource.MACHINE, ("states:StartExecution",), machines)


def answer_tokens(*machines: Machine) -> Grant:
    """Let a worker report on the step that waits for it."""
    actions = ("states:SendTaskFailure", "states:SendTaskHeartbeat", "states:SendTaskSuccess")
    return Grant(Resource.MACHINE, actions, machines)


def end_tokens(*machines: Machine) -> Grant:
    """Let a function end a waiting step, well or badly, and nothing else about it."""
    return Grant(Resource.MACHINE, ("states:SendTaskFailure", "states:SendTaskSuccess"), machines)


def describe(*machines: Machine) -> Grant:
    """Let a function look at executions."""
    return Grant(Resource.EXECUTION, ("states:DescribeExecution",), machines)


def stop(*machines: Machine) -> Grant:
    """Let a function stop executions."""
    return Grant(Resource.EXECUTION, ("states:StopExecution",), machines)


def wake_up() -> Grant:
    """Let a function make and remove the one-off schedules of this stack's group."""
    return Grant(Resource.WAKE_UP, ("scheduler:CreateSchedule", "scheduler:DeleteSchedule"))


def pass_wake_up_role() -> Grant:
    """Let a function hand EventBridge Scheduler, and no other service, the role that schedules call with."""
    return Grant(Resource.WAKE_UP_ROLE, ("iam:PassRole",))
