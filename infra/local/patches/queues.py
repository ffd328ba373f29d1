"""Patches of the emulated SQS."""

# ruff: noqa: SLF001, ANN401 - patches ministack's untyped insides; every patch asserts its anchor first

import functools
import threading
from collections.abc import Callable
from typing import Any

from ministack.services import lambda_svc, sqs

from infra.local.patches.guard import PatchGuard

_MUTATIONS = (
    "_act_send_message",
    "_act_send_message_batch",
    "_act_delete_message",
    "_act_delete_message_batch",
    "_act_change_visibility",
    "_act_change_visibility_batch",
    "_act_purge_queue",
    "_collect_msgs",
    "_dlq_sweep",
    "_expire_retained",
)


def numbered_concurrency() -> None:
    """Take the maximum concurrency of an event source as the number it is.

    CloudFormation gives a parameter of type Number as a number, ministack as text, which it then compares
    with a count: each look into a queue failed, and no message was delivered.
    """
    guard = PatchGuard("numbered_concurrency")
    guard.rewrite(
        lambda_svc,
        "_sqs_esm_concurrency",
        [
            ("limit = (esm.get", "limit = int((esm.get"),
            ("or _ESM_SQS_DEFAULT_CONCURRENCY", "or _ESM_SQS_DEFAULT_CONCURRENCY)"),
        ],
    )


def rehome_queues() -> None:
    """Give loaded queues the URL of the port now served, after a start on another port.

    Queues are kept by URL, and event sources look for theirs by today's URL: no message
    was delivered any more. A URL with the old port, in a function's environment, still
    finds its queue by name.
    """
    guard = PatchGuard("rehome_queues")
    guard.signature(sqs._queue_url_for_account, "account_id", "name")
    queues = sqs._queues._data
    for (account, region, url), queue in list(queues.items()):
        today = sqs._queue_url_for_account(account, queue["name"])
        if url != today:
            del queues[account, region, url]
            queue["url"] = today
            queues[account, region, today] = queue
    sqs._rebuild_queue_name_index()


def serialised_queues() -> None:
    """Serialise changes of a queue by a lock.

    A deletion copies the messages it keeps and puts the copy in place; a message
    sent meanwhile by another thread (a state machine, an event) was lost.
    """
    guard = PatchGuard("serialised_queues")
    guard.require(
        holds=isinstance(sqs._queues_lock, type(threading.Lock())),
        detail="the queues' lock is of another kind",
    )
    lock = threading.RLock()
    sqs._queues_lock = lock

    def serialised(action: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(action)
        def run(*arguments: Any) -> Any:
            with lock:
                return action(*arguments)

        return run

    for name in _MUTATIONS:
        original = getattr(sqs, name)
        wrapped = serialised(original)
        setattr(sqs, name, wrapped)
        for action, handler in list(sqs._HANDLERS.items()):
            if handler is original:
                sqs._HANDLERS[action] = wrapped
    # It adds the message of a call that failed for good by itself.
    guard.signature(lambda_svc._route_async_failure, "target_arn", "func_name", "event", "result")
    lambda_svc._route_async_failure = serialised(lambda_svc._route_async_failure)
