"""The workers that ask a provider for new takes."""

from infra.stack.functions.spec import PROVIDER_SETTINGS, FunctionSpec, QueueSource
from infra.stack.grants import (
    Grant,
    Machine,
    Queue,
    TableAction,
    answer_tokens,
    end_tokens,
    invoke,
    list_objects,
    read_objects,
    send,
    table,
    write_objects,
)
from retake.prefixes import Prefix
from retake.variables import Setting

_PROVIDER_OBJECTS: tuple[Grant, ...] = (
    # A take that is changed may go to the archive meanwhile.
    read_objects(Prefix.CLIPS, Prefix.ARCHIVE, Prefix.PROVIDER, Prefix.UPLOADS),
    write_objects(Prefix.PROVIDER),
    list_objects(Prefix.CLIPS, Prefix.ARCHIVE, Prefix.PROVIDER, Prefix.UPLOADS),
)

SUBMIT_GENERATION = FunctionSpec(
    module="workers.queues.submit_generation",
    purpose="Submits one regeneration to the provider, at most once.",
    timeout_s=120,
    # The local provider renders in here; Lambda has no background.
    memory_mb=3008,
    storage_mb=2048,
    uses_ffmpeg=True,
    settings=(
        Setting.TABLE_NAME,
        Setting.BUCKET_NAME,
        Setting.SUBMIT_QUEUE_URL,
        Setting.POLL_QUEUE_URL,
        *PROVIDER_SETTINGS,
        Setting.PROMPT_MODEL,
        Setting.FONT_PATH,
    ),
    grants=(
        # A clip whose batch has no execution any more is ended by its own worker. What a take is made from is
        # the current take of a clip beside it.
        table(TableAction.GET, TableAction.GET_MANY, TableAction.PUT, TableAction.UPDATE),
        *_PROVIDER_OBJECTS,
        send(Queue.SUBMIT, Queue.POLL),
        answer_tokens(Machine.REGENERATE, Machine.CREATE),
    ),
    sources=(QueueSource(Queue.SUBMIT),),
)

POLL_GENERATION = FunctionSpec(
    module="workers.queues.poll_generation",
    purpose="Asks the provider how one regeneration goes and keeps its result.",
    timeout_s=60,
    # A look waits for others nearly all the time: a third of a processor is enough for its few requests.
    memory_mb=512,
    storage_mb=2048,
    is_traced=False,
    settings=(
        Setting.TABLE_NAME,
        Setting.BUCKET_NAME,
        Setting.SUBMIT_QUEUE_URL,
        Setting.POLL_QUEUE_URL,
        Setting.INGEST_FUNCTION,
        *PROVIDER_SETTINGS,
    ),
    grants=(
        table(TableAction.GET, TableAction.PUT, TableAction.UPDATE),
        read_objects(Prefix.PROVIDER),
        write_objects(Prefix.PROVIDER),
        list_objects(Prefix.PROVIDER),
        # What failed at the provider for a reason that passes is submitted again.
        send(Queue.SUBMIT, Queue.POLL),
        answer_tokens(Machine.REGENERATE, Machine.CREATE),
        invoke("ingest_clip"),
    ),
    sources=(QueueSource(Queue.POLL),),
)

HANDLE_DEAD_LETTERS = FunctionSpec(
    module="workers.queues.handle_dead_letters",
    purpose="Ends and keeps what failed again and again.",
    timeout_s=30,
    settings=(Setting.TABLE_NAME, Setting.BUCKET_NAME, Setting.INGEST_FUNCTION),
    grants=(
        table(TableAction.GET),
        write_objects(Prefix.DEAD_LETTERS),
        end_tokens(Machine.REGENERATE, Machine.CREATE),
        # A result that was paid for still lands.
        invoke("ingest_clip"),
    ),
    sources=tuple(QueueSource(queue, dead_letters=True) for queue in Queue),
    reads_failed_calls=True,
)

GENERATION_FUNCTIONS = (SUBMIT_GENERATION, POLL_GENERATION, HANDLE_DEAD_LETTERS)
