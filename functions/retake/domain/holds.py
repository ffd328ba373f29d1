"""Money set aside for generations, from the commit that accepts them until they end."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Hold:
    """What is set aside for one generation, and charged for it if it becomes a take.

    Attributes:
        month: The month in which it was accepted, such as ``2026-11`` (UTC). It is charged to that one
            as well, whenever it ends: so what a month holds changes its kind and never its sum.
        amount: US dollars, discounted as its batch is.
        is_held: Whether the month's record has it among what is reserved.
    """

    month: str
    amount: Decimal
    is_held: bool = True
