"""What was acknowledged survives ``kill -9``; what was running is ended truthfully."""

from __future__ import annotations

import json
import os
import time
from typing import TYPE_CHECKING, Any

import pytest

from infra.local.cloud import LocalCloud
from infra.local.deployer import deploy, read_user, sign_in
from infra.local.disk import UNFINISHED
from infra.local.errors import LocalCloudError
from infra.local.integrity import repair
from tests.local_cloud import BUCKET, FUNCTION, TABLE, free_port, write_assembly
from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.local_cloud


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[LocalCloud, dict[str, Any]]]:
    """A cloud that was killed right after it acknowledged writes, and started again."""
    root = tmp_path_factory.mktemp("killed")
    cloud = LocalCloud(port=free_port(), data=root / "data", snapshot_interval_s=0)
    cloud.start()
    try:
        deployment = deploy(cloud, write_assembly(root / "cdk.out"))
        reported = _write(cloud, deployment.outputs)
        cloud.kill()
        reported["unfinished"] = _leave_unfinished(cloud)
        reported["workers_gone"] = eventually(
            lambda: not _alive(reported["worker"]) and not _alive(reported["child"])
        )
        cloud.start()
        yield cloud, reported
    finally:
        cloud.kill()


def _write(cloud: LocalCloud, outputs: dict[str, str]) -> dict[str, Any]:
    tables, queues = cloud.clients.client("dynamodb"), cloud.clients.client("sqs")
    for number in range(20):
        tables.put_item(TableName=TABLE, Item=_item(f"put-{number}", "1"))
    tables.update_item(
        TableName=TABLE,
        Key=_key("put-1"),
        UpdateExpression="SET v = :v",
        ExpressionAttributeValues={":v": {"S": "updated"}},
    )
    tables.delete_item(TableName=TABLE, Key=_key("put-2"))
    tables.transact_write_items(
        TransactItems=[
            {"Put": {"TableName": TABLE, "Item": _item("transacted", "1")}},
            {"Delete": {"TableName": TABLE, "Key": _key("put-3")}},
        ]
    )
    tables.batch_write_item(RequestItems={TABLE: [{"PutRequest": {"Item": _item("batched", "1")}}]})
    url = outputs["KeptQueueUrl"]
    for body in ("deleted", "kept"):
        queues.send_message(QueueUrl=url, MessageBody=body)
    received = queues.receive_message(QueueUrl=url, MaxNumberOfMessages=1)["Messages"][0]
    queues.delete_message(QueueUrl=url, ReceiptHandle=received["ReceiptHandle"])
    cloud.clients.client("s3").put_object(
        Bucket=BUCKET, Key="clips/one.mp4", Body=b"abc", ContentType="video/mp4", Metadata={"take": "1"}
    )
    machines = cloud.clients.client("stepfunctions")
    ended = _start(machines, outputs, "fail")
    eventually(lambda: machines.describe_execution(executionArn=ended)["status"] == "SUCCEEDED")
    functions = cloud.clients.client("lambda")
    functions.invoke(
        FunctionName=FUNCTION,
        InvocationType="Event",
        Payload=json.dumps({"kind": "sleep", "seconds": 8, "child": True}).encode(),
    )
    worker = eventually(lambda: _with_child(cloud.workers())) or (0, 0)
    # The last of all: it gets no heartbeat, so it must be killed within the second.
    running = _start(machines, outputs, "no answer")
    return {
        "running": running,
        "ended": ended,
        "gone": received["Body"],
        "worker": worker[0],
        "child": worker[1],
    }


def _leave_unfinished(cloud: LocalCloud) -> list[Path]:
    """Leave what a writer leaves that is killed before its file is in its place."""
    bucket = next(path.parent for path in cloud.directory.objects.rglob("*.meta.json"))
    halves = [bucket / f"half.mp4{ending}" for ending in (UNFINISHED, f".meta.json{UNFINISHED}")]
    for half in halves:
        half.write_bytes(b"hal")
    return halves


def _start(machines: Any, outputs: dict[str, str], answer: str) -> str:
    started = machines.start_execution(
        stateMachineArn=outputs["StateMachineArn"], input=json.dumps({"answer": answer})
    )
    return str(started["executionArn"])


def _item(key: str, value: str) -> dict[str, Any]:
    return {**_key(key), "v": {"S": value}}


def _key(key: str) -> dict[str, Any]:
    return {"PK": {"S": key}, "SK": {"S": "-"}}


def _children(pid: int) -> list[int]:
    found = []
    for entry in os.listdir("/proc"):  # noqa: PTH208 - names are all that is needed
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/stat") as file:  # noqa: PTH123
                    if int(file.read().rpartition(")")[2].split()[1]) == pid:
                        found.append(int(entry))
            except OSError:
                continue
    return found


def _with_child(workers: dict[str, list[int]]) -> tuple[int, int] | None:
    """A worker of the function that has started a child of its own."""
    return next(
        ((worker, child) for worker in workers.get(FUNCTION, []) for child in _children(worker)), None
    )


def _alive(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as file:  # noqa: PTH123
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_acknowledged_items_survive_with_their_last_values(killed: tuple[LocalCloud, dict[str, Any]]) -> None:
    cloud, _ = killed
    found = cloud.clients.client("dynamodb").scan(TableName=TABLE)["Items"]
    values = {item["PK"]["S"]: item["v"]["S"] for item in found}
    expected = {f"put-{number}": "1" for number in range(20) if number not in (2, 3)}
    assert values == {**expected, "put-1": "updated", "transacted": "1", "batched": "1"}


def test_sent_messages_survive_and_deleted_ones_stay_deleted(
    killed: tuple[LocalCloud, dict[str, Any]],
) -> None:
    cloud, reported = killed
    queues = cloud.clients.client("sqs")
    url = cloud.outputs["KeptQueueUrl"]
    found = queues.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0)["Messages"]
    assert [message["Body"] for message in found] == ["kept" if reported["gone"] == "deleted" else "deleted"]


def test_objects_survive_with_their_metadata(killed: tuple[LocalCloud, dict[str, Any]]) -> None:
    cloud, _ = killed
    found = cloud.clients.client("s3").get_object(Bucket=BUCKET, Key="clips/one.mp4")
    assert found["Body"].read() == b"abc"
    assert (found["ContentType"], found["Metadata"]) == ("video/mp4", {"take": "1"})


def test_what_was_being_written_is_no_object(killed: tuple[LocalCloud, dict[str, Any]]) -> None:
    cloud, reported = killed
    found = cloud.clients.client("s3").list_objects_v2(Bucket=BUCKET)["Contents"]
    assert not [entry["Key"] for entry in found if "half" in entry["Key"]]
    assert not [half for half in reported["unfinished"] if half.exists()]


def test_an_execution_that_was_running_is_failed_and_one_that_ended_stays_so(
    killed: tuple[LocalCloud, dict[str, Any]],
) -> None:
    cloud, reported = killed
    machines = cloud.clients.client("stepfunctions")
    interrupted = machines.describe_execution(executionArn=reported["running"])
    assert (interrupted["status"], interrupted["error"]) == ("FAILED", "States.ServiceRestart")
    assert machines.describe_execution(executionArn=reported["ended"])["status"] == "SUCCEEDED"


def test_the_workers_and_their_children_died_with_the_server(
    killed: tuple[LocalCloud, dict[str, Any]],
) -> None:
    assert killed[1]["workers_gone"]


def test_the_launcher_knows_and_settles(killed: tuple[LocalCloud, dict[str, Any]]) -> None:
    cloud, _ = killed
    status = cloud.status()
    assert status["unclean"]
    assert status["interrupted"] >= 1
    assert cloud.settle() == {"event": {"ignore_leases": True}}


def test_users_can_still_sign_in(killed: tuple[LocalCloud, dict[str, Any]]) -> None:
    cloud, _ = killed
    from infra.local.deployer import read_user  # noqa: PLC0415

    user = read_user(cloud)
    assert user is not None
    assert sign_in(cloud, user)


def test_a_journalled_write_costs_little(killed: tuple[LocalCloud, dict[str, Any]]) -> None:
    cloud, _ = killed
    tables = cloud.clients.client("dynamodb")
    began = time.perf_counter()
    for number in range(50):
        tables.put_item(TableName=TABLE, Item=_item(f"cost-{number}", "x" * 1000))
    # A bound against an accident such as syncing each write, not a measurement.
    assert (time.perf_counter() - began) / 50 < 0.05


def test_a_clean_stop_in_the_middle_of_work_is_not_unclean(killed: tuple[LocalCloud, dict[str, Any]]) -> None:
    cloud, _ = killed
    _start(cloud.clients.client("stepfunctions"), cloud.outputs, "success, but no answer")
    assert cloud.work() == 1
    cloud.stop()
    assert cloud.work() == 0
    cloud.start()
    status = cloud.status()
    assert (status["unclean"], status["interrupted"]) == (False, 1)


def test_damage_is_refused_at_the_start_and_repaired_on_request(
    killed: tuple[LocalCloud, dict[str, Any]],
) -> None:
    cloud, _ = killed
    tables = cloud.clients.client("dynamodb")
    for number in range(5):
        tables.put_item(TableName=TABLE, Item=_item(f"late-{number}", "1"))
    cloud.kill()
    path = max(cloud.directory.journal.iterdir())
    content = bytearray(path.read_bytes())
    middle = content.index(b"late-2")
    content[middle], content[middle + 1] = content[middle] ^ 1, content[middle + 1] ^ 1
    path.write_bytes(content)
    kept = {file: file.read_bytes() for file in cloud.directory.state.iterdir() if file.is_file()}
    with pytest.raises(LocalCloudError, match=rf"{path.name}: line \d+ .*\n.*--repair"):
        cloud.start()
    assert path.read_bytes() == content
    assert kept == {file: file.read_bytes() for file in cloud.directory.state.iterdir() if file.is_file()}
    said = repair(cloud.directory)
    assert "1 change" in said[-1]
    cloud.start()
    keys = {item["PK"]["S"] for item in tables.scan(TableName=TABLE)["Items"]}
    assert keys >= {"late-0", "late-1", "late-3", "late-4", "put-1"}
    assert "late-2" not in keys


def test_an_empty_state_file_is_refused_and_the_journal_stays(
    killed: tuple[LocalCloud, dict[str, Any]],
) -> None:
    cloud, _ = killed
    cloud.clients.client("dynamodb").put_item(TableName=TABLE, Item=_item("after", "1"))
    cloud.kill()
    (cloud.directory.state / "dynamodb.json").write_bytes(b"")
    (cloud.directory.state / "cognito.json").write_bytes(b'{"retake": {"sha')
    journal = {file: file.read_bytes() for file in cloud.directory.journal.iterdir()}
    with pytest.raises(LocalCloudError, match=r"(?s)cognito.json.*dynamodb.json: it is empty"):
        cloud.start()
    assert journal == {file: file.read_bytes() for file in cloud.directory.journal.iterdir()}
    repair(cloud.directory)
    cloud.start()
    keys = {item["PK"]["S"] for item in cloud.clients.client("dynamodb").scan(TableName=TABLE)["Items"]}
    assert keys >= {"after", "put-1", "late-4"}
    user = read_user(cloud)
    assert user is not None
    assert sign_in(cloud, user)


def test_a_journal_that_cannot_be_written_is_refused(killed: tuple[LocalCloud, dict[str, Any]]) -> None:
    cloud, _ = killed
    cloud.kill()
    journal, aside = cloud.directory.journal, cloud.directory.root / "aside"
    journal.rename(aside)
    journal.write_text("in the way")
    try:
        with pytest.raises(LocalCloudError, match="cannot be written"):
            cloud.start()
    finally:
        journal.unlink()
        aside.rename(journal)
    cloud.start()
