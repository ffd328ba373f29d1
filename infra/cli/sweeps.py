"""The sweeps that can be run by hand."""

from enum import StrEnum

from infra.stage import Stage


class Sweep(StrEnum):
    """What can be run."""

    VERSIONS = "versions"
    ORPHANS = "orphans"
    BUDGETS = "budgets"


_FUNCTIONS = {
    Sweep.VERSIONS: "sweep-versions",
    Sweep.ORPHANS: "sweep-orphans",
    Sweep.BUDGETS: "check-budgets",
}


def function_of(sweep: Sweep, stage: Stage) -> str:
    """Return the name of the function that runs a sweep.

    >>> function_of(Sweep.ORPHANS, Stage("dev"))
    'retake-dev-sweep-orphans'
    """
    return f"{stage.prefix}-{_FUNCTIONS[sweep]}"
