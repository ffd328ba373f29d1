"""The functions that EventBridge calls to keep the records true and the bucket clean."""

from infra.stack.functions.spec import LONGEST_EVENT_AGE_S, FunctionSpec
from infra.stack.grants import (
    Index,
    Machine,
    Queue,
    TableAction,
    Topic,
    change_jobs,
    delete_objects,
    describe,
    invoke,
    list_objects,
    publish,
    query,
    read_objects,
    send,
    start,
    stop,
    table,
)
from retake.prefixes import Prefix
from retake.variables import Setting

_DELETABLE = (Prefix.CLIPS, Prefix.ARCHIVE, Prefix.COMPOSITIONS, Prefix.UPLOADS, Prefix.SCHEDULED)

RECONCILE = FunctionSpec(
    module="workers.schedules.reconcile",
    purpose="Brings executions that ended without saying so to a truthful end.",
    # It waits for recompose_video, which has 10 minutes.
    timeout_s=720,
    settings=(
        Setting.TABLE_NAME,
        Setting.SUBMIT_QUEUE_URL,
        Setting.POLL_QUEUE_URL,
        Setting.ARCHIVE_QUEUE_URL,
        Setting.REGENERATE_MACHINE_ARN,
        Setting.PREPARE_MACHINE_ARN,
        Setting.CREATE_MACHINE_ARN,
        Setting.INGEST_FUNCTION,
        Setting.RECOMPOSE_FUNCTION,
        Setting.REHYDRATE_FUNCTION,
        Setting.RUN_SCHEDULE_FUNCTION,
    ),
    grants=(
        table(TableAction.GET, TableAction.GET_MANY, TableAction.PUT, TableAction.UPDATE),
        query(Index.DUE_WORK),
        describe(Machine.REGENERATE, Machine.PREPARE, Machine.CREATE),
        stop(Machine.REGENERATE),
        start(Machine.REGENERATE, Machine.PREPARE, Machine.CREATE),
        invoke("rehydrate_version", "ingest_clip", "recompose_video", "run_schedule"),
        # What may have been paid for is found out by its own worker.
        send(Queue.SUBMIT, Queue.POLL, Queue.ARCHIVE),
    ),
)

PURGE = FunctionSpec(
    module="workers.schedules.purge",
    purpose="Deletes the objects that no record needs any more, and deleted jobs.",
    timeout_s=300,
    settings=(Setting.TABLE_NAME, Setting.BUCKET_NAME),
    grants=(
        # The batches that a deleted job leaves waiting are ended first.
        change_jobs(),
        query(Index.DUE_WORK),
        delete_objects(*_DELETABLE, Prefix.DOWNLOADS),
        list_objects(*_DELETABLE),
    ),
)

SWEEP_VERSIONS = FunctionSpec(
    module="workers.schedules.sweep_versions",
    purpose="Archives and deletes the takes that are old enough.",
    timeout_s=300,
    settings=(Setting.TABLE_NAME, Setting.ARCHIVE_QUEUE_URL, Setting.ARCHIVE_CLASS),
    grants=(
        table(TableAction.GET, TableAction.QUERY, TableAction.PUT, TableAction.UPDATE, TableAction.DELETE),
        query(Index.DUE_WORK),
        send(Queue.ARCHIVE),
    ),
)

TOMBSTONE_VERSION = FunctionSpec(
    module="workers.events.tombstone_version",
    purpose="Keeps the record of a take true that S3 removed from the archive by itself.",
    timeout_s=30,
    settings=(Setting.TABLE_NAME,),
    grants=(table(TableAction.GET, TableAction.QUERY, TableAction.PUT, TableAction.UPDATE),),
    event_age_s=LONGEST_EVENT_AGE_S,
)

SWEEP_ORPHANS = FunctionSpec(
    module="workers.schedules.sweep_orphans",
    purpose="Finds objects without a record and records without an object, and recounts what is counted.",
    timeout_s=600,
    settings=(Setting.TABLE_NAME, Setting.BUCKET_NAME),
    grants=(
        table(
            TableAction.GET,
            TableAction.QUERY,
            TableAction.SCAN,
            TableAction.PUT,
            TableAction.UPDATE,
            TableAction.PUT_MANY,
            TableAction.DELETE,
        ),
        # What is to go is handed to the ledger, which purge carries out. It reads only where it is asked
        # to verify what is stored.
        list_objects(Prefix.CLIPS, Prefix.ARCHIVE, Prefix.COMPOSITIONS),
        read_objects(Prefix.CLIPS, Prefix.ARCHIVE, Prefix.COMPOSITIONS),
    ),
)

CHECK_BUDGETS = FunctionSpec(
    module="workers.schedules.check_budgets",
    purpose="Sends alerts of storage budgets and spend limits that were reached.",
    # Below the minute at which the next run starts: two at once could send an alert twice.
    timeout_s=50,
    settings=(Setting.TABLE_NAME, Setting.ALERT_TOPIC_ARN),
    grants=(
        table(TableAction.GET, TableAction.QUERY, TableAction.PUT, TableAction.UPDATE),
        query(Index.DUE_WORK),
        publish(Topic.STORAGE_ALERTS),
    ),
)

UPKEEP_FUNCTIONS = (RECONCILE, PURGE, SWEEP_VERSIONS, TOMBSTONE_VERSION, SWEEP_ORPHANS, CHECK_BUDGETS)
