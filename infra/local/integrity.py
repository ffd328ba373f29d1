"""Find what is damaged in a data directory before anything of it is used, and set it aside on request."""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from infra.local.directory import DataDirectory
from infra.local.disk import write_durably
from infra.local.errors import DamagedDataError
from infra.local.journal import Damage, journal_files, missing_files, read_lines
from infra.local.snapshots import BEFORE, before, read_snapshot

_KEYS = re.compile(rb'"key":(\[[^\]]{0,300}\])')
_SHOWN_KEYS = 5
_SMALL = {
    "deployment.json": "which stack is deployed; it is deployed again",
    "user.json": "the sign-in of this machine; another password is made",
    "credentials.json": "the root key; another one is made, and links that were given out end",
    "format.json": "nothing but the number of the directory's format",
}
"""The small files beside the state, and what is lost with each."""


@dataclass(frozen=True)
class Fault:
    """Something that is damaged.

    Attributes:
        path: The file.
        where: What is wrong with it, and where in it.
        loss: What is lost if it is set aside.
        repair: Sets it aside, given the directory to put it into; nothing where it cannot be repaired.
    """

    path: Path
    where: str
    loss: str
    repair: Callable[[Path], None] | None


def find_faults(directory: DataDirectory) -> list[Fault]:
    """Return everything that is damaged; nothing is changed."""
    return [*_small_faults(directory), *_state_faults(directory), *_journal_faults(directory)]


def require_whole(directory: DataDirectory) -> None:
    """Refuse to use a directory in which something is damaged.

    Raises:
        DamagedDataError: Naming each fault and the way out.
    """
    faults = find_faults(directory)
    if faults:
        lines = [f"  {fault.path.relative_to(directory.root)}: {fault.where}" for fault in faults]
        raise DamagedDataError(
            "\n".join([f"the data in {directory.root} is damaged, and nothing of it was changed:", *lines])
            + "\n`retake up --repair` sets the damaged parts aside in a copy, says what is lost, and starts "
            "with the rest"
        )


def repair(directory: DataDirectory) -> list[str]:
    """Set aside what is damaged; call it while no server uses the directory.

    Returns:
        What was done, and what is lost, a line each; nothing where nothing is damaged.

    Raises:
        DamagedDataError: If a part cannot be set aside without losing what is whole; nothing is changed then.
    """
    faults = find_faults(directory)
    for fault in faults:
        if fault.repair is None:
            raise DamagedDataError(
                f"{fault.path} cannot be repaired ({fault.where}), as there is no earlier copy of it; "
                f"the objects in {directory.objects} stay: copy them, then start again with --reset"
            )
    if not faults:
        return []
    aside = directory.root / "set-aside" / f"{datetime.now(UTC):%Y%m%d-%H%M%S-%f}"
    aside.mkdir(mode=0o700, parents=True)
    lines = [f"The damaged parts are kept in {aside}."]
    for fault in faults:
        if fault.repair is not None:
            fault.repair(aside)
            lines.append(f"{fault.path.relative_to(directory.root)}: {fault.where}. Lost: {fault.loss}.")
    return lines


def _small_faults(directory: DataDirectory) -> Iterator[Fault]:
    for name, loss in _SMALL.items():
        path = directory.root / name
        try:
            found = json.loads(path.read_bytes()) if path.exists() else {}
        except ValueError as error:
            yield Fault(path, f"it is not JSON: {error}", loss, _mover(path))
        else:
            if not isinstance(found, dict):
                yield Fault(path, "it is not an object", loss, _mover(path))


def _mover(path: Path) -> Callable[[Path], None]:
    def move(aside: Path) -> None:
        shutil.move(path, aside / path.name)

    return move


def _state_faults(directory: DataDirectory) -> Iterator[Fault]:
    kept = {Path(str(path).removesuffix(BEFORE)) for path in directory.state.glob(f"*.json{BEFORE}")}
    for path in sorted(kept | set(directory.state.glob("*.json"))):
        fault = read_snapshot(path).fault if path.exists() else "it is missing"
        if fault:
            yield Fault(path, fault, *_back_to_before(path, directory))


def _back_to_before(path: Path, directory: DataDirectory) -> tuple[str, Callable[[Path], None] | None]:
    """Return what is lost by going back to the copy before a state file, and what does that."""
    earlier = before(path)
    if not earlier.exists() or read_snapshot(earlier).fault:
        return "everything that it held", None

    def go_back(aside: Path) -> None:
        if path.exists():
            shutil.copy2(path, aside / path.name)
        write_durably(path, [earlier.read_bytes()])

    numbers = [int(file.stem) for file in journal_files(directory.journal)]
    if path.stem in JOURNALLED and numbers and numbers[0] <= read_snapshot(earlier).journal + 1:
        return "nothing, as the journal holds what came after the copy before it", go_back
    return "what changed since the copy before it was written", go_back


JOURNALLED = ("dynamodb", "sqs", "stepfunctions")
"""The services whose every change is in the journal."""


def _journal_faults(directory: DataDirectory) -> Iterator[Fault]:
    for path in missing_files(directory.journal):
        yield Fault(path, "it is missing", "every change that it held", _toucher(path))
    for path in journal_files(directory.journal):
        damages = [found for found in read_lines(path) if isinstance(found, Damage)]
        if damages:
            yield Fault(path, "; ".join(map(_place, damages)), _lost(damages), _without(path, damages))


def _toucher(path: Path) -> Callable[[Path], None]:
    def touch(_aside: Path) -> None:
        path.touch(0o600)

    return touch


def _place(damage: Damage) -> str:
    return f"line {damage.line} (byte {damage.offset}, {damage.length} bytes): {damage.reason}"


def _lost(damages: list[Damage]) -> str:
    """Say which records are lost, as far as their keys can still be read; those after them are kept."""
    keys = [key.decode("utf-8", "replace") for damage in damages for key in _KEYS.findall(damage.content)]
    count = "1 change" if len(damages) == 1 else f"{len(damages)} changes"
    named = ", ".join(keys[:_SHOWN_KEYS]) + (", …" if len(keys) > _SHOWN_KEYS else "")
    return f"{count}, of {named}; what came after is kept" if keys else f"{count}; what came after is kept"


def _without(path: Path, damages: list[Damage]) -> Callable[[Path], None]:
    def drop(aside: Path) -> None:
        shutil.copy2(path, aside / path.name)
        content = path.read_bytes()
        kept, at = [], 0
        for damage in damages:
            kept.append(content[at : damage.offset])
            at = damage.offset + damage.length
        write_durably(path, [*kept, content[at:]])

    return drop
