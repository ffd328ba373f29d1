"""Names of files in an archive, its id, and who may pack it."""

import unicodedata
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retake.domain.downloads import (
    LEASE,
    NEVER_FINISHED,
    DownloadStatus,
    download_id_of,
    numbered_name,
    safe_title,
)
from tests.builders import USER, a_download
from tests.fakes.clocks import START

NOT_ON_WINDOWS = set('<>:"/\\|?*')
TITLES = st.lists(st.text(st.characters(), max_size=300), min_size=1, max_size=120)
"""Any text there is, lone surrogates, controls and directions of writing included."""


@given(TITLES)
def test_names_are_unique_in_order_and_good_on_every_system(titles: list[str]) -> None:
    names = [numbered_name(number, title, last=len(titles)) for number, title in enumerate(titles, start=1)]
    assert len({unicodedata.normalize("NFD", name).casefold() for name in names}) == len(titles)
    assert sorted(names) == names
    for name in names:
        assert name.isprintable() or set("\u200c\u200d") & set(name)
        assert not NOT_ON_WINDOWS & set(name)
        assert len(name.encode()) <= 255
        assert len(unicodedata.normalize("NFD", name).encode("utf-16-le")) // 2 <= 255, "as macOS counts"
        stem = name.removesuffix(".mp4")
        assert (stem[:2].isdigit(), stem) == (True, stem.strip(". "))


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("A fox in snow", "A fox in snow"),
        ("Füchse im Schnee, дорога, 雪の狐 🦊", "Füchse im Schnee, дорога, 雪の狐 🦊"),
        ("Fu\u0308chse", "Füchse"),
        ("../../etc/passwd", "etc passwd"),
        ('a<b>c:d"e/f\\g|h?i*j', "a b c d e f g h i j"),
        ("tabs\tand\nlines\x00\x7f", "tabs and lines"),
        ("picture\u202egpj.exe", "picturegpj.exe"),
        ("a family: 👨\u200d👩\u200d👧", "a family 👨\u200d👩\u200d👧"),
        ("dots at the end...  ", "dots at the end"),
        ("\u202e \u200d . ", "otherwise"),
        ("", "otherwise"),
        ("雪" * 300, "雪" * 66),
    ],
)
def test_a_title_is_kept_as_far_as_a_file_can_have_it(title: str, name: str) -> None:
    assert safe_title(title, otherwise="otherwise") == name


def test_there_are_as_many_digits_as_the_last_number_has() -> None:
    assert numbered_name(7, "CON", last=7) == "07 CON.mp4"
    assert numbered_name(7, "a", last=101) == "007 a.mp4"


def test_an_archive_is_the_same_for_the_same_files_only() -> None:
    files = [("01 a.mp4", "clips/a"), ("02 b.mp4", "clips/b")]
    same = download_id_of(USER, "a.zip", files, ["c: failed"])
    assert same == download_id_of(USER, "a.zip", list(files), ["c: failed"])
    others = [
        download_id_of("another", "a.zip", files, ["c: failed"]),
        download_id_of(USER, "b.zip", files, ["c: failed"]),
        download_id_of(USER, "a.zip", files[::-1], ["c: failed"]),
        download_id_of(USER, "a.zip", [*files, ("", "c: failed")], []),
        download_id_of(USER, "a.zip", files, []),
    ]
    assert len({same, *others}) == len(others) + 1


def test_a_call_and_its_repetition_pack_and_no_other_does() -> None:
    fresh = a_download()
    mine = fresh.claimed("first", START)
    assert mine is not None
    later = START + timedelta(minutes=1)
    assert mine.claimed("second", later) is None
    again = mine.claimed("first", later)
    assert again == replace(mine, lease_until=later + LEASE)
    other = mine.claimed("second", mine.lease_until)
    assert other is not None
    assert other.worker == "second"
    for status in (DownloadStatus.READY, DownloadStatus.FAILED):
        assert replace(mine, status=status).claimed("first", later) is None
    assert fresh.claimed("first", fresh.expires_at) is None


def test_what_no_one_goes_on_with_has_failed_and_says_what_to_do() -> None:
    fresh = a_download()
    assert fresh.as_seen(fresh.lease_until - timedelta(seconds=1)) == fresh
    seen = fresh.as_seen(fresh.lease_until)
    assert (seen.status, seen.error) == (DownloadStatus.FAILED, NEVER_FINISHED)
    ready = a_download(status=DownloadStatus.READY)
    assert ready.as_seen(fresh.lease_until) == ready


def test_only_what_is_ready_is_whole() -> None:
    assert a_download(packed_bytes=5).progress == 45
    assert a_download(packed_bytes=11).progress == 99
    assert a_download(packed_bytes=0, status=DownloadStatus.READY).progress == 100
