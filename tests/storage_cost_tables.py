"""The tables of docs/storage-costs.md, as the code works them out.

``uv run python -m tests.storage_cost_tables`` writes them into the page; a test fails while they differ.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from retake.domain.retention_costs import bill_of_take, break_even_life_days
from retake.domain.retention_policy import PolicyBill, RetentionPolicy
from retake.domain.storage_costs import StorageClass

PAGE = Path(__file__).parents[1] / "docs" / "storage-costs.md"
MIB = 2**20
TAKE_BYTES = 15 * MIB // 2
TAKE_MS = 10_000
TAKES = 1000
SIZES = (MIB, 5 * MIB // 2, TAKE_BYTES, 30 * MIB)

POLICY = RetentionPolicy()
AS_IT_IS = replace(POLICY, compression_ratio=None)
POLICIES = {
    "GLACIER_IR (default)": POLICY,
    "GLACIER": replace(POLICY, archive_class=StorageClass.GLACIER),
    "DEEP_ARCHIVE": replace(POLICY, archive_class=StorageClass.DEEP_ARCHIVE),
    "compressed, stays in STANDARD": replace(POLICY, archive_class=StorageClass.STANDARD),
    "GLACIER_IR, not compressed": AS_IT_IS,
    "DEEP_ARCHIVE, not compressed": replace(AS_IT_IS, archive_class=StorageClass.DEEP_ARCHIVE),
}
LINES: dict[str, Callable[[PolicyBill], Decimal]] = {
    "STANDARD, day 0 to 7": lambda bill: bill.before_archiving,
    "STANDARD, under `archive/`": lambda bill: bill.waiting_for_transition,
    "archive class, until day 30": lambda bill: bill.in_archive_class,
    "rest of the minimum duration": lambda bill: bill.early_deletion,
    "requests": lambda bill: bill.requests,
    "compressing (Lambda)": lambda bill: bill.compute,
    "**total**": lambda bill: bill.total,
}


def a_bill(policy: RetentionPolicy, *, size_bytes: int = TAKE_BYTES) -> PolicyBill:
    """Return the bill of the page's take."""
    return bill_of_take(size_bytes, policy, duration_ms=TAKE_MS)


def the_bill() -> str:
    """Return every charge of 1,000 takes, a column a policy."""
    bills = {name: a_bill(policy) for name, policy in POLICIES.items()}
    rows = [[name, *(_dollars(line(bill)) for bill in bills.values())] for name, line in LINES.items()]
    left = next(iter(bills.values())).standard_until_deleted
    rows.append(["left in STANDARD, deleted the same day", *([_dollars(left)] * len(bills))])
    rows.append(["**saving**", *(_percent(bill) for bill in bills.values())])
    return _table(["US dollars for 1,000 takes", *bills], rows)


def lives() -> str:
    """Return totals of 1,000 takes by the day of their deletion, a row a day."""
    rows = []
    for days in (14, 30, 60, 90, 180, 365):
        bills = [a_bill(replace(policy, delete_after_days=days)) for policy in POLICIES.values()]
        cells = [f"{_dollars(bill.total)} ({_percent(bill)})" for bill in bills]
        rows.append([str(days), _dollars(bills[0].standard_until_deleted), *cells])
    return _table(["deleted on day", "left in STANDARD", *POLICIES], rows)


def break_even() -> str:
    """Return the day of deletion from which on a policy pays, by the size of a take of 10 s."""
    rows = []
    for size_bytes in SIZES:
        days = [break_even_life_days(size_bytes, policy, duration_ms=TAKE_MS) for policy in POLICIES.values()]
        rows.append([f"{size_bytes / MIB:g} MiB", *("never" if day is None else str(day) for day in days)])
    return _table(["a take of 10 s", *POLICIES], rows)


def compressing() -> str:
    """Return the years of life after which compressing has cost less than archiving takes as they are."""
    classes = (
        StorageClass.STANDARD,
        StorageClass.GLACIER_IR,
        StorageClass.GLACIER,
        StorageClass.DEEP_ARCHIVE,
    )
    rows = []
    for size_bytes in SIZES:
        days = [_days_until_compression_pays(size_bytes, storage_class) for storage_class in classes]
        rows.append([f"{size_bytes / MIB:g} MiB", *(f"{day / 365:.1f}" for day in days)])
    return _table(["a take of 10 s", *classes], rows)


def _days_until_compression_pays(size_bytes: int, storage_class: StorageClass) -> int:
    def pays(life: int) -> bool:
        compressed = replace(POLICY, archive_class=storage_class, delete_after_days=life)
        as_it_is = replace(compressed, compression_ratio=None)
        return (
            a_bill(compressed, size_bytes=size_bytes).total <= a_bill(as_it_is, size_bytes=size_bytes).total
        )

    return bisect_left(range(365_000), True, key=pays)  # noqa: FBT003 - what is looked for


def warnings() -> str:
    """Return what the default policy is warned of."""
    return "\n".join(f"- {warning}" for warning in a_bill(POLICY).warnings)


PARTS: dict[str, Callable[[], str]] = {
    "bill": the_bill,
    "lives": lives,
    "break-even": break_even,
    "compressing": compressing,
    "warnings": warnings,
}


def fill(page: str) -> str:
    """Return the page with each part between its marks worked out anew."""
    for name, part in PARTS.items():
        start, end = f"<!-- {name} -->\n", f"<!-- /{name} -->\n"
        before, rest = page.split(start)
        page = f"{before}{start}\n{part()}\n\n{end}{rest.split(end)[1]}"
    return page


def _dollars(dollars: Decimal) -> str:
    return f"{dollars * TAKES:.3f}"


def _percent(bill: PolicyBill) -> str:
    return f"{bill.saving_percent:+.0f} %"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    rule = ["---", *(["--:"] * (len(head) - 1))]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (head, rule, *rows))


if __name__ == "__main__":
    PAGE.write_text(fill(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
