"""The functions that the state machines call to open, record and close their work."""

from infra.stack.functions.spec import FunctionSpec
from infra.stack.grants import Machine, TableAction, start, table
from retake.variables import Setting

START_BATCH = FunctionSpec(
    module="workers.workflows.start_batch",
    purpose="Marks a batch as running and lists its clips.",
    timeout_s=30,
    settings=(Setting.TABLE_NAME,),
    grants=(table(TableAction.GET, TableAction.GET_MANY, TableAction.PUT),),
)

RECORD_CLIP_FAILURE = FunctionSpec(
    module="workers.workflows.record_clip_failure",
    purpose="Ends one clip with a reason, so that the others go on.",
    timeout_s=30,
    settings=(Setting.TABLE_NAME,),
    grants=(table(TableAction.GET, TableAction.PUT, TableAction.UPDATE),),
)

FINISH_BATCH = FunctionSpec(
    module="workers.workflows.finish_batch",
    purpose="Settles a batch, frees its job and starts the next one that waits.",
    timeout_s=30,
    settings=(Setting.TABLE_NAME, Setting.REGENERATE_MACHINE_ARN),
    grants=(
        table(TableAction.GET, TableAction.GET_MANY, TableAction.PUT, TableAction.UPDATE),
        start(Machine.REGENERATE),
    ),
)

FINISH_PREPARATION = FunctionSpec(
    module="workers.workflows.finish_preparation",
    purpose="Says whether a new job is ready, or starts to generate what it has no files for.",
    timeout_s=30,
    settings=(Setting.TABLE_NAME, Setting.REGENERATE_MACHINE_ARN),
    grants=(
        table(TableAction.GET, TableAction.GET_MANY, TableAction.PUT, TableAction.UPDATE),
        start(Machine.REGENERATE),
    ),
)

FINISH_CREATION = FunctionSpec(
    module="workers.workflows.finish_creation",
    purpose="Sums up how the videos of one request ended.",
    timeout_s=30,
    settings=(Setting.TABLE_NAME, Setting.REGENERATE_MACHINE_ARN),
    # It ends, as finish_batch does, what its own branch of the workflow could not.
    grants=(
        table(TableAction.GET, TableAction.GET_MANY, TableAction.PUT, TableAction.UPDATE),
        start(Machine.REGENERATE),
    ),
)

WORKFLOW_FUNCTIONS = (
    START_BATCH,
    RECORD_CLIP_FAILURE,
    FINISH_BATCH,
    FINISH_PREPARATION,
    FINISH_CREATION,
)
