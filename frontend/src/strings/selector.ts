import { count } from "./count";

export const selector = {
  clip: (clip: string, seconds: string) => `${clip}, ${seconds}`,
  write: "Write per clip",
  how: "Tick clips in the timeline; Shift selects a range.",
  own: (n: number) => (n === 0 ? "Same for all" : `${count(n, "clip")} with its own`),
  foot: (clips: number, price: string, wait: string) => `${count(clips, "clip")} · ${price} · about ${wait}`,
  breakdown: (clips: number) => `Cost of each of ${count(clips, "clip")}`,
  title: "Select Multiple Clips",
  selected: (n: number) => `(${n} selected)`,
  all: "Select All",
  none: "Deselect All",
  forAll: "Instruction for all clips:",
  forAllExample: "make them all brighter",
  perClip: "OR per-clip instructions:",
  perClipWhy: "A clip’s own instruction wins over the one for all.",
  sameAsAll: "as for all clips",
  takes: "Takes of each clip",
  takesWhy: "All are kept; the first that succeeds is shown, and choosing another costs nothing.",
  model: "Model",
  sameModel: "Each clip’s own",
  examples: ["make it nighttime", "add more motion", "warmer colors"],
  suggestions: ["brighter", "warmer", "make it nighttime", "sharper", "black and white", "slow motion"],
  suggest: "Suggestions",
  submit: "Regenerate All",
  submitting: "Starting…",
  nothing: "Select at least one clip.",
  noText: "Say what to change, such as “make it nighttime”.",
} as const;

export const cost = {
  title: "Cost",
  clip: "Clip",
  duration: "Duration",
  cost: "Cost",
  subtotal: "Subtotal",
  discount: (percent: number) => `Batch discount (${percent} % off)`,
  total: "Total",
  time: (about: string) => `Takes about ${about}.`,
  archives: (clip: string, version: number, isNew: boolean, until: string, minVmaf: number | null) =>
    `${isNew ? `A new take, version ${version},` : `Version ${version}`} of “${clip}” will be archived. ` +
    `It can be restored until ${until}. ` +
    (minVmaf === null
      ? "It came back from the archive before and loses nothing more."
      : `Its picture is encoded for that once (VMAF ${minVmaf} or more) and never again; its sound stays exact.`),
  onlySuccesses: "Only clips that succeed are charged.",
  platform: (price: string) =>
    `AWS costs this installation about ${price} besides, which is not charged to you.`,
} as const;

export const stale = {
  badge: "Stale",
  title: (n: number) => `${count(n, "clip")} to update`,
  why: "What these clips were made from has changed. They stay as they are until you update them.",
  update: "Update all stale",
  also: (clips: string) => `With them: ${clips}, made from what changes.`,
  price: "What the update costs",
  confirm: (clips: number, price: string) => `Regenerate ${count(clips, "clip")} · ${price}`,
} as const;
