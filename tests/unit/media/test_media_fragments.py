"""Fragments begin at key frames, and those of clips one behind the other have every frame and packet once."""

from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from retake.adapters.media import recipe
from retake.adapters.media.segments.fragments import SEGMENT_S, group_fragments, plan_fragments
from retake.domain.media import MediaProfile

RATES = st.sampled_from([24, 25, 30, 60, Fraction(24000, 1001), Fraction(30000, 1001), Fraction(33, 2)])
CLIPS = st.lists(st.tuples(st.integers(1, 400), st.sets(st.integers(2, 400))), min_size=1, max_size=5)


@given(RATES, CLIPS)
def test_clips_in_a_row_tile_frames_and_the_grid_of_the_sound(
    fps: Fraction, clips: list[tuple[int, set[int]]]
) -> None:
    profile = MediaProfile(64, 36, fps)
    before, grid = 0, 0
    for frames, more in clips:
        keys = [1, *sorted(key for key in more if key <= frames)]
        start = profile.sample_count(before)
        phase = start % recipe.SOUND_FRAME
        packets = -(-(phase + profile.sample_count(frames)) // recipe.SOUND_FRAME) + 1
        found = plan_fragments(frames, keys, profile, frames_before=before, packets=packets)
        assert (found[0].first_frame, found[-1].end_frame) == (0, frames)
        for one, other in pairwise(found):
            assert one.end_frame == other.first_frame
            assert one.end_packet == other.first_packet
            assert one.frames >= fps
            assert other.first_frame + 1 in keys
        # A packet is heard from a multiple of 1024 samples on: the first one before the take's own grid.
        heard = start // recipe.SOUND_FRAME - 1
        assert 0 <= heard + found[0].first_packet - grid <= 1  # a sample of rounding may move one packet
        grid = heard + found[-1].end_packet
        assert 1 <= found[0].first_packet <= found[-1].end_packet <= packets
        before += frames
    assert 0 <= grid * recipe.SOUND_FRAME - profile.sample_count(before) + 1 <= recipe.SOUND_FRAME


@given(RATES, st.integers(1, 4000))
def test_segments_have_every_fragment_and_are_not_short(fps: Fraction, frames: int) -> None:
    profile = MediaProfile(64, 36, fps)
    keys = range(1, frames + 1, round(fps * 2))
    found = plan_fragments(frames, keys, profile, frames_before=0, packets=10**6)
    groups = group_fragments(found, profile)
    assert [fragment for group in groups for fragment in group] == found
    assert all(sum(one.frames for one in group) >= SEGMENT_S * fps for group in groups[:-1])
