import { useEffect, useState } from "react";
import { Link, useSearchParams } from "wouter";
import { usePageTitle } from "../../components/usePageTitle";
import { say } from "../../strings";
import { Button, buttonClass } from "../../components/Button";
import { EmptyNotice, ErrorNotice, Skeleton } from "../../components/Notice";
import { asNow, type Choice, matches, ORDERS, sorted, toggled, withAll } from "./choice";
import styles from "./MyVideosPage.module.css";
import { useHiddenVideos } from "./removals";
import { SelectionBar } from "./SelectionBar";
import { TrackedVideo } from "./TrackedVideo";
import { useRemoval } from "./useRemoval";
import { useVideos } from "./useVideos";
import { videosOf } from "./videoLists";
import { ALL, type Shown, STATUSES, VideoFilters } from "./VideoFilters";

/** All videos of the person: found by words, status and project; chosen to make a job, download or delete. */
export default function MyVideosPage() {
  usePageTitle(say.videos.title);
  const [shown, setShown] = useShown();
  const [chosen, setChosen] = useState<Choice>([]);
  const videos = useVideos({ status: shown.status || undefined, projectId: shown.projectId || undefined });
  const hidden = useHiddenVideos();
  const remove = useRemoval();
  useWholeList(videos, shown.words.trim() !== "" || shown.order !== "newest");

  const found = sorted(videosOf(videos.data), shown.order).filter(
    (video) => !hidden.has(video.video_id) && matches(video, shown.words),
  );
  const choice = asNow(chosen, videosOf(videos.data), hidden);
  const places = new Map(choice.map(({ video_id }, place) => [video_id, place]));
  const seen = found.filter(({ video_id }) => places.has(video_id)).length;
  return (
    <div className={styles.page}>
      <header>
        <h1>{say.videos.title}</h1>
        <p className={styles.lead}>{say.videos.lead}</p>
      </header>
      <VideoFilters shown={shown} onChange={setShown} />
      {(found.length > 0 || choice.length > 0) && (
        <SelectionBar
          choice={choice}
          unseen={choice.length - seen}
          canChooseMore={seen < found.length}
          onChooseAll={() => {
            setChosen(withAll(choice, found));
          }}
          onChooseNone={() => {
            setChosen([]);
          }}
          onDelete={() => {
            remove(choice);
            setChosen([]);
          }}
        />
      )}
      {videos.isPending && <Skeleton lines={3} />}
      {videos.isLoadingError && <ErrorNotice error={videos.error} onRetry={() => void videos.refetch()} />}
      {videos.isSuccess && found.length === 0 && !videos.isFetchingNextPage && (
        <NoVideos
          filtered={shown.words.trim() !== "" || shown.status !== "" || shown.projectId !== ""}
          onShowAll={() => {
            setShown(ALL);
          }}
        />
      )}
      <h2 className="visually-hidden">{say.videos.list}</h2>
      <ul className={styles.grid}>
        {found.map((video) => (
          <TrackedVideo
            key={video.video_id}
            video={video}
            place={places.get(video.video_id)}
            onToggle={() => {
              setChosen(toggled(choice, video));
            }}
            onDelete={() => {
              remove([video]);
            }}
          />
        ))}
      </ul>
      {videos.hasNextPage && (
        <Button busy={videos.isFetchingNextPage} onClick={() => void videos.fetchNextPage()}>
          {say.app.more}
        </Button>
      )}
    </div>
  );
}

interface NoVideosProps {
  readonly filtered: boolean;
  readonly onShowAll: () => void;
}

/** Nothing was made yet, or nothing matches. */
function NoVideos({ filtered, onShowAll }: NoVideosProps) {
  if (filtered) {
    return (
      <EmptyNotice title={say.videos.noneFound}>
        <Button size="small" onClick={onShowAll}>
          {say.videos.showAll}
        </Button>
      </EmptyNotice>
    );
  }
  return (
    <EmptyNotice title={say.videos.none}>
      <p>{say.videos.noneWhy}</p>
      <Link href="/create-video" className={buttonClass("primary", "small")}>
        {say.create.title}
      </Link>
    </EmptyNotice>
  );
}

/** The filters as the address has them: they outlive a reload, and can be passed on. */
function useShown(): [Shown, (shown: Shown) => void] {
  const [search, setSearch] = useSearchParams();
  const status: Shown["status"] = STATUSES.find((one) => one === search.get("status")) ?? "";
  const order = ORDERS.find((one) => one === search.get("order")) ?? "newest";
  const shown = { words: search.get("q") ?? "", status, projectId: search.get("project") ?? "", order };
  return [
    shown,
    ({ words, status: only, projectId, order: by }) => {
      const given = Object.entries({
        q: words,
        status: only,
        project: projectId,
        order: by === "newest" ? "" : by,
      });
      setSearch(
        given.filter(([, value]) => value !== ""),
        { replace: true },
      );
    },
  ];
}

type Pages = Pick<
  ReturnType<typeof useVideos>,
  "hasNextPage" | "isFetchingNextPage" | "isError" | "fetchNextPage"
>;

/** Read on to the end while words are searched or another order is shown: both are made of what was read. */
function useWholeList(pages: Pages, wanted: boolean): void {
  const { hasNextPage, isFetchingNextPage, isError, fetchNextPage } = pages;
  useEffect(() => {
    if (wanted && hasNextPage && !isFetchingNextPage && !isError) void fetchNextPage();
  }, [wanted, hasNextPage, isFetchingNextPage, isError, fetchNextPage]);
}
