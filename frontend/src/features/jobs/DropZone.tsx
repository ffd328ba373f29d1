import { type DragEvent, type ReactNode, useRef, useState } from "react";
import { say } from "../../strings";
import { Button } from "../../components/Button";
import styles from "./DropZone.module.css";
import { VIDEO_FILES } from "../../api/fileTypes";

interface DropZoneProps {
  readonly onFiles: (files: readonly File[]) => void;
  readonly small: boolean;
  readonly title?: string;
  /** Other ways to add clips, beside the button that chooses files. */
  readonly children?: ReactNode;
}

/** A place to drop files; the button does the same for a keyboard or a phone. */
export function DropZone({ onFiles, small, title = say.newJob.drop, children }: DropZoneProps) {
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const drag = (event: DragEvent, isOver: boolean) => {
    event.preventDefault();
    setOver(isOver);
  };
  const drop = (event: DragEvent) => {
    drag(event, false);
    onFiles([...event.dataTransfer.files]);
  };
  const classes = [styles.zone, over ? styles.over : "", small ? styles.small : ""].join(" ");
  return (
    <div
      className={classes}
      onDragEnter={(event) => {
        drag(event, true);
      }}
      onDragOver={(event) => {
        drag(event, true);
      }}
      onDragLeave={(event) => {
        drag(event, false);
      }}
      onDrop={drop}
    >
      <p className={styles.title}>{title}</p>
      {!small && <p className={styles.hint}>{say.newJob.hint}</p>}
      <div className={styles.ways}>
        <Button size="small" onClick={() => input.current?.click()}>
          {say.newJob.choose}
        </Button>
        {children}
      </div>
      <input
        ref={input}
        type="file"
        multiple
        accept={VIDEO_FILES}
        hidden
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])]);
          event.target.value = ""; // the same file may be chosen again
        }}
      />
    </div>
  );
}
