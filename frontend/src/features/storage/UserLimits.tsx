import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useApi } from "../../auth/context";
import { keys } from "../../api/queries";
import { say } from "../../strings";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { ErrorNotice, Skeleton } from "../../components/Notice";
import { LimitsForm } from "./LimitsForm";

/** A button that opens what one user may store and spend, to be changed. */
export function UserLimits({ userId }: { readonly userId: string }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button
        size="small"
        aria-label={say.budgets.edit(userId)}
        onClick={() => {
          setOpen(true);
        }}
      >
        {say.budgets.change}
      </Button>
      {open && (
        <LimitsDialog
          userId={userId}
          onClose={() => {
            setOpen(false);
          }}
        />
      )}
    </>
  );
}

function LimitsDialog({ userId, onClose }: { readonly userId: string; readonly onClose: () => void }) {
  const api = useApi();
  const dialog = useRef<HTMLDialogElement>(null);
  const budget = useQuery({
    queryKey: keys.budget(userId),
    queryFn: ({ signal }) => api.account.readBudget(userId, { signal }),
    staleTime: 0,
    gcTime: 0, // a form begins with what is true now
  });
  const close = () => dialog.current?.close();
  return (
    <Dialog ref={dialog} labelledBy="limits" onClose={onClose}>
      <h2 id="limits">{say.budgets.title(say.budgets.user(userId))}</h2>
      {budget.isPending && <Skeleton lines={2} />}
      {budget.isLoadingError && <ErrorNotice error={budget.error} onRetry={() => void budget.refetch()} />}
      {budget.data && <LimitsForm budget={budget.data} onDone={close} />}
    </Dialog>
  );
}
