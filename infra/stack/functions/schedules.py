"""The function that starts schedules at their time."""

from infra.stack.functions.spec import PROVIDER_SETTINGS, FunctionSpec
from infra.stack.grants import (
    Machine,
    change_jobs,
    invoke,
    list_objects,
    read_objects,
    start,
    write_objects,
)
from retake.prefixes import Prefix
from retake.variables import Setting

RUN_SCHEDULE = FunctionSpec(
    module="workers.schedules.run_schedule",
    purpose="Starts what a schedule asks for, at its time and once.",
    # Below the lease of an attempt (five minutes): a second one never meets the first.
    timeout_s=120,
    settings=(
        Setting.TABLE_NAME,
        Setting.BUCKET_NAME,
        Setting.CREATE_MACHINE_ARN,
        Setting.REGENERATE_MACHINE_ARN,
        Setting.PROBE_FUNCTION,
        *PROVIDER_SETTINGS,
    ),
    # What api_videos and api_batches need to start the same.
    grants=(
        change_jobs(),
        read_objects(Prefix.SCHEDULED),
        write_objects(Prefix.CLIPS),
        list_objects(Prefix.SCHEDULED),
        invoke("probe_uploads"),
        start(Machine.CREATE, Machine.REGENERATE),
    ),
    # Reconcile tries for an hour, then the schedule has failed.
    event_age_s=3600,
)

SCHEDULE_FUNCTIONS = (RUN_SCHEDULE,)
