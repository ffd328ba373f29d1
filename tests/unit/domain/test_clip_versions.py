"""A clip's versions by number, by id and by what they store."""

from retake.domain.clip_versions import ClipVersions
from tests.builders import a_clip, a_version

FOUND = ClipVersions(a_clip(current_version=2), (a_version(3), a_version(2), a_version(1)))


def test_the_current_one_is_the_one_that_the_clip_names() -> None:
    assert FOUND.current == a_version(2)
    assert ClipVersions(a_clip(current_version=None), ()).current is None
    assert ClipVersions(a_clip(current_version=7), FOUND.versions).current is None


def test_an_id_is_no_number() -> None:
    version = a_version(3)
    assert FOUND.by_id(version.version_id) == FOUND.named(version.version_id) == version
    assert FOUND.by_id("3") is None
    assert FOUND.named("3") == FOUND.numbered(3) == version
    assert FOUND.named("03") is None
    assert FOUND.numbered(4) is None


def test_an_object_has_one_owner() -> None:
    for version in FOUND.versions:
        assert [FOUND.owner_of(key) for key in version.keys] == [version] * len(version.keys)
    assert FOUND.owner_of("clips/another") is None
