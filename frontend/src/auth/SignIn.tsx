import { lazy, Suspense, useEffect, useRef, useState, type SubmitEvent } from "react";
import { useStudio } from "./context";
import { say } from "../strings";
import { Button } from "../components/Button";
import { CodeField, Field } from "../components/Field";
import { FieldError } from "../components/FieldError";
import { sentenceOf } from "../components/Notice";
import { type Challenge, SignInError } from "./cognito";
import { readLocalSignIn } from "./config";
import styles from "./SignIn.module.css";

const ForgotPassword = lazy(() => import("./ForgotPassword"));

interface SignInProps {
  /** A session ended on an open page: it stays behind this dialog. */
  readonly expired: boolean;
  readonly email: string;
}

/** The sign-in, over whatever page is there. */
export default function SignIn({ expired, email }: SignInProps) {
  const { config, session } = useStudio();
  const dialog = useRef<HTMLDialogElement>(null);
  const [challenge, setChallenge] = useState<Challenge | null>(null);
  const [forgot, setForgot] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | undefined>();

  useEffect(() => {
    dialog.current?.showModal();
  }, []);

  const attempt = async (step: () => Promise<Challenge | null>) => {
    setBusy(true);
    setError(undefined);
    try {
      setChallenge(await step());
    } catch (reason) {
      setError(explain(reason, challenge !== null));
      // The session of the challenge has ended: only the password begins another one.
      if (isRefusal(reason)) setChallenge(null);
    } finally {
      setBusy(false);
    }
  };
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => {
      const value = form.get(name);
      return typeof value === "string" ? value : "";
    };
    void attempt(() =>
      challenge
        ? session.answer(challenge, text("answer"))
        : session.signIn(text("email").trim(), text("password")),
    );
  };
  const continueLocally = () =>
    attempt(async () => {
      const local = await readLocalSignIn();
      return session.signIn(local.email, local.password);
    });

  return (
    <dialog
      ref={dialog}
      className={styles.dialog}
      aria-labelledby="sign-in-title"
      onCancel={(event) => {
        event.preventDefault();
      }}
    >
      {forgot ? (
        <Suspense fallback={null}>
          <ForgotPassword
            email={email}
            onSignedIn={(next) => {
              setChallenge(next);
              setForgot(false);
            }}
            onBack={() => {
              setForgot(false);
            }}
          />
        </Suspense>
      ) : (
        <form onSubmit={submit} className={styles.form}>
          <div className={styles.heading}>
            <img src="/favicon.svg" alt="" width={44} height={44} />
            <h1 id="sign-in-title">{expired ? say.signIn.again : say.signIn.title}</h1>
            {expired && <p className={styles.why}>{say.signIn.againWhy}</p>}
          </div>
          {config.localUser && !challenge && (
            <>
              <Button look="primary" busy={busy} onClick={() => void continueLocally()} autoFocus>
                {say.signIn.local(config.localUser)}
              </Button>
              <p className={styles.or}>
                <span>{say.signIn.or}</span>
              </p>
            </>
          )}
          {challenge ? (
            <ChallengeField challenge={challenge} invalid={error !== undefined} />
          ) : (
            <PasswordFields email={email} invalid={error !== undefined} />
          )}
          <FieldError id="sign-in-error">{error}</FieldError>
          <Button type="submit" look={config.localUser && !challenge ? "plain" : "primary"} busy={busy}>
            {challenge ? say.signIn.proceed : say.signIn.submit}
          </Button>
          {/* On one machine nothing sends e-mails. */}
          {!config.localUser && !challenge && (
            <Button
              look="quiet"
              onClick={() => {
                setError(undefined);
                setForgot(true);
              }}
            >
              {say.signIn.forgot}
            </Button>
          )}
        </form>
      )}
    </dialog>
  );
}

interface FieldsProps {
  readonly invalid: boolean;
}

function PasswordFields({ email, invalid }: FieldsProps & { readonly email: string }) {
  const described = invalid ? { "aria-invalid": true, "aria-describedby": "sign-in-error" } : {};
  return (
    <>
      <Field label={say.signIn.email}>
        <input
          type="email"
          name="email"
          autoComplete="username"
          required
          defaultValue={email}
          {...described}
        />
      </Field>
      <Field label={say.signIn.password}>
        <input type="password" name="password" autoComplete="current-password" required {...described} />
      </Field>
    </>
  );
}

function ChallengeField({ challenge, invalid }: FieldsProps & { readonly challenge: Challenge }) {
  if (challenge.name !== "NEW_PASSWORD_REQUIRED") {
    return (
      <CodeField label={say.signIn.code} name="answer" errorId={invalid ? "sign-in-error" : undefined} />
    );
  }
  const described = invalid ? { "aria-invalid": true, "aria-describedby": "sign-in-error" } : {};
  return (
    <Field label={say.signIn.newPassword} why={say.signIn.newPasswordWhy}>
      <input type="password" name="answer" autoComplete="new-password" required autoFocus {...described} />
    </Field>
  );
}

function isRefusal(reason: unknown): boolean {
  return reason instanceof SignInError && reason.kind === "NotAuthorizedException";
}

function explain(reason: unknown, isLate: boolean): string {
  if (isRefusal(reason)) return isLate ? say.signIn.tooLate : say.signIn.wrong;
  if (reason instanceof SignInError && reason.kind === "CodeMismatchException") return say.signIn.wrongCode;
  return reason instanceof Error ? sentenceOf(reason) : String(reason);
}
