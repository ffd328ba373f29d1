"""Cut a take to the frames that the video shows of it, only where no earlier video has them already."""

from pathlib import Path

from retake.domain.media import MediaProfile
from retake.domain.records.takes import Version
from retake.domain.records.timeline import Trim
from retake.domain.versions import shown_hash
from retake.ports.media import TakeFiles
from retake.services.context import Context


def cut_files(
    take: Version, trim: Trim, index: int, directory: Path, ctx: Context, *, profile: MediaProfile
) -> TakeFiles:
    """Describe the files of a trimmed take, which are made when they are needed.

    What they are is named by the take and the trim: a video that was composed before with both has them, and
    then nothing is fetched or encoded.

    Args:
        take: The whole take.
        trim: What is shown of it.
        index: Its place, for names of files.
        directory: Room for them.
        ctx: The ports.
        profile: The job's.
    """
    whole_video, whole_audio = directory / f"{index:03}.whole.mp4", directory / f"{index:03}.whole.wav"
    video, audio = directory / f"{index:03}.mp4", directory / f"{index:03}.wav"

    def cut_sound(*_: int) -> None:
        if not audio.exists():
            ctx.objects.download(take.objects.audio_key, whole_audio)
            ctx.cutter.cut_sound(
                whole_audio, profile=profile, first=trim.in_frame, frames=trim.frames, path=audio
            )
            whole_audio.unlink()

    def cut_picture() -> None:
        if video.exists():
            return
        cut_sound()
        ctx.objects.download(take.objects.video_key, whole_video)
        ctx.cutter.cut_picture(
            whole_video, audio, profile=profile, first=trim.in_frame, frames=trim.frames, path=video
        )
        whole_video.unlink()

    return TakeFiles(
        video,
        audio,
        trim.frames,
        content_hash=shown_hash(take, trim),
        fetch_video=cut_picture,
        fetch_audio=cut_sound,
    )
