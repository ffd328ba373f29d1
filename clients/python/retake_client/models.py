# API version: 0.1.0
# Generated from the OpenAPI document by `retake openapi --update`; not edited by hand.
"""The requests and answers of the API, as dictionaries with known keys."""

from typing import Any, Literal, NotRequired, TypeAlias, TypedDict


class ArchiveNoticeView(TypedDict):
    """A take that this batch will send to the archive, and until when it can be restored."""

    clip_index: int
    clip_title: str | None
    min_vmaf: float | None
    """How close its picture is to the take from then on, at least (VMAF, 0 to 100): it is encoded once for the archive and never again, and its sound stays exact. Null where it came back from the archive before: then it loses nothing more"""
    restorable_until: str
    version_id: str | None
    """Null for one of the takes that are still to be made"""
    version_number: int


class ArchivingView(TypedDict):
    """What archiving took out of active storage. Fewer bytes there do not mean less money: see ``bill``."""

    active_bytes_saved: int
    active_saved_percent: float
    """Of what active storage would hold without archiving"""
    active_saved_percent_with_deletions: float
    """With deleted takes counted as saved too"""
    compressed_percent: float
    """How much smaller the archive made them"""
    monthly_cost_in_archive: float
    """Where they lie, storage alone"""
    monthly_cost_in_standard: float
    """Had the archived takes stayed in active storage"""
    target_percent: int
    """What the product asks for"""


class Data1(TypedDict):
    at: str
    """When it happened"""
    batch_id: str
    job_id: str


class BatchCompleteEvent(TypedDict):
    """All generations of a batch ended; its video is being composed."""

    data: Data1
    event: Literal["batch_complete"]
    id: int
    """Number of the event, for Last-Event-ID"""


class Data3(TypedDict):
    at: str
    """When it happened"""
    batch_id: str
    failed: int
    job_id: str
    left: int
    provider: str
    reason: str


class BatchHeldEvent(TypedDict):
    """Generations in a row failed alike at one provider; the rest of the batch waits for a user."""

    data: Data3
    event: Literal["batch_held"]
    id: int
    """Number of the event, for Last-Event-ID"""


class BatchOrder(TypedDict):
    """The batches that wait on a job, in the order in which they shall run."""

    order: list[str]
    """The id of each waiting batch, paused ones included, once"""


class Data5(TypedDict):
    at: str
    """When it happened"""
    batch_id: str
    job_id: str


class BatchPausedEvent(TypedDict):
    """A waiting batch was paused."""

    data: Data5
    event: Literal["batch_paused"]
    id: int
    """Number of the event, for Last-Event-ID"""


class Data6(TypedDict):
    at: str
    """When it happened"""
    batch_id: str
    job_id: str
    model: NotRequired[str | None]
    waiting_behind: int


class BatchResumedEvent(TypedDict):
    """A paused or held batch waits or runs again."""

    data: Data6
    event: Literal["batch_resumed"]
    id: int
    """Number of the event, for Last-Event-ID"""


class Data7(TypedDict):
    at: str
    """When it happened"""
    batch_id: str
    clip_indexes: list[int]
    job_id: str
    waiting_behind: int


class BatchStartedEvent(TypedDict):
    """A batch was accepted."""

    data: Data7
    event: Literal["batch_started"]
    id: int
    """Number of the event, for Last-Event-ID"""


BatchStatus: TypeAlias = Literal["waiting", "starting", "running", "held", "cancelling", "succeeded", "partial", "failed", "cancelled"]
"""Where a batch of regenerations is."""


class BatchSummary(TypedDict):
    """A batch in a list."""

    batch_id: str
    charged: float | None
    clip_count: int
    created_at: str
    estimated_total_cost: float | None
    finished_at: str | None
    paused: bool
    queue_number: int
    status: Literal["waiting", "starting", "running", "held", "cancelling", "succeeded", "partial", "failed", "cancelled"]
    """Where a batch of regenerations is."""
    take_count: int
    waiting_behind: int
    """Batches of this job that come first"""


class BillView(TypedDict):
    """
    The whole bill of archiving, every charge counted, for a take of one size, until it is deleted.

    Amounts are US dollars; ``warnings`` says why the policy loses money, and is empty where it does not.
    """

    archived: bool
    """Whether the policy archives such a take at all"""
    before_archiving: float
    compute: float
    """Compressing it"""
    early_deletion: float
    """The rest of the class's minimum duration"""
    in_archive_class: float
    left_in_standard: float
    """The other bill: never archived, deleted the same day"""
    requests: float
    restore: float
    saved_by_all_archived: float
    """The saving of as many such takes as the archived bytes make: an estimate"""
    saving: float
    """Negative where archiving costs more than it saves"""
    take_bytes: int
    take_duration_ms: int
    total: float
    waiting_for_transition: float
    warnings: list[str]


class Data9(TypedDict):
    at: str
    """When it happened"""
    budget_bytes: int
    is_full: bool
    percent: int
    used_bytes: int


class BudgetReachedEvent(TypedDict):
    """The user's files reached a share of the storage budget."""

    data: Data9
    event: Literal["budget_reached"]
    id: int
    """Number of the event, for Last-Event-ID"""


class BudgetRequest(TypedDict):
    """A user's own budget and limit; what is left out stays as it is, and one of them is given."""

    budget_bytes: NotRequired[int | None]
    """What the user may store; null for everybody's budget, 0 takes in nothing new"""
    monthly_spend_limit: NotRequired[float | None]
    """What the user may spend a month, in US dollars; null for everybody's limit"""


class BudgetView(TypedDict):
    """A user's budget and how much of it is used. At 100 % nothing new is taken in; nothing is deleted."""

    budget_bytes: int
    own_budget: bool
    """Whether an admin gave this user another budget than everybody's"""
    percent: float
    used_bytes: int
    user_id: str


class BulkDownloadFile(TypedDict):
    """A file in the archive, as large as it is by itself."""

    name: str
    size_bytes: int


class BulkDownloadRequest(TypedDict):
    """What to pack into one ZIP archive: exactly one of the three."""

    batch_id: NotRequired[str | None]
    """The completed videos that were asked for together (POST /videos/batch)"""
    job_id: NotRequired[str | None]
    """The job's current takes in their order, and its composed video"""
    video_ids: NotRequired[list[str] | None]
    """Completed videos, in this order"""


class ClassUsage(TypedDict):
    """Bytes in one class of storage."""

    bytes: int
    monthly_cost: float
    """US dollars for keeping them a month"""


class Data10(TypedDict):
    at: str
    """When it happened"""
    batch_id: str
    clip_index: int | None
    clip_title: str | None
    is_current: bool
    job_id: str
    regeneration_id: str
    take: int
    takes: int
    version_number: int


class ClipCompleteEvent(TypedDict):
    """A generation became a version."""

    data: Data10
    event: Literal["clip_complete"]
    id: int
    """Number of the event, for Last-Event-ID"""


class ClipCost(TypedDict):
    """The undiscounted price of one take of a clip; None where the model's price is not known."""

    clip_index: int
    clip_title: str | None
    cost: float | None
    duration_s: float
    model: str
    take: int
    """Its number among the takes asked for, from 1"""
    takes: int


class Data12(TypedDict):
    at: str
    """When it happened"""
    clip_index: int
    clip_title: str | None
    error: str | None
    job_id: str


class Data13(TypedDict):
    at: str
    """When it happened"""
    awaited: str
    batch_id: str
    clip_index: int | None
    clip_title: str | None
    job_id: str
    regeneration_id: str
    take: int
    takes: int
    until: str


class ClipInDoubtEvent(TypedDict):
    """A generation may have been paid for; its provider is asked before anything is submitted again."""

    data: Data13
    event: Literal["clip_in_doubt"]
    id: int
    """Number of the event, for Last-Event-ID"""


class ClipOrder(TypedDict):
    """The clips' indexes of now, in their new order."""

    order: list[int]


class Data14(TypedDict):
    at: str
    """When it happened"""
    clip_index: int
    clip_title: str | None
    job_id: str


class ClipPreparedEvent(TypedDict):
    """An uploaded file became version 1 of its clip."""

    data: Data14
    event: Literal["clip_prepared"]
    id: int
    """Number of the event, for Last-Event-ID"""


class Data15(TypedDict):
    at: str
    """When it happened"""
    batch_id: str
    clip_index: int | None
    clip_title: str | None
    instruction: str
    job_id: str
    regeneration_id: str
    take: int
    takes: int


class ClipRegeneratingEvent(TypedDict):
    """A generation is being submitted to its provider."""

    data: Data15
    event: Literal["clip_regenerating"]
    id: int
    """Number of the event, for Last-Event-ID"""


class Data16(TypedDict):
    at: str
    """When it happened"""
    attempt: int
    batch_id: str
    clip_index: int
    clip_title: str | None
    job_id: str
    reason: str
    regeneration_id: str


class ClipRetryingEvent(TypedDict):
    """A generation failed at its provider without a charge and is submitted again."""

    data: Data16
    event: Literal["clip_retrying"]
    id: int
    """Number of the event, for Last-Event-ID"""


class Data17(TypedDict):
    at: str
    """When it happened"""
    clip_index: int
    clip_title: str | None
    job_id: str
    reason: str


class ClipStaleEvent(TypedDict):
    """What a clip's current take was made from is not what is shown there now; the clip stays as it is."""

    data: Data17
    event: Literal["clip_stale"]
    id: int
    """Number of the event, for Last-Event-ID"""


class Data18(TypedDict):
    at: str
    """When it happened"""
    clip_index: int
    clip_title: str | None
    job_id: str


class ClipUpToDateEvent(TypedDict):
    """A clip is stale no more: it has a new take, or its sources are as they were."""

    data: Data18
    event: Literal["clip_up_to_date"]
    id: int
    """Number of the event, for Last-Event-ID"""


class Data19(TypedDict):
    at: str
    """When it happened"""
    clip_index: int | None
    comment_id: str
    job_id: str
    share_id: str


class CommentAddedEvent(TypedDict):
    """A viewer left a comment."""

    data: Data19
    event: Literal["comment_added"]
    id: int
    """Number of the event, for Last-Event-ID"""


class CommentDeletedEvent(TypedDict):
    """The owner deleted a comment."""

    data: Data19
    event: Literal["comment_deleted"]
    id: int
    """Number of the event, for Last-Event-ID"""


class CommentRequestModel(TypedDict):
    """A comment about a moment of what a link shows."""

    author: str
    """Any name; nothing checks whose it is"""
    text: str
    """As long as an instruction may be: 500 characters where no setting says otherwise"""
    time_s: float
    """Seconds from its start"""


class CommentView(TypedDict):
    """A comment as viewers see it."""

    author: str
    comment_id: str
    created_at: str
    text: str
    time_s: float | None
    """Where its moment begins in what is shown now; null if it is no longer in it"""


class ComparedModel(TypedDict):
    """Two versions of one clip."""

    clip_index: int
    """The clip's place in the timeline, from 0"""
    left: str
    """A version's id, or its number as text"""
    right: str


class ComparedView(TypedDict):
    """Two versions of one clip."""

    clip_index: int | None
    """Its place now; null if it was removed from the timeline"""
    left: int
    """The version's number"""
    right: int


class CostBreakdown(TypedDict):
    """
    The price: ``total`` is ``subtotal`` less ``discount``, which is an amount.

    There is a line for each take. The discount is for batches of three or more clips: takes of one clip
    are one clip. All three are None where the model's price is not known.
    """

    clips: list[ClipCost]
    discount: float | None
    discount_rate: float
    subtotal: float | None
    total: float | None


class Difference(TypedDict):
    """One thing in which two takes differ."""

    field: str
    left: str | int | float | None
    right: str | int | float | None


class DoubtView(TypedDict):
    """Check that is under way for a generation that may have been paid for."""

    awaited: str
    """What is being done"""
    since: str
    until: str
    """When the doubt ends at the latest, with or without an answer"""


class DownloadView(TypedDict):
    """A URL that downloads the video as a file of this name."""

    file_name: str
    size_bytes: int
    url: str


class EstimateView(TypedDict):
    """The price of a batch that was not started."""

    archives: list[ArchiveNoticeView]
    cost_breakdown: CostBreakdown
    estimated_total_cost: float | None
    estimated_total_time: int
    """Seconds"""
    platform_cost: float | None
    """What AWS costs the installation besides, in US dollars; users are not charged for it. An estimate; null on one machine"""
    warnings: list[str]
    """Warnings about the models"""


class FaultView(TypedDict):
    """One thing wrong with a request."""

    detail: str
    """What is wrong and what to do about it"""
    field: str
    """Where, such as clips[0].instruction"""


class FillModel(TypedDict):
    """What stands for each placeholder."""

    values: NotRequired[dict[str, str]]


class FilledView(TypedDict):
    """The request that a template stands for, ready to be sent; nothing was started."""

    request: dict[str, Any]
    """Its body"""
    route: str
    """Where it is sent"""


class ForbiddenProblem(TypedDict):
    """Not for you."""

    detail: str
    errors: NotRequired[list[FaultView]]
    instance: str
    status: Literal[403]
    title: str
    """Always: Not for you"""
    type: Literal["urn:retake:problem:forbidden"]


class GatewayError(TypedDict):
    """An answer of API Gateway itself, whose form cannot be chosen on an HTTP API."""

    message: str


class GoneProblem(TypedDict):
    """Deleted for good."""

    detail: str
    errors: NotRequired[list[FaultView]]
    instance: str
    status: Literal[410]
    title: str
    """Always: Deleted for good"""
    type: Literal["urn:retake:problem:gone"]


class HeldView(TypedDict):
    """Why a batch is held: generations in a row failed alike at one provider."""

    left: int
    """Takes that were not started"""
    provider: str
    reason: str
    """What failed, as a sentence"""
    since: str


class InternalErrorProblem(TypedDict):
    """Something went wrong on our side."""

    detail: str
    errors: NotRequired[list[FaultView]]
    instance: str
    status: Literal[500]
    title: str
    """Always: Something went wrong on our side"""
    type: Literal["urn:retake:problem:internal-error"]


class InvalidRequestProblem(TypedDict):
    """The request cannot be accepted."""

    detail: str
    errors: NotRequired[list[FaultView]]
    instance: str
    status: Literal[422]
    title: str
    """Always: The request cannot be accepted"""
    type: Literal["urn:retake:problem:invalid-request"]


class JobChange(TypedDict):
    """What changes of a job."""

    title: str


class Data21(TypedDict):
    at: str
    """When it happened"""
    job_id: str
    reason: str


class JobFailedEvent(TypedDict):
    """A job ended without a version for each of its clips."""

    data: Data21
    event: Literal["job_failed"]
    id: int
    """Number of the event, for Last-Event-ID"""


class Data22(TypedDict):
    at: str
    """When it happened"""
    clips: int
    job_id: str


class JobReadyEvent(TypedDict):
    """All clips of a job have a version."""

    data: Data22
    event: Literal["job_ready"]
    id: int
    """Number of the event, for Last-Event-ID"""


class JobSummary(TypedDict):
    """A job in a list."""

    clip_count: int
    created_at: str
    duration_ms: int | None
    """Length of the composed video"""
    failure: str | None
    job_id: str
    kind: Literal["job", "video"]
    """A video is a job of one clip; its timeline takes no others"""
    poster_url: str | None
    """A picture of the composed video, once there is one"""
    status: Literal["preparing", "ready", "failed", "deleting"]
    """Where a job is."""
    title: str
    undelete_until: str | None
    """Until when POST /jobs/{job_id}/undelete brings it back; null unless it is being deleted"""


class Data24(TypedDict):
    at: str
    """When it happened"""
    job_id: str
    status: Literal["preparing", "ready", "failed", "deleting"]
    """Where a job is."""


class JobUndeletedEvent(TypedDict):
    """A deleted job was brought back."""

    data: Data24
    event: Literal["job_undeleted"]
    id: int
    """Number of the event, for Last-Event-ID"""


class MalformedBodyProblem(TypedDict):
    """The body cannot be read."""

    detail: str
    errors: NotRequired[list[FaultView]]
    instance: str
    status: Literal[400]
    title: str
    """Always: The body cannot be read"""
    type: Literal["urn:retake:problem:malformed-body"]


class MethodNotAllowedProblem(TypedDict):
    """Not a method of this address."""

    detail: str
    errors: NotRequired[list[FaultView]]
    instance: str
    status: Literal[405]
    title: str
    """Always: Not a method of this address"""
    type: Literal["urn:retake:problem:method-not-allowed"]


class ModelChange(TypedDict):
    """Another model for what was not started of a batch."""

    model: str
    """Name in `GET /models`"""


class ModelSpending(TypedDict):
    """What one model cost this month, by its price, and by the provider's own word where it says one."""

    cost: float
    """US dollars, undiscounted, for those that became takes"""
    estimated: float
    """US dollars that all of them were priced at before"""
    generations: int
    """That have ended, of those accepted this month"""
    model: str
    """Name in the catalogue"""
    provider_cost: float
    """US dollars that the provider says it charged for those"""
    reported: int
    """Of how many the provider said what it charged"""
    reported_cost: float
    """US dollars that those cost by their price"""
    succeeded: int


class MonthSpending(TypedDict):
    """What takes cost in one month."""

    charged: float
    """US dollars, discounted"""
    cost: float
    """US dollars, undiscounted: the versions' costs together"""
    month: str
    """In UTC"""
    platform_cost: float | None
    """What AWS cost the installation for these takes at most, in US dollars; users are not charged for it. Null on one machine"""
    reserved: float
    """US dollars, for what was accepted then and has not ended"""
    takes: int


class NotFoundProblem(TypedDict):
    """Not found."""

    detail: str
    errors: NotRequired[list[FaultView]]
    instance: str
    status: Literal[404]
    title: str
    """Always: Not found"""
    type: Literal["urn:retake:problem:not-found"]


class NoticeView(TypedDict):
    """Something that a take lost of its file, or that was done to it on its way in."""

    code: Literal["subtitles_dropped", "pictures_dropped", "sound_tracks_dropped", "sound_tracks_mixed", "sound_tracks_paired", "sound_undecodable", "channels_mixed_down", "sound_lead_cut", "sound_tail_cut", "frames_dropped", "frames_repeated", "picture_cut", "picture_held", "scaled_down", "tone_mapped", "gamut_mapped", "range_reduced", "depth_reduced", "chroma_reduced", "alpha_composited", "decode_errors"]
    """What happened to a source on its way in; stable, for programs that read notices."""
    figures: dict[str, int | float | str]
    """By name; those ending in _s are seconds, the others counts or pixels"""
    text: str
    """A sentence for people, with the figures"""


class OwnedCommentView(TypedDict):
    """A comment as the owner of the job sees it: its time is that of the job's video."""

    author: str
    clip_index: int | None
    """The clip that it is about; null if it was removed"""
    clip_time_s: float
    """Where its moment begins in that clip"""
    comment_id: str
    created_at: str
    frame: int
    """Of what its link showed when it was written, from 0"""
    share_id: str
    text: str
    time_s: float | None
    """Where its moment begins in what is shown now; null if it is no longer in it"""


class PreconditionFailedProblem(TypedDict):
    """Changed meanwhile."""

    detail: str
    errors: NotRequired[list[FaultView]]
    instance: str
    status: Literal[412]
    title: str
    """Always: Changed meanwhile"""
    type: Literal["urn:retake:problem:precondition-failed"]


class ProfileModel(TypedDict):
    """Size and frame rate of every clip of a job."""

    fps: int | float
    """Frames a second, to three decimals: 29.97 is 30000/1001 exactly"""
    height: int
    width: int


class ProfileRequest(TypedDict):
    """What a job's size and frame rate should be; what is left out is the first clip's."""

    fps: NotRequired[int | float | str | None]
    """From 5 to 60; 23.976, 29.97 and 59.94 stand for 24000/1001 and so on"""
    height: NotRequired[int | None]
    """Pixels; alone, the width follows"""
    width: NotRequired[int | None]
    """Pixels; alone, the height follows the first clip's shape"""


class ProjectModel(TypedDict):
    """A new project."""

    name: str


class ProjectView(TypedDict):
    """A project."""

    created_at: str
    name: str
    project_id: str


class ProviderView(TypedDict):
    """A provider of this installation, or one that it could have."""

    is_default: bool
    """Whether requests that name no model go to it"""
    kind: str
    missing: str | None
    """What it lacks before its models can be chosen; null if nothing"""
    name: str
    title: str


class Data25(TypedDict):
    at: str
    """When it happened"""
    job_id: str
    waiting_batch_ids: list[str]


class QueueReorderedEvent(TypedDict):
    """The waiting batches of a job have a new order."""

    data: Data25
    event: Literal["queue_reordered"]
    id: int
    """Number of the event, for Last-Event-ID"""


class QueuedBatchView(TypedDict):
    """A batch that has not ended, and what it is going to archive at its place."""

    archives: list[ArchiveNoticeView]
    """If all its takes succeed"""
    batch_id: str
    charged: float | None
    clip_count: int
    created_at: str
    estimated_total_cost: float | None
    finished_at: str | None
    paused: bool
    queue_number: int
    status: Literal["waiting", "starting", "running", "held", "cancelling", "succeeded", "partial", "failed", "cancelled"]
    """Where a batch of regenerations is."""
    take_count: int
    waiting_behind: int
    """Batches of this job that come first"""


class RegenerationView(TypedDict):
    """One take of a clip in a batch."""

    attempts: int
    """How often the provider was asked; failed attempts cost nothing"""
    clip_id: str
    clip_index: int
    """The clip's place when the batch was accepted"""
    clip_title: str | None
    """What the clip was called when it was asked for"""
    doubt: DoubtView | None
    """While it is `in_doubt`; it cannot be retried until then"""
    error: str | None
    estimated_cost: float | None
    instruction: str
    model: str
    """Name in the catalogue of what makes it"""
    progress: int
    """Percent"""
    regeneration_id: str
    status: Literal["queued", "submitting", "in_doubt", "generating", "ingesting", "succeeded", "failed", "cancelled", "submission_unknown"]
    """Where one clip's regeneration is."""
    take: int
    """Its number among the takes asked for, from 1"""
    takes: int
    """How many were asked for"""
    version_number: int | None


class RemovedClipView(TypedDict):
    """A clip that was removed from the timeline, and can be put back."""

    clip_id: str
    duration_ms: int
    removed_at: str | None
    """null for clips removed by an earlier release"""
    removed_from: int | None
    """The place that it had"""
    size_bytes: int
    """What its takes keep in the store"""
    thumbnail_url: str | None
    title: str
    version_count: int
    video_url: str | None
    """Of the take that it showed; null if it has none"""


class RetryModel(TypedDict):
    """How what did not succeed of a batch is made again."""

    model: NotRequired[str | None]
    """Name in `GET /models`; by default each take's own model"""


class ReturnModel(TypedDict):
    """Where a removed clip is put back."""

    clip_index: NotRequired[int | None]
    """By default where it was"""


class RoleView(TypedDict):
    """A role of references, and how many of it a model takes."""

    kind: Literal["image", "video"]
    """Kind of file that a reference is."""
    most: int
    role: Literal["first_frame", "last_frame", "subject", "style", "video"]
    """What a reference says of the clip that is generated from it."""


ScheduleStatus: TypeAlias = Literal["scheduled", "starting", "started", "failed", "cancelled"]
"""Where a schedule is."""


ScheduledKind: TypeAlias = Literal["video", "variations", "batch", "regeneration"]
"""What is asked for at the time: the route that would take the request now."""


class ShareEndedProblem(TypedDict):
    """This link has ended."""

    detail: str
    errors: NotRequired[list[FaultView]]
    instance: str
    status: Literal[410]
    title: str
    """Always: This link has ended"""
    type: Literal["urn:retake:problem:share-ended"]


class ShareRequestModel(TypedDict):
    """A link that shows one thing to people without an account."""

    comparison: NotRequired[ComparedModel | None]
    """What it shows; without it the job's newest composed video"""
    days: NotRequired[int]
    """After which it ends by itself, from now"""
    shows_prompts: NotRequired[bool]
    """Whether viewers read the prompts and instructions of what they see"""
    takes_comments: NotRequired[bool]
    """Whether viewers may leave comments"""
    title: NotRequired[str | None]
    """What viewers read above it; without one they read no title, not even the job's"""


class Data31(TypedDict):
    at: str
    """When it happened"""
    job_id: str
    share_id: str


class ShareRevokedEvent(TypedDict):
    """A share link was ended by its owner."""

    data: Data31
    event: Literal["share_revoked"]
    id: int
    """Number of the event, for Last-Event-ID"""


class ShareView(TypedDict):
    """A share link as its owner sees it. Its token is in no answer but that of its creation."""

    comment_count: int
    comparison: ComparedView | None
    created_at: str
    expires_at: str
    job_id: str
    kind: Literal["video", "comparison"]
    """What a link shows."""
    revoked_at: str | None
    share_id: str
    shows_prompts: bool
    status: Literal["open", "expired", "revoked"]
    takes_comments: bool
    title: str | None


class SharedClipView(TypedDict):
    """A clip in the video that a link shows."""

    duration_ms: int
    instruction: str | None
    """Where the link shows prompts"""
    prompt: str | None
    """Where the link shows prompts"""
    start_s: float


class SharedTakeView(TypedDict):
    """A version in the comparison that a link shows."""

    duration_ms: int
    instruction: str | None
    """Where the link shows prompts"""
    poster_url: str
    prompt: str | None
    """Where the link shows prompts"""
    url: str
    """Reads it for a quarter of an hour at least; ask again for another"""
    version_number: int


class SharedVideoView(TypedDict):
    """The video that a link shows."""

    duration_ms: int
    poster_url: str
    up_to_date: bool
    """Whether it shows the newest versions; if not, it is being composed"""
    url: str
    """Reads it for a quarter of an hour at least; ask again for another"""


class SoundtrackModel(TypedDict):
    """A sound track over the whole video, and how it is heard; what is left out has its default."""

    ducking_db: NotRequired[int]
    """How many dB quieter it is while the clips have sound"""
    fade_in_ms: NotRequired[int]
    """Over how long it gets from silence to its level"""
    fade_out_ms: NotRequired[int]
    """Over how long it gets to silence, at the end of the video or at its own"""
    level_db: NotRequired[int]
    """How much louder it is made, in dB"""
    loops: NotRequired[bool]
    """Whether it begins again where the video is longer"""
    upload_id: NotRequired[str | None]
    """An uploaded audio file; without one the job's track is kept"""
    with_clips: NotRequired[bool]
    """Whether the clips' own sound is heard too"""


class SoundtrackView(TypedDict):
    """The sound track of a job."""

    ducking_db: int
    duration_ms: int | None
    """Its own length; null for tracks of earlier releases"""
    fade_in_ms: int
    fade_out_ms: int
    file_name: str | None
    """Of the upload; null for tracks of earlier releases"""
    level_db: int
    loops: bool
    size_bytes: int
    with_clips: bool


class SourceView(TypedDict):
    """Something that a take was made from, besides words."""

    clip_id: str | None
    followed: bool
    """Whether the clip's current take was meant: it is stale once that clip shows another"""
    frame: int | None
    """Number of the frame that was cut, from 0; null for all of it"""
    job_id: str | None
    """The job of the take; null for an upload"""
    neighbour: Literal["previous", "next"] | None
    """Where the clip was, if it was meant by its place"""
    role: Literal["first_frame", "last_frame", "subject", "style", "video"]
    """What a reference says of the clip that is generated from it."""
    version_id: str | None
    version_number: int | None


class SpendLimitProblem(TypedDict):
    """Your monthly spend limit does not allow this."""

    detail: str
    errors: NotRequired[list[FaultView]]
    instance: str
    status: Literal[403]
    title: str
    """Always: Your monthly spend limit does not allow this"""
    type: Literal["urn:retake:problem:spend-limit"]


class Data32(TypedDict):
    at: str
    """When it happened"""
    is_used_up: bool
    limit: float
    month: str
    percent: int
    reserved: float
    spent: float


class SpendLimitReachedEvent(TypedDict):
    """What the user spent and reserved reached a share of the monthly spend limit."""

    data: Data32
    event: Literal["spend_limit_reached"]
    id: int
    """Number of the event, for Last-Event-ID"""


class SpendLimitView(TypedDict):
    """What may be spent on generations in one month, in US dollars; what would exceed it is refused."""

    left: float | None
    """None where there is no limit"""
    limit: float | None
    """None where there is no limit"""
    month: str
    """In UTC; what is accepted in it is charged to it"""
    own_limit: bool
    """Whether an admin gave this user another limit than everybody's"""
    reserved: float
    """For what is accepted and has not ended; given back if it fails"""
    spent: float
    """Charged for takes, discounted"""


class StatusCounts(TypedDict):
    """How many videos have which status."""

    cancelled: int
    completed: int
    failed: int
    in_doubt: int
    processing: int


class StatusView(TypedDict):
    """Whether Retake works."""

    provider: str
    status: Literal["ok"]
    time: str
    version: str


class StorageBudgetExceededProblem(TypedDict):
    """Your storage budget is used up."""

    detail: str
    errors: NotRequired[list[FaultView]]
    instance: str
    status: Literal[403]
    title: str
    """Always: Your storage budget is used up"""
    type: Literal["urn:retake:problem:storage-budget-exceeded"]


class StoredView(TypedDict):
    """Bytes by class, and all together."""

    active: ClassUsage
    """Takes that play at once, composed videos and sound tracks"""
    archived: ClassUsage
    """Old takes, as small as the archive made them"""
    total: ClassUsage


class TemplateModel(TypedDict):
    """A prompt with its settings, under a name; what is left out is the catalogue's default."""

    model: NotRequired[str | None]
    """A name of GET /models"""
    name: str
    """Your own: two templates differ in more than case and spaces"""
    project_id: NotRequired[str | None]
    prompt: str
    """Placeholders in braces are filled when it is used"""
    seconds: NotRequired[float | str | None]
    size: NotRequired[str | None]
    title: NotRequired[str | None]
    variations: NotRequired[int | None]
    """How many takes of it are asked for together"""


class TemplateView(TypedDict):
    """A template, and whether it can be used today."""

    changed_at: str
    created_at: str
    faults: list[FaultView]
    """Why it cannot be used now, such as a model that is no more"""
    model: str | None
    name: str
    placeholders: list[str]
    """What is to be filled, in the order of the prompt"""
    project_id: str | None
    prompt: str
    revision: int
    """Also the ETag, for If-Match"""
    seconds: str | None
    size: str | None
    template_id: str
    title: str | None
    variations: int | None
    warnings: list[str]
    """Warnings, such as that a model ends soon"""


class Data33(TypedDict):
    at: str
    """When it happened"""
    job_id: str
    order: list[int]


class Data34(TypedDict):
    at: str
    """When it happened"""
    clip_id: NotRequired[str | None]
    clip_title: str | None
    job_id: str
    removed: int


class Data35(TypedDict):
    at: str
    """When it happened"""
    clip_id: str
    clip_title: str | None
    job_id: str
    returned: int


class Data36(TypedDict):
    added: list[int]
    at: str
    """When it happened"""
    clip_ids: list[str]
    clip_titles: list[str]
    job_id: str


class Data37(TypedDict):
    at: str
    """When it happened"""
    clip_title: str | None
    in_frame: int
    job_id: str
    out_frame: int
    trimmed: int


class TimelineChangedEvent(TypedDict):
    """The clips of a timeline have a new order. A clip was removed from the timeline. A removed clip was put back. Clips were added to the timeline. The video shows another part of a clip."""

    data: Data33 | Data34 | Data35 | Data36 | Data37
    event: Literal["timeline_changed"]
    id: int
    """Number of the event, for Last-Event-ID"""


class Data38(TypedDict):
    at: str
    """When it happened"""
    clip_index: int | None
    job_id: str
    title: str


class TitleChangedEvent(TypedDict):
    """A job, or a clip of it, has another title."""

    data: Data38
    event: Literal["title_changed"]
    id: int
    """Number of the event, for Last-Event-ID"""


class TooManyKeptProblem(TypedDict):
    """You keep as many as are allowed."""

    detail: str
    errors: NotRequired[list[FaultView]]
    instance: str
    status: Literal[403]
    title: str
    """Always: You keep as many as are allowed"""
    type: Literal["urn:retake:problem:too-many-kept"]


class TooManyRequestsProblem(TypedDict):
    """You ask too often."""

    detail: str
    errors: NotRequired[list[FaultView]]
    instance: str
    status: Literal[429]
    title: str
    """Always: You ask too often"""
    type: Literal["urn:retake:problem:too-many-requests"]


class TooManyWaitingProblem(TypedDict):
    """Too many batches wait."""

    detail: str
    errors: NotRequired[list[FaultView]]
    instance: str
    status: Literal[429]
    title: str
    """Always: Too many batches wait"""
    type: Literal["urn:retake:problem:too-many-waiting"]


class TrendDay(TypedDict):
    """What everybody stored on one day."""

    active_bytes: int
    archived_bytes: int
    date: str
    """In UTC; days on which nothing ran are left out"""
    monthly_cost: float
    """US dollars for keeping that much a month, at the prices of now"""


class TrimModel(TypedDict):
    """The frames of a clip that the video shows; its takes stay whole."""

    in_frame: int
    """The first frame that is shown, from 0"""
    out_frame: int
    """The first frame behind it that is not shown; at most `frames`"""


class TrimView(TypedDict):
    """What the video shows of a clip."""

    duration_ms: int
    """How long that is"""
    frames: int
    """How many frames are shown"""
    in_frame: int
    """The first frame that is shown, from 0"""
    out_frame: int
    """The first frame behind it that is not shown; at most `frames`"""


class UnavailableProblem(TypedDict):
    """Something Retake needs did not answer; try again."""

    detail: str
    errors: NotRequired[list[FaultView]]
    instance: str
    status: Literal[503]
    title: str
    """Always: Something Retake needs did not answer; try again"""
    type: Literal["urn:retake:problem:unavailable"]


class UndoStepView(TypedDict):
    """The change that POST /jobs/{job_id}/undo takes back."""

    at: str
    """When it was made"""
    clip_title: str | None
    """Of the clip that was changed; null for a new order"""
    kind: Literal["reordered", "removed", "returned", "added", "trimmed", "restored"]
    """What a change of a timeline was."""


class UnsupportedMediaTypeProblem(TypedDict):
    """The body is not JSON."""

    detail: str
    errors: NotRequired[list[FaultView]]
    instance: str
    status: Literal[415]
    title: str
    """Always: The body is not JSON"""
    type: Literal["urn:retake:problem:unsupported-media-type"]


class UploadForm(TypedDict):
    """Send the file as a form: all ``fields`` first, then ``file``, by POST to ``url``."""

    expires_at: str
    fields: dict[str, str]
    kind: Literal["video", "audio", "image"]
    max_bytes: int
    upload_id: str
    url: str


class UploadRequest(TypedDict):
    """A file that is going to be sent."""

    content_type: Literal["video/mp4", "video/quicktime", "video/webm", "video/x-matroska", "audio/mpeg", "audio/mp4", "audio/wav", "audio/x-wav", "audio/aac", "audio/flac", "audio/ogg", "image/png", "image/jpeg", "image/webp"]
    file_name: str
    size_bytes: NotRequired[int | None]
    """The form takes no more; without it, as much as the largest file has"""


class UserBudgetView(TypedDict):
    """What one user may store and spend."""

    budget_bytes: int
    own_budget: bool
    """Whether an admin gave this user another budget than everybody's"""
    percent: float
    spend_limit: SpendLimitView
    used_bytes: int
    user_id: str


class Data39(TypedDict):
    processing: int


class UserResetEvent(TypedDict):
    """State of a stream for a reader whose events are no longer kept; sent as ``reset``, never stored."""

    data: Data39
    event: Literal["reset"]
    id: int
    """Number of the event, for Last-Event-ID"""


class UserUsage(TypedDict):
    """What one user stores."""

    budget: BudgetView
    email: str | None
    """None for a user who is gone"""
    stored: StoredView


class Data40(TypedDict):
    at: str
    """When it happened"""
    clip_index: int | None
    clip_title: str | None
    job_id: str
    size_bytes: int
    size_bytes_before: int
    version_id: str
    version_number: int
    vmaf: float | None


class VersionArchivedEvent(TypedDict):
    """A version was compressed and moved to cold storage."""

    data: Data40
    event: Literal["version_archived"]
    id: int
    """Number of the event, for Last-Event-ID"""


class Data41(TypedDict):
    at: str
    """When it happened"""
    clip_index: int | None
    clip_title: str | None
    job_id: str
    reason: str
    version_id: str
    version_number: int


class VersionDamagedEvent(TypedDict):
    """A file of a version is damaged in the store."""

    data: Data41
    event: Literal["version_damaged"]
    id: int
    """Number of the event, for Last-Event-ID"""


class VersionDeletedEvent(TypedDict):
    """The files of a version were deleted; its record stays."""

    data: Data41
    event: Literal["version_deleted"]
    id: int
    """Number of the event, for Last-Event-ID"""


class Data43(TypedDict):
    at: str
    """When it happened"""
    batch_id: str
    clip_index: int | None
    clip_title: str | None
    is_current: bool
    job_id: str
    regeneration_id: str
    take: int
    takes: int
    version_number: int


class VersionLandedLateEvent(TypedDict):
    """A generation became a version after its batch had ended or newer takes were there."""

    data: Data43
    event: Literal["version_landed_late"]
    id: int
    """Number of the event, for Last-Event-ID"""


class Data44(TypedDict):
    at: str
    """When it happened"""
    clip_index: int | None
    clip_title: str | None
    job_id: str
    version_id: str
    version_number: int


class VersionRestoredEvent(TypedDict):
    """An earlier version is current again."""

    data: Data44
    event: Literal["version_restored"]
    id: int
    """Number of the event, for Last-Event-ID"""


class Data45(TypedDict):
    at: str
    """When it happened"""
    clip_index: int | None
    clip_title: str | None
    expected_at: str
    job_id: str
    version_id: str
    version_number: int


class VersionRestoringEvent(TypedDict):
    """A version is on its way back from cold storage."""

    data: Data45
    event: Literal["version_restoring"]
    id: int
    """Number of the event, for Last-Event-ID"""


class Data46(TypedDict):
    at: str
    """When it happened"""
    clip_index: int | None
    clip_title: str | None
    job_id: str
    reason: str
    version_id: str
    version_number: int


class VersionReturnDroppedEvent(TypedDict):
    """A restore was dropped; the clip shows another version."""

    data: Data46
    event: Literal["version_return_dropped"]
    id: int
    """Number of the event, for Last-Event-ID"""


class VersionView(TypedDict):
    """A take: what it was made from, where its files are, and what becomes of it."""

    archived_at: str | None
    archived_url: str | None
    base_version: int | None
    """Number of the take that was changed; null for a first take, and where it is not known"""
    batch_id: str | None
    """The batch that made it; its takes of one clip share it"""
    clip_index: int
    clip_title: str | None
    """What the clip is called; null in records of earlier releases"""
    cost: float | None
    """None where the model's price is not known"""
    created_at: str
    damaged_at: str | None
    """When what is stored of it was found not to be what was written: it cannot be joined"""
    deleted_at: str | None
    duration_ms: int
    expected_at: str | None
    """When the archive has it ready, while it is brought back"""
    id: str
    is_current: bool
    job_id: str
    made_from: list[SourceView]
    """What else it was made from, besides words"""
    notices: list[NoticeView]
    """What the take lost of the file it was made of"""
    prompt: str
    provider: str | None
    provider_cost: float | None
    """US dollars by the provider's own word; null if it says none"""
    regeneration_id: str | None
    size_bytes: int
    state: Literal["current"] | Literal["active", "archiving", "archived", "restoring", "deleted"]
    superseded_at: str | None
    take: int
    """Its number among the takes asked for at once, from 1"""
    takes: int
    """How many were asked for at once"""
    thumbnail_url: str | None
    user_instruction: str | None
    version_id: str
    version_number: int
    video_url: str | None
    """None once the take is deleted"""


class VideoEstimate(TypedDict):
    """What one video would be and cost."""

    cost: float | None
    """None where the model's price is not known"""
    model: str
    seconds: float
    size: str


class VideoEstimatesView(TypedDict):
    """The price of videos that were not asked for."""

    estimated_total_cost: float | None
    """None where a price is not known"""
    estimated_total_time: int
    """Seconds"""
    videos: list[VideoEstimate]
    warnings: list[str]


class Data53(TypedDict):
    at: str
    """When it happened"""
    duration_ms: int
    fingerprint: str
    job_id: str


class VideoRecomposedEvent(TypedDict):
    """The video shows the current versions."""

    data: Data53
    event: Literal["video_recomposed"]
    id: int
    """Number of the event, for Last-Event-ID"""


class VideoRetryModel(TypedDict):
    """How a video that failed is made again."""

    model: NotRequired[str | None]
    """Name in `GET /models`; by default the video's own"""


VideoStatus: TypeAlias = Literal["processing", "in_doubt", "completed", "failed", "cancelled"]
"""Where a video is."""


class VideoView(TypedDict):
    """The composed video. ``up_to_date`` is false while a newer one is being made."""

    duration_ms: int
    fingerprint: str
    frames: int
    poster_url: str
    size_bytes: int
    up_to_date: bool
    url: str


class WorkflowUnavailableProblem(TypedDict):
    """The workflow could not be started."""

    detail: str
    errors: NotRequired[list[FaultView]]
    instance: str
    status: Literal[503]
    title: str
    """Always: The workflow could not be started"""
    type: Literal["urn:retake:problem:workflow-unavailable"]


class AcceptedBatchView(TypedDict):
    """An accepted batch."""

    archives: list[ArchiveNoticeView]
    batch_id: str
    cost_breakdown: CostBreakdown
    estimated_total_cost: float | None
    estimated_total_time: int
    """Seconds"""
    regenerations: list[RegenerationView]
    status: Literal["waiting", "starting", "running", "held", "cancelling", "succeeded", "partial", "failed", "cancelled"]
    """Where a batch of regenerations is."""
    waiting_behind: int
    """Batches of this job that come first"""
    warnings: list[str]
    """Warnings about the models"""


class BatchList(TypedDict):
    """A page of batches, newest first."""

    batches: list[BatchSummary]
    cursor: str | None


class BatchQueueView(TypedDict):
    """The batches of a job that have not ended: the one that runs, then those that wait, in order."""

    batches: list[QueuedBatchView]
    job_id: str


class BatchView(TypedDict):
    """A batch and how its clips are."""

    batch_id: str
    cancel_effect: str | None
    """What a cancel that is under way still changes"""
    cancel_requested: bool
    cause: str | None
    charged: float | None
    cost_breakdown: CostBreakdown
    created_at: str
    estimated_total_cost: float | None
    estimated_total_time: int
    finished_at: str | None
    held: NotRequired[HeldView | None]
    """While it is `held`"""
    job_id: str
    paused: bool
    """Whether it waits to be resumed; the batches behind it pass"""
    queue_number: int
    recompose_error: str | None
    regenerations: list[RegenerationView]
    retried_by: str | None
    """The batch that makes what did not succeed; one at most"""
    retry_of: str | None
    """The batch whose missing takes it makes"""
    started_at: str | None
    status: Literal["waiting", "starting", "running", "held", "cancelling", "succeeded", "partial", "failed", "cancelled"]
    """Where a batch of regenerations is."""
    waiting_behind: int
    """Batches of this job that come first"""


class BulkDownloadView(TypedDict):
    """An archive, and how far its packing is."""

    created_at: str
    download_id: str
    error: str | None
    """Why it failed"""
    expires_at: str
    """From then on it has to be asked for again"""
    file_name: str
    files: list[BulkDownloadFile]
    left_out: list[str]
    """What was meant and is not in it, such as videos that failed"""
    progress: int
    """Percent; 100 only with the URL"""
    size_bytes: int | None
    """Of the archive, once it is ready"""
    status: Literal["processing", "ready", "failed"]
    """State of a download."""
    url: str | None
    """Once it is ready; saves it under its name"""


class BusyProblem(TypedDict):
    """Others changed it at the same moment."""

    detail: str
    errors: NotRequired[list[FaultView]]
    instance: str
    status: Literal[409]
    title: str
    """Always: Others changed it at the same moment"""
    type: Literal["urn:retake:problem:busy"]


class ClipChangeModel(TypedDict):
    """What changes of a clip; what is left out stays."""

    title: NotRequired[str | None]
    trim: NotRequired[TrimModel | None]
    """null shows all of the clip again"""


class Data11(TypedDict):
    at: str
    """When it happened"""
    batch_id: str
    clip_index: int | None
    clip_title: str | None
    error: str
    job_id: str
    regeneration_id: str
    status: Literal["queued", "submitting", "in_doubt", "generating", "ingesting", "succeeded", "failed", "cancelled", "submission_unknown"]
    """Where one clip's regeneration is."""
    take: int
    takes: int


class ClipFailedEvent(TypedDict):
    """A generation ended without a version. An uploaded file could not become a clip."""

    data: Data11 | Data12
    event: Literal["clip_failed"]
    id: int
    """Number of the event, for Last-Event-ID"""


class ClipNoticeView(TypedDict):
    """Something that a clip is going to lose by the job's size or frame rate, as far as can be foreseen."""

    clip_index: int
    clip_title: str
    code: Literal["subtitles_dropped", "pictures_dropped", "sound_tracks_dropped", "sound_tracks_mixed", "sound_tracks_paired", "sound_undecodable", "channels_mixed_down", "sound_lead_cut", "sound_tail_cut", "frames_dropped", "frames_repeated", "picture_cut", "picture_held", "scaled_down", "tone_mapped", "gamut_mapped", "range_reduced", "depth_reduced", "chroma_reduced", "alpha_composited", "decode_errors"]
    """What happened to a source on its way in; stable, for programs that read notices."""
    figures: dict[str, int | float | str]
    """By name; those ending in _s are seconds, the others counts or pixels"""
    text: str
    """A sentence for people, with the figures"""


class ClipView(TypedDict):
    """A clip in the timeline, with its current take."""

    clip_id: str
    clip_index: int
    current_version: VersionView | None
    duration_ms: int
    failure: str | None
    file_name: str | None
    """Of the upload that it was made of"""
    frames: int
    model: str | None
    """Name in the catalogue of what makes it where a request names none; null for the installation's default"""
    notices: list[NoticeView]
    """Those of the current take"""
    prompt: str
    stale: bool
    """Whether what the current take was made from is not what is shown there now; it stays as it is until it is made again"""
    stale_reason: str | None
    """What changed, as a sentence"""
    status: Literal["preparing", "ready", "failed"]
    """Where one clip of a job is."""
    title: str
    trim: TrimView | None
    """What the video shows of it; null for all. `frames` and `duration_ms` are those of the whole clip"""
    version_count: int


class CommentList(TypedDict):
    """All comments of a link, by their time."""

    comments: list[CommentView]


class ComparisonView(TypedDict):
    """Two takes side by side."""

    clip_index: int
    differences: list[Difference]
    job_id: str
    left: VersionView
    right: VersionView
    similarity: float | None
    """Mean structural similarity, 0 to 1"""


class ConflictProblem(TypedDict):
    """Not possible in this state."""

    detail: str
    errors: NotRequired[list[FaultView]]
    instance: str
    status: Literal[409]
    title: str
    """Always: Not possible in this state"""
    type: Literal["urn:retake:problem:conflict"]


class CreatedShareView(TypedDict):
    """A new share link, and the token that opens it: Retake keeps only the token's hash."""

    comment_count: int
    comparison: ComparedView | None
    created_at: str
    expires_at: str
    job_id: str
    kind: Literal["video", "comparison"]
    """What a link shows."""
    path: str
    """The page that shows it, below the studio's own address"""
    revoked_at: str | None
    share_id: str
    shows_prompts: bool
    status: Literal["open", "expired", "revoked"]
    takes_comments: bool
    title: str | None
    token: str
    """For GET /shared/{token}; it cannot be read again"""


class EndedClip(TypedDict):
    """Outcome of one generation of a batch."""

    clip_index: int
    clip_title: str | None
    error: str | None
    regeneration_id: str
    status: Literal["queued", "submitting", "in_doubt", "generating", "ingesting", "succeeded", "failed", "cancelled", "submission_unknown"]
    """Where one clip's regeneration is."""
    take: int
    takes: int
    version_number: int | None


class GenerationView(TypedDict):
    """A generation that has ended. It stays when its video or job is deleted."""

    actual_cost: float | None
    """US dollars, undiscounted; null if unknown, as for submission_unknown"""
    asked_at: str
    batch_id: str
    """The batch, or the request for videos, that asked for it"""
    charged: float | None
    """US dollars, discounted as its batch was"""
    clip_index: int
    clip_title: str | None
    """What the clip was called when it was asked for"""
    error: str | None
    """Why it did not succeed"""
    estimated_cost: float | None
    """US dollars; null where no price is published"""
    finished_at: str | None
    instruction: str
    """What was asked for, as it was said"""
    job_id: str
    """The job, or the video; it may be deleted"""
    kind: Literal["job", "video"]
    """Whether it was for a video, or for a clip of a job"""
    model: str
    prompt: str | None
    """What the provider was asked for; null if it never was"""
    provider: str | None
    provider_cost: float | None
    """US dollars by the provider's own word; null if it says none"""
    regeneration_id: str
    seconds: float | None
    """From its submission to its end"""
    status: Literal["queued", "submitting", "in_doubt", "generating", "ingesting", "succeeded", "failed", "cancelled", "submission_unknown"]
    """Where one clip's regeneration is."""
    submitted_at: str | None
    take: int
    """Its number among the takes that the request asked for"""
    takes: int
    title: str
    version_number: int | None
    """The take that it became, if it did"""


class JobEstimateView(TypedDict):
    """The price of a job that was not made: that of its generated clips, each with its ``clip_index``."""

    cost_breakdown: CostBreakdown
    estimated_total_cost: float | None
    """None where a model's price is not known"""
    estimated_total_time: int
    """Seconds, for what is generated"""
    notices: list[ClipNoticeView]
    """What clips lose by that, foreseen from their headers"""
    profile: ProfileModel
    """What every clip is converted to"""
    warnings: list[str]
    """Such as that a model is about to end, or that the first clip's size is reduced"""


class JobList(TypedDict):
    """A page of jobs, newest first."""

    cursor: str | None
    jobs: list[JobSummary]


class Data23(TypedDict):
    active_batch_id: str | None
    job_id: str
    status: Literal["preparing", "ready", "failed", "deleting"]
    """Where a job is."""
    timeline_revision: int


class JobResetEvent(TypedDict):
    """State of a job for a reader whose events are no longer kept; sent as ``reset``, never stored."""

    data: Data23
    event: Literal["reset"]
    id: int
    """Number of the event, for Last-Event-ID"""


class JobUsage(TypedDict):
    """What one job stores."""

    job_id: str
    stored: StoredView
    title: str


class JobView(TypedDict):
    """A job with its clips and its video."""

    active_batch_id: str | None
    clip_count: int
    clips: list[ClipView]
    created_at: str
    duration_ms: int | None
    """Length of the composed video"""
    failure: str | None
    has_soundtrack: bool
    job_id: str
    kind: Literal["job", "video"]
    """A video is a job of one clip; its timeline takes no others"""
    last_event_id: int
    poster_url: str | None
    """A picture of the composed video, once there is one"""
    profile: ProfileModel | None
    soundtrack: SoundtrackView | None
    """None where the clips' own sound is heard alone"""
    status: Literal["preparing", "ready", "failed", "deleting"]
    """Where a job is."""
    stream_url: str | None
    """The current takes one after another as an HLS playlist, before they are composed: a path of this API that needs no token and works for hours. None before the first take, where a clip is trimmed, and where a take was made by an older release"""
    timeline_revision: int
    title: str
    undelete_until: str | None
    """Until when POST /jobs/{job_id}/undelete brings it back; null unless it is being deleted"""
    undo: UndoStepView | None
    """The change that can be undone; null if there is none"""
    update_order: list[int]
    """What updating all stale clips makes again, in this order: these, and those that would be stale after them. Send each with `repeat` to the estimate, then to the batch"""
    video: VideoView | None
    waiting_batch_ids: list[str]


class OwnedCommentList(TypedDict):
    """A page of the comments of all links of a job."""

    comments: list[OwnedCommentView]
    cursor: str | None


class OwnedJobUsage(TypedDict):
    """What one job stores, of any user."""

    email: str | None
    """The user's; None for one who is gone"""
    job_id: str
    stored: StoredView
    title: str
    user_id: str


class PolicyView(TypedDict):
    """The retention policy in force."""

    archive_after_days: int
    archive_class: Literal["STANDARD", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"]
    """Where the bytes of a take lie, named as S3 names it."""
    compression_ratio: float | None
    """Archived over active bytes: as measured, or as expected while nothing is archived"""
    delete_after_days: int
    max_active_versions: int


class PriceView(TypedDict):
    """What the amounts are worked out with."""

    active_per_gb_month: float
    """US dollars; a GB has 2^30 bytes here, as S3 bills"""
    archive_class: Literal["STANDARD", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"]
    """Where archived takes lie"""
    archived_per_gb_month: float


Problem: TypeAlias = MalformedBodyProblem | ForbiddenProblem | StorageBudgetExceededProblem | TooManyKeptProblem | SpendLimitProblem | NotFoundProblem | MethodNotAllowedProblem | ConflictProblem | BusyProblem | GoneProblem | ShareEndedProblem | PreconditionFailedProblem | UnsupportedMediaTypeProblem | InvalidRequestProblem | TooManyRequestsProblem | TooManyWaitingProblem | WorkflowUnavailableProblem | UnavailableProblem | InternalErrorProblem
"""Any error that the API itself answers; its type tells which."""


class ProjectList(TypedDict):
    """A page of projects, newest first."""

    cursor: str | None
    projects: list[ProjectView]


class QueueEntryView(TypedDict):
    """A video that is being made, or a batch of regenerations that runs or waits."""

    accepted_at: str
    actions: list[Literal["cancel", "pause", "resume", "move", "change_model"]]
    """What can be done about it now"""
    batch_id: str
    clip_count: int
    estimated_cost: float | None
    """None where a price is not known"""
    estimated_time: int
    """Seconds that it takes by itself"""
    expected_in: int | None
    """Seconds until it is done, what comes before it included; None while it is paused or ends"""
    id: str
    """The video's id, or the batch's"""
    job_id: str
    """The batch's job; of a video its own id"""
    kind: Literal["video", "batch"]
    """What an entry is."""
    place: int | None
    """Its place among those of its job that wait, paused ones included; None if it does not"""
    position: int
    """How many batches of its job run before it, as things are"""
    progress: int
    """Percent, of all its clips together"""
    reason: NotRequired[str | None]
    """Why it is held; None where it is not"""
    state: Literal["running", "cancelling", "waiting", "paused", "held"]
    """Where an entry is."""
    title: str
    """Of the video, or of the batch's job"""
    waits_for: Literal["batches", "files", "provider", "resume"] | None
    """None for what runs"""


class QueueView(TypedDict):
    """A page of what has not ended, in the order in which it runs."""

    cursor: str | None
    entries: list[QueueEntryView]


class ReferenceModel(TypedDict):
    """A picture or a video to make a clip from: an upload, one of your videos, or a clip."""

    clip_index: NotRequired[int | None]
    """A clip of the job that the request is about, or of `job_id`"""
    frame: NotRequired[Literal["first", "last"] | None]
    """Which frame of the video or clip, where the role needs a picture: by default `last` for `first_frame`, else `first`"""
    job_id: NotRequired[str | None]
    """With `clip_index`: another job of yours"""
    role: Literal["first_frame", "last_frame", "subject", "style", "video"]
    """What it says of the clip; see `GET /models` for each model's"""
    upload_id: NotRequired[str | None]
    """An uploaded picture or video"""
    version_id: NotRequired[str | None]
    """Which take of the video or clip. By default the current one; for a clip of the same job the one that it shows when the turn comes, and then the clip is stale once that shows another"""
    video_id: NotRequired[str | None]
    """One of your completed videos"""


class ReferenceRulesView(TypedDict):
    """What a model takes besides words."""

    beside_clip: list[Literal["first_frame", "last_frame", "subject", "style", "video"]]
    """Roles that it takes besides a clip to change; with any other the clip is made anew from its words and the references"""
    frames_alone: bool
    """Whether frames and other references exclude each other"""
    last_needs_first: bool
    """Whether a last frame needs a first frame"""
    longest_video_s: float | None
    """Of a video reference; null for no limit of its own"""
    most_guides: int | None
    """Of references other than frames, all together; null for any"""
    roles: list[RoleView]
    """Roles that are not listed are not taken"""


class RemovedClipList(TypedDict):
    """The removed clips of a job, the last one first."""

    clips: list[RemovedClipView]
    job_id: str
    timeline_revision: int


class RestoreView(TypedDict):
    """
    A restore: ``video_url`` shows the take once ``video_ready``.

    ``state`` is ``current``, or ``restoring`` while the archive makes the take readable: until
    ``expected_at`` at the latest, where that takes hours.
    """

    clip_index: int
    clip_title: str | None
    """What the clip was called when the take was made"""
    expected_at: str | None
    job_id: str
    state: Literal["current"] | Literal["active", "archiving", "archived", "restoring", "deleted"]
    timeline_revision: int
    version_id: str
    version_number: int
    video_ready: bool
    video_url: str | None


class Data26(TypedDict):
    at: str
    """When it happened"""
    batch_id: str | None
    error: str | None
    job_id: str | None
    kind: Literal["video", "variations", "batch", "regeneration"]
    """What is asked for at the time: the route that would take the request now."""
    schedule_id: str
    scheduled_for: str
    status: Literal["scheduled", "starting", "started", "failed", "cancelled"]
    """Where a schedule is."""


class ScheduleCancelledEvent(TypedDict):
    """Scheduled work was cancelled before its time."""

    data: Data26
    event: Literal["schedule_cancelled"]
    id: int
    """Number of the event, for Last-Event-ID"""


class ScheduleCreatedEvent(TypedDict):
    """Work was scheduled."""

    data: Data26
    event: Literal["schedule_created"]
    id: int
    """Number of the event, for Last-Event-ID"""


class ScheduleFailedEvent(TypedDict):
    """Scheduled work could not be started."""

    data: Data26
    event: Literal["schedule_failed"]
    id: int
    """Number of the event, for Last-Event-ID"""


class ScheduleStartedEvent(TypedDict):
    """Scheduled work was started."""

    data: Data26
    event: Literal["schedule_started"]
    id: int
    """Number of the event, for Last-Event-ID"""


class ScheduleView(TypedDict):
    """A schedule."""

    at: str
    batch_id: str | None
    """What was started: GET /videos/batches/{id}, or the job's batch of this id"""
    created_at: str
    ended_at: str | None
    estimated_cost: float | None
    """US dollars, as agreed to: at a higher price nothing is started; None where unknown"""
    job_id: str | None
    """The job of a regeneration"""
    kind: Literal["video", "variations", "batch", "regeneration"]
    """What is asked for at the time: the route that would take the request now."""
    reason: str | None
    """Why nothing was started"""
    request: dict[str, Any]
    """What is carried out, as it was sent"""
    schedule_id: str
    status: Literal["scheduled", "starting", "started", "failed", "cancelled"]
    """Where a schedule is."""
    warnings: list[str]


class Data30(TypedDict):
    at: str
    """When it happened"""
    ends_at: str
    job_id: str
    share_id: str
    shows: Literal["video", "comparison"]
    """What a link shows."""


class ShareCreatedEvent(TypedDict):
    """A share link was created."""

    data: Data30
    event: Literal["share_created"]
    id: int
    """Number of the event, for Last-Event-ID"""


class ShareList(TypedDict):
    """All share links of a job, newest first."""

    shares: list[ShareView]


class SharedComparisonView(TypedDict):
    """Two versions of one clip; both have the size of their job."""

    height: int
    """Pixels"""
    left: SharedTakeView
    right: SharedTakeView
    width: int
    """Pixels"""


class SharedView(TypedDict):
    """What a share link shows. It says nothing of whose it is."""

    clips: list[SharedClipView]
    """Those of the video, in order"""
    comparison: SharedComparisonView | None
    expires_at: str
    fps: float
    """Frames a second, to three decimals"""
    kind: Literal["video", "comparison"]
    """What a link shows."""
    max_comment_chars: int
    takes_comments: bool
    title: str | None
    video: SharedVideoView | None


class StorageReportView(TypedDict):
    """What everybody stores; users and totals as the minute's look at budgets saw them."""

    archiving: ArchivingView
    bill: BillView
    default_budget_bytes: int
    jobs: list[OwnedJobUsage]
    jobs_cursor: str | None
    policy: PolicyView
    prices: PriceView
    stored: StoredView
    trend: list[TrendDay]
    """The last days, as each ended, in their order; today as it is"""
    users: list[UserUsage]
    users_cursor: str | None


class TemplateList(TypedDict):
    """A page of templates, newest first."""

    cursor: str | None
    templates: list[TemplateView]


class TrackedVideoView(TypedDict):
    """A video: what was asked for, how it is, and what it costs."""

    actual_cost: float | None
    """What was charged; nothing for what fails"""
    attempts: int
    """How often the provider was asked; failed attempts cost nothing"""
    batch_id: str
    """What it was asked for with: GET /videos/batches/{id}"""
    created_at: str
    doubt: DoubtView | None
    """While it is `in_doubt`; it cannot be retried until then"""
    duration_seconds: float
    """The same as seconds"""
    error: str | None
    """Why it failed"""
    estimated_cost: float | None
    """None where the model's price is not known"""
    finished_at: str | None
    has_reference: bool
    id: str
    model: str
    paused: bool
    """Whether it waits to be resumed; nothing is paid until then"""
    progress: int
    """Percent; 100 only with the finished video"""
    project_id: str | None
    prompt: str
    provider: str | None
    provider_job_id: str | None
    regeneration_id: str
    seconds: float
    seed: int
    size: str
    status: Literal["processing", "in_doubt", "completed", "failed", "cancelled"]
    """Where a video is."""
    thumbnail_url: str | None
    title: str
    user_id: str
    variation: int | None
    video_id: str
    video_url: str | None
    """Once it is completed"""


class UsageView(TypedDict):
    """What you store, now and exactly, and what you spent; deleting something does not change that."""

    budget: BudgetView
    largest_jobs: list[JobUsage]
    models: list[ModelSpending]
    """This month, the dearest first"""
    prices: PriceView
    spend_limit: SpendLimitView
    spending: list[MonthSpending]
    """The last year, newest first"""
    stored: StoredView


class VariationsRequestModel(TypedDict):
    """Some takes of one prompt, each with its own seed."""

    model: NotRequired[str | None]
    """A name of GET /models"""
    project_id: NotRequired[str | None]
    prompt: str
    """What it should show"""
    reference_upload_id: NotRequired[str | None]
    """An uploaded picture or video, in the role that the model has for it"""
    references: NotRequired[list[ReferenceModel] | None]
    """What it is made from besides words, where its model takes that"""
    seconds: NotRequired[float | str | None]
    size: NotRequired[str | None]
    title: NotRequired[str | None]
    """By default from the prompt"""
    variations: int
    """How many"""


class VersionList(TypedDict):
    """All versions of a clip, newest first."""

    clip_id: str
    clip_index: int
    current_version: int | None
    job_id: str
    max_active_versions: int
    timeline_revision: int
    versions: list[VersionView]


class Data47(TypedDict):
    at: str
    """When it happened"""
    creation_id: str
    error: str | None
    project_id: str | None
    status: Literal["processing", "in_doubt", "completed", "failed", "cancelled"]
    """Where a video is."""
    title: str
    video_id: str


class VideoCancelledEvent(TypedDict):
    """A video was cancelled or deleted before it was made."""

    data: Data47
    event: Literal["video_cancelled"]
    id: int
    """Number of the event, for Last-Event-ID"""


class VideoCompletedEvent(TypedDict):
    """A video can be played."""

    data: Data47
    event: Literal["video_completed"]
    id: int
    """Number of the event, for Last-Event-ID"""


class VideoFailedEvent(TypedDict):
    """A video could not be made."""

    data: Data47
    event: Literal["video_failed"]
    id: int
    """Number of the event, for Last-Event-ID"""


class VideoInDoubtEvent(TypedDict):
    """A video may have been paid for; its provider is asked before anything is submitted again."""

    data: Data47
    event: Literal["video_in_doubt"]
    id: int
    """Number of the event, for Last-Event-ID"""


class VideoList(TypedDict):
    """A page of videos, newest first."""

    cursor: str | None
    videos: list[TrackedVideoView]


class VideoModel(TypedDict):
    """A video to make; what is left out is the catalogue's default."""

    model: NotRequired[str | None]
    """A name of GET /models"""
    prompt: str
    """What it should show"""
    reference_upload_id: NotRequired[str | None]
    """An uploaded picture or video, in the role that the model has for it"""
    references: NotRequired[list[ReferenceModel] | None]
    """What it is made from besides words, where its model takes that"""
    seconds: NotRequired[float | str | None]
    size: NotRequired[str | None]
    title: NotRequired[str | None]
    """By default from the prompt"""


class VideoPausedEvent(TypedDict):
    """A video was paused."""

    data: Data47
    event: Literal["video_paused"]
    id: int
    """Number of the event, for Last-Event-ID"""


class VideoProcessingEvent(TypedDict):
    """A video is being made: for the first time, or after a retry."""

    data: Data47
    event: Literal["video_processing"]
    id: int
    """Number of the event, for Last-Event-ID"""


class VideoRequestModel(TypedDict):
    """One new video."""

    model: NotRequired[str | None]
    """A name of GET /models"""
    project_id: NotRequired[str | None]
    prompt: str
    """What it should show"""
    reference_upload_id: NotRequired[str | None]
    """An uploaded picture or video, in the role that the model has for it"""
    references: NotRequired[list[ReferenceModel] | None]
    """What it is made from besides words, where its model takes that"""
    seconds: NotRequired[float | str | None]
    size: NotRequired[str | None]
    title: NotRequired[str | None]
    """By default from the prompt"""


class VideoResumedEvent(TypedDict):
    """A paused video is being made again."""

    data: Data47
    event: Literal["video_resumed"]
    id: int
    """Number of the event, for Last-Event-ID"""


class Data(TypedDict):
    at: str
    """When it happened"""
    batch_id: str
    cause: str | None
    charged: float | None
    clips: list[EndedClip]
    job_id: str
    recompose_error: str | None
    status: Literal["waiting", "starting", "running", "held", "cancelling", "succeeded", "partial", "failed", "cancelled"]
    """Where a batch of regenerations is."""


class BatchCancelledEvent(TypedDict):
    """A batch was cancelled; takes that were finished by then are kept."""

    data: Data
    event: Literal["batch_cancelled"]
    id: int
    """Number of the event, for Last-Event-ID"""


class BatchFailedEvent(TypedDict):
    """No generation of a batch became a version."""

    data: Data
    event: Literal["batch_failed"]
    id: int
    """Number of the event, for Last-Event-ID"""


class BatchPartialEvent(TypedDict):
    """A part of a batch became versions, or the video could not be composed."""

    data: Data
    event: Literal["batch_partial"]
    id: int
    """Number of the event, for Last-Event-ID"""


class BatchSucceededEvent(TypedDict):
    """Every generation of a batch became a version, and the video was composed."""

    data: Data
    event: Literal["batch_succeeded"]
    id: int
    """Number of the event, for Last-Event-ID"""


ClipInstructionModel = TypedDict(
    "ClipInstructionModel",
    {
        "clip_index": int,
        "from": NotRequired[Literal["previous"] | None],
        "instruction": NotRequired[str | None],
        "model": NotRequired[str | None],
        "references": NotRequired[list[ReferenceModel] | None],
        "repeat": NotRequired[bool],
        "takes": NotRequired[int | None],
        "to": NotRequired[Literal["next"] | None],
    },
)


ClipRequest = TypedDict(
    "ClipRequest",
    {
        "from": NotRequired[Literal["previous"] | None],
        "model": NotRequired[str | None],
        "prompt": NotRequired[str],
        "reference_upload_id": NotRequired[str | None],
        "references": NotRequired[list[ReferenceModel] | None],
        "seconds": NotRequired[float | str | None],
        "size": NotRequired[str | None],
        "title": NotRequired[str | None],
        "to": NotRequired[Literal["next"] | None],
        "upload_id": NotRequired[str | None],
        "version_id": NotRequired[str | None],
        "video_id": NotRequired[str | None],
    },
)


class CreationView(TypedDict):
    """Videos that were asked for together."""

    actual_total_cost: float | None
    batch_id: str
    counts: StatusCounts
    created_at: str
    estimated_total_cost: float | None
    """None where a price is not known"""
    mode: Literal["single", "variations", "batch", "retry", "resume"]
    """How videos were asked for."""
    progress: int
    """Percent, of all videos together"""
    project_id: str | None
    status: Literal["processing", "completed", "partial", "failed", "cancelled"]
    """How the videos that were asked for together are."""
    videos: list[TrackedVideoView]
    warnings: list[str]


class GenerationList(TypedDict):
    """A page of generations, those asked for last first."""

    cursor: str | None
    generations: list[GenerationView]


JobEvent: TypeAlias = BatchStartedEvent | ClipRegeneratingEvent | ClipRetryingEvent | ClipInDoubtEvent | ClipCompleteEvent | VersionLandedLateEvent | ClipFailedEvent | ClipPreparedEvent | JobReadyEvent | JobFailedEvent | BatchCompleteEvent | BatchSucceededEvent | BatchPartialEvent | BatchFailedEvent | BatchCancelledEvent | BatchPausedEvent | BatchHeldEvent | BatchResumedEvent | QueueReorderedEvent | VideoRecomposedEvent | VersionRestoredEvent | VersionArchivedEvent | VersionRestoringEvent | VersionReturnDroppedEvent | VersionDeletedEvent | VersionDamagedEvent | TimelineChangedEvent | TitleChangedEvent | JobUndeletedEvent | ShareCreatedEvent | ShareRevokedEvent | CommentAddedEvent | CommentDeletedEvent | ClipStaleEvent | ClipUpToDateEvent | JobResetEvent
"""An event of a job."""


class JobRequestModel(TypedDict):
    """A new job: its clips in playback order, of uploads, videos and prompts in any mix."""

    clips: list[ClipRequest]
    profile: NotRequired[ProfileRequest | None]
    """By default the first clip's own size and frame rate, within bounds"""
    soundtrack_upload_id: NotRequired[str | None]
    """One audio track laid over the whole video"""
    title: NotRequired[str]


class ModelView(TypedDict):
    """A model that can be chosen."""

    end_of_life: str | None
    ends_in_days: int | None
    """By the installation's clock; null where no end is known"""
    is_default: bool
    longest_seconds: float
    name: str
    price: float | None
    """US dollars a unit, the most that is asked; None if no price is published"""
    price_as_of: str | None
    price_unit: Literal["second", "clip"] | None
    prices: dict[str, float] | None
    """US dollars a unit by resolution, such as 720p; null where one price is for all"""
    provider: str
    reference_rules: ReferenceRulesView
    references: list[Literal["image", "video"]]
    """Kinds of files; their roles are in `reference_rules`"""
    seconds: list[float] | None
    """Lengths it makes; None for any between the two"""
    shortest_seconds: float
    sizes: list[str] | None
    """None for any"""
    title: str
    warning: str | None


class ScheduleList(TypedDict):
    """A page of schedules by their time, the last first."""

    cursor: str | None
    schedules: list[ScheduleView]


ScheduledRegenerationModel = TypedDict(
    "ScheduledRegenerationModel",
    {
        "clips": list[ClipInstructionModel],
        "from": NotRequired[Literal["previous"] | None],
        "instruction": NotRequired[str | None],
        "job_id": str,
        "model": NotRequired[str | None],
        "takes": NotRequired[int | None],
        "to": NotRequired[Literal["next"] | None],
    },
)


UserEvent: TypeAlias = VideoProcessingEvent | VideoInDoubtEvent | VideoCompletedEvent | VideoFailedEvent | VideoCancelledEvent | VideoPausedEvent | VideoResumedEvent | ScheduleCreatedEvent | ScheduleStartedEvent | ScheduleFailedEvent | ScheduleCancelledEvent | BudgetReachedEvent | SpendLimitReachedEvent | UserResetEvent
"""An event of a user's videos, schedules and budget."""


class VideoBatchRequestModel(TypedDict):
    """Different videos, made side by side."""

    project_id: NotRequired[str | None]
    videos: list[VideoModel]


class AddClipsModel(TypedDict):
    """Clips to add, in playback order: of uploads, videos and prompts in any mix."""

    clip_index: NotRequired[int | None]
    """Where the first of them goes, from 0. By default the end, which is possible while a batch runs, too"""
    clips: list[ClipRequest]


BatchRequestModel = TypedDict(
    "BatchRequestModel",
    {
        "clips": list[ClipInstructionModel],
        "from": NotRequired[Literal["previous"] | None],
        "instruction": NotRequired[str | None],
        "model": NotRequired[str | None],
        "takes": NotRequired[int | None],
        "to": NotRequired[Literal["next"] | None],
    },
)


class ModelList(TypedDict):
    """The models of this installation, and the providers that they, and more, come from."""

    models: list[ModelView]
    providers: list[ProviderView]


class ScheduleModel(TypedDict):
    """A time, and exactly one request that is carried out then; it is checked and priced now."""

    at: str
    """With its zone, at most a year ahead"""
    batch: NotRequired[VideoBatchRequestModel | None]
    """The body of POST /videos/batch"""
    regeneration: NotRequired[ScheduledRegenerationModel | None]
    """The body of POST /jobs/{job_id}/clips/batch-regenerate, and the job"""
    variations: NotRequired[VariationsRequestModel | None]
    """The body of POST /videos/variations"""
    video: NotRequired[VideoRequestModel | None]
    """The body of POST /videos"""
