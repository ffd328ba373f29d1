"""What a demo reports, to programs and to people."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from infra.cli.demo_result import ClipOutcome, DemoResult, RestoreResult
from infra.cli.demo_tables import show_result
from infra.cli.frames import RestoreProof
from infra.cli.walkthrough import DemoClip, naming
from retake_client.cli.job_tables import price_table
from retake_client.cli.narration import ClipProgress, Narrator, Step
from retake_client.errors import ApiError, UsageError
from retake_client.events import Event

PROOF = RestoreProof(
    frames_in_span=150, frames_elsewhere=600, span_is_first=True, rest_is_second=True, takes_differ=True
)
PRICE: Any = {
    "clips": [
        {"clip_index": 0, "duration_s": 12.0, "cost": 0.15},
        {"clip_index": 2, "duration_s": 15.0, "cost": 0.18},
        {"clip_index": 4, "duration_s": 10.0, "cost": 0.12},
    ],
    "subtotal": 0.45,
    "discount_rate": 0.1,
    "discount": 0.045,
    "total": 0.405,
}


def take(number: int, *, current: bool) -> Any:
    return {
        "version_number": number,
        "is_current": current,
        "state": "current" if current else "active",
        "user_instruction": "warmer [colors]" if number > 1 else None,
        "cost": 0.15,
        "size_bytes": 1_500_000,
    }


RESULT = DemoResult(
    job_id="j",
    batch_id="b",
    status="succeeded",
    video=Path("/videos/regenerated.mp4"),
    duration_s=25.0,
    price=PRICE,
    clips=[ClipOutcome(0, "succeeded", 2, None)],
    versions_before={0: 1},
    versions_after={0: 2},
    history={0: [take(2, current=True), take(1, current=False)]},
    steps=[Step("upload", 0.5), Step("regenerate", 20.0, 480.0), Step("history", 0.6, 0.5)],
    restore=RestoreResult(0, 1, Path("/videos/restored.mp4"), 0.4, PROOF),
)


def estimate_of(price: Any) -> Any:
    return {"cost_breakdown": price}


def printed(show: Any) -> str:
    out = StringIO()
    show(Console(file=out, width=160))
    return out.getvalue()


def test_the_prds_example_is_shown_as_it_has_it() -> None:
    text = printed(lambda console: console.print(price_table(estimate_of(PRICE))))
    for shown in ("12.0 s", "$0.15", "$0.45", "10%", "-$0.045", "$0.405"):
        assert shown in text


def test_without_a_discount_none_is_shown() -> None:
    price = {**PRICE, "discount": 0.0, "total": 0.45}
    assert "discount" not in printed(lambda console: console.print(price_table(estimate_of(price))))


def test_json_has_the_promised_fields() -> None:
    reported = RESULT.to_json()
    assert reported["discount"] == 0.045
    assert reported["estimated_total_cost"] == 0.405
    assert reported["clips"] == [{"clip_index": 0, "status": "succeeded", "version_number": 2}]
    assert (reported["versions_before"], reported["versions_after"]) == ({"0": 1}, {"0": 2})
    assert reported["steps"][1] == {"name": "regenerate", "seconds": 20.0, "limit_seconds": 480.0}
    assert reported["restore"]["frames_identical"] is True


def test_a_clip_that_failed_says_why() -> None:
    failed = replace(RESULT, clips=[ClipOutcome(2, "failed", None, "too dark")], restore=None)
    assert failed.to_json()["clips"][0]["error"] == "too dark"
    assert failed.to_json()["restore"] is None
    assert not failed.succeeded


@pytest.mark.parametrize("wrong", ["span_is_first", "rest_is_second", "takes_differ"])
def test_a_restore_that_is_not_exact_is_no_success(wrong: str) -> None:
    assert RESULT.restore is not None
    restore = replace(RESULT.restore, proof=replace(PROOF, **{wrong: False}))
    result = replace(RESULT, restore=restore)
    assert RESULT.succeeded
    assert not result.succeeded
    assert "✗" in printed(lambda console: show_result(result, console))


def test_people_see_history_limits_and_paths() -> None:
    text = printed(lambda console: show_result(RESULT, console))
    assert "2 ✓ current" in text
    assert "warmer [colors]" in text
    assert "20.00 s ✓" in text
    assert "0.60 s ✗" in text
    assert "5-8 min for 3 clips" in text
    assert "/videos/restored.mp4" in text
    assert "exactly those of the first video" in text


def test_a_refusal_names_the_files() -> None:
    clips = [DemoClip(Path(f"{name}.mp4"), title=name) for name in "abc"]
    refused = ApiError(status=422, kind="x", detail="No.", faults=(("clips[1].upload_id", "No video."),))
    with pytest.raises(UsageError, match=r"^b\.mp4: No video\.$"), naming(clips):
        raise refused
    other = ApiError(status=409, kind="x", detail="Busy.", faults=())
    with pytest.raises(ApiError, match=r"^Busy\.$"), naming(clips):
        raise other


EVENTS = [
    Event(1, "batch_started", {}),
    Event(2, "clip_regenerating", {"clip_index": 0}),
    Event(3, "clip_complete", {"clip_index": 0, "version_number": 2}),
    Event(4, "clip_regenerating", {"clip_index": 2}),
    Event(5, "clip_failed", {"clip_index": 2, "error": "not [understood]"}),
    Event(6, "clip_complete", {"clip_index": 9, "version_number": 2}),
    Event(7, "batch_partial", {}),
]


@pytest.mark.parametrize("terminal", [False, True])
def test_progress_is_reported_clip_by_clip(terminal: bool) -> None:  # noqa: FBT001 - a parameter
    out = StringIO()
    console = Console(file=out, width=120, force_terminal=terminal, color_system=None)
    with ClipProgress(console, {0: "darker", 2: "odd"}) as progress:
        for event in EVENTS:
            progress.show(event)
    text = out.getvalue()
    if terminal:
        assert "done" in text
        assert "failed" in text
    else:
        lines = [line.strip() for line in text.splitlines()]
        assert lines[0] == "batch started"
        assert lines[1] == 'clip 0 regenerating: "darker"'
        assert lines[2].startswith("clip 0 done: version 2 (")
        assert lines[4].startswith("clip 2 failed: not [understood] (")
        assert lines[-1] == "batch partial"


def test_several_takes_of_a_clip_are_distinguished() -> None:
    out = StringIO()
    takes = [{"clip_index": 0, "take": take, "takes": 2, "version_number": take + 1} for take in (1, 2)]
    with ClipProgress(Console(file=out, width=120), {0: "darker"}) as progress:
        for take in takes:
            progress.show(Event(1, "clip_regenerating", take))
            progress.show(Event(2, "clip_complete", take))
    lines = [line.split(" (")[0].strip() for line in out.getvalue().splitlines()]
    assert lines == [
        'clip 0, take 1 of 2 regenerating: "darker"',
        "clip 0, take 1 of 2 done: version 2",
        'clip 0, take 2 of 2 regenerating: "darker"',
        "clip 0, take 2 of 2 done: version 3",
    ]


def test_steps_are_timed_and_may_say_more_exactly() -> None:
    narrator = Narrator(Console(file=StringIO(), width=100))
    with narrator.step("one", "Do one thing") as step:
        step.report("its first part")
    with narrator.step("two", "Do another", limit_s=1) as step:
        step.seconds = 0.25
    assert [step.name for step in narrator.steps] == ["one", "two"]
    assert narrator.steps[0].seconds is not None
    assert narrator.steps[1].seconds == 0.25
