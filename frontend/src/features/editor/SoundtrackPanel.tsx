import { useState } from "react";
import type { JobView } from "../../api/schema";
import { Button } from "../../components/Button";
import { LazyPart } from "../../components/LazyPart";
import { say } from "../../strings";
import styles from "./JobPage.module.css";
import { SoundtrackForm } from "./lazyParts";

/** What sound track a job has, and the way to set it. */
export function SoundtrackPanel({ job }: { readonly job: JobView }) {
  const [isOpen, setIsOpen] = useState(false);
  const track = job.soundtrack;
  if (job.status !== "ready") return null;
  const close = () => {
    setIsOpen(false);
  };
  if (!isOpen)
    return (
      <div className={styles.invitation}>
        <p>{track ? say.soundtrack.has(track.file_name, track.level_db) : say.soundtrack.none}</p>
        <Button
          onClick={() => {
            setIsOpen(true);
          }}
        >
          {track ? say.soundtrack.change : say.soundtrack.add}
        </Button>
      </div>
    );
  return (
    <div className={styles.panel}>
      <h2>{say.soundtrack.title}</h2>
      <LazyPart lines={4}>
        <SoundtrackForm job={job} onClose={close} />
      </LazyPart>
    </div>
  );
}
