"""Damages files in the ways that disks, networks and attackers do; the same seed gives the same damage."""

import random
import struct
from collections.abc import Callable, Iterator

EXTREMES = (0, 1, 2, 7, 8, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)

Dice = random.Random


def mutants(body: bytes, *, count: int, seed: int, structure: tuple[int, int]) -> Iterator[bytes]:
    """Give damaged copies of a file.

    Args:
        body: The file.
        count: How many.
        seed: Decides all damage.
        structure: From and to which byte the file says how it is built: most damage is there.
    """
    for number in range(count):
        dice = Dice(seed * 1_000_003 + number)
        damaged = bytearray(body)
        for _ in range(dice.choice((1, 1, 1, 2, 4, 8))):
            low, high = structure if dice.random() < 0.8 else (0, len(body))
            dice.choice(DAMAGES)(damaged, dice, min(low, len(damaged)), min(high, len(damaged)))
        yield bytes(damaged)


def _place(dice: Dice, low: int, high: int) -> int:
    return dice.randrange(low, max(low + 1, high))


def _flip(body: bytearray, dice: Dice, low: int, high: int) -> None:
    at = _place(dice, low, high)
    if at < len(body):
        body[at] ^= 1 << dice.randrange(8)


def _number(body: bytearray, dice: Dice, low: int, high: int) -> None:
    """Overwrite four bytes with a number that programs trip over."""
    at = _place(dice, low, high)
    body[at : at + 4] = struct.pack(">I", dice.choice(EXTREMES))


def _cut(body: bytearray, dice: Dice, low: int, high: int) -> None:
    del body[_place(dice, low, high) :]


def _remove(body: bytearray, dice: Dice, low: int, high: int) -> None:
    at = _place(dice, low, high)
    del body[at : at + dice.choice((1, 4, 8, 100, 4096))]


def _repeat(body: bytearray, dice: Dice, low: int, high: int) -> None:
    at = _place(dice, low, high)
    part = bytes(body[at : at + dice.choice((4, 8, 64, 512))])
    body[at:at] = part * dice.choice((1, 2, 50))


def _zero(body: bytearray, dice: Dice, low: int, high: int) -> None:
    at = _place(dice, low, high)
    length = min(dice.choice((4, 16, 256)), len(body) - at)
    body[at : at + length] = bytes(length)


DAMAGES: tuple[Callable[[bytearray, Dice, int, int], None], ...] = (
    _flip,
    _flip,
    _number,
    _number,
    _cut,
    _remove,
    _repeat,
    _zero,
)
