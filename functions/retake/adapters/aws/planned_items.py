"""How what people plan looks in the table: templates, schedules; ``items`` has the layout of all."""

from retake.domain.due import instant, position_in_index
from retake.domain.kept import KeptIds
from retake.domain.schedules import Schedule
from retake.domain.templates import Template
from retake.domain.upload_allowance import UploadAllowance

TEMPLATES = "TEMPLATE#"
SCHEDULES = "SCHEDULE#"
SCHEDULE = "SCHEDULE"
SCHEDULE_DUE = "DUE#schedule"
KEPT = "KEPT#"

UPLOADS = "uploads"

Planned = Template | Schedule | KeptIds | UploadAllowance


def place_planned(record: Planned, owner: str) -> tuple[str, str]:
    """Return a record's PK and SK; ``owner`` is its user's partition."""
    match record:
        case Template():
            return owner, f"{TEMPLATES}{record.template_id}"
        case Schedule():
            return f"{SCHEDULES}{record.schedule_id}", SCHEDULE
        case KeptIds():
            return owner, f"{KEPT}{record.kind}"
        case UploadAllowance():
            return owner, f"{KEPT}{UPLOADS}"


def planned_index_keys(record: Planned, owner: str) -> dict[str, str]:
    """Return a record's place in its user's list, and when a schedule needs a look."""
    match record:
        case Template():
            return {
                "GSI1PK": owner,
                "GSI1SK": f"{TEMPLATES}{instant(record.created_at)}#{record.template_id}",
            }
        case Schedule():
            keys = {"GSI1PK": owner, "GSI1SK": f"{SCHEDULES}{instant(record.at)}#{record.schedule_id}"}
            if record.look_at is not None:
                position = position_in_index(record.look_at, SCHEDULE, record.schedule_id)
                keys |= {"DUEPK": SCHEDULE_DUE, "DUESK": position}
            return keys
        case KeptIds() | UploadAllowance():
            return {}
