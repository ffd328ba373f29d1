"""The function that starts schedules at their time."""

from infra.stack.functions.spec import FunctionSpec, Setting
from infra.stack.grants import (
    Machine,
    Prefix,
    TableAction,
    invoke,
    list_objects,
    read_objects,
    start,
    table,
    write_objects,
)

RUN_SCHEDULE = FunctionSpec(
    module="run_schedule",
    purpose="Starts what a schedule asks for, at its time and once.",
    # Below the lease of an attempt (five minutes): a second one never meets the first.
    timeout_s=120,
    settings=(
        Setting.TABLE_NAME,
        Setting.BUCKET_NAME,
        Setting.CREATE_MACHINE_ARN,
        Setting.REGENERATE_MACHINE_ARN,
        Setting.PROBE_FUNCTION,
        Setting.PROVIDER,
        Setting.PROVIDER_OPTIONS,
        Setting.PROVIDERS,
        Setting.MODELS,
    ),
    # What api_videos and api_batches need to start the same.
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
        read_objects(Prefix.SCHEDULED),
        write_objects(Prefix.CLIPS),
        list_objects(Prefix.SCHEDULED),
        invoke("probe_uploads"),
        start(Machine.CREATE, Machine.REGENERATE),
    ),
)

SCHEDULE_FUNCTIONS = (RUN_SCHEDULE,)
