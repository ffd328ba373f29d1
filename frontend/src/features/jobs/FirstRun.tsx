import { useMutation } from "@tanstack/react-query";
import { say } from "../../strings";
import { Button } from "../../components/Button";
import { ErrorNotice } from "../../components/Notice";
import styles from "./FirstRun.module.css";
import { NEW_JOB, useNewClips } from "./useNewClips";

const SAMPLES = ["big-buck-bunny.mp4", "cockatoo.mp4"];

/** What there is to do, for a user without a job; and two clips to try it with. */
export function FirstRun() {
  const { clips, addFiles } = useNewClips(NEW_JOB);
  const samples = useMutation({
    mutationFn: () => Promise.all(SAMPLES.map(readSample)),
    onSuccess: addFiles,
  });
  return (
    <section className={styles.first} aria-labelledby="first-run">
      <div className={styles.head}>
        <h2 id="first-run">{say.jobs.none}</h2>
        {clips.length === 0 && (
          <Button
            size="small"
            busy={samples.isPending}
            onClick={() => {
              samples.mutate();
            }}
          >
            {say.firstRun.try}
          </Button>
        )}
      </div>
      <ol className={styles.steps}>
        {say.firstRun.steps.map(([title, text]) => (
          <li key={title}>
            <strong>{title}</strong> {text}
          </li>
        ))}
      </ol>
      {samples.error && <ErrorNotice error={samples.error} />}
    </section>
  );
}

async function readSample(name: string): Promise<File> {
  const answer = await fetch(`/samples/${name}`);
  if (!answer.ok) throw new Error(say.firstRun.missing);
  return new File([await answer.blob()], name, { type: "video/mp4" });
}
