"""Patches another package's source; every anchor must be found exactly once."""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from types import ModuleType
from typing import Any

from infra.local.errors import LocalCloudChangedError

# The release whose behaviour was measured and whose source the anchors quote.
MINISTACK_VERSION = "1.5.33"


@dataclass(frozen=True)
class PatchGuard:
    """Guarded access to ministack's insides on behalf of one patch."""

    patch: str

    def require(self, *, holds: bool, detail: str) -> None:
        """Raise ``LocalCloudChangedError`` unless something that the patch relies on holds.

        Raises:
            LocalCloudChangedError: If it is not.
        """
        if not holds:
            raise LocalCloudChangedError(self.patch, detail)

    def signature(self, function: Callable[..., Any], *parameters: str) -> None:
        """Require a function's parameter names.

        Raises:
            LocalCloudChangedError: If they differ.
        """
        found = tuple(inspect.signature(function).parameters)
        name = getattr(function, "__qualname__", repr(function))
        self.require(holds=found == parameters, detail=f"{name} takes {found}, expected {parameters}")

    def replaced(self, text: str, old: str, new: str) -> str:
        """Replace one passage of a text.

        Raises:
            LocalCloudChangedError: If ``old`` is not in ``text`` exactly once.
        """
        count = text.count(old)
        self.require(holds=count == 1, detail=f"{count} passages instead of one read {old!r}")
        return text.replace(old, new)

    def rewrite(
        self,
        module: ModuleType,
        function: str,
        replacements: Sequence[tuple[str, str]],
        **names: object,
    ) -> None:
        """Define a function of a module anew, with passages of its source replaced.

        Args:
            module: Where the function lives.
            function: Its name.
            replacements: Pairs of quoted source and what to put there.
            **names: What the new passages refer to, added to the module.

        Raises:
            LocalCloudChangedError: If a passage is not there exactly once.
        """
        try:
            source = inspect.getsource(getattr(module, function))
        except (AttributeError, OSError, TypeError) as exc:
            raise LocalCloudChangedError(
                self.patch, f"{module.__name__}.{function} has no source: {exc}"
            ) from exc
        for old, new in replacements:
            source = self.replaced(source, old, new)
        vars(module).update(names)
        # The text is ministack's own with the passages above; nothing of it comes from outside.
        exec(compile(source, f"{module.__file__} ({self.patch})", "exec"), vars(module))  # noqa: S102


def require_version() -> None:
    """Require the exact release the patches were written for.

    Raises:
        LocalCloudChangedError: If another one is installed.
    """
    found = version("ministack")
    PatchGuard("version").require(
        holds=found == MINISTACK_VERSION, detail=f"version {found} is installed, {MINISTACK_VERSION} expected"
    )
