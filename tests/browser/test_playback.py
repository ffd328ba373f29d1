"""What recompose makes plays in a browser: to the end, and from where a user jumps to."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from retake.adapters.media.ffmpeg import Ffmpeg
from retake.adapters.media.normalize import FfmpegNormalizer
from retake.adapters.media.stitch.stitcher import Stitcher
from retake.domain.media import MediaProfile
from tests.media_samples import SAMPLES, ffmpeg, ffmpeg_executable, make_sample, written

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

PROFILE = MediaProfile(320, 180, 30)
CLIPS = ("landscape", "portrait", "25 fps, mono", "silent", "60 fps")
SECONDS = len(CLIPS)

PLAY = """async () => {
    const video = document.querySelector('video');
    video.playbackRate = 4;
    await video.play();
    await new Promise((done, failed) => {
        video.onended = done;
        video.onerror = () => failed(video.error.message);
    });
    return {time: video.currentTime, width: video.videoWidth, height: video.videoHeight};
}"""

SEEK = """async (second) => {
    const video = document.querySelector('video');
    video.pause();
    const seeked = new Promise((done) => { video.onseeked = done; });
    // A seek may end before the compositor has its frame, and a canvas draws what the compositor has.
    const painted = new Promise((done) => {
        const look = (_, {mediaTime}) => {
            if (mediaTime <= second && second < mediaTime + 0.034) done();
            else video.requestVideoFrameCallback(look);
        };
        video.requestVideoFrameCallback(look);
        setTimeout(done, 10_000);
    });
    video.currentTime = second;
    await Promise.all([seeked, painted]);
    const canvas = document.createElement('canvas');
    canvas.width = video.videoWidth; canvas.height = video.videoHeight;
    const context = canvas.getContext('2d');
    context.drawImage(video, 0, 0);
    const pixels = context.getImageData(0, 0, canvas.width, canvas.height).data;
    let light = 0;
    for (let i = 0; i < pixels.length; i += 4) light += pixels[i] + pixels[i + 1] + pixels[i + 2];
    return {time: video.currentTime, light: light / (pixels.length / 4) / 3};
}"""


@pytest.fixture(scope="module")
def composed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("composed")
    ffmpeg = Ffmpeg(ffmpeg_executable())
    takes = []
    for index, name in enumerate(CLIPS):
        room = directory / str(index)
        room.mkdir()
        source = make_sample(SAMPLES[name], room)
        made = FfmpegNormalizer(ffmpeg).normalize(
            source, profile=PROFILE, frames=30, directory=room, frames_before=30 * index
        )
        takes.append(replace(made.files, content_hash=made.content_hash))
    return written(Stitcher(ffmpeg).compose(takes, profile=PROFILE, soundtrack=None, directory=directory))


@pytest.fixture
def page(browser: "Browser", composed: Path) -> "Iterator[Page]":
    yield from _opened(browser, composed)


def _opened(browser: "Browser", video: Path) -> "Iterator[Page]":
    opened = browser.new_page()
    # A page of the file's own origin: the canvas may read its frames.
    video.with_suffix(".html").write_text(f"<video muted src='{video.name}'></video>")
    served = "http://video.test/"
    opened.route(f"{served}**", lambda route: _serve(route, video))
    opened.goto(f"{served}{video.stem}.html")
    opened.wait_for_function("document.querySelector('video').readyState >= 1")
    yield opened
    opened.close()


def _serve(route: "Any", composed: Path) -> None:
    path = composed.parent / route.request.url.rsplit("/", 1)[1]
    if not path.is_file():
        route.fulfill(status=404)
        return
    body = path.read_bytes()
    kind = "text/html" if path.suffix == ".html" else "video/mp4"
    wanted = route.request.headers.get("range")
    if wanted is None:
        route.fulfill(body=body, content_type=kind, headers={"Accept-Ranges": "bytes"})
        return
    first, last = wanted.removeprefix("bytes=").split("-")
    start, end = int(first), int(last) if last else len(body) - 1
    headers = {"Accept-Ranges": "bytes", "Content-Range": f"bytes {start}-{end}/{len(body)}"}
    route.fulfill(status=206, body=body[start : end + 1], content_type=kind, headers=headers)


def test_plays_to_the_end(page: "Page") -> None:
    duration = page.evaluate("document.querySelector('video').duration")
    assert duration == pytest.approx(SECONDS, abs=1024 / 48_000)
    played = page.evaluate(PLAY)
    assert played["time"] == pytest.approx(SECONDS, abs=0.05)
    assert (played["width"], played["height"]) == (320, 180)


def test_a_take_that_was_encoded_for_a_later_place_plays_to_the_end(
    browser: "Browser", composed: Path
) -> None:
    """Silent samples before its sound are hidden by an edit list."""
    for page in _opened(browser, composed.parent / "1" / "take.mp4"):
        assert page.evaluate("document.querySelector('video').duration") == pytest.approx(1, abs=0.03)
        assert page.evaluate(PLAY)["time"] == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize("second", [0.5, 1.5, 3.5, 4.9])
def test_shows_a_picture_wherever_one_jumps(page: "Page", second: float) -> None:
    seen = page.evaluate(SEEK, second)
    assert seen["time"] == pytest.approx(second, abs=1 / 30)
    assert seen["light"] > 20  # the test pictures are bright; black would be nothing decoded


# --- exact seeks --------------------------------------------------------------------------------

LENGTHS = (31, 60, 7, 1, 2, 45)
READ_NUMBER = """() => {
    const video = document.querySelector('video');
    const canvas = document.createElement('canvas');
    canvas.width = video.videoWidth; canvas.height = video.videoHeight;
    const context = canvas.getContext('2d');
    context.drawImage(video, 0, 0);
    let number = 0;
    for (let bit = 0; bit < 8; bit++) {
        const pixel = context.getImageData(bit * 16 + 8, canvas.height / 2, 1, 1).data;
        if (pixel[1] > 128) number += 1 << bit;
    }
    return number;
}"""


@pytest.fixture(scope="module")
def numbered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A video of several takes whose frames show their number in the whole, as eight bars."""
    directory = tmp_path_factory.mktemp("numbered")
    tool = Ffmpeg(ffmpeg_executable())
    profile = MediaProfile(128, 64, 30)
    takes = []
    for index, length in enumerate(LENGTHS):
        room = directory / str(index)
        room.mkdir()
        bars = f"geq=lum='if(bitand(N+{sum(LENGTHS[:index])},pow(2,floor(X/16))),235,16)':cb=128:cr=128"
        arguments = ["-f", "lavfi", "-i", f"nullsrc=s=128x64:r=30,format=yuv420p,{bars}", "-f", "lavfi"]
        source = room / "source.mkv"
        ffmpeg([*arguments, "-i", "sine=r=48000", "-frames:v", str(length), "-shortest", str(source)])
        made = FfmpegNormalizer(tool).normalize(
            source, profile=profile, frames=length, directory=room, frames_before=sum(LENGTHS[:index])
        )
        takes.append(replace(made.files, content_hash=made.content_hash))
    made_video = Stitcher(tool).compose(takes, profile=profile, soundtrack=None, directory=directory)
    assert made_video.ranges[0].path.name == "header.mp4", "ffmpeg joined it"
    return written(made_video)


@pytest.fixture
def numbered_page(browser: "Browser", numbered: Path) -> "Iterator[Page]":
    yield from _opened(browser, numbered)


@pytest.mark.parametrize("frame", [0, 1, 30, 31, 32, 90, 91, 97, 98, 99, 100, 101, 145])
def test_seeks_to_the_very_frame(numbered_page: "Page", frame: int) -> None:
    numbered_page.evaluate(SEEK, (frame + 0.5) / 30)
    assert numbered_page.evaluate(READ_NUMBER) == frame
