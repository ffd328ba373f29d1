import { useSyncExternalStore } from "react";
import { followSending, sendingOf } from "../api/uploads";
import { say } from "../strings";
import { Button } from "./Button";
import { ProgressBar } from "./ProgressBar";
import styles from "./UploadProgress.module.css";

interface UploadProgressProps {
  readonly file: File | undefined;
  /** Whether something beside it cancels the upload, too. */
  readonly isCancelledElsewhere?: boolean;
}

/** How far a file is, and what cancels its upload; nothing while it is not being sent. */
export function UploadProgress({ file, isCancelledElsewhere = false }: UploadProgressProps) {
  const sending = useSyncExternalStore(followSending, () => sendingOf(file));
  if (!file || !sending) return null;
  return (
    <div className={styles.progress}>
      <ProgressBar label={file.name} percent={sending.percent} />
      <span className={styles.percent}>{Math.floor(sending.percent)} %</span>
      {!isCancelledElsewhere && (
        <Button
          size="small"
          look="quiet"
          aria-label={say.app.cancelUpload(file.name)}
          onClick={sending.cancel}
        >
          {say.app.cancel}
        </Button>
      )}
    </div>
  );
}
