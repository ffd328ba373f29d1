import { say } from "../strings";
import { contentTypeOf } from "./fileTypes";
import { ApiProblem } from "./problem";
import { sendForm } from "./sendForm";
import type { UploadForm, UploadRequest } from "./schema";

/** Sends the files that videos go by, each once: a request that is repeated names the same upload. */
export class References {
  private readonly sent = new WeakMap<File, Promise<string>>();

  constructor(private readonly createUpload: (upload: UploadRequest) => Promise<UploadForm>) {}

  /**
   * Return the upload of a file.
   *
   * @param field What names it in the request, and so what is at fault where the file is refused.
   */
  async idOf(file: File, field: string): Promise<string> {
    const sending = this.sent.get(file) ?? this.send(file);
    this.sent.set(file, sending);
    try {
      return await sending;
    } catch (error) {
      this.sent.delete(file);
      throw error instanceof ApiProblem ? at(field, error) : error;
    }
  }

  private async send(file: File): Promise<string> {
    const type = contentTypeOf(file.name);
    if (type === undefined) throw new Error(say.newJob.unknownKind);
    const form = await this.createUpload({
      file_name: file.name.slice(-200),
      content_type: type,
      size_bytes: file.size,
    });
    await sendForm(form, file);
    return form.upload_id;
  }
}

function at(field: string, { status, kind, message, faults }: ApiProblem): ApiProblem {
  const details = faults.length > 0 ? faults.map(({ detail }) => detail) : [message];
  return new ApiProblem(status, kind, message, [{ field, detail: details.join(" ") }]);
}
