"""Every function of the stack."""

from infra.stack.functions.api import API_FUNCTIONS
from infra.stack.functions.generation import GENERATION_FUNCTIONS
from infra.stack.functions.media import MEDIA_FUNCTIONS
from infra.stack.functions.schedules import SCHEDULE_FUNCTIONS
from infra.stack.functions.upkeep import UPKEEP_FUNCTIONS
from infra.stack.functions.workflow import WORKFLOW_FUNCTIONS

FUNCTIONS = (
    *API_FUNCTIONS,
    *WORKFLOW_FUNCTIONS,
    *GENERATION_FUNCTIONS,
    *MEDIA_FUNCTIONS,
    *SCHEDULE_FUNCTIONS,
    *UPKEEP_FUNCTIONS,
)

BY_HANDLER = {spec.handler: spec for spec in FUNCTIONS}
"""The same by their entry points, by which a template names them."""
