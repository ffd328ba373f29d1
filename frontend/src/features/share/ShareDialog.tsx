import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type SubmitEvent, useEffect, useId, useRef, useState } from "react";
import { ApiProblem } from "../../api/problem";
import { keys } from "../../api/queries";
import type { ComparedModel, CreatedShareView } from "../../api/schema";
import { useApi } from "../../auth/context";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { FieldError } from "../../components/FieldError";
import { ErrorNotice } from "../../components/Notice";
import { toast } from "../../components/toasts";
import { say } from "../../strings";
import styles from "./ShareDialog.module.css";
import { ShareList } from "./ShareList";

interface ShareDialogProps {
  readonly jobId: string;
  readonly comparison?: ComparedModel;
  readonly title?: string;
  readonly onClose: () => void;
}

/** Make a link that needs no sign-in, copy it once, and end those that are there. */
export default function ShareDialog({ jobId, comparison, title = "", onClose }: ShareDialogProps) {
  const id = useId();
  const api = useApi();
  const dialog = useRef<HTMLDialogElement>(null);
  const [made, setMade] = useState<CreatedShareView | null>(null);
  const shares = useQuery({
    queryKey: keys.shares(jobId),
    queryFn: ({ signal }) => api.shares.list(jobId, { signal }),
  });
  return (
    <Dialog ref={dialog} className={styles.dialog} labelledBy={id} onClose={onClose}>
      <header className={styles.header}>
        <h2 id={id}>{say.share.title}</h2>
        <Button size="small" look="quiet" aria-label={say.app.close} onClick={() => dialog.current?.close()}>
          ×
        </Button>
      </header>
      {made === null ? (
        <NewShare jobId={jobId} comparison={comparison} title={title} onMade={setMade} />
      ) : (
        <MadeShare
          share={made}
          onAnother={() => {
            setMade(null);
          }}
        />
      )}
      <section className={styles.existing} aria-label={say.share.existing}>
        <h3>{say.share.existing}</h3>
        {shares.isLoadingError && <ErrorNotice error={shares.error} onRetry={() => void shares.refetch()} />}
        {shares.data && <ShareList jobId={jobId} shares={shares.data} />}
      </section>
    </Dialog>
  );
}

interface NewShareProps {
  readonly jobId: string;
  readonly comparison: ComparedModel | undefined;
  readonly title: string;
  readonly onMade: (share: CreatedShareView) => void;
}

function NewShare({ jobId, comparison, title, onMade }: NewShareProps) {
  const id = useId();
  const api = useApi();
  const queries = useQueryClient();
  const [name, setName] = useState(title);
  const [days, setDays] = useState(7);
  const [comments, setComments] = useState(true);
  const [prompts, setPrompts] = useState(false);
  const create = useMutation({
    mutationFn: () =>
      api.shares.create(jobId, {
        ...(comparison ? { comparison } : {}),
        ...(name.trim() === "" ? {} : { title: name.trim() }),
        days,
        takes_comments: comments,
        shows_prompts: prompts,
      }),
    onSuccess: (share) => {
      onMade(share);
      void queries.invalidateQueries({ queryKey: keys.shares(jobId) });
    },
  });
  const fault = create.error instanceof ApiProblem ? create.error.faultOf("title") : undefined;
  const send = (event: SubmitEvent) => {
    event.preventDefault();
    if (!create.isPending) create.mutate();
  };
  return (
    <form className={styles.form} onSubmit={send} noValidate>
      <p className={styles.what}>
        {comparison ? say.share.comparison(comparison.clip_index + 1) : say.share.video}
      </p>
      <div>
        <label htmlFor={`${id}-name`}>{say.share.name}</label>
        <input
          id={`${id}-name`}
          type="text"
          dir="auto"
          value={name}
          maxLength={200}
          aria-invalid={fault !== undefined}
          aria-describedby={`${id}-why ${id}-fault`}
          onChange={(event) => {
            setName(event.target.value);
          }}
        />
        <p id={`${id}-why`} className={styles.why}>
          {say.share.nameWhy}
        </p>
        <FieldError id={`${id}-fault`}>{fault}</FieldError>
      </div>
      <div>
        <label htmlFor={`${id}-days`}>{say.share.days}</label>
        <select
          id={`${id}-days`}
          value={days}
          onChange={(event) => {
            setDays(Number(event.target.value));
          }}
        >
          {say.share.dayChoices.map((choice) => (
            <option key={choice} value={choice}>
              {say.share.day(choice)}
            </option>
          ))}
        </select>
      </div>
      <Check label={say.share.comments} isOn={comments} onChange={setComments} />
      <Check label={say.share.prompts} isOn={prompts} onChange={setPrompts} />
      {create.error && fault === undefined && <ErrorNotice error={create.error} />}
      <Button type="submit" look="primary" busy={create.isPending}>
        {create.isPending ? say.share.creating : say.share.create}
      </Button>
    </form>
  );
}

interface CheckProps {
  readonly label: string;
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
}

function Check({ label, isOn, onChange }: CheckProps) {
  return (
    <label className={styles.check}>
      <input
        type="checkbox"
        checked={isOn}
        onChange={(event) => {
          onChange(event.target.checked);
        }}
      />
      {label}
    </label>
  );
}

function MadeShare({
  share,
  onAnother,
}: {
  readonly share: CreatedShareView;
  readonly onAnother: () => void;
}) {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const address = new URL(share.path, location.origin).href;
  useEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, []);
  const copy = async () => {
    field.current?.select();
    // Without leave to write the clipboard the text is selected, for the keys that copy.
    await navigator.clipboard.writeText(address).then(
      () => {
        toast(say.share.copied);
      },
      () => undefined,
    );
  };
  return (
    <div className={styles.form}>
      <div>
        <label htmlFor={id}>{say.share.link}</label>
        <input ref={field} id={id} type="text" readOnly value={address} aria-describedby={`${id}-once`} />
        <p id={`${id}-once`} className={styles.why}>
          {say.share.once}
        </p>
      </div>
      <div className={styles.actions}>
        <Button look="primary" onClick={() => void copy()}>
          {say.share.copy}
        </Button>
        <Button look="quiet" onClick={onAnother}>
          {say.share.another}
        </Button>
      </div>
    </div>
  );
}
