import { count } from "./count";

export const storage = {
  title: "Storage",
  lead: "What your takes and videos hold, and what that costs a month.",
  budget: "Budget",
  used: (used: string, budget: string) => `${used} of ${budget}`,
  percent: (percent: number) => `${percent.toFixed(1)} % used`,
  full: "The budget is used up: nothing new is taken in until something is deleted. Nothing is deleted by itself.",
  near: "The budget is nearly used up.",
  classes: "By storage class",
  active: "Active",
  archived: "Archived",
  total: "Total",
  month: (price: string) => `${price} a month`,
  largest: "Largest jobs",
  none: "Nothing is stored yet.",
  job: "Job",
  size: "Size",
  cost: "A month",
  prices: (active: string, archived: string, name: string) =>
    `Worked out with ${active} per GB and month in active storage, ${archived} in ${name}.`,
} as const;

export const allStorage = {
  title: "All storage",
  lead: "What everybody stores, and what archiving saves.",
  users: "Largest users",
  user: "User",
  ownBudget: "own budget",
  jobs: "Largest jobs",
  archiving: "Archiving",
  saved: "Taken out of active storage",
  savedOf: (percent: number, target: number) => `${percent.toFixed(1)} % (goal ${target} %)`,
  smaller: "Smaller than before",
  inStandard: "Had they stayed, a month",
  inArchive: "In the archive, a month",
  archiveAfter: "Archived after",
  deleteAfter: "Deleted after",
  versions: "Active versions per clip",
  days: (n: number) => count(n, "day"),
  bill: "Bill of archiving one take",
  billWhy: (size: string) => `Every charge for a take of ${size}, until it is deleted.`,
  lines: {
    before_archiving: "Before it is archived",
    waiting_for_transition: "Waiting for the class to change",
    in_archive_class: "In the archive class",
    early_deletion: "Rest of the class’s minimum time",
    requests: "Requests",
    compute: "Compressing it",
    restore: "Restoring it",
  },
  left: "Never archived instead",
  saving: "Saving",
} as const;

export const budgets = {
  edit: (user: string) => `Change the limits of ${user}`,
  change: "Change",
  title: (user: string) => `Limits of ${user}`,
  storage: "Storage budget in GB",
  spending: "Spend limit a month in dollars",
  everybodys: "Leave empty for everybody’s.",
  save: "Save",
  saving: "Saving…",
  saved: (user: string) => `The limits of ${user} are changed.`,
  number: "A number from 0 up, such as 100 or 2.5.",
  user: (id: string) => `user ${id.slice(0, 8)}`,
} as const;

export const trend = {
  title: "Day by day",
  bytes: "Stored",
  cost: "Cost a month",
  none: "The first day is noted within a minute of the first upload.",
  label: (what: string, first: string, last: string) => `${what} by day, ${first} to ${last}`,
  figures: "Figures",
  day: "Day",
} as const;
