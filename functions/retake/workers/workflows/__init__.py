"""Steps of the state machines in ``infra/workflows``."""
