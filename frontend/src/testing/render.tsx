import { QueryClientProvider } from "@tanstack/react-query";
import { render } from "@testing-library/react";
import userEvent, { type UserEvent } from "@testing-library/user-event";
import type { ReactNode } from "react";
import { Router } from "wouter";
import { memoryLocation } from "wouter/memory-location";
import { makeQueryClient } from "../api/queries";
import { Cognito } from "../auth/cognito";
import { type Studio, StudioContext } from "../auth/context";
import { Session } from "../auth/Session";
import { Toasts } from "../components/Toasts";
import type { FakeServer } from "./FakeServer";

const CONFIG = { userPoolClientId: "studio", cognitoEndpoint: "/cognito", apiBasePath: "/api/v1" };

interface Shown {
  readonly user: UserEvent;
  /** The addresses that were opened, the first one included. */
  readonly places: readonly string[];
}

/** Show a part of the studio, with everything around it that it may use; no user is signed in, unless `more` says so. */
export function show(part: ReactNode, server: FakeServer, at = "/", more: Partial<Studio> = {}): Shown {
  const { hook, searchHook, history } = memoryLocation({ path: at, record: true });
  const studio = {
    config: CONFIG,
    session: new Session(new Cognito(CONFIG), localStorage),
    api: server.client,
    ...more,
  };
  render(
    <StudioContext value={studio}>
      <QueryClientProvider client={makeQueryClient()}>
        <Router hook={hook} searchHook={searchHook}>
          {part}
          <Toasts />
        </Router>
      </QueryClientProvider>
    </StudioContext>,
  );
  return { user: userEvent.setup(), places: history };
}
