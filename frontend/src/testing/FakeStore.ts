import { waitFor } from "@testing-library/react";
import { vi } from "vitest";

/** What the API answers to a file that may be sent. */
export const FORM = { upload_id: "upload-1", url: "https://store.test", fields: { key: "uploads/1" } };

/** The store that files are sent to, which receives them as slowly as a test says. */
export class FakeStore {
  private request: FakeRequest | undefined;

  constructor() {
    const onSend = (request: FakeRequest) => {
      this.request = request;
      for (const end of ["load", "abort"])
        request.addEventListener(end, () => {
          this.request = undefined;
        });
    };
    vi.stubGlobal(
      "XMLHttpRequest",
      class extends FakeRequest {
        send(): void {
          onSend(this);
        }
      },
    );
  }

  /** Have received some percent of the file that is sent last. */
  async received(percent: number): Promise<void> {
    const request = await waitFor(() => {
      if (this.request === undefined) throw new Error("Nothing is sent.");
      return this.request;
    });
    const progress = { lengthComputable: true, loaded: percent, total: 100 };
    request.upload.dispatchEvent(Object.assign(new Event("progress"), progress));
  }

  /** Answer that the file is there. */
  accept(): void {
    this.request?.dispatchEvent(new Event("load"));
  }
}

class FakeRequest extends EventTarget {
  readonly upload = new EventTarget();
  readonly status = 204;

  open(): void {
    // Nothing is connected to.
  }

  abort(): void {
    this.dispatchEvent(new Event("abort"));
  }
}
