"""Stages: several deployments in one account, each with a stack and names of its own."""

import re
from dataclasses import dataclass
from typing import Self

_NAME = re.compile(r"[a-z](?:[a-z0-9-]{0,13}[a-z0-9])?", re.ASCII)
"""At most 15 characters: the longest function name, ``retake-STAGE-handle-dead-letters``, stays below 64."""


class StageNameError(ValueError):
    """A stage cannot be called so."""


@dataclass(frozen=True)
class Stage:
    """One deployment of several in an account and region.

    Attributes:
        name: Such as ``dev``; empty for the deployment that has no stage.
    """

    name: str = ""

    @classmethod
    def parse(cls, text: str | None) -> Self:
        """Read the name of a stage.

        >>> Stage.parse("dev").stack, Stage.parse(None).prefix
        ('Retake-dev', 'retake')

        Raises:
            StageNameError: If it is none.
        """
        if text and not _NAME.fullmatch(text):
            raise StageNameError(
                f"{text!r} cannot be the name of a stage; it begins with a letter and has at most 15 small "
                "letters, digits and hyphens, such as dev or team-2"
            )
        return cls(text or "")

    @property
    def stack(self) -> str:
        """Name of the CloudFormation stack, and namespace of the metrics: ``Retake``, ``Retake-dev``."""
        return f"Retake-{self.name}" if self.name else "Retake"

    @property
    def prefix(self) -> str:
        """First part of the name of everything in the stack: ``retake``, ``retake-dev``."""
        return f"retake-{self.name}" if self.name else "retake"
