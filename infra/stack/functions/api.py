"""The functions behind the HTTP API, one for each group of routes."""

from infra.stack.functions.spec import API_TIMEOUT_S, FunctionSpec, Setting
from infra.stack.grants import (
    Index,
    Machine,
    Prefix,
    Queue,
    TableAction,
    invoke,
    list_objects,
    look_up_users,
    pass_wake_up_role,
    query,
    read_objects,
    send,
    start,
    table,
    wake_up,
    write_objects,
)

API_JOBS = FunctionSpec(
    module="api_jobs",
    purpose="Prices, makes, lists, orders and deletes jobs.",
    timeout_s=API_TIMEOUT_S,
    settings=(
        Setting.TABLE_NAME,
        Setting.BUCKET_NAME,
        Setting.PREPARE_MACHINE_ARN,
        Setting.PROBE_FUNCTION,
        Setting.RECOMPOSE_FUNCTION,
        Setting.PROVIDER,
        Setting.PROVIDER_OPTIONS,
        Setting.PROVIDERS,
        Setting.MODELS,
    ),
    grants=(
        table(
            TableAction.GET,
            TableAction.GET_MANY,
            TableAction.QUERY,
            TableAction.PUT,
            TableAction.UPDATE,
            TableAction.PUT_MANY,
            TableAction.DELETE,
        ),
        query(Index.BY_OWNER),
        read_objects(Prefix.CLIPS, Prefix.ARCHIVE, Prefix.COMPOSITIONS, Prefix.UPLOADS),
        # Sound tracks and references are copied out of uploads/, which expires; takes, from other jobs.
        write_objects(Prefix.CLIPS),
        list_objects(Prefix.UPLOADS),
        invoke("probe_uploads", "recompose_video"),
        start(Machine.PREPARE),
    ),
)

API_BATCHES = FunctionSpec(
    module="api_batches",
    purpose="Prices, accepts, orders and ends batch regenerations, and lists what has not ended.",
    timeout_s=API_TIMEOUT_S,
    settings=(
        Setting.TABLE_NAME,
        Setting.BUCKET_NAME,
        Setting.REGENERATE_MACHINE_ARN,
        Setting.RECOMPOSE_FUNCTION,
        Setting.PROVIDER,
        Setting.PROVIDER_OPTIONS,
        Setting.PROVIDERS,
        Setting.MODELS,
    ),
    grants=(
        table(
            TableAction.GET,
            TableAction.GET_MANY,
            TableAction.QUERY,
            TableAction.PUT,
            TableAction.UPDATE,
            TableAction.PUT_MANY,
        ),
        query(Index.BY_OWNER),
        read_objects(Prefix.COMPOSITIONS),
        invoke("recompose_video"),
        start(Machine.REGENERATE),
    ),
)

API_VERSIONS = FunctionSpec(
    module="api_versions",
    purpose="Lists, compares and restores the takes of a clip.",
    timeout_s=API_TIMEOUT_S,
    settings=(
        Setting.TABLE_NAME,
        Setting.BUCKET_NAME,
        Setting.ARCHIVE_QUEUE_URL,
        Setting.REHYDRATE_FUNCTION,
        Setting.RECOMPOSE_FUNCTION,
        Setting.COMPARE_FUNCTION,
    ),
    grants=(
        table(TableAction.GET, TableAction.QUERY, TableAction.PUT),
        read_objects(Prefix.CLIPS, Prefix.ARCHIVE, Prefix.COMPOSITIONS),
        invoke("rehydrate_version", "recompose_video", "compare_takes"),
        send(Queue.ARCHIVE),
    ),
)

API_VIDEOS = FunctionSpec(
    module="api_videos",
    purpose="Makes, lists, pauses, retries, cancels and deletes videos, and says what models offer.",
    timeout_s=API_TIMEOUT_S,
    settings=(
        Setting.TABLE_NAME,
        Setting.BUCKET_NAME,
        Setting.CREATE_MACHINE_ARN,
        Setting.PROBE_FUNCTION,
        Setting.PROVIDER,
        Setting.PROVIDER_OPTIONS,
        Setting.PROVIDERS,
        Setting.MODELS,
    ),
    grants=(
        table(
            TableAction.GET,
            TableAction.GET_MANY,
            TableAction.QUERY,
            TableAction.PUT,
            TableAction.UPDATE,
            TableAction.PUT_MANY,
            TableAction.DELETE,
        ),
        query(Index.BY_OWNER),
        read_objects(Prefix.CLIPS, Prefix.COMPOSITIONS, Prefix.UPLOADS),
        # References are copied out of uploads/, which expires.
        write_objects(Prefix.CLIPS),
        list_objects(Prefix.UPLOADS),
        invoke("probe_uploads"),
        start(Machine.CREATE),
    ),
)

API_DOWNLOADS = FunctionSpec(
    module="api_downloads",
    purpose="Has many videos packed into one archive, and says how far that is.",
    timeout_s=API_TIMEOUT_S,
    settings=(Setting.TABLE_NAME, Setting.BUCKET_NAME, Setting.PACK_FUNCTION),
    grants=(
        table(
            TableAction.GET, TableAction.GET_MANY, TableAction.QUERY, TableAction.PUT, TableAction.PUT_MANY
        ),
        read_objects(Prefix.CLIPS, Prefix.COMPOSITIONS, Prefix.DOWNLOADS),
        list_objects(Prefix.CLIPS, Prefix.COMPOSITIONS, Prefix.DOWNLOADS),
        invoke("pack_download"),
    ),
)

API_PROJECTS = FunctionSpec(
    module="api_projects",
    purpose="Makes, lists, renames and deletes projects.",
    timeout_s=API_TIMEOUT_S,
    settings=(Setting.TABLE_NAME,),
    grants=(table(TableAction.GET, TableAction.PUT, TableAction.DELETE), query(Index.BY_OWNER)),
)

API_TEMPLATES = FunctionSpec(
    module="api_templates",
    purpose="Saves, lists, fills, changes and deletes templates of prompts.",
    timeout_s=API_TIMEOUT_S,
    settings=(
        Setting.TABLE_NAME,
        Setting.PROVIDER,
        Setting.PROVIDER_OPTIONS,
        Setting.PROVIDERS,
        Setting.MODELS,
    ),
    grants=(
        table(TableAction.GET, TableAction.QUERY, TableAction.PUT, TableAction.DELETE),
        query(Index.BY_OWNER),
    ),
)

API_SCHEDULES = FunctionSpec(
    module="api_schedules",
    purpose="Checks, prices, keeps, lists and cancels what is to be started at a time.",
    timeout_s=API_TIMEOUT_S,
    settings=(
        Setting.TABLE_NAME,
        Setting.BUCKET_NAME,
        Setting.PROBE_FUNCTION,
        Setting.PROVIDER,
        Setting.PROVIDER_OPTIONS,
        Setting.PROVIDERS,
        Setting.MODELS,
        Setting.SCHEDULE_GROUP,
        Setting.SCHEDULE_TARGET_ARN,
        Setting.SCHEDULE_ROLE_ARN,
    ),
    grants=(
        table(
            TableAction.GET, TableAction.GET_MANY, TableAction.QUERY, TableAction.PUT, TableAction.PUT_MANY
        ),
        query(Index.BY_OWNER),
        read_objects(Prefix.UPLOADS),
        # References are copied out of uploads/, which expires.
        write_objects(Prefix.SCHEDULED),
        list_objects(Prefix.UPLOADS),
        invoke("probe_uploads"),
        wake_up(),
        pass_wake_up_role(),
    ),
)

API_UPLOADS = FunctionSpec(
    module="api_uploads",
    purpose="Signs the forms by which a browser uploads clips.",
    timeout_s=API_TIMEOUT_S,
    settings=(Setting.TABLE_NAME, Setting.BUCKET_NAME),
    grants=(table(TableAction.GET, TableAction.QUERY, TableAction.PUT), write_objects(Prefix.UPLOADS)),
)

API_EVENTS = FunctionSpec(
    module="api_events",
    purpose="Answers what has happened on a job, or to a person's videos, since the reader last asked.",
    timeout_s=API_TIMEOUT_S,
    settings=(Setting.TABLE_NAME,),
    grants=(table(TableAction.GET, TableAction.QUERY),),
)

API_USAGE = FunctionSpec(
    module="api_usage",
    purpose="Answers what is stored, spent and was generated, and sets budgets.",
    timeout_s=API_TIMEOUT_S,
    settings=(Setting.TABLE_NAME, Setting.ARCHIVE_CLASS, Setting.USER_POOL_ID),
    grants=(
        table(TableAction.GET, TableAction.QUERY, TableAction.PUT, TableAction.UPDATE),
        query(Index.BY_OWNER, Index.BY_SIZE),
        look_up_users(),
    ),
)

API_SYSTEM = FunctionSpec(
    module="api_system",
    purpose="Answers whether Retake works, and its OpenAPI document.",
    timeout_s=API_TIMEOUT_S,
    settings=(Setting.TABLE_NAME, Setting.PROVIDER),
    grants=(table(TableAction.GET),),
)

API_FUNCTIONS = (
    API_JOBS,
    API_BATCHES,
    API_VERSIONS,
    API_VIDEOS,
    API_DOWNLOADS,
    API_PROJECTS,
    API_TEMPLATES,
    API_SCHEDULES,
    API_UPLOADS,
    API_EVENTS,
    API_USAGE,
    API_SYSTEM,
)
