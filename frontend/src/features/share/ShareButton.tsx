import { useState } from "react";
import type { ComparedModel } from "../../api/schema";
import { Button } from "../../components/Button";
import { LazyPart } from "../../components/LazyPart";
import { lazyPage } from "../../components/lazyPage";
import { say } from "../../strings";

const ShareDialog = lazyPage(() => import("./ShareDialog"));

interface ShareButtonProps {
  readonly jobId: string;
  /** What a new link shows; the job's video without it. */
  readonly comparison?: ComparedModel;
  /** Proposed as what viewers read above it. */
  readonly title?: string;
}

/** Opens the dialog in which links are made and revoked. */
export function ShareButton(props: ShareButtonProps) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button
        size="small"
        aria-haspopup="dialog"
        onClick={() => {
          setOpen(true);
        }}
      >
        {say.share.button}
      </Button>
      {open && (
        <LazyPart>
          <ShareDialog
            {...props}
            onClose={() => {
              setOpen(false);
            }}
          />
        </LazyPart>
      )}
    </>
  );
}
