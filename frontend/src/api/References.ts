import { contentTypeOf, soundTypeOf } from "./fileTypes";
import { ApiProblem } from "./problem";
import type { UploadForm, UploadRequest } from "./schema";
import { upload } from "./uploads";

interface WithReference {
  readonly imageReference?: File | undefined;
}

/** Uploads reference files, each once: a request that is repeated names the same upload. */
export class References {
  private readonly sent = new WeakMap<File, Promise<string>>();

  constructor(private readonly createUpload: (upload: UploadRequest) => Promise<UploadForm>) {}

  /**
   * Upload the reference of a request, which then names it by its upload.
   *
   * @param prefix What comes before the request's fields where a fault is reported, such as `clips[1].`.
   */
  async sendFor<T extends WithReference>(request: T, prefix = ""): Promise<Omit<T, "imageReference">> {
    const { imageReference, ...rest } = request;
    if (!imageReference) return rest;
    const id = await this.idOf(imageReference, `${prefix}reference_upload_id`);
    return { ...rest, reference_upload_id: id };
  }

  /** Upload the references of several requests, listed in a field. */
  sendForAll<T extends WithReference>(
    requests: readonly T[],
    field: string,
  ): Promise<Omit<T, "imageReference">[]> {
    return Promise.all(requests.map((request, place) => this.sendFor(request, `${field}[${place}].`)));
  }

  /** Upload a picture or a video that is named once it is there. */
  sendFile(file: File): Promise<string> {
    return this.idOf(file, "upload_id");
  }

  /** Upload a sound track; a fault is reported at `upload_id`. */
  sendSound(file: File): Promise<string> {
    return this.idOf(file, "upload_id", soundTypeOf(file.name));
  }

  private async idOf(file: File, field: string, type = contentTypeOf(file.name)): Promise<string> {
    const sending = this.sent.get(file) ?? upload(file, type, this.createUpload);
    this.sent.set(file, sending);
    try {
      return await sending;
    } catch (error) {
      this.sent.delete(file);
      throw error instanceof ApiProblem ? at(field, error) : error;
    }
  }
}

function at(field: string, { status, kind, message, faults }: ApiProblem): ApiProblem {
  const details = faults.length > 0 ? faults.map(({ detail }) => detail) : [message];
  return new ApiProblem(status, kind, message, [{ field, detail: details.join(" ") }]);
}
