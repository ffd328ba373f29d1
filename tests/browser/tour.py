"""Makes the README's moving picture of the screenshots: one way through the studio, in a few seconds."""

from __future__ import annotations

from pathlib import Path

from tests.media_samples import ffmpeg

SCREENS = ("select", "progress", "versions", "wipe")
"""In the order of one batch."""

SIZE = "1020:675"
SHOWN_S = 2.6
FADE_S = 0.4


def make_tour(screenshots: Path) -> Path:
    """Fade from one screenshot to the next, and to the first again.

    Args:
        screenshots: Where ``select.png`` and the others are, and where ``tour.webp`` is written.
    """
    inputs: list[str] = []
    for name in (*SCREENS, SCREENS[0]):
        inputs += ["-loop", "1", "-t", str(SHOWN_S), "-i", str(screenshots / f"{name}.png")]
    # The page's upper part, in one size.
    graph = [
        f"[{number}]crop=iw:900:0:0,scale={SIZE},setsar=1,fps=10,format=yuv420p[s{number}]"
        for number in range(len(SCREENS) + 1)
    ]
    shown = "s0"
    for number in range(1, len(SCREENS) + 1):
        offset = number * (SHOWN_S - FADE_S)
        graph.append(f"[{shown}][s{number}]xfade=duration={FADE_S}:offset={offset:.1f}[t{number}]")
        shown = f"t{number}"
    # Without the first screen's second half: the picture starts again there.
    end = len(SCREENS) * (SHOWN_S - FADE_S) + FADE_S
    path = screenshots / "tour.webp"
    written = ["-filter_complex", ";".join(graph), "-map", f"[{shown}]", "-t", f"{end:.1f}"]
    ffmpeg([*inputs, *written, "-c:v", "libwebp_anim", "-quality", "70", "-loop", "0", str(path)])
    return path
