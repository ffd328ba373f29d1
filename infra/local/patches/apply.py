"""Apply every patch of ministack, in the order in which they build on each other."""

from infra.local.environment import SERVER_ONLY, UNPACKED, ServerSettings
from infra.local.lifecycle import Lifecycle
from infra.local.patches import (
    deployments,
    events,
    functions,
    gateway,
    objects,
    permissions,
    queues,
    sign_in,
    tables,
    uploads,
    wake_ups,
    workers,
    workflow_roles,
    workflows,
)
from infra.local.patches.guard import require_version


def apply_all(settings: ServerSettings) -> None:
    """Patch the ministack of this process, once.

    Args:
        settings: Of the server that is about to start.

    Raises:
        LocalCloudChangedError: If the installed ministack is not the one the patches fit.
    """
    require_version()
    functions.typed_errors()
    functions.written_logs(settings.directory.function_log)
    functions.bounded_logs()
    workers.layers(UNPACKED)
    workers.quick_logs()
    workers.forked_workers(life=workers.mortal_workers())
    workers.own_environment(SERVER_ONLY)
    workers.idle_workers()
    functions.unguessable_credentials(settings.credentials.secret_access_key)
    functions.brisk_polling()
    deployments.saved_queries()
    tables.narrow_queries()
    tables.small_transaction_tokens()
    events.bounded_events()
    events.repeated_calls()
    queues.serialised_queues()
    queues.numbered_concurrency()
    objects.durable_objects(Lifecycle(settings.directory).ahead_s)
    objects.mapped_objects(settings.directory.temporary)
    uploads.signed_forms()
    gateway.internal_errors()
    gateway.whole_tokens()
    permissions.secure_loopback()
    permissions.one_root_key(settings.credentials.access_key_id)
    permissions.scoped_resources(permissions.machine_of_answer, wake_ups.schedule_in_group)
    permissions.checked_event_sources()
    sign_in.hashed_passwords()
    sign_in.own_sessions()
    sign_in.verified_apps()
    wake_ups.prompt_schedules()
    workflows.executions()
    workflow_roles.own_role()
    workflows.task_tokens()
