import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { sleep } from "../../api/events";
import type { BulkDownloadRequest, BulkDownloadView } from "../../api/schema";
import { useApi } from "../../auth/context";
import { say } from "../../strings";
import { sentenceOf } from "../../components/Notice";
import { toast } from "../../components/toasts";
import { startDownload } from "./download";

const LOOK_MS = 1000;

/** Has videos packed into one archive, waits until it is, and has the browser save it. */
export function useBulkDownload() {
  const api = useApi();
  const [progress, setProgress] = useState(0);
  const download = useMutation({
    mutationFn: async (request: BulkDownloadRequest): Promise<BulkDownloadView> => {
      setProgress(0);
      let found = await api.requestDownload(request);
      const never = new AbortController().signal;
      while (found.status === "processing") {
        setProgress(found.progress);
        await sleep(LOOK_MS, never);
        found = await api.readDownload(found.download_id);
      }
      if (found.status === "failed") throw new Error(found.error ?? say.app.failed);
      return found;
    },
    onSuccess: ({ url, file_name, size_bytes, left_out }) => {
      startDownload({ url: url ?? "", file_name, size_bytes: size_bytes ?? 0 });
      if (left_out.length > 0) toast(say.job.leftOut(left_out));
    },
    onError: (error) => {
      toast(sentenceOf(error), { tone: "bad" });
    },
  });
  return { start: download.mutate, busy: download.isPending, progress };
}
