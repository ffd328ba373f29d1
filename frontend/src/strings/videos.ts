import { count } from "./count";

export const videos = {
  title: "My Videos",
  lead: "Everything you made from words. Open one to change it.",
  status: {
    processing: "Processing",
    in_doubt: "Checking",
    completed: "Completed",
    failed: "Failed",
    cancelled: "Cancelled",
  },
  all: "All",
  filter: "Status",
  search: "Search",
  searchExample: "Title or prompt",
  order: "Order",
  orders: { newest: "Newest first", oldest: "Oldest first", title: "By title", longest: "Longest first" },
  none: "No videos yet",
  noneWhy: "Describe what you want to see; it appears here.",
  list: "Videos",
  noneFound: "No video matches.",
  showAll: "Show all videos",
  rename: (title: string) => `Change the title of ${title}`,
  notCharged: "not charged",
  download: "Download",
  retry: "Retry",
  retryModel: (title: string) => `Model that makes ${title} again`,
  cancel: "Cancel",
  delete: (title: string) => `Delete ${title}`,
  deleted: ([title, ...others]: readonly string[]) =>
    others.length === 0
      ? `“${title ?? ""}” is deleted.`
      : `${count(others.length + 1, "video")} are deleted.`,
  progressOf: (title: string) => `Progress of ${title}`,
  select: (title: string) => `Select ${title}`,
  selection: "Selected videos",
  unseen: (n: number) => `${n} of them not shown`,
  makeJob: (n: number) => `Make a job of ${count(n, "video")}`,
  jobTitle: ([title, ...others]: readonly string[]) =>
    others.length === 0 ? (title ?? "") : `${title ?? ""} and ${others.length} more`,
  downloadAll: (n: number) => `Download ${n} as ZIP`,
  deleteAll: (n: number) => `Delete ${n}`,
} as const;
