import { type Ref, useCallback, useMemo, useRef, useState } from "react";
import { PublicShare } from "../../api/PublicShare";
import { ApiProblem } from "../../api/problem";
import type { SharedComparisonView, SharedTakeView, SharedView } from "../../api/schema";
import { EmptyNotice, ErrorNotice, Skeleton } from "../../components/Notice";
import { StagePage } from "../../components/StagePage";
import { usePageTitle } from "../../components/usePageTitle";
import { formatMoment, formatTimecode } from "../../format";
import { say } from "../../strings";
import { type ComparedTake, CompareStage, type Seekable } from "../compare/CompareStage";
import { useCompareView } from "../compare/useCompareView";
import { CommentForm } from "./CommentForm";
import { CommentList } from "./CommentList";
import styles from "./SharedPage.module.css";
import { SharedVideo } from "./SharedVideo";
import { tokenOf } from "./token";
import { useShared, useSharedComments } from "./useShared";

interface SharedPageProps {
  /** The address of the API, as the configuration has it. */
  readonly apiBase: string;
  readonly fetcher?: (request: Request) => Promise<Response>;
}

/** What a share link shows, for people without an account: a video or a comparison, and comments at a time. */
export default function SharedPage({ apiBase, fetcher }: SharedPageProps) {
  const token = tokenOf(location.hash);
  const share = useMemo(
    () => (token === null ? null : new PublicShare(apiBase, token, fetcher)),
    [apiBase, token, fetcher],
  );
  usePageTitle(say.shared.page);
  if (share === null || token === null)
    return (
      <>
        <h1 className="visually-hidden">{say.shared.page}</h1>
        <EmptyNotice title={say.shared.noToken} />
      </>
    );
  return <Shared share={share} token={token} />;
}

interface SharedProps {
  readonly share: PublicShare;
  readonly token: string;
}

function Shared({ share, token }: SharedProps) {
  const shared = useShared(share, token);
  const [time, setTime] = useState(0);
  const shown = useRef<Seekable>(null);
  const comments = useSharedComments(share, token, shared.isSuccess).data?.comments ?? [];
  const show = useCallback((seconds: number) => {
    // Whole frames at most: the heading says where a comment will stand, not each tick of a clock.
    setTime((before) => (Math.abs(before - seconds) < 0.02 ? before : seconds));
  }, []);
  if (shared.isPending) return <Skeleton lines={4} />;
  // A link that has ended shows nothing more; where only the connection is gone, what is written stays.
  if (shared.error && (shared.data === undefined || hasEnded(shared.error)))
    return (
      <>
        <h1 className="visually-hidden">{say.shared.page}</h1>
        <ErrorNotice error={shared.error} onRetry={() => void shared.refetch()} />
      </>
    );
  const view = shared.data;
  const { fps } = view;
  const pins = comments.flatMap(({ comment_id, time_s, author }) =>
    time_s === null
      ? []
      : [{ id: comment_id, time: time_s, label: say.comments.pin(author, formatTimecode(time_s, fps)) }],
  );
  return (
    <StagePage
      header={
        <>
          <h1 dir="auto">{view.title ?? say.shared.noTitle}</h1>
          <p className={styles.soft}>{say.shared.ends(formatMoment(view.expires_at))}</p>
        </>
      }
      stage={
        <>
          {view.video && (
            <SharedVideo
              video={view.video}
              clips={view.clips}
              fps={fps}
              pins={pins}
              onTime={show}
              ref={shown}
              refresh={() => void shared.refetch()}
            />
          )}
          {view.kind === "video" && <Composing view={view} />}
          {view.comparison && (
            <SharedComparison
              {...view.comparison}
              fps={fps}
              onTime={show}
              ref={shown}
              refresh={() => void shared.refetch()}
            />
          )}
          <Prompts view={view} />
        </>
      }
      side={
        <>
          {view.takes_comments ? (
            <CommentForm
              share={share}
              token={token}
              fps={fps}
              maxChars={view.max_comment_chars}
              time={time}
              onBegin={() => shown.current?.seek(time)}
            />
          ) : (
            <p className={styles.soft}>{say.shared.closed}</p>
          )}
          <CommentList comments={comments} fps={fps} onSeek={(seconds) => shown.current?.seek(seconds)} />
        </>
      }
    />
  );
}

const ENDED: readonly number[] = [404, 410];

function hasEnded(error: Error): boolean {
  return error instanceof ApiProblem && ENDED.includes(error.status);
}

function Composing({ view: { video } }: { readonly view: SharedView }) {
  if (video?.up_to_date) return null;
  return <p role="status">{video === null ? say.shared.noVideo : say.shared.composing}</p>;
}

interface SharedComparisonProps extends SharedComparisonView {
  readonly fps: number;
  readonly onTime: (seconds: number) => void;
  readonly ref: Ref<Seekable>;
  readonly refresh: () => void;
}

function SharedComparison({ left, right, width, height, fps, onTime, ref, refresh }: SharedComparisonProps) {
  const [view, setView] = useCompareView();
  const takeOf = (take: SharedTakeView): ComparedTake => ({
    number: take.version_number,
    url: take.url,
    refresh,
    caption: take.instruction && `“${take.instruction}”`,
  });
  return (
    <CompareStage
      left={takeOf(left)}
      right={takeOf(right)}
      fps={fps}
      ratio={width / height}
      view={view}
      onView={setView}
      onTime={onTime}
      ref={ref}
    />
  );
}

/** What each clip was made from, where the link shows it. */
function Prompts({ view: { clips } }: { readonly view: SharedView }) {
  const prompts = clips.flatMap((clip, index) => (clip.prompt ? [{ ...clip, index }] : []));
  if (prompts.length === 0) return null;
  return (
    <ol className={styles.prompts}>
      {prompts.map(({ index, prompt, instruction }) => (
        <li key={index}>
          <strong>{say.shared.clip(index + 1)}</strong>{" "}
          <span dir="auto">{instruction ? `“${instruction}”` : prompt}</span>
        </li>
      ))}
    </ol>
  );
}
