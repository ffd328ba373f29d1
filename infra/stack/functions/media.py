"""The functions that work on clips and videos, most of them with ffmpeg."""

from infra.stack.functions.spec import (
    API_TIMEOUT_S,
    LONGEST_EVENT_AGE_S,
    MAX_MEMORY_MB,
    FunctionSpec,
    QueueSource,
)
from infra.stack.grants import (
    Queue,
    TableAction,
    abort_uploads,
    invoke,
    list_objects,
    read_objects,
    send,
    table,
    thaw_objects,
    write_objects,
)
from retake.prefixes import Prefix
from retake.variables import Setting

COMMIT_TO_A_JOB = table(
    TableAction.GET,
    TableAction.PUT,
    TableAction.UPDATE,
    TableAction.PUT_MANY,
    TableAction.DELETE,
)
"""Read a job, a clip and a version of it, note objects that are to come, and commit what was done."""

PROBE_UPLOADS = FunctionSpec(
    module="workers.calls.probe_uploads",
    purpose="Looks whether uploads are the videos and sounds they should be.",
    # An API function waits for it.
    timeout_s=API_TIMEOUT_S - 4,
    memory_mb=1769,
    storage_mb=4096,
    uses_ffmpeg=True,
    settings=(Setting.BUCKET_NAME,),
    grants=(
        # What a schedule keeps is looked at again when its time has come.
        read_objects(Prefix.UPLOADS, Prefix.SCHEDULED),
        list_objects(Prefix.UPLOADS, Prefix.SCHEDULED),
    ),
)

INGEST_CLIP = FunctionSpec(
    module="workers.workflows.ingest_clip",
    purpose="Normalises one clip and makes it a version.",
    # Five minutes of 1080p60 footage take 570 seconds of a processor; it has 1.7 of them. Its tool may take
    # a minute less than this (``retake.bootstrap.normalizer``), in which files are fetched and stored.
    timeout_s=600,
    memory_mb=MAX_MEMORY_MB,
    storage_mb=4096,
    uses_ffmpeg=True,
    settings=(Setting.TABLE_NAME, Setting.BUCKET_NAME, Setting.ARCHIVE_QUEUE_URL),
    grants=(
        COMMIT_TO_A_JOB,
        # The versions in active storage; all of them where an older record does not name these.
        table(TableAction.GET_MANY, TableAction.QUERY),
        # What a job takes of a video is a copy that lies among its clips.
        read_objects(Prefix.UPLOADS, Prefix.PROVIDER, Prefix.CLIPS),
        write_objects(Prefix.CLIPS),
        list_objects(Prefix.UPLOADS, Prefix.PROVIDER),
        send(Queue.ARCHIVE),
    ),
    # A result that was paid for and that no step waits for any more.
    event_age_s=LONGEST_EVENT_AGE_S,
)

RECOMPOSE_VIDEO = FunctionSpec(
    module="workers.workflows.recompose_video",
    purpose="Joins the current takes of a job into one video.",
    timeout_s=600,
    # It copies, and encodes sound around joins: 0.4 s of a processor for 60 clips that were never joined.
    # Python and ffmpeg hold 60 MB together (docs/benchmarks.md).
    memory_mb=1024,
    # All takes of a job, 4 GB of clips at most, and their exact sound.
    storage_mb=10240,
    uses_ffmpeg=True,
    settings=(Setting.TABLE_NAME, Setting.BUCKET_NAME),
    grants=(
        COMMIT_TO_A_JOB,
        # The current takes of all clips.
        table(TableAction.GET_MANY),
        read_objects(Prefix.CLIPS, Prefix.COMPOSITIONS),
        write_objects(Prefix.COMPOSITIONS),
        abort_uploads(Prefix.COMPOSITIONS),
        list_objects(Prefix.CLIPS, Prefix.COMPOSITIONS),
    ),
)

COMPARE_TAKES = FunctionSpec(
    module="workers.calls.compare_takes",
    purpose="Measures how alike two takes look.",
    # An API function waits for it.
    timeout_s=API_TIMEOUT_S - 4,
    memory_mb=MAX_MEMORY_MB,
    storage_mb=2048,
    uses_ffmpeg=True,
    settings=(Setting.BUCKET_NAME,),
    grants=(read_objects(Prefix.CLIPS, Prefix.ARCHIVE), list_objects(Prefix.CLIPS, Prefix.ARCHIVE)),
)

ARCHIVE_VERSION = FunctionSpec(
    module="workers.queues.archive_version",
    purpose="Compresses a superseded take and moves it to the archive.",
    # A clip of five minutes, encoded anew as small as it gets; what takes longer is kept as it is.
    timeout_s=900,
    memory_mb=MAX_MEMORY_MB,
    storage_mb=4096,
    uses_ffmpeg=True,
    settings=(Setting.TABLE_NAME, Setting.BUCKET_NAME),
    grants=(
        COMMIT_TO_A_JOB,
        read_objects(Prefix.CLIPS, Prefix.ARCHIVE),
        write_objects(Prefix.ARCHIVE),
        list_objects(Prefix.CLIPS, Prefix.ARCHIVE),
    ),
    sources=(QueueSource(Queue.ARCHIVE),),
)

REHYDRATE_VERSION = FunctionSpec(
    module="workers.calls.rehydrate_version",
    purpose="Brings an archived take back, makes it current and has the video composed.",
    # It normalises as ingest_clip does, and waits for recompose_video.
    timeout_s=720,
    memory_mb=MAX_MEMORY_MB,
    storage_mb=4096,
    uses_ffmpeg=True,
    settings=(
        Setting.TABLE_NAME,
        Setting.BUCKET_NAME,
        Setting.ARCHIVE_QUEUE_URL,
        Setting.RECOMPOSE_FUNCTION,
    ),
    grants=(
        COMMIT_TO_A_JOB,
        # Which version an archived object belongs to, and which clips are stale by the take that comes back.
        table(TableAction.GET_MANY, TableAction.QUERY),
        read_objects(Prefix.ARCHIVE),
        thaw_objects(Prefix.ARCHIVE),
        write_objects(Prefix.CLIPS),
        list_objects(Prefix.ARCHIVE),
        invoke("recompose_video"),
        send(Queue.ARCHIVE),
    ),
    # Reconcile asks again ten minutes after each failure.
    event_age_s=3600,
)

PACK_DOWNLOAD = FunctionSpec(
    module="workers.calls.pack_download",
    purpose="Packs many videos into one archive to download.",
    # 20 GB, the most that an archive holds, at 22 MB/s.
    timeout_s=900,
    # It streams in some 150 MB; this much comes with a whole processor, for TLS and checksums.
    memory_mb=1769,
    settings=(Setting.TABLE_NAME, Setting.BUCKET_NAME),
    grants=(
        table(TableAction.GET, TableAction.PUT),
        read_objects(Prefix.CLIPS, Prefix.COMPOSITIONS),
        list_objects(Prefix.CLIPS, Prefix.COMPOSITIONS),
        write_objects(Prefix.DOWNLOADS),
        abort_uploads(Prefix.DOWNLOADS),
    ),
    # An archive that was not begun for five minutes has failed; its owner asks again.
    event_age_s=900,
)

MEDIA_FUNCTIONS = (
    PROBE_UPLOADS,
    INGEST_CLIP,
    RECOMPOSE_VIDEO,
    COMPARE_TAKES,
    ARCHIVE_VERSION,
    REHYDRATE_VERSION,
    PACK_DOWNLOAD,
)
