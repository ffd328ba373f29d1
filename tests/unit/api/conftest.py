from tests.handler_world import api, stack, world

__all__ = ["api", "stack", "world"]
