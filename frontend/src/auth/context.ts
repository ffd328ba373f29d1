import { createContext, useContext, useSyncExternalStore } from "react";
import type { VideoApiClient } from "../api/VideoApiClient";
import type { StudioConfig } from "./config";
import type { Session, SessionState } from "./Session";

/** What every part of the studio may use. */
export interface Studio {
  readonly config: StudioConfig;
  readonly session: Session;
  readonly api: VideoApiClient;
}

export const StudioContext = createContext<Studio | null>(null);

export function useStudio(): Studio {
  const studio = useContext(StudioContext);
  if (studio === null) throw new Error("This component belongs inside a StudioContext.");
  return studio;
}

export function useApi(): VideoApiClient {
  return useStudio().api;
}

export function useSessionState(): SessionState {
  const { session } = useStudio();
  return useSyncExternalStore(session.subscribe, session.snapshot);
}
