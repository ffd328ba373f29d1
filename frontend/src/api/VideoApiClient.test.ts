import { describe, expect, it } from "vitest";
import { ApiProblem } from "./problem";
import { VideoApiClient } from "./VideoApiClient";

interface Sent {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  readonly body: unknown;
}

function client(...answers: (Response | Error)[]) {
  const sent: Sent[] = [];
  const refused: string[] = [];
  const tokens = ["first", "second"];
  const source = {
    token: () => Promise.resolve(tokens[0] ?? ""),
    refuse: (token: string) => {
      refused.push(token);
      tokens.shift();
    },
  };
  const fetcher = async (request: Request) => {
    const text = await request.text();
    const body: unknown = text === "" ? undefined : JSON.parse(text);
    const url = request.url.replace("https://retake.test", "");
    sent.push({ url, method: request.method, headers: request.headers, body });
    const answer = answers.shift() ?? Response.json({});
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { api: new VideoApiClient("https://retake.test/api/v1", source, fetcher), sent, refused };
}

describe("VideoApiClient", () => {
  it("sends the token in a header and never in the address", async () => {
    const { api, sent } = client(Response.json({ jobs: [], cursor: null }));
    await api.listJobs({ cursor: "c/1" });
    expect(sent[0]?.url).toBe("/api/v1/jobs?cursor=c%2F1");
    expect(sent[0]?.headers.get("authorization")).toBe("Bearer first");
  });

  it("takes another token when one is refused, and sends the same request again", async () => {
    const { api, sent, refused } = client(
      new Response("", { status: 401 }),
      Response.json({ batch_id: "b" }),
    );
    await api.regenerateClips("j", { clips: [{ clip_index: 0 }], instruction: "brighter" });
    expect(refused).toEqual(["first"]);
    expect(sent.map(({ headers }) => headers.get("authorization"))).toEqual([
      "Bearer first",
      "Bearer second",
    ]);
    expect(new Set(sent.map(({ headers }) => headers.get("idempotency-key"))).size).toBe(1);
  });

  it("repeats a request whose answer was lost, with the same idempotency key", async () => {
    const { api, sent } = client(new TypeError("lost"), Response.json({ batch_id: "b" }));
    await api.retryBatch("j", "b", "my-key");
    expect(sent.map(({ headers }) => headers.get("idempotency-key"))).toEqual(["my-key", "my-key"]);
  });

  it("names the timeline it has seen when it changes one", async () => {
    const { api, sent } = client();
    await api.timeline.reorderClips({ job_id: "j", timeline_revision: 3 }, [1, 0]);
    expect(sent[0]).toMatchObject({ method: "PATCH", url: "/api/v1/jobs/j/clips", body: { order: [1, 0] } });
    expect(sent[0]?.headers.get("if-match")).toBe('"3"');
  });

  it("resumes events after the last one, and asks for all of them at first", async () => {
    const { api, sent } = client(...[1, 2, 3].map(() => new Response("retry: 1\n\n")));
    await api.readEvents("j", 0);
    await api.readEvents("j", 12);
    await api.readUserEvents(7);
    expect(sent.map(({ url, headers }) => [url, headers.get("last-event-id")])).toEqual([
      ["/api/v1/jobs/j/events", null],
      ["/api/v1/jobs/j/events", "12"],
      ["/api/v1/events", "7"],
    ]);
  });

  it("tells of a refused file at the field of the video that is made from it, and starts nothing", async () => {
    const problem = { detail: "No.", errors: [{ field: "size_bytes", detail: "Too large." }] };
    const { api, sent } = client(Response.json(problem, { status: 422 }));
    const videos = [{ prompt: "a" }, { prompt: "b", imageReference: new File(["x"], "fox.png") }];
    const error: unknown = await api.createBatch(videos).catch((reason: unknown) => reason);
    expect((error as ApiProblem).faults).toEqual([
      { field: "videos[1].reference_upload_id", detail: "Too large." },
    ]);
    expect(sent.map(({ url }) => url)).toEqual(["/api/v1/uploads"]);
  });

  it("tells a problem with the field at fault", async () => {
    const problem = {
      type: "urn:retake:problem:invalid-request",
      detail: "No.",
      errors: [{ field: "clips[1].instruction", detail: "Say what." }],
    };
    const { api } = client(Response.json(problem, { status: 422 }));
    const error: unknown = await api.estimateBatch("j", { clips: [] }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ApiProblem);
    expect((error as ApiProblem).message).toBe("No.");
    expect((error as ApiProblem).faultOf("clips[1].instruction")).toBe("Say what.");
    expect((error as ApiProblem).faultOf("instruction")).toBeUndefined();
  });
});
