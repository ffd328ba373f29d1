import { useState, type SubmitEvent } from "react";
import { useStudio } from "./context";
import { say } from "../strings";
import { Button } from "../components/Button";
import { CodeField, Field } from "../components/Field";
import { FieldError } from "../components/FieldError";
import { sentenceOf } from "../components/Notice";
import { type Challenge, SignInError } from "./cognito";
import styles from "./SignIn.module.css";

interface ForgotPasswordProps {
  readonly email: string;
  /** Signed in with the new password, or as far as the code of an authenticator app. */
  readonly onSignedIn: (challenge: Challenge | null) => void;
  readonly onBack: () => void;
}

/** A new password by a code that is sent by e-mail; then the sign-in with it. */
export default function ForgotPassword({ email, onSignedIn, onBack }: ForgotPasswordProps) {
  const { session } = useStudio();
  const [sentTo, setSentTo] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | undefined>();

  const submit = async (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => {
      const value = form.get(name);
      return typeof value === "string" ? value : "";
    };
    setBusy(true);
    setError(undefined);
    try {
      if (sentTo === null) {
        const to = text("email").trim();
        await session.sendResetCode(to);
        setSentTo(to);
      } else {
        onSignedIn(await session.resetPassword(sentTo, text("code").trim(), text("password")));
      }
    } catch (reason) {
      setError(explain(reason));
    } finally {
      setBusy(false);
    }
  };
  const described = error ? { "aria-invalid": true, "aria-describedby": "forgot-error" } : {};

  return (
    <form onSubmit={(event) => void submit(event)} className={styles.form}>
      <div className={styles.heading}>
        <h1 id="sign-in-title">{say.forgot.title}</h1>
        <p className={styles.why} aria-live="polite">
          {sentTo === null ? say.forgot.lead : say.forgot.sent(sentTo)}
        </p>
      </div>
      {sentTo === null ? (
        <Field label={say.signIn.email}>
          <input
            key="email"
            type="email"
            name="email"
            autoComplete="username"
            required
            autoFocus
            defaultValue={email}
            {...described}
          />
        </Field>
      ) : (
        <>
          <CodeField label={say.forgot.code} name="code" errorId={error && "forgot-error"} />
          <Field label={say.forgot.password} why={say.signIn.newPasswordWhy}>
            <input type="password" name="password" autoComplete="new-password" required {...described} />
          </Field>
        </>
      )}
      <FieldError id="forgot-error">{error}</FieldError>
      <Button type="submit" look="primary" busy={busy}>
        {sentTo === null ? say.forgot.send : say.forgot.submit}
      </Button>
      <Button look="quiet" onClick={onBack}>
        {say.forgot.back}
      </Button>
    </form>
  );
}

function explain(reason: unknown): string {
  if (reason instanceof SignInError) {
    if (reason.kind === "CodeMismatchException") return say.forgot.wrongCode;
    if (reason.kind === "ExpiredCodeException") return say.forgot.oldCode;
    if (reason.kind === "LimitExceededException") return say.forgot.tooOften;
    return reason.message;
  }
  return reason instanceof Error ? sentenceOf(reason) : String(reason);
}
