"""Damage is found before anything is used, said, and set aside in a copy; what is whole is kept."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.local.directory import DataDirectory
from infra.local.errors import DamagedDataError
from infra.local.integrity import find_faults, repair, require_whole
from infra.local.journal import Damage, Journal, encoded_line, read_lines
from infra.local.snapshots import read_snapshot, write_snapshot

STATE = '{"__ministack_format__": 3, "payload": {"n": 1}}'


@pytest.fixture
def directory(tmp_path: Path) -> DataDirectory:
    found = DataDirectory(tmp_path / "data")
    with found.locked():
        found.prepare()
    found.credentials()
    return found


def write_journal(directory: DataDirectory, count: int = 5) -> Path:
    journal = Journal(directory.journal)
    for number in range(count):
        journal.append({"kind": "item", "key": ["table", str(number)], "value": number})
    journal.close()
    return directory.journal / "00000001.jsonl"


def contents(root: Path) -> dict[str, str]:
    """Return the hash of every file but the lock, by its path."""
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.name != "lock"
    }


@given(
    st.lists(
        st.dictionaries(st.text(max_size=5), st.text(max_size=5) | st.integers(), max_size=3),
        min_size=1,
        max_size=6,
    ),
    st.data(),
)
def test_no_change_of_a_byte_passes_for_another_record(
    tmp_path_factory: pytest.TempPathFactory, records: list[dict[str, object]], data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("journal") / "00000001.jsonl"
    content = b"".join(encoded_line([record]) for record in records)
    at = data.draw(st.integers(0, len(content) - 1))
    changed = bytearray(content)
    changed[at] ^= data.draw(st.integers(1, 255))
    path.write_bytes(changed)
    found = list(read_lines(path))
    read = [record for one in found if not isinstance(one, Damage) for record in one]
    assert all(record in records for record in read)
    is_last = at >= len(content) - len(encoded_line([records[-1]]))
    torn = is_last and not bytes(changed).endswith(b"\n")
    assert len(read) == len(records) or torn or any(isinstance(one, Damage) for one in found)


@given(st.integers(0, 200))
def test_a_line_torn_by_a_kill_is_no_damage(tmp_path_factory: pytest.TempPathFactory, cut: int) -> None:
    path = tmp_path_factory.mktemp("journal") / "00000001.jsonl"
    lines = [encoded_line([{"n": number}]) for number in range(4)]
    path.write_bytes(b"".join(lines)[:cut])
    found = list(read_lines(path))
    assert not [one for one in found if isinstance(one, Damage)]
    whole = sum(len(b"".join(lines[: count + 1])) <= cut for count in range(4))
    assert [one[0]["n"] for one in found if not isinstance(one, Damage)][:whole] == list(range(whole))


def test_a_line_of_an_earlier_version_is_read(tmp_path: Path) -> None:
    (tmp_path / "00000001.jsonl").write_bytes(b'[{"n":1}]\n' + encoded_line([{"n": 2}]) + b'[{"n":')
    assert [record["n"] for record in Journal(tmp_path).replay()] == [1, 2]


def test_a_damaged_line_is_named_nothing_is_changed_and_the_rest_is_kept(directory: DataDirectory) -> None:
    path = write_journal(directory)
    lines = path.read_bytes().splitlines(keepends=True)
    changed = bytearray(b"".join(lines))
    at = len(lines[0]) + len(lines[1]) + 30
    changed[at], changed[at + 1] = changed[at] ^ 1, changed[at + 1] ^ 1
    path.write_bytes(changed)
    before = contents(directory.root)
    with pytest.raises(DamagedDataError) as refused:
        require_whole(directory)
    assert f"00000001.jsonl: line 3 (byte {len(lines[0]) + len(lines[1])}" in str(refused.value)
    assert "--repair" in str(refused.value)
    assert contents(directory.root) == before
    said = repair(directory)
    assert "1 change" in said[1]
    assert [record["value"] for record in Journal(directory.journal).replay()] == [0, 1, 3, 4]
    aside = next((directory.root / "set-aside").rglob("*.jsonl"))
    assert aside.read_bytes() == bytes(changed)
    assert repair(directory) == []


def test_a_missing_file_of_the_journal_is_named(directory: DataDirectory) -> None:
    journal = Journal(directory.journal)
    for number in range(3):
        journal.append({"n": number})
        journal.rotate()
    (directory.journal / "00000002.jsonl").unlink()
    with pytest.raises(DamagedDataError, match=r"00000002.jsonl: it is missing"):
        require_whole(directory)
    assert "every change that it held" in repair(directory)[1]
    assert [record["n"] for record in Journal(directory.journal).replay()] == [0, 2]


@pytest.mark.parametrize("damage", [b"", b"{", STATE[:-4].encode(), b'{"retake": {"sha256": "00"}}', None])
def test_a_damaged_state_file_goes_back_to_the_one_before(
    directory: DataDirectory, damage: bytes | None
) -> None:
    path = directory.state / "dynamodb.json"
    write_snapshot(path, STATE, journal=1)
    write_snapshot(path, STATE.replace("1", "2"), journal=2)
    assert (find_faults(directory), read_snapshot(path).journal) == ([], 2)
    path.unlink() if damage is None else path.write_bytes(damage)
    before = contents(directory.root)
    with pytest.raises(DamagedDataError, match=r"state/dynamodb.json"):
        require_whole(directory)
    assert contents(directory.root) == before
    assert "dynamodb.json" in repair(directory)[1]
    assert json.loads(path.read_bytes())["payload"] == {"n": 1}
    assert read_snapshot(path).journal == 1
    require_whole(directory)


def test_any_flipped_byte_of_a_state_file_is_found(directory: DataDirectory) -> None:
    path = directory.state / "cognito.json"
    write_snapshot(path, STATE, journal=0)
    whole = path.read_bytes()
    for at in range(len(whole)):
        changed = bytearray(whole)
        changed[at] ^= 1
        path.write_bytes(changed)
        assert read_snapshot(path).fault, at


def test_a_state_file_without_an_earlier_copy_is_not_touched(directory: DataDirectory) -> None:
    path = directory.state / "dynamodb.json"
    path.write_bytes(b"")
    before = contents(directory.root)
    with pytest.raises(DamagedDataError, match="cannot be repaired"):
        repair(directory)
    assert contents(directory.root) == before


@pytest.mark.parametrize("name", ["deployment.json", "user.json", "credentials.json", "format.json"])
@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff"])
def test_a_damaged_small_file_is_set_aside(directory: DataDirectory, name: str, content: bytes) -> None:
    (directory.root / name).write_bytes(content)
    with pytest.raises(DamagedDataError, match=name):
        require_whole(directory)
    assert name in repair(directory)[1]
    require_whole(directory)
    assert next((directory.root / "set-aside").rglob(name)).read_bytes() == content
