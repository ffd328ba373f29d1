import { useEffect, useState } from "react";
import { Link, useSearchParams } from "wouter";
import { PageHeader } from "../../components/PageHeader";
import { say } from "../../strings";
import { Button, buttonClass } from "../../components/Button";
import { EmptyNotice, ErrorNotice, Skeleton } from "../../components/Notice";
import { asNow, type Choice, ORDERS, sorted, toggled, withAll } from "./choice";
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
  const [shown, setShown] = useShown();
  const [chosen, setChosen] = useState<Choice>([]);
  const words = useSettled(shown.words.trim());
  const videos = useVideos({
    status: shown.status || undefined,
    projectId: shown.projectId || undefined,
    words: words || undefined,
  });
  const hidden = useHiddenVideos();
  const remove = useRemoval();
  useWholeList(videos, shown.order !== "newest");
  useNonemptyPage(videos);

  const found = sorted(videosOf(videos.data), shown.order).filter((video) => !hidden.has(video.video_id));
  const choice = asNow(chosen, videosOf(videos.data), hidden);
  const places = new Map(choice.map(({ video_id }, place) => [video_id, place]));
  const seen = found.filter(({ video_id }) => places.has(video_id)).length;
  return (
    <div className={styles.page} data-wide>
      <PageHeader title={say.videos.title} lead={say.videos.lead} />
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
      {videos.isSuccess && found.length === 0 && !videos.hasNextPage && (
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

/** Read on to the end while another order is shown: it is made of what was read. */
function useWholeList(pages: Pages, wanted: boolean): void {
  const { hasNextPage, isFetchingNextPage, isError, fetchNextPage } = pages;
  useEffect(() => {
    if (wanted && hasNextPage && !isFetchingNextPage && !isError) void fetchNextPage();
  }, [wanted, hasNextPage, isFetchingNextPage, isError, fetchNextPage]);
}

/** Read on while a search has found nothing yet: one answer of the server looks at a part of the list. */
function useNonemptyPage(pages: Pages & Pick<ReturnType<typeof useVideos>, "data">): void {
  const { data, hasNextPage, isFetchingNextPage, isError, fetchNextPage } = pages;
  const isEmpty = videosOf(data).length === 0;
  useEffect(() => {
    if (isEmpty && hasNextPage && !isFetchingNextPage && !isError) void fetchNextPage();
  }, [isEmpty, hasNextPage, isFetchingNextPage, isError, fetchNextPage]);
}

const SETTLED_MS = 250;

/** Return a text once it has not changed for a moment: a search is sent for words, not for letters. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => {
      setSettled(text);
    }, SETTLED_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [text]);
  return settled;
}
