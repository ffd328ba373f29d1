"""Which sound tracks are heard."""

import pytest

from retake.adapters.media.sounds import SoundTrack, Use, choose_sound


def track(number: int, *, channels: int = 2, **more: object) -> SoundTrack:
    fields = {"codec": "aac", "layout": ""} | more
    return SoundTrack(number, channels=channels, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("tracks", "demuxer", "use", "numbers"),
    [
        pytest.param([], "mov", Use.SILENCE, [], id="none"),
        pytest.param([track(0)], "mov", Use.ONE, [0], id="one"),
        pytest.param([track(1, is_default=False)], "mov", Use.ONE, [1], id="first cannot be decoded"),
        pytest.param([track(0), track(1, is_default=True)], "mov", Use.ONE, [1], id="second is default"),
        pytest.param([track(0, is_default=True), track(1)], "matroska", Use.MIX, [0, 1], id="game, voice"),
        pytest.param([track(0), track(1)], "mov", Use.MIX, [0, 1], id="no default"),
        pytest.param(
            [track(0, is_default=True), track(1, is_default=True)], "mov", Use.MIX, [0, 1], id="both default"
        ),
        pytest.param(
            [track(0, channels=1, is_default=True), track(1, channels=1)],
            *("mov", Use.PAIR, [0, 1]),
            id="a camera's two mono tracks",
        ),
        pytest.param(
            [track(0, channels=1), track(1, channels=1)], "matroska", Use.MIX, [0, 1], id="a recorder's two"
        ),
        pytest.param(
            [track(n, channels=1) for n in range(4)], "mov", Use.MIX, [0, 1, 2, 3], id="four mono tracks"
        ),
        pytest.param(
            [track(0, language="eng", is_default=True), track(1, language="deu")],
            *("matroska", Use.ONE, [0]),
            id="translations",
        ),
        pytest.param(
            [track(0, language="eng"), track(1, language="und")], "mov", Use.MIX, [0, 1], id="one language"
        ),
        pytest.param(
            [track(0, codec="ac3", channels=6), track(1)], "matroska", Use.ONE, [0], id="5.1 beside stereo"
        ),
    ],
)
def test_tracks_are_chosen(tracks: list[SoundTrack], demuxer: str, use: Use, numbers: list[int]) -> None:
    choice = choose_sound(tracks, demuxer=demuxer)
    assert choice.use is use
    assert [item.number for item in choice.tracks] == numbers
