import { useState, type SubmitEvent } from "react";
import { Button } from "../../components/Button";
import { Field } from "../../components/Field";
import { FieldError } from "../../components/FieldError";
import { toast } from "../../components/toasts";
import { say } from "../../strings";
import styles from "./Account.module.css";
import type { Credentials } from "./credentials";
import { explain, textOf } from "./forms";
import { texts } from "./texts";

interface PasswordFormProps {
  readonly credentials: Credentials;
  readonly email: string;
}

/** A new password in place of the one that is known. */
export function PasswordForm({ credentials, email }: PasswordFormProps) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | undefined>();
  const described = error ? { "aria-invalid": true, "aria-describedby": "password-error" } : {};

  const submit = async (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    setBusy(true);
    setError(undefined);
    try {
      await credentials.changePassword(textOf(form, "current"), textOf(form, "next"));
      form.reset();
      toast(texts.changed);
    } catch (reason) {
      setError(explain(reason, { NotAuthorizedException: texts.wrongPassword }));
    } finally {
      setBusy(false);
    }
  };

  return (
    <form onSubmit={(event) => void submit(event)} className={styles.form}>
      {/* For password managers: whose password it is. */}
      <input type="hidden" name="email" autoComplete="username" value={email} readOnly />
      <Field label={texts.current}>
        <input type="password" name="current" autoComplete="current-password" required {...described} />
      </Field>
      <Field label={texts.next} why={say.signIn.newPasswordWhy}>
        <input type="password" name="next" autoComplete="new-password" required {...described} />
      </Field>
      <FieldError id="password-error">{error}</FieldError>
      <Button type="submit" busy={busy}>
        {texts.change}
      </Button>
    </form>
  );
}
