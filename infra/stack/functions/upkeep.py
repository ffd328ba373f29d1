"""The functions that EventBridge calls to keep the records true and the bucket clean."""

from infra.stack.functions.spec import FunctionSpec, Setting
from infra.stack.grants import (
    TABLE_WRITE,
    Index,
    Machine,
    Prefix,
    Queue,
    delete_objects,
    invoke,
    list_objects,
    oversee,
    query,
    send,
    start,
)

_DELETABLE = (Prefix.CLIPS, Prefix.ARCHIVE, Prefix.COMPOSITIONS, Prefix.UPLOADS)

RECONCILE = FunctionSpec(
    module="reconcile",
    purpose="Brings executions that ended without saying so to a truthful end.",
    # It waits for recompose_video, which has 10 minutes.
    timeout_s=720,
    settings=(
        Setting.TABLE_NAME,
        Setting.ARCHIVE_QUEUE_URL,
        Setting.REGENERATE_MACHINE_ARN,
        Setting.PREPARE_MACHINE_ARN,
        Setting.INGEST_FUNCTION,
        Setting.RECOMPOSE_FUNCTION,
    ),
    grants=(
        TABLE_WRITE,
        query(Index.DUE_WORK),
        oversee(Machine.REGENERATE, Machine.PREPARE),
        start(Machine.REGENERATE, Machine.PREPARE),
        invoke("ingest_clip", "recompose_video"),
        send(Queue.ARCHIVE),
    ),
)

PURGE = FunctionSpec(
    module="purge",
    purpose="Deletes the objects that no record needs any more, and deleted jobs.",
    timeout_s=300,
    settings=(Setting.TABLE_NAME, Setting.BUCKET_NAME),
    grants=(TABLE_WRITE, query(Index.DUE_WORK), delete_objects(*_DELETABLE), list_objects(*_DELETABLE)),
)

UPKEEP_FUNCTIONS = (RECONCILE, PURGE)
