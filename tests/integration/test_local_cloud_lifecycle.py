"""The local S3 deletes what the template's rules say, by the clock that can be moved."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from infra.local.clock import move_clock
from infra.local.cloud import LocalCloud
from infra.local.deployer import deploy
from tests.local_cloud import BUCKET, free_port, write_assembly


def keys(cloud: LocalCloud) -> set[str]:
    found = cloud.clients.client("s3").list_objects_v2(Bucket=BUCKET).get("Contents", [])
    return {entry["Key"] for entry in found}


def store(cloud: LocalCloud, *names: str) -> None:
    for name in names:
        cloud.clients.client("s3").put_object(Bucket=BUCKET, Key=name, Body=b"x" * 100_000)


def test_an_object_expires_when_its_time_has_passed_on_the_moved_clock(tmp_path: Path) -> None:
    cloud = LocalCloud(port=free_port(), data=tmp_path / "data")
    cloud.start()
    try:
        deploy(cloud, write_assembly(tmp_path / "cdk.out"))
        store(cloud, "uploads/old", "clips/old", "archive/old")
        move_clock(cloud.directory, timedelta(hours=23), cloud=cloud)
        assert keys(cloud) == {"uploads/old", "clips/old", "archive/old"}
        store(cloud, "uploads/new")
        move_clock(cloud.directory, timedelta(hours=25), cloud=cloud)
        assert keys(cloud) == {"uploads/new", "clips/old", "archive/old"}
        cloud.kill()
        cloud.start()  # what was deleted stays so, and the age of the rest is kept
        assert keys(cloud) == {"uploads/new", "clips/old", "archive/old"}
        move_clock(cloud.directory, timedelta(hours=46), cloud=cloud)
        assert "uploads/new" in keys(cloud)
        move_clock(cloud.directory, timedelta(hours=48), cloud=cloud)
        assert keys(cloud) == {"clips/old", "archive/old"}
        assert not [
            path for path in cloud.directory.objects.rglob("*") if "uploads" in str(path) and path.is_file()
        ]
    finally:
        cloud.kill()


def test_an_object_of_an_earlier_version_is_deleted_late_and_never_early(tmp_path: Path) -> None:
    cloud = LocalCloud(port=free_port(), data=tmp_path / "data")
    cloud.start()
    try:
        deploy(cloud, write_assembly(tmp_path / "cdk.out"))
        cloud.stop()
        move_clock(cloud.directory, timedelta(days=40), cloud=None)
        cloud.start()
        store(cloud, "uploads/earlier")
        cloud.stop()
        for path in cloud.directory.objects.rglob("*.meta.json"):
            path.write_text(path.read_text().replace("retake_ahead_s", "unknown"))
        cloud.start()
        move_clock(cloud.directory, timedelta(days=40, hours=23), cloud=cloud)
        assert keys(cloud) == {"uploads/earlier"}
        move_clock(cloud.directory, timedelta(days=42), cloud=cloud)
        assert keys(cloud) == set()
    finally:
        cloud.kill()
