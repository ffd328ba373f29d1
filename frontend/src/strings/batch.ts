import { count } from "./count";

interface Outcome {
  readonly good: number;
  readonly all: number;
  readonly goodClips: number;
  readonly allClips: number;
}

export const batch = {
  title: (n: number) => `Regeneration ${n}`,
  earlier: "Earlier regenerations",
  far: (now: number, all: number, percent: number) => `Take ${now} of ${all} · ${percent} %`,
  left: (wait: string) => `about ${wait} left`,
  done: (n: number) => `${n} done`,
  queued: (n: number) => `${n} queued`,
  work: (status: string, percent: number) => (percent > 0 ? `${percent} %` : status),
  removed: (clip: string) => `${clip}, removed since`,
  words: (name: string) => `Instruction for ${name}`,
  retryOne: (name: string) => `Retry ${name}`,
  retryOneShort: "Retry this one",
  retried: (name: string) => `“${name}” is being regenerated.`,
  status: {
    waiting: "Waiting",
    starting: "Starting",
    running: "Running",
    held: "Held",
    cancelling: "Cancelling",
    succeeded: "Done",
    partial: "Partly done",
    failed: "Failed",
    cancelled: "Cancelled",
  },
  clipStatus: {
    queued: "Queued",
    submitting: "Starting",
    in_doubt: "Checking",
    generating: "Generating",
    ingesting: "Finishing",
    succeeded: "Done",
    failed: "Failed",
    cancelled: "Cancelled",
    submission_unknown: "Unclear",
  },
  pause: "Pause",
  paused: "Paused",
  pausedWhy: "It waits until you resume it; batches behind it pass.",
  resume: "Resume",
  heldModel: "Model for the rest",
  heldSame: "As it was",
  heldContinue: (price: string | undefined) =>
    price === undefined ? "Continue with it" : `Continue with it for ${price}`,
  queue: "Change the order in the queue",
  waitingBehind: (n: number) => `${count(n, "batch", "batches")} of this job come first.`,
  composing: "All clips are done; the video is being composed.",
  cancel: "Cancel batch",
  notify: "Notify me when it ends",
  notified: "You will be notified",
  cancelling: "Cancelling… clips that are finished stay.",
  retry: "Retry failed",
  retryWhy: "Tries all that did not succeed again, with the same words",
  charged: (price: string) => `Charged ${price}`,
  estimated: (price: string) => `Estimated ${price}`,
  outcome: ({ good, all, goodClips, allClips }: Outcome) => {
    if (all !== allClips) return `${good} of ${count(all, "take")} of ${count(allClips, "clip")} made.`;
    if (allClips === 1) return goodClips === 1 ? "The clip is regenerated." : "The clip is not regenerated.";
    return goodClips === allClips
      ? `All ${allClips} clips regenerated.`
      : `${goodClips} of ${allClips} clips regenerated.`;
  },
  ended: {
    succeeded: (title: string) => `${title} is done.`,
    partial: (title: string) => `${title} is partly done.`,
    failed: (title: string) => `${title} has failed.`,
    cancelled: (title: string) => `${title} is cancelled.`,
    held: (title: string) => `${title} is held: its clips fail alike.`,
  },
  recompose: "Compose again",
  recomposeFailed: "The clips are done, but the video could not be composed.",
  doubt: (awaited: string, until: string) => `${awaited} Known by ${until} at the latest.`,
  mayBeCharged: "The provider never confirmed this one; it may have charged for it.",
  progressOf: (clip: string) => `Progress of ${clip}`,
} as const;
