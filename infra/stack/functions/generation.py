"""The workers that ask a provider for new takes."""

from infra.stack.functions.spec import FunctionSpec, QueueSource, Setting
from infra.stack.grants import (
    Grant,
    Machine,
    Prefix,
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

_PROVIDER_OBJECTS: tuple[Grant, ...] = (
    # A take that is changed may go to the archive meanwhile.
    read_objects(Prefix.CLIPS, Prefix.ARCHIVE, Prefix.PROVIDER, Prefix.UPLOADS),
    write_objects(Prefix.PROVIDER),
    list_objects(Prefix.CLIPS, Prefix.ARCHIVE, Prefix.PROVIDER, Prefix.UPLOADS),
)

SUBMIT_GENERATION = FunctionSpec(
    module="submit_generation",
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
        Setting.PROVIDER,
        Setting.PROVIDER_OPTIONS,
        Setting.PROVIDERS,
        Setting.MODELS,
        Setting.PROMPT_MODEL,
        Setting.FONT_PATH,
    ),
    grants=(
        # A clip whose batch has no execution any more is ended by its own worker.
        table(TableAction.GET, TableAction.PUT, TableAction.UPDATE),
        *_PROVIDER_OBJECTS,
        send(Queue.SUBMIT, Queue.POLL),
        answer_tokens(Machine.REGENERATE, Machine.CREATE),
    ),
    sources=(QueueSource(Queue.SUBMIT),),
)

POLL_GENERATION = FunctionSpec(
    module="poll_generation",
    purpose="Asks the provider how one regeneration goes and keeps its result.",
    timeout_s=60,
    memory_mb=1024,
    storage_mb=2048,
    settings=(
        Setting.TABLE_NAME,
        Setting.BUCKET_NAME,
        Setting.SUBMIT_QUEUE_URL,
        Setting.POLL_QUEUE_URL,
        Setting.INGEST_FUNCTION,
        Setting.PROVIDER,
        Setting.PROVIDER_OPTIONS,
        Setting.PROVIDERS,
        Setting.MODELS,
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
    module="handle_dead_letters",
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
)

GENERATION_FUNCTIONS = (SUBMIT_GENERATION, POLL_GENERATION, HANDLE_DEAD_LETTERS)
