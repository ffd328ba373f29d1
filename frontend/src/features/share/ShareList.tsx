import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { keys } from "../../api/queries";
import type { ShareView } from "../../api/schema";
import { useApi } from "../../auth/context";
import { Badge } from "../../components/Badge";
import { Button } from "../../components/Button";
import { Confirm } from "../../components/Confirm";
import { sentenceOf } from "../../components/Notice";
import { toast } from "../../components/toasts";
import { formatMoment } from "../../format";
import { say } from "../../strings";
import styles from "./ShareDialog.module.css";

/** The links of a job, with a way to end those that are open. */
export function ShareList({
  jobId,
  shares,
}: {
  readonly jobId: string;
  readonly shares: readonly ShareView[];
}) {
  const api = useApi();
  const queries = useQueryClient();
  const [ending, setEnding] = useState<ShareView | null>(null);
  const revoke = useMutation({
    mutationFn: (share: ShareView) => api.shares.revoke(jobId, share.share_id),
    onSuccess: () => {
      toast(say.share.revoked);
      void queries.invalidateQueries({ queryKey: keys.shares(jobId) });
    },
    onError: (error) => {
      toast(sentenceOf(error), { tone: "bad" });
    },
  });
  if (shares.length === 0) return <p className={styles.why}>{say.share.none}</p>;
  return (
    <>
      <ul className={styles.list}>
        {shares.map((share) => (
          <li key={share.share_id} className={styles.share}>
            <span className={styles.name} dir="auto">
              {share.title ?? say.share.untitled}
            </span>
            <Badge tone={share.status === "open" ? "good" : "neutral"}>
              {say.share.status[share.status]}
            </Badge>
            <span className={styles.why}>
              {say.share.shows[share.kind]}
              {share.status === "open" && `, ${say.share.until(formatMoment(share.expires_at))}`}
              {share.comment_count > 0 && `, ${say.share.count(share.comment_count)}`}
            </span>
            {share.status === "open" && (
              <Button
                size="small"
                aria-label={say.share.revokeThis(share.title ?? say.share.untitled)}
                onClick={() => {
                  setEnding(share);
                }}
              >
                {say.share.revoke}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {ending && (
        <Confirm
          question={say.share.revokeQuestion}
          yes={say.share.revoke}
          onYes={() => {
            revoke.mutate(ending);
          }}
          onClose={() => {
            setEnding(null);
          }}
        />
      )}
    </>
  );
}
