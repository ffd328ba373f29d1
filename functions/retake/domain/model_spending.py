"""What each model cost a user, by its price beside the provider's own word. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from retake.domain.history import PastGeneration
from retake.domain.spending import NO_MONEY
from retake.domain.statuses import RegenerationStatus


@dataclass(frozen=True)
class ModelSpent:
    """The generations of one model that have ended, in US dollars.

    Attributes:
        generations: How many ended.
        succeeded: How many became takes.
        estimated: What all of them were priced at before; those without a price count nothing.
        cost: What those cost that became takes, undiscounted.
        reported: Of how many the provider said what it charged.
        reported_cost: What those cost by their price.
        provider_cost: What the provider says that it charged for them.
    """

    model: str
    generations: int = 0
    succeeded: int = 0
    estimated: Decimal = NO_MONEY
    cost: Decimal = NO_MONEY
    reported: int = 0
    reported_cost: Decimal = NO_MONEY
    provider_cost: Decimal = NO_MONEY

    def with_line(self, line: PastGeneration) -> "ModelSpent":
        """Return the sums with one more generation."""
        cost = line.actual_cost or NO_MONEY
        is_reported = line.provider_cost is not None
        return replace(
            self,
            generations=self.generations + 1,
            succeeded=self.succeeded + (line.status is RegenerationStatus.SUCCEEDED),
            estimated=self.estimated + (line.estimated_cost or NO_MONEY),
            cost=self.cost + cost,
            reported=self.reported + is_reported,
            reported_cost=self.reported_cost + (cost if is_reported else NO_MONEY),
            provider_cost=self.provider_cost + (line.provider_cost or NO_MONEY),
        )


def spending_by_model(lines: Iterable[PastGeneration]) -> tuple[ModelSpent, ...]:
    """Return the sums of each model, the dearest first."""
    found: dict[str, ModelSpent] = {}
    for line in lines:
        found[line.model] = found.get(line.model, ModelSpent(line.model)).with_line(line)
    return tuple(sorted(found.values(), key=lambda spent: (-spent.cost, spent.model)))
