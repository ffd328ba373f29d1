"""What every ``ObjectStore`` promises, and what S3's signatures must be."""

import hashlib
import hmac
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from urllib.parse import parse_qsl, quote, urlsplit

import pytest

from infra.local.clients import LocalClients
from retake.adapters.aws.s3_objects import S3ObjectStore
from retake.domain.errors import ObjectChangedError, ObjectDamagedError, ObjectMissingError
from retake.ports.objects import FileRange, ObjectRange, ObjectStore
from tests.fakes.clocks import FixedClock
from tests.fakes.in_memory_objects import InMemoryObjectStore
from tests.moto_aws import BUCKET, EVERYWHERE, REGION, aws, bucket_on, client, make_bucket

CLOCK = FixedClock(datetime.now(UTC) + timedelta(days=40))
"""Far ahead of S3's own clock, as where a local stack's was moved."""


@pytest.fixture(params=EVERYWHERE)
def objects(request: pytest.FixtureRequest) -> Iterator[ObjectStore]:
    if request.param == "memory":
        yield InMemoryObjectStore(now=CLOCK.now)
        return
    if request.param == "local cloud":
        with bucket_on(request.getfixturevalue("bare_cloud")) as s3:
            yield S3ObjectStore(s3, BUCKET, clock=CLOCK)
        return
    with aws():
        yield S3ObjectStore(make_bucket(), BUCKET, clock=CLOCK)


@pytest.fixture
def s3() -> Iterator[S3ObjectStore]:
    with aws():
        yield S3ObjectStore(make_bucket(), BUCKET, clock=CLOCK)


def test_a_file_goes_in_and_comes_out(objects: ObjectStore, tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(b"take" * 1000)
    objects.upload(source, "clips/a", content_type="video/mp4")
    objects.download("clips/a", target)
    assert target.read_bytes() == source.read_bytes()
    found = objects.find("clips/a")
    assert found is not None
    assert (found.key, found.size_bytes) == ("clips/a", 4000)


@pytest.mark.parametrize("size_bytes", [0, 1000, 17 * 2**20])
def test_what_is_whole_is_verified(objects: ObjectStore, tmp_path: Path, size_bytes: int) -> None:
    source = tmp_path / "source"
    source.write_bytes(bytes(range(250)) * (size_bytes // 250))
    objects.upload(source, "clips/a", content_type="video/mp4")
    assert objects.verify("clips/a")
    with pytest.raises(ObjectMissingError):
        objects.verify("clips/b")


@pytest.mark.local_cloud
@pytest.mark.parametrize("size_bytes", [1000, 17 * 2**20], ids=["at once", "in parts"])
def test_a_byte_flipped_on_the_disk_is_found(
    bare_cloud: LocalClients, tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, size_bytes: int
) -> None:
    source = tmp_path / "source"
    source.write_bytes(bytes(range(250)) * (size_bytes // 250))
    with bucket_on(bare_cloud) as s3:
        store = S3ObjectStore(s3, BUCKET, clock=CLOCK)
        store.upload(source, "clips/flipped", content_type="video/mp4")
        (stored,) = tmp_path_factory.getbasetemp().rglob("*/clips/flipped")
        with stored.open("r+b") as file:
            file.seek(size_bytes // 2)
            file.write(b"\xff")
        with pytest.raises(ObjectDamagedError):
            store.download("clips/flipped", tmp_path / "target")
        assert not store.verify("clips/flipped")


def test_a_part_of_an_object_can_be_read(objects: ObjectStore) -> None:
    objects.write("uploads/a", bytes(range(200)), content_type="video/mp4")
    found = objects.find("uploads/a")
    assert found is not None
    assert objects.read_range("uploads/a", 10, 13, etag=found.etag) == bytes([10, 11, 12])
    assert objects.read_range("uploads/a", 0, 200, etag=found.etag) == bytes(range(200))
    with pytest.raises(ObjectMissingError):
        objects.read_range("uploads/b", 0, 1, etag=found.etag)


def test_an_object_that_was_replaced_is_not_taken_for_the_first(objects: ObjectStore, tmp_path: Path) -> None:
    objects.write("uploads/a", b"first", content_type="video/mp4")
    found = objects.find("uploads/a")
    assert found is not None
    objects.download("uploads/a", tmp_path / "first", etag=found.etag)
    objects.copy("uploads/a", "clips/first", etag=found.etag)

    objects.write("uploads/a", b"other", content_type="video/mp4")

    with pytest.raises(ObjectChangedError):
        objects.read_range("uploads/a", 0, 5, etag=found.etag)
    with pytest.raises(ObjectChangedError):
        objects.download("uploads/a", tmp_path / "other", etag=found.etag)
    with pytest.raises(ObjectChangedError):
        objects.copy("uploads/a", "clips/other", etag=found.etag)
    assert (tmp_path / "first").read_bytes() == objects.read("clips/first") == b"first"
    assert objects.find("clips/other") is None


def test_bytes_go_in_and_come_out(objects: ObjectStore) -> None:
    assert objects.write("a", b"one", content_type="text/plain")
    assert objects.read("a") == b"one"
    assert objects.write("a", b"two", content_type="text/plain")
    assert objects.read("a") == b"two"


def test_a_key_is_taken_once(objects: ObjectStore) -> None:
    assert objects.write("a", b"one", content_type="text/plain", if_absent=True)
    assert not objects.write("a", b"two", content_type="text/plain", if_absent=True)
    assert objects.read("a") == b"one"


def test_what_is_missing_is_said(objects: ObjectStore, tmp_path: Path) -> None:
    assert objects.find("nothing") is None
    with pytest.raises(ObjectMissingError):
        objects.read("nothing")
    with pytest.raises(ObjectMissingError):
        objects.download("nothing", tmp_path / "nothing")
    with pytest.raises(ObjectMissingError):
        objects.copy("nothing", "copy")


def test_a_copy_is_the_same_and_leaves_its_source(objects: ObjectStore) -> None:
    objects.write("clips/a", b"take", content_type="video/mp4")
    objects.copy("clips/a", "archive/a")
    assert objects.read("archive/a") == objects.read("clips/a") == b"take"


def test_blocks_go_in_and_come_out(objects: ObjectStore) -> None:
    body = b"".join(number.to_bytes(4, "big") for number in range(3 * 2**20))
    sizes = (1, 2**20, 5 * 2**20, 0, 6 * 2**20 - 1)  # parts begin and end anywhere in them
    starts = [sum(sizes[:index]) for index in range(len(sizes))]
    blocks = (body[start : start + size] for start, size in zip(starts, sizes, strict=True))
    assert objects.write_blocks("downloads/a", blocks, content_type="application/zip") == len(body)
    assert b"".join(objects.read_blocks("downloads/a")) == body
    assert max(map(len, objects.read_blocks("downloads/a"))) <= 2**20


def test_no_blocks_are_an_object_as_well(objects: ObjectStore) -> None:
    assert objects.write_blocks("downloads/a", iter(()), content_type="application/zip") == 0
    assert b"".join(objects.read_blocks("downloads/a")) == b""


@pytest.mark.parametrize("blocks_before", [0, 12])
def test_blocks_that_end_badly_leave_nothing(objects: ObjectStore, blocks_before: int) -> None:
    def blocks() -> Iterator[bytes]:
        for _ in range(blocks_before):
            yield bytes(2**20)
        yield from objects.read_blocks("nothing")

    with pytest.raises(ObjectMissingError) as raised:
        objects.write_blocks("downloads/a", blocks(), content_type="application/zip")
    assert raised.value.key == "nothing"
    assert objects.find("downloads/a") is None


def test_parts_of_what_ends_badly_are_ended(s3: S3ObjectStore) -> None:
    def blocks() -> Iterator[bytes]:
        yield bytes(20 * 2**20)
        raise ObjectMissingError("nothing")

    with pytest.raises(ObjectMissingError):
        s3.write_blocks("downloads/a", blocks(), content_type="application/zip")
    assert "Uploads" not in client("s3").list_multipart_uploads(Bucket=BUCKET)


def test_deleting_twice_is_no_error(objects: ObjectStore) -> None:
    objects.write("a", b"one", content_type="text/plain")
    objects.delete("a")
    objects.delete("a")
    assert objects.find("a") is None


def test_a_prefix_is_listed_by_key(objects: ObjectStore) -> None:
    for key in ("b/2", "a/1", "b/1", "bb/1"):
        objects.write(key, b"x", content_type="text/plain")
    assert [info.key for info in objects.list_objects("b/")] == ["b/1", "b/2"]
    assert list(objects.list_objects("c/")) == []


def test_folders_are_listed_page_by_page(objects: ObjectStore) -> None:
    for key in ("a/job-1/x", "a/job-1/y/z", "a/job-10/x", "a/job-2/x", "a/loose", "b/job-3/x"):
        objects.write(key, b"x", content_type="text/plain")
    assert objects.list_folders("a/", after="", limit=10) == ["job-1", "job-10", "job-2"]
    assert objects.list_folders("a/", after="", limit=2) == ["job-1", "job-10"]
    assert objects.list_folders("a/", after="job-1", limit=1) == ["job-10"]
    assert objects.list_folders("a/", after="job-10", limit=10) == ["job-2"]
    assert not objects.list_folders("a/", after="job-2", limit=10)


def test_an_object_is_as_old_as_it_really_is(objects: ObjectStore) -> None:
    objects.write("clips/a", b"take", content_type="video/mp4")
    (listed,) = objects.list_objects("clips/")
    found = objects.find("clips/a")
    assert found is not None
    for info in (listed, found):
        assert abs(CLOCK.now() - info.last_modified) < timedelta(hours=1), "days old, or yet to come"


def test_a_url_stays_the_same_within_the_hour(objects: ObjectStore) -> None:
    assert objects.presign_get("clips/a b.mp4") == objects.presign_get("clips/a b.mp4")
    assert objects.presign_get("clips/a") != objects.presign_get("clips/b")


def test_the_url_is_signed_with_version_4(s3: S3ObjectStore) -> None:
    url = s3.presign_get("clips/a b.mp4", file_name="my film.mp4")
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    assert query["X-Amz-Expires"] == "7200"
    assert query["X-Amz-Date"].endswith("0000Z"), "not signed as of the full hour"
    signed = datetime.strptime(query["X-Amz-Date"], "%Y%m%dT%H%M%S%z")
    assert abs(datetime.now(UTC) - signed) < timedelta(hours=2), "not by the clock that S3 compares with"
    assert query["response-content-disposition"] == 'attachment; filename="my film.mp4"'
    leftovers = {"AWSAccessKeyId", "Signature", "Expires"} & set(query)
    assert not leftovers, "half of an older signature"
    assert query.pop("X-Amz-Signature") == signature(parts.netloc, parts.path, query)


def test_a_name_of_any_letters_is_saved(s3: S3ObjectStore) -> None:
    query = dict(parse_qsl(urlsplit(s3.presign_get("downloads/a", file_name='Füchse "1".zip')).query))
    assert query["response-content-disposition"] == (
        "attachment; filename=\"F_chse _1_.zip\"; filename*=UTF-8''F%C3%BCchse%20%221%22.zip"
    )


def signature(host: str, path: str, query: dict[str, str]) -> str:
    """Compute the signature as the AWS documentation says."""
    pairs = sorted((quote(name, safe="-_.~"), quote(value, safe="-_.~")) for name, value in query.items())
    arguments = "&".join(f"{name}={value}" for name, value in pairs)
    canonical = "\n".join(["GET", path, arguments, f"host:{host}", "", "host", "UNSIGNED-PAYLOAD"])
    at = query["X-Amz-Date"]
    scope = f"{at[:8]}/{REGION}/s3/aws4_request"
    text = "\n".join(["AWS4-HMAC-SHA256", at, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    key = b"AWS4secret"
    for part in (at[:8], REGION, "s3", "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def test_the_form_names_key_type_and_size(objects: ObjectStore) -> None:
    form = objects.presign_post("uploads/u", content_type="video/mp4", max_bytes=1000, expires_s=60)
    assert form.url.startswith(("https://", "http://127.0.0.1:"))
    assert form.fields["key"] == "uploads/u"
    assert form.fields["Content-Type"] == "video/mp4"


def test_the_form_is_signed_with_version_4(s3: S3ObjectStore) -> None:
    form = s3.presign_post("uploads/u", content_type="video/mp4", max_bytes=1000, expires_s=60)
    assert form.fields["x-amz-algorithm"] == "AWS4-HMAC-SHA256"


def test_urls_and_forms_name_the_regional_host(s3: S3ObjectStore) -> None:
    form = s3.presign_post("uploads/u", content_type="video/mp4", max_bytes=1000, expires_s=60)
    for url in (form.url, s3.presign_get("clips/a")):
        assert urlsplit(url).netloc == f"{BUCKET}.s3.{REGION}.amazonaws.com"


# --- objects made of parts ----------------------------------------------------------------------

MIB = 2**20


def earlier_object(objects: ObjectStore, size: int) -> tuple[bytes, str]:
    """Store an object of unlike bytes; return them and its tag."""
    body = Random(5).randbytes(size)  # noqa: S311 - the same in each run
    objects.write("compositions/earlier", body, content_type="video/mp4")
    found = objects.find("compositions/earlier")
    assert found is not None
    return body, found.etag


@pytest.mark.parametrize("stored_mib", [0.5, 6, 17])
def test_an_object_is_made_of_files_and_of_another_object(
    objects: ObjectStore, tmp_path: Path, stored_mib: float
) -> None:
    body, etag = earlier_object(objects, int(stored_mib * MIB))
    header, clip = tmp_path / "header", tmp_path / "clip"
    header.write_bytes(b"header" * 1000)
    clip.write_bytes(b"clip" * 50_000)
    middle = len(body) // 2
    ranges: list[FileRange | ObjectRange] = [
        FileRange(header, 6, 5994),
        ObjectRange("compositions/earlier", etag, 10, middle - 10),
        FileRange(clip, 0, 100_000),
        FileRange(clip, 100_000, 100_000),
        ObjectRange("compositions/earlier", etag, middle + 1, len(body) - middle - 1),
    ]
    objects.assemble("compositions/new", ranges, content_type="video/mp4")
    wanted = b"header" * 999 + body[10:middle] + b"clip" * 50_000 + body[middle + 1 :]
    assert objects.read("compositions/new") == wanted
    assert objects.verify("compositions/new")
    objects.download("compositions/new", tmp_path / "whole")
    assert (tmp_path / "whole").read_bytes() == wanted


def test_an_object_is_made_of_files_alone(objects: ObjectStore, tmp_path: Path) -> None:
    clip = tmp_path / "clip"
    clip.write_bytes(Random(1).randbytes(23 * MIB))  # noqa: S311 - the same in each run
    objects.assemble("compositions/new", [FileRange(clip, 0, 23 * MIB)], content_type="video/mp4")
    assert objects.read("compositions/new") == clip.read_bytes()
    assert objects.verify("compositions/new")


@pytest.mark.parametrize("wrong", ["gone", "changed", "a short file"])
@pytest.mark.parametrize("stored_mib", [1, 12])
def test_what_cannot_be_made_whole_is_not_there(
    objects: ObjectStore, tmp_path: Path, wrong: str, stored_mib: int, request: pytest.FixtureRequest
) -> None:
    if (wrong, stored_mib, request.node.callspec.params["objects"]) == ("changed", 12, "moto"):
        reason = "moto copies parts without looking at conditions"
        request.applymarker(pytest.mark.xfail(reason=reason, strict=True))
    body, etag = earlier_object(objects, stored_mib * MIB)
    clip = tmp_path / "clip"
    clip.write_bytes(b"clip")
    if wrong == "gone":
        objects.delete("compositions/earlier")
    if wrong == "changed":
        objects.write("compositions/earlier", body[::-1], content_type="video/mp4")
    errors = {"gone": ObjectMissingError, "changed": ObjectChangedError, "a short file": OSError}
    stored = ObjectRange("compositions/earlier", etag, 0, len(body))
    with pytest.raises(errors[wrong]):
        objects.assemble(
            "compositions/new",
            [stored, FileRange(clip, 0, 5 if wrong == "a short file" else 4)],
            content_type="video/mp4",
        )
    assert objects.find("compositions/new") is None


def test_parts_of_what_cannot_be_made_whole_are_ended(s3: S3ObjectStore, tmp_path: Path) -> None:
    body, etag = earlier_object(s3, 12 * MIB)
    with pytest.raises(FileNotFoundError):
        s3.assemble(
            "compositions/new",
            [
                ObjectRange("compositions/earlier", etag, 0, len(body)),
                FileRange(tmp_path / "nothing", 0, 4),
            ],
            content_type="video/mp4",
        )
    assert "Uploads" not in client("s3").list_multipart_uploads(Bucket=BUCKET)


@pytest.mark.local_cloud
@pytest.mark.parametrize("goes", ["replaced", "removed"])
def test_a_part_that_was_copied_stays_as_it_was(bare_cloud: LocalClients, goes: str) -> None:
    with bucket_on(bare_cloud) as s3:
        store = S3ObjectStore(s3, BUCKET, clock=CLOCK)
        body, _ = earlier_object(store, 6 * MIB)
        upload = {"Bucket": BUCKET, "Key": "compositions/new"}
        upload["UploadId"] = s3.create_multipart_upload(**upload)["UploadId"]
        copied = s3.upload_part_copy(
            **upload,
            PartNumber=1,
            CopySource={"Bucket": BUCKET, "Key": "compositions/earlier"},
            CopySourceRange=f"bytes=7-{len(body) - 1}",
        )["CopyPartResult"]["ETag"]
        assert copied == f'"{hashlib.md5(body[7:], usedforsecurity=False).hexdigest()}"'
        if goes == "replaced":
            store.write("compositions/earlier", body[::-1], content_type="video/mp4")
        else:
            store.delete("compositions/earlier")
        sent = s3.upload_part(**upload, PartNumber=2, Body=b"clip")["ETag"]
        parts = [{"PartNumber": 1, "ETag": copied}, {"PartNumber": 2, "ETag": sent}]
        s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": parts})
        assert store.read("compositions/new") == body[7:] + b"clip"


@pytest.mark.local_cloud
def test_a_byte_flipped_in_an_object_of_parts_is_found(
    bare_cloud: LocalClients, tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> None:
    header = tmp_path / "header"
    header.write_bytes(b"header")
    with bucket_on(bare_cloud) as s3:
        store = S3ObjectStore(s3, BUCKET, clock=CLOCK)
        body, etag = earlier_object(store, 12 * MIB)
        stored = ObjectRange("compositions/earlier", etag, 0, len(body))
        store.assemble("compositions/flipped", [FileRange(header, 0, 6), stored], content_type="video/mp4")
        assert store.verify("compositions/flipped")
        (path,) = tmp_path_factory.getbasetemp().rglob("*/compositions/flipped")
        with path.open("r+b") as file:
            file.seek(7 * MIB)
            file.write(bytes([body[7 * MIB - 6] ^ 1]))
        assert not store.verify("compositions/flipped")
