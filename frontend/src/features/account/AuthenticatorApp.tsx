import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { keys } from "../../api/queries";
import { Button } from "../../components/Button";
import { ConfirmButton } from "../../components/Confirm";
import { FieldError } from "../../components/FieldError";
import { ErrorNotice, Skeleton } from "../../components/Notice";
import { toast } from "../../components/toasts";
import styles from "./Account.module.css";
import { AppSetup } from "./AppSetup";
import type { Credentials } from "./credentials";
import { explain } from "./forms";
import { texts } from "./texts";

interface AuthenticatorAppProps {
  readonly credentials: Credentials;
  readonly email: string;
}

/** Whether a code is asked for at each sign-in, and the way to change that. */
export function AuthenticatorApp({ credentials, email }: AuthenticatorAppProps) {
  const queries = useQueryClient();
  const [key, setKey] = useState<string | null>(null);
  const isOn = useQuery({ queryKey: keys.authenticator, queryFn: () => credentials.hasApp() });
  const makeKey = useMutation({ mutationFn: () => credentials.makeKey(), onSuccess: setKey });
  const become = (on: boolean) => {
    queries.setQueryData(keys.authenticator, on);
    setKey(null);
    toast(on ? texts.turnedOn : texts.turnedOff);
  };
  const turnOff = useMutation({
    mutationFn: () => credentials.turnAppOff(),
    onSuccess: () => {
      become(false);
    },
  });

  if (isOn.isPending) return <Skeleton lines={2} />;
  if (isOn.isLoadingError) return <ErrorNotice error={isOn.error} onRetry={() => void isOn.refetch()} />;
  if (key !== null) {
    return (
      <AppSetup
        credentials={credentials}
        email={email}
        appKey={key}
        onDone={() => {
          become(true);
        }}
        onCancel={() => {
          setKey(null);
        }}
      />
    );
  }
  const failure = makeKey.error ?? turnOff.error;
  const error = failure ? explain(failure, {}) : undefined;
  return (
    <>
      <p>{isOn.data ? texts.isOn : texts.appWhy}</p>
      <p className={styles.why}>{texts.lost}</p>
      <FieldError id="app-error">{error}</FieldError>
      {isOn.data ? (
        <ConfirmButton
          busy={turnOff.isPending}
          question={texts.sureOff}
          yes={texts.turnOff}
          onYes={() => {
            turnOff.mutate();
          }}
        >
          {texts.turnOff}
        </ConfirmButton>
      ) : (
        <Button
          busy={makeKey.isPending}
          onClick={() => {
            makeKey.mutate();
          }}
        >
          {texts.setUp}
        </Button>
      )}
    </>
  );
}
