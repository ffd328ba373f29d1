import type { DownloadView } from "../../api/schema";

/** Have the browser save a file: the address itself says that it is one, and its name. */
export function startDownload({ url, file_name: name }: DownloadView): void {
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
}
