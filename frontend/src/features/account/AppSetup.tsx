import { useState, type SubmitEvent } from "react";
import { Button } from "../../components/Button";
import { CodeField, Field } from "../../components/Field";
import { FieldError } from "../../components/FieldError";
import { say } from "../../strings";
import styles from "./Account.module.css";
import { appAddress, type Credentials, inGroups } from "./credentials";
import { explain, textOf } from "./forms";
import { texts } from "./texts";

interface AppSetupProps {
  readonly credentials: Credentials;
  readonly email: string;
  readonly appKey: string;
  readonly onDone: () => void;
  readonly onCancel: () => void;
}

/** The key for the app, and the code that shows that the app has it. */
export function AppSetup({ credentials, email, appKey, onDone, onCancel }: AppSetupProps) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | undefined>();

  const submit = async (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      await credentials.turnAppOn(textOf(event.currentTarget, "code").replaceAll(" ", ""));
      onDone();
    } catch (reason) {
      setError(
        explain(reason, {
          EnableSoftwareTokenMFAException: texts.wrongCode,
          CodeMismatchException: texts.wrongCode,
          InvalidParameterException: texts.wrongCode,
        }),
      );
      setBusy(false);
    }
  };

  return (
    <form onSubmit={(event) => void submit(event)} className={styles.form}>
      <p>{texts.scan}</p>
      <Field label={texts.key}>
        <textarea className={styles.key} readOnly rows={2} value={inGroups(appKey)} />
      </Field>
      <p>
        <a href={appAddress(say.app.name, email, appKey)}>{texts.openApp}</a>
      </p>
      <CodeField label={texts.firstCode} name="code" errorId={error && "app-code-error"} />
      <FieldError id="app-code-error">{error}</FieldError>
      <div className={styles.actions}>
        <Button type="submit" look="primary" busy={busy}>
          {texts.turnOn}
        </Button>
        <Button look="quiet" onClick={onCancel}>
          {say.app.cancel}
        </Button>
      </div>
    </form>
  );
}
