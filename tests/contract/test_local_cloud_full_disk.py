"""A disk that fails at any one write: what was acknowledged is there after a restart, in one piece."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

_SCRIPT = """
import asyncio, errno, gc, json, os, shutil, sys, traceback
from pathlib import Path
from infra.local.directory import DataDirectory
from infra.local.environment import ServerSettings, enter_server_environment

root = Path(sys.argv[1])
directory = DataDirectory(root / "data")
with directory.locked():
    directory.prepare()
settings = ServerSettings(port=1, directory=directory, credentials=directory.credentials())
enter_server_environment(settings)
from infra.local.patches.apply import apply_all
apply_all(settings)
from infra.local import disk, journal
from infra.local.integrity import require_whole
from infra.local.state_store import StateStore
from ministack import app
from ministack.services import dynamodb, s3, sqs
keeper = StateStore(directory, interval_s=0)
keeper.install()

def load():
    require_whole(directory)
    keeper.open()
    app._load_persisted_state()
    s3._load_persisted_data()  # which ministack does once, when it is imported

def ask(service, action, **data):
    target = {"dynamodb": "DynamoDB_20120810", "sqs": "AmazonSQS"}[service]
    head = {"x-amz-target": f"{target}.{action}", "content-type": "application/x-amz-json-1.0"}
    handler = {"dynamodb": dynamodb, "sqs": sqs}[service]
    answer = asyncio.run(handler.handle_request("POST", "/", head, json.dumps(data).encode(), {}))
    return answer[0], json.loads(answer[2] or b"{}")

def store(key, content):
    head = {"content-type": "video/mp4"}
    # As another service of the emulator, in the same process, asks it.
    return asyncio.run(s3.handle_request("PUT", "/bucket/" + key, head, content, {}, internal=True))[0]

def prepare():
    load()
    key = [{"AttributeName": "PK", "KeyType": "HASH"}, {"AttributeName": "SK", "KeyType": "RANGE"}]
    kinds = [{"AttributeName": name, "AttributeType": "S"} for name in ("PK", "SK")]
    ask("dynamodb", "CreateTable", TableName="table", KeySchema=key, AttributeDefinitions=kinds,
        BillingMode="PAY_PER_REQUEST")
    ask("sqs", "CreateQueue", QueueName="q")
    asyncio.run(s3.handle_request("PUT", "/bucket", {}, b"", {}, internal=True))
    keeper.save_now()

def item(pk, value):
    return {"PK": {"S": pk}, "SK": {"S": "-"}, "v": {"S": value}}

def act(failing):
    load()
    writes, acknowledged, write, acting = [], [], disk.write_whole, None

    def counted(descriptor, content):
        # Fails at one write, after a piece of it, as a full disk does.
        writes.append(acting)
        if len(writes) == failing:
            write(descriptor, content[: len(content) // 2])
            raise OSError(errno.ENOSPC, "No space left on device")
        write(descriptor, content)

    disk.write_whole = journal.write_whole = counted

    def note(name, act):
        # A refusal, and an error for which the server would answer 500, acknowledges nothing.
        nonlocal acting
        acting = name
        try:
            status = act()
        except OSError:
            status = 500
        if status < 400:
            acknowledged.append(name)

    def put(pk, value):
        return ask("dynamodb", "PutItem", TableName="table", Item=item(pk, value))[0]

    def pair(value):
        puts = [{"Put": {"TableName": "table", "Item": item(pk, value)}} for pk in ("left", "right")]
        return ask("dynamodb", "TransactWriteItems", TransactItems=puts)[0]

    url = next(iter(sqs._queues._data.values()))["url"]
    for turn in ("1", "2"):
        note(f"put {turn}", lambda: put("put", turn))
        note(f"pair {turn}", lambda: pair(turn))
        note(f"send {turn}", lambda: ask("sqs", "SendMessage", QueueUrl=url, MessageBody=turn)[0])
        note(f"object {turn}", lambda: store(f"o{turn}", b"x" * 50_000))
    gone = {"PK": {"S": "put"}, "SK": {"S": "-"}}
    note("delete", lambda: ask("dynamodb", "DeleteItem", TableName="table", Key=gone)[0])
    note("snapshot", lambda: keeper.save_now() or 200)
    note("last", lambda: put("last", "1"))
    read = ask("dynamodb", "Scan", TableName="table")[0]
    return {"writes": writes, "acknowledged": acknowledged, "read": read}

def read():
    load()
    items = {one["PK"]["S"]: one["v"]["S"] for one in ask("dynamodb", "Scan", TableName="table")[1]["Items"]}
    queue = next(iter(sqs._queues._data.values()))
    objects = {}
    for name in s3._buckets["bucket"]["objects"]:
        status, headers, body = s3._get_object("bucket", name, {}, {})
        objects[name] = [status, headers.get("Content-Type"), len(body)]
    return {"items": items, "messages": sorted(m["body"] for m in queue["messages"]), "objects": objects}

def apart(function, *arguments):
    # In a copy of this process, which dies as if it were killed.
    reader, writer = os.pipe()
    if os.fork() == 0:
        try:
            os.write(writer, json.dumps(function(*arguments)).encode())
        except Exception:
            traceback.print_exc()
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as answer:
        said = answer.read()
    os.wait()
    return json.loads(said)

def fresh():
    shutil.rmtree(directory.root)
    shutil.copytree(root / "prepared", directory.root)

def disturbed(failing):
    fresh()
    return {"failing": failing, **apart(act, failing), "found": apart(read)}

gc.freeze()  # else each copy's first collection copies all pages
apart(prepare)
shutil.copytree(directory.root, root / "prepared")
undisturbed = disturbed(0)
writes = list(enumerate(undisturbed["writes"], start=1))
# A snapshot writes a file for each of the emulator's services, all in one way.
of_snapshot = [number for number, name in writes if name == "snapshot"]
left_out = set(of_snapshot) - {*of_snapshot[::12], *of_snapshot[-2:]}
tried = [number for number, _ in writes if number not in left_out]
print(json.dumps([undisturbed, *map(disturbed, tried)]))
"""


def check(acknowledged: list[str], found: dict[str, Any]) -> None:
    """Require what was acknowledged, and that nothing is there by halves."""
    items = found["items"]
    pairs = [name.split()[1] for name in acknowledged if name.startswith("pair")]
    assert items.get("left") == items.get("right"), "half of a transaction"
    assert not pairs or items["left"] >= pairs[-1]
    if "delete" in acknowledged:
        assert "put" not in items
    elif "put 2" in acknowledged:
        assert items["put"] == "2"
    assert "last" not in acknowledged or items["last"] == "1"
    whole = [200, "video/mp4", 50_000]
    for turn in ("1", "2"):
        assert f"send {turn}" not in acknowledged or turn in found["messages"]
        assert f"object {turn}" not in acknowledged or found["objects"][f"o{turn}"] == whole
        assert found["objects"].get(f"o{turn}", whole) == whole, "half of an object"


def test_at_whichever_write_the_disk_fails(tmp_path: Path) -> None:
    done = subprocess.run(  # noqa: S603 - our own interpreter and text
        [sys.executable, "-c", _SCRIPT, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0, done.stderr
    undisturbed, *failed = json.loads(done.stdout.splitlines()[-1])
    assert len(undisturbed["acknowledged"]) == 11
    check(undisturbed["acknowledged"], undisturbed["found"])
    assert set(undisturbed["writes"]) == set(undisturbed["acknowledged"]), "each of them writes"
    assert len(failed) > 15
    for one in failed:
        check(one["acknowledged"], one["found"])
        assert one["read"] == 200, "reads go on"
        assert len(one["acknowledged"]) == 10, "one write fails, the others do not"
