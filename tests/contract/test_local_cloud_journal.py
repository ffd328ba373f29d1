"""The journal keeps whole lines, in order, and forgets only what a snapshot holds."""

from __future__ import annotations

import json
import os
import threading
from typing import TYPE_CHECKING

import pytest

from infra.local.directory import DataDirectory, reset
from infra.local.errors import DataDirectoryBusyError, IncompatibleDataError
from infra.local.journal import Journal

if TYPE_CHECKING:
    from pathlib import Path


def test_what_is_appended_is_replayed_in_order_over_files(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.append({"n": 1})
    journal.rotate()
    journal.append({"n": 2})
    journal.close()
    assert [record["n"] for record in Journal(tmp_path).replay()] == [1, 2]


def test_what_is_appended_is_with_the_kernel_at_once(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.append({"n": 1})
    assert json.loads((tmp_path / "00000001.jsonl").read_bytes()[18:]) == [{"n": 1}]
    assert journal.size_bytes == (tmp_path / "00000001.jsonl").stat().st_size


def test_a_torn_line_is_ignored_whole_with_its_group(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.append({"n": 1})
    with journal.group():
        journal.append({"n": 2})
        journal.append({"n": 3})
    journal.close()
    path = tmp_path / "00000001.jsonl"
    os.truncate(path, path.stat().st_size - 3)
    again = Journal(tmp_path)
    again.append({"n": 4})
    assert [record["n"] for record in again.replay()] == [1, 4]


def test_a_group_is_one_line_also_when_its_operation_fails(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    with pytest.raises(KeyError), journal.group():  # noqa: PT012 - the group is what is tested
        journal.append({"n": 1})
        with journal.group():
            journal.append({"n": 2})
        raise KeyError
    assert (tmp_path / "00000001.jsonl").read_bytes().count(b"\n") == 1
    assert [record["n"] for record in journal.replay()] == [1, 2]


def test_groups_of_threads_do_not_mix(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    with journal.group():
        journal.append({"n": 1})
        other = threading.Thread(target=journal.append, args=({"n": 2},))
        other.start()
        other.join()
    assert [record["n"] for record in journal.replay()] == [2, 1]


def test_only_what_was_closed_before_a_snapshot_is_discarded(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.append({"n": 1})
    closed = journal.rotate()
    journal.append({"n": 2})
    journal.discard(closed)
    assert [record["n"] for record in journal.replay()] == [2]


def test_a_directory_of_another_format_names_the_way_out(tmp_path: Path) -> None:
    directory = DataDirectory(tmp_path / "data")
    directory.prepare()
    (directory.root / "format.json").write_text('{"format": 0}')
    with pytest.raises(IncompatibleDataError, match="--reset"):
        directory.prepare()


def test_a_directory_of_something_else_is_neither_used_nor_deleted(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(IncompatibleDataError, match="--data"):
        DataDirectory(tmp_path).prepare()
    with pytest.raises(IncompatibleDataError):
        reset(tmp_path)
    assert (tmp_path / "thesis.txt").exists()


def test_a_directory_has_one_holder_and_is_reset_only_without_one(tmp_path: Path) -> None:
    directory = DataDirectory(tmp_path / "data")
    directory.prepare()
    with directory.locked():
        with pytest.raises(DataDirectoryBusyError, match="--data"), directory.locked():
            pass
        with pytest.raises(DataDirectoryBusyError):
            reset(directory.root)
    reset(directory.root)
    assert not directory.root.exists()


def test_the_root_key_is_made_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    directory = DataDirectory(tmp_path / "data")
    directory.prepare()
    assert directory.credentials() == directory.credentials()
    assert (directory.root / "credentials.json").stat().st_mode & 0o077 == 0
