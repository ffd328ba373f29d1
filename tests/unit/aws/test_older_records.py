"""What an earlier release wrote is read as what it meant."""

from datetime import timedelta
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from retake.domain.records.batches import Batch, ClipResult, Regeneration
from retake.domain.records.jobs import Clip
from retake.domain.statuses import RegenerationStatus
from retake.ports.table import Item
from retake.storage.layout import Stored
from tests.builders import a_batch, a_clip, a_regeneration
from tests.fakes.clocks import START
from tests.stored_items import read_item, stored_item

SINCE_TAKES = {"take", "takes", "siblings", "model"}
"""Fields that records of before several takes a clip do not have."""


def older(record: Stored) -> Item:
    fields = {name: TypeDeserializer().deserialize(v) for name, v in stored_item(record, now=START).items()}
    return {name: TypeSerializer().serialize(value) for name, value in _without(fields).items()}


def _without(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without(inner) for name, inner in value.items() if name not in SINCE_TAKES}
    return [_without(inner) for inner in value] if isinstance(value, list) else value


def test_a_regeneration_is_the_only_take_of_its_clip() -> None:
    written = a_regeneration(model="any", expires_at=START + timedelta(days=1))
    read = read_item(Regeneration, older(written))
    assert (read.take, read.takes, read.siblings, read.model) == (1, 1, (), "")
    assert read.expires_at == written.expires_at


def test_a_batch_has_a_take_for_each_clip() -> None:
    result = ClipResult(0, "regeneration-0", RegenerationStatus.SUCCEEDED, 2)
    read = read_item(Batch, older(a_batch(results=(result,))))
    assert [(take.clip_index, take.take, take.takes) for take in read.price.clips] == [(0, 1, 1)]
    assert read.results == (result,)


def test_no_one_knows_what_made_a_clip() -> None:
    assert read_item(Clip, older(a_clip(model="any"))) == a_clip(model="")
