"""What users spend: a record a month, added to by the commits of their jobs."""

from collections.abc import Mapping, Sequence

from retake.domain.changes import FinalChange
from retake.domain.spending import NOTHING_SPENT, MonthChange, MonthSpent, Spent, dollars_of, units_of
from retake.ports.table import Check, Comparison, Condition, Item, Query, Table, Update
from retake.storage.layout import user_key
from retake.storage.paging import read_all

SPENT = "SPENT#"


def spending_writes(final: FinalChange) -> list[Update]:
    """Return what a commit's transaction writes of the months of the user that it changes.

    Where it reserves money under a limit, it is cancelled if others took what was left meanwhile, as
    when the job itself was changed.
    """
    return [_update(final.job.user_id, change) for change in final.months]


def _update(user_id: str, change: MonthChange) -> Update:
    counts = {
        "units": units_of(change.added.cost),
        "takes": change.added.takes,
        "reserved": units_of(change.added.reserved),
        # Kept as a sum besides: a condition cannot add.
        "committed": units_of(change.added.committed),
    }
    limit = None
    if change.most is not None:
        at_most = Check("committed", Comparison.AT_MOST, units_of(change.most))
        limit = Condition((at_most,), or_without="committed")
    return Update((user_key(user_id), f"{SPENT}{change.month}"), add=counts, condition=limit)


def read_month(table: Table, user_id: str, month: str) -> MonthSpent:
    """Return what a user spends in a month."""
    found = _read(table, user_id, f"{SPENT}{month}", f"{SPENT}{month}#~")
    return found.get(month, MonthSpent(month, NOTHING_SPENT))


def read_months(table: Table, user_id: str, *, since: str) -> Sequence[MonthSpent]:
    """Return a user's months from ``since`` on in which there is something, newest first."""
    found = _read(table, user_id, f"{SPENT}{since}", f"{SPENT}~")
    months = [found[month] for month in sorted(found, reverse=True)]
    return [month for month in months if month.spent != NOTHING_SPENT]


def _read(table: Table, user_id: str, first: str, last: str) -> Mapping[str, MonthSpent]:
    months: dict[str, MonthSpent] = {}
    for item in read_all(table, Query(user_key(user_id), between=(first, last))):
        month = item["SK"].split("#")[1]
        months[month] = _together(months.get(month, MonthSpent(month, NOTHING_SPENT)), item)
    return months


def _together(before: MonthSpent, item: Item) -> MonthSpent:
    """Add a record to its month: the month's own, or a part by a release that reserved nothing."""
    cost, takes = dollars_of(item.get("units", 0)), item.get("takes", 0)
    if "committed" not in item:
        added = Spent(cost=cost, takes=takes, charged=cost)
        return MonthSpent(before.month, before.spent + added, before.guarded)
    committed, reserved = dollars_of(item["committed"]), dollars_of(item.get("reserved", 0))
    added = Spent(cost=cost, takes=takes, charged=committed - reserved, reserved=reserved)
    return MonthSpent(before.month, before.spent + added, before.guarded + committed)
