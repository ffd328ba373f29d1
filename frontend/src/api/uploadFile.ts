import { say } from "../strings";
import type { UploadForm, UploadRequest } from "./schema";
import { sendForm } from "./sendForm";
import { report } from "./uploads";

/** Send a file by a form of its own; returns the upload's id. */
export async function uploadFile(
  file: File,
  type: UploadRequest["content_type"] | undefined,
  createUpload: (upload: UploadRequest) => Promise<UploadForm>,
): Promise<string> {
  if (type === undefined) throw new Error(say.app.unknownKind);
  const control = new AbortController();
  const { signal } = control;
  const onProgress = (percent: number) => {
    report(file, {
      percent,
      cancel: () => {
        control.abort();
      },
    });
  };
  onProgress(0);
  try {
    const form = await createUpload({
      file_name: file.name.slice(-200),
      content_type: type,
      size_bytes: file.size,
    });
    signal.throwIfAborted();
    await sendForm(form, file, { onProgress, signal });
    return form.upload_id;
  } finally {
    report(file, undefined);
  }
}
