"""A simulation of batches that run at once, and of a day's takes that are archived."""

import random
from dataclasses import dataclass, field

from infra.bench.capacity import Capacity
from infra.bench.queueing import Act, Clockwork, Pool

GENERATION_S = 120.0
"""What a provider takes for a clip: between half a minute and five minutes; two are common."""
SUBMIT_S, LOOK_S, FETCH_S, INGEST_S, ARCHIVE_S = 1.5, 0.4, 3.0, 8.0, 20.0
"""Seconds of one invocation, measured on two processors (docs/benchmarks.md) and rounded up."""
EXPECTED_FROM_S = 72
"""From when on a clip may be done: four fifths of the shortest of the last ones, a quarter less."""
FIRST_PAUSES_S, PAUSE_S, LONG_PAUSE_S = (0, 1, 2, 3), 5, 15
"""Before the first looks, where a clip may be done, and where it is not expected to be."""
HEARTBEAT_S = 210
"""How long a clip may be silent before its step is tried again; compared with ``start_batch``, likewise."""
THROTTLED = 0.1
"""Share of all calls that are refused and tried again."""
FIRST_PAUSE_S = 1.0
"""Before a refused call is tried again, at most; it doubles (full jitter)."""
ARCHIVED_A_DAY = 20_000
SEED = 7


@dataclass
class Found:
    """What a run led to.

    Attributes:
        clips: How many were made.
        seconds: Until all were.
        silence_s: The longest time in which a clip was not heard of.
        missed: How often a clip was silent for longer than it may be.
        executions: Of functions, at one moment.
    """

    clips: int = 0
    seconds: float = 0.0
    silence_s: float = 0.0
    missed: int = 0
    executions: int = 0

    def heard(self, silence_s: float) -> None:
        """Note that a clip was heard of after a time."""
        self.silence_s = max(self.silence_s, silence_s)
        self.missed += silence_s > HEARTBEAT_S


@dataclass
class Generations:
    """Batches that run at once, each of them one clip after another.

    Attributes:
        capacity: What the template allows.
        throttled: Share of calls that are refused.
    """

    capacity: Capacity
    throttled: float
    clock: Clockwork = field(default_factory=Clockwork)
    found: Found = field(default_factory=Found)

    def __post_init__(self) -> None:
        self._chance = random.Random(SEED)  # noqa: S311 - a simulation's
        self._account = Pool(self.capacity.executions)
        self._submit = Pool(self.capacity.submit)
        self._poll = Pool(self.capacity.poll)
        # Steps of executions: nothing but the account bounds them.
        self._steps = Pool(self.capacity.executions)

    def run(self, *, batches: int, clips: int) -> Found:
        """Make so many batches of so many clips."""
        for _ in range(batches):
            self._make(clips)
        self.clock.run()
        self.found.seconds = self.clock.now
        self.found.executions = self._account.most
        return self.found

    def _make(self, clips: int) -> None:
        if not clips:
            return
        asked = self.clock.now

        def submitted() -> None:
            self.found.heard(self.clock.now - asked)
            done_at = self.clock.now + GENERATION_S * self._chance.uniform(0.75, 1.25)
            self._look(clips, done_at, number=0, asked_at=self.clock.now, heard_at=self.clock.now)

        self._invoke(self._submit, SUBMIT_S, submitted)

    def _look(self, clips: int, done_at: float, *, number: int, asked_at: float, heard_at: float) -> None:
        def sent() -> None:
            is_done = self.clock.now >= done_at
            self._invoke(self._poll, LOOK_S + (FETCH_S if is_done else 0), lambda: looked(is_done=is_done))

        def looked(*, is_done: bool) -> None:
            self.found.heard(self.clock.now - heard_at)
            if is_done:
                self._invoke(self._steps, INGEST_S, ingested)
            else:
                self._look(clips, done_at, number=number + 1, asked_at=asked_at, heard_at=self.clock.now)

        def ingested() -> None:
            self.found.clips += 1
            self._make(clips - 1)

        self.clock.after(look_pause_s(number, self.clock.now - asked_at), sent)

    def _invoke(self, workers: Pool, seconds: float, done: Act) -> None:
        """Run a function once its queue has a free worker and its account a free execution."""

        def ended() -> None:
            self._account.leave()
            workers.leave()
            done()

        def started() -> None:
            self.clock.after(seconds, ended)

        # A worker that is refused is not free meanwhile.
        workers.enter(lambda: self.clock.after(self._refusals_s(), lambda: self._account.enter(started)))

    def _refusals_s(self) -> float:
        passed, pause = 0.0, FIRST_PAUSE_S
        while self._chance.random() < self.throttled:
            passed += self._chance.uniform(0, pause)
            pause *= 2
        return passed


def look_pause_s(number: int, elapsed_s: float) -> int:
    """Return the pause before a look; a test compares it with ``retake.domain.looks``.

    Args:
        number: How many looks there were.
        elapsed_s: Since the provider was asked.
    """
    if number < len(FIRST_PAUSES_S):
        return FIRST_PAUSES_S[number]
    left_s = EXPECTED_FROM_S - elapsed_s
    if left_s > PAUSE_S:
        return min(LONG_PAUSE_S, int(left_s))
    return min(LONG_PAUSE_S, PAUSE_S + max(0, int((elapsed_s - 2 * EXPECTED_FROM_S) / 10)))


def archive_hours(capacity: Capacity, throttled: float) -> float:
    """Return how long a day's takes need that all fall due at the same moment, as after a busy day."""
    clock, workers, chance = Clockwork(), Pool(capacity.archive), random.Random(SEED)  # noqa: S311 - a simulation's
    for _ in range(ARCHIVED_A_DAY):
        refused = FIRST_PAUSE_S if chance.random() < throttled else 0.0
        workers.enter(lambda seconds=ARCHIVE_S + refused: clock.after(seconds, workers.leave))  # type: ignore[misc]
    clock.run()
    return clock.now / 3600
