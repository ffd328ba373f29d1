import { type SubmitEvent, useEffect, useId, useRef, useState } from "react";
import type { PublicShare } from "../../api/PublicShare";
import { ApiProblem } from "../../api/problem";
import { Button } from "../../components/Button";
import { FieldError } from "../../components/FieldError";
import { focusFirstInvalid } from "../../components/focusFirstInvalid";
import { ErrorNotice } from "../../components/Notice";
import { toast } from "../../components/toasts";
import { formatTimecode } from "../../format";
import { say } from "../../strings";
import styles from "./SharedPage.module.css";
import { useComment } from "./useShared";

const AUTHOR = "retake.comment-author";
const AUTHOR_CHARS = 80;

interface CommentFormProps {
  readonly share: PublicShare;
  readonly token: string;
  readonly fps: number;
  readonly maxChars: number;
  /** Where the video stands, in seconds. */
  readonly time: number;
  /** Called when a comment is begun: what it is about should stand still. */
  readonly onBegin: () => void;
}

/** Write about the moment at which the video stands. */
export function CommentForm({ share, token, fps, maxChars, time, onBegin }: CommentFormProps) {
  const id = useId();
  const form = useRef<HTMLFormElement>(null);
  const [author, setAuthor] = useState(() => localStorage.getItem(AUTHOR) ?? "");
  const [text, setText] = useState("");
  const [checked, setChecked] = useState(false);
  // One for each comment: what is sent again after a lost answer is not written twice.
  const [key, setKey] = useState(() => crypto.randomUUID());
  const send = useComment(share, token);
  const problem = send.error instanceof ApiProblem ? send.error : null;
  const faults = {
    author: problem?.faultOf("author") ?? (checked && author.trim() === "" ? say.shared.noAuthor : undefined),
    text: problem?.faultOf("text") ?? (checked && text.trim() === "" ? say.shared.noText : undefined),
  };
  const isShown = problem !== null && (faults.author !== undefined || faults.text !== undefined);
  useEffect(() => {
    if (problem) focusFirstInvalid(form.current);
  }, [problem]);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    setChecked(true);
    if (author.trim() === "" || text.trim() === "") {
      requestAnimationFrame(() => {
        focusFirstInvalid(form.current);
      });
      return;
    }
    localStorage.setItem(AUTHOR, author.trim());
    send.mutate(
      { time_s: Number(time.toFixed(3)), author: author.trim(), text: text.trim(), key },
      {
        onSuccess: () => {
          setText("");
          setChecked(false);
          setKey(crypto.randomUUID());
          toast(say.shared.sent);
        },
      },
    );
  };
  return (
    <form ref={form} className={styles.form} onSubmit={submit} noValidate>
      <h2>{say.shared.write(formatTimecode(time, fps))}</h2>
      <div>
        <label htmlFor={`${id}-text`}>{say.shared.text}</label>
        <textarea
          id={`${id}-text`}
          dir="auto"
          value={text}
          maxLength={maxChars}
          aria-invalid={faults.text !== undefined}
          aria-describedby={`${id}-left ${id}-text-fault`}
          onFocus={onBegin}
          onChange={(event) => {
            setText(event.target.value);
            send.reset();
          }}
        />
        <p id={`${id}-left`} className={styles.soft}>
          {say.shared.left(maxChars - text.length)}
        </p>
        <FieldError id={`${id}-text-fault`}>{faults.text}</FieldError>
      </div>
      <div>
        <label htmlFor={`${id}-author`}>{say.shared.author}</label>
        <input
          id={`${id}-author`}
          type="text"
          dir="auto"
          autoComplete="name"
          value={author}
          maxLength={AUTHOR_CHARS}
          aria-invalid={faults.author !== undefined}
          aria-describedby={`${id}-why ${id}-author-fault`}
          onChange={(event) => {
            setAuthor(event.target.value);
            send.reset();
          }}
        />
        <p id={`${id}-why`} className={styles.soft}>
          {say.shared.authorWhy}
        </p>
        <FieldError id={`${id}-author-fault`}>{faults.author}</FieldError>
      </div>
      {send.error && !isShown && <ErrorNotice error={send.error} />}
      <Button type="submit" look="primary" busy={send.isPending}>
        {send.isPending ? say.shared.sending : say.shared.send}
      </Button>
    </form>
  );
}
