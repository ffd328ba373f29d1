"""Every kind of record has a name of its own in the table."""

from typing import get_args

from retake.storage.layout import RECORD_TYPES, Stored


def test_every_record_that_is_stored_has_one_name() -> None:
    assert set(RECORD_TYPES) == set(get_args(Stored))
    assert len(set(RECORD_TYPES.values())) == len(RECORD_TYPES)
