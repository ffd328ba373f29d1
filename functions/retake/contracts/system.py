"""Answers about the system itself."""

from typing import Literal

from retake.contracts.common import Contract, Moment


class StatusView(Contract):
    """Whether Retake works."""

    status: Literal["ok"]
    version: str
    provider: str
    time: Moment
