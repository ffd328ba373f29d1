import stat
from pathlib import Path

import pytest

from retake.adapters.media.ffmpeg import Ffmpeg, Limits, readable_reason, untrusted_input
from retake.domain.errors import MediaToolError, MediaToolTimeoutError, UnreadableMediaError, WorkDroppedError
from tests.media_samples import ffmpeg, ffmpeg_executable, running_children
from tests.waiting import PATIENCE_S


@pytest.fixture
def tool(tmp_path: Path) -> Ffmpeg:
    return Ffmpeg(ffmpeg_executable(), scratch=tmp_path)


def script(path: Path, body: str) -> Path:
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def test_is_found_on_the_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    script(tmp_path / "ffmpeg", "echo $0")
    monkeypatch.setenv("PATH", str(tmp_path))
    with Ffmpeg.on_path().session(timeout_s=PATIENCE_S) as session:
        assert session.run([]).output.decode().strip() == str(tmp_path / "ffmpeg")


def test_says_when_there_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MediaToolError, match="ffmpeg was not found"):
        Ffmpeg.on_path()


def test_runs_with_an_empty_environment_in_a_fresh_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "never")
    tool = Ffmpeg(script(tmp_path / "tool", "/usr/bin/env; /bin/pwd; /bin/ls"), scratch=tmp_path)

    with tool.session(timeout_s=PATIENCE_S) as session:
        said = session.run([]).output.decode()
        directory = session.directory

    assert "never" not in said
    assert "PATH=" not in said
    assert str(directory) in said
    assert directory.parent == tmp_path
    assert not directory.exists()


def test_gets_no_standard_input(tmp_path: Path) -> None:
    tool = Ffmpeg(script(tmp_path / "tool", 'read line && echo "got $line"; exit 0'), scratch=tmp_path)
    with tool.session(timeout_s=PATIENCE_S) as session:
        assert session.run([]).output == b""


def test_is_limited_by_the_kernel(tmp_path: Path) -> None:
    # The limits are set while the program starts; it looks at them a little later.
    body = "/bin/sleep 0.5; ulimit -t; ulimit -f; ulimit -c"
    tool = Ffmpeg(script(tmp_path / "tool", body), scratch=tmp_path, limits=Limits(cpu_s=7, file_bytes=2**20))
    with tool.session(timeout_s=PATIENCE_S) as session:
        cpu, blocks, core = session.run([]).output.split()
    assert (cpu, int(blocks) * 512, core) == (b"7", 2**20, b"0")


def test_the_processor_limit_follows_the_deadline(tmp_path: Path) -> None:
    tool = Ffmpeg(script(tmp_path / "tool", "/bin/sleep 0.5; ulimit -t"), scratch=tmp_path)
    with tool.session(timeout_s=30) as session:
        assert 30 < int(session.run([]).output) <= 30 * 256


def test_a_file_that_grows_too_large_ends_the_run(tmp_path: Path) -> None:
    tool = Ffmpeg(ffmpeg_executable(), scratch=tmp_path, limits=Limits(file_bytes=100_000))
    # As fast as it would be watched, some 90 kB a second: the limit is set before it is reached.
    picture = ["-re", "-f", "lavfi", "-i", "testsrc2=size=64x36:d=60"]
    with tool.session(timeout_s=PATIENCE_S) as session, pytest.raises(MediaToolError):
        session.run([*picture, "-pix_fmt", "yuv420p", "-f", "rawvideo", tmp_path / "x"])
    assert (tmp_path / "x").stat().st_size <= 100_000


def test_a_deadline_ends_the_process(tool: Ffmpeg) -> None:
    before = running_children()

    with tool.session(timeout_s=0.3) as session, pytest.raises(MediaToolTimeoutError):
        session.run(["-re", "-f", "lavfi", "-i", "testsrc2", "-f", "null", "-"])

    assert running_children() == before


def test_work_that_is_not_wanted_any_more_is_ended(tmp_path: Path) -> None:
    tool = Ffmpeg(
        script(tmp_path / "tool", "/bin/sleep 60"), scratch=tmp_path, limits=Limits(look_every_s=0.05)
    )
    answers = iter([True, True, False])
    before = running_children()
    with tool.session(timeout_s=50, is_wanted=lambda: next(answers)) as session:
        with pytest.raises(WorkDroppedError):
            session.run([])
        assert next(answers, None) is None
    assert running_children() == before


def test_memory_is_limited(tmp_path: Path) -> None:
    tool = Ffmpeg(ffmpeg_executable(), scratch=tmp_path, limits=Limits(memory_bytes=300 * 2**20))
    # Reversing keeps every picture: 600 of 6 MB.
    hoard = [
        "-re",
        "-f",
        "lavfi",
        "-i",
        "testsrc2=s=2560x1600:r=600:d=1",
        "-vf",
        "reverse",
        "-f",
        "null",
        "-",
    ]
    with tool.session(timeout_s=50) as session, pytest.raises(MediaToolError):
        session.run(hoard)


def test_a_deadline_is_shared_by_all_runs_of_a_session(tmp_path: Path) -> None:
    tool = Ffmpeg(script(tmp_path / "tool", "/bin/sleep 1.5"), scratch=tmp_path)
    with tool.session(timeout_s=2.5) as session:
        session.run([])
        with pytest.raises(MediaToolTimeoutError):
            session.run([])


def test_a_signal_is_reported(tmp_path: Path) -> None:
    tool = Ffmpeg(script(tmp_path / "tool", "kill -9 $$"), scratch=tmp_path)
    with tool.session(timeout_s=PATIENCE_S) as session, pytest.raises(MediaToolError, match="signal 9"):
        session.run([])


def test_a_flood_of_warnings_is_kept_out_of_memory(tmp_path: Path) -> None:
    body = "/usr/bin/head -c 3000000 /dev/zero | /usr/bin/tr '\\0' 'x' >&2; echo end >&2; exit 1"
    tool = Ffmpeg(script(tmp_path / "tool", body), scratch=tmp_path)
    with tool.session(timeout_s=PATIENCE_S) as session:
        log = session.attempt([]).log
    assert len(log) <= 2**18
    assert log.endswith("end\n")


def test_reports_a_bad_source_from_a_bad_order(tool: Ffmpeg, tmp_path: Path) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"\0" * 5000)
    with tool.session(timeout_s=PATIENCE_S) as session:
        with pytest.raises(UnreadableMediaError, match="could not be read"):
            session.run(["-v", "error", *untrusted_input(broken), "-f", "null", "-"])
        with pytest.raises(MediaToolError, match="could not do this"):
            session.run(["-v", "error", "-f", "lavfi", "-i", "nosuchsource", "-f", "null", "-"])


@pytest.mark.parametrize(
    "name", ["plain.mp4", "a'quote.mp4", "two words.mp4", "http:host.mp4", "-i.mp4", "%d.mp4"]
)
def test_opens_files_of_any_name(tool: Ffmpeg, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    ffmpeg(["-f", "lavfi", "-i", "testsrc2=size=64x64:d=0.1", f"file:{path}"])
    with tool.session(timeout_s=PATIENCE_S) as session:
        session.run([*untrusted_input(path), "-f", "null", "-"])


def test_a_script_cannot_open_its_sibling(tool: Ffmpeg, tmp_path: Path) -> None:
    ffmpeg(["-f", "lavfi", "-i", "testsrc2=size=64x64:d=0.1", str(tmp_path / "secret.mp4")])
    playlist = tmp_path / "clip.mp4"
    playlist.write_text("ffconcat version 1.0\nfile secret.mp4\n")
    with tool.session(timeout_s=PATIENCE_S) as session, pytest.raises(UnreadableMediaError):
        session.run([*untrusted_input(playlist), "-f", "null", "-"])


def test_a_picture_too_large_is_refused(tool: Ffmpeg, tmp_path: Path) -> None:
    huge = tmp_path / "huge.mkv"
    ffmpeg(
        [
            *("-f", "lavfi", "-i", "color=size=9000x4100:rate=1:d=1"),
            *("-c:v", "mjpeg", str(huge)),
        ]
    )
    with tool.session(timeout_s=PATIENCE_S) as session:
        ran = session.attempt([*untrusted_input(huge), "-frames:v", "1", "-f", "framecrc", "-"])
    assert not [line for line in ran.output.splitlines() if not line.startswith(b"#")]


def test_says_how_long_it_ran_over_all_sessions(tmp_path: Path) -> None:
    tool = Ffmpeg(script(tmp_path / "tool", "sleep 0.1"), scratch=tmp_path)
    assert tool.busy_ms == 0
    for _ in range(2):
        with tool.session(timeout_s=PATIENCE_S) as session:
            session.run([])
    assert tool.busy_ms >= 200


def test_a_reason_is_short_and_names_no_place() -> None:
    log = (
        "[mov,mp4,m4a,3gp,3g2,mj2 @ 0x55aa] moov atom not found\n"
        "[in#0 @ 0x55ab] Error opening input: Invalid data found when processing input\n"
        "Error opening input file file:/tmp/retake-xyz/secret/clip.mp4.\n"
        "[in#0 @ 0x55ab] Error opening input: Invalid data found when processing input\n"
    )
    assert readable_reason(log) == (
        "moov atom not found; Error opening input: Invalid data found when processing input; "
        "Error opening input file clip.mp4."
    )
    assert len(readable_reason("x" * 5000)) == 300
    assert readable_reason("") == "it gave no reason"
