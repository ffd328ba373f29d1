"""Patches of the emulated CloudFormation: resources that only AWS's console reads are accepted."""

# ruff: noqa: SLF001 - patches ministack's untyped insides; every patch asserts its anchor first

from typing import Any

from ministack.services.cloudformation import provisioners

from infra.local.patches.guard import PatchGuard

SAVED_QUERY = "AWS::Logs::QueryDefinition"


def saved_queries() -> None:
    """Accept a saved query of Logs Insights, which is there to be chosen in AWS's console, and do nothing.

    A template with a type that the emulator does not know is refused whole.
    """
    guard = PatchGuard("saved_queries")
    handlers: dict[str, Any] = provisioners._RESOURCE_HANDLERS
    guard.require(holds=SAVED_QUERY not in handlers, detail="the emulator has saved queries itself")
    handlers[SAVED_QUERY] = {"create": _create, "update": _update, "delete": _delete}


def _create(logical_id: str, _properties: object, stack_name: str) -> tuple[str, dict[str, str]]:
    query_id = f"{stack_name}-{logical_id}"
    return query_id, {"QueryDefinitionId": query_id}


def _update(
    physical_id: str, _old_properties: object, _new_properties: object, _stack_name: str
) -> tuple[str, dict[str, str]]:
    return physical_id, {"QueryDefinitionId": physical_id}


def _delete(_physical_id: str, _properties: object) -> None:
    """Leave nothing: there is nothing."""
