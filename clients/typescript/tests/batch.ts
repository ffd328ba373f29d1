/**
 * One whole batch by a client whose types are generated from the API's document, and nothing else:
 * `node batch.ts <url> <token> <clip>...`. Ends with an error where an answer is not as documented.
 */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";

import { createClient, isProblem } from "../src/index.js";

const [url = "", token = "", ...files] = process.argv.slice(2);
const api = createClient({ url, token });

async function upload(file: string): Promise<string> {
  const { data, response } = await api.POST("/api/v1/uploads", {
    body: { file_name: "clip.mp4", content_type: "video/mp4" },
  });
  assert(data, String(response.status));
  const form = new FormData();
  for (const [name, value] of Object.entries(data.fields)) form.append(name, value);
  form.append("file", new Blob([await readFile(file)]));
  assert((await fetch(data.url, { method: "POST", body: form })).ok);
  return data.upload_id;
}

async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await setTimeout(100);
  }
}

const uploads: string[] = [];
for (const file of files) uploads.push(await upload(file));
const made = await api.POST("/api/v1/jobs", {
  body: {
    title: "Made by a generated client",
    clips: uploads.map((upload_id) => ({ upload_id, prompt: "" })),
  },
});
assert(made.data && made.response.status === 202);
const job = { job_id: made.data.job_id };
await until(async () => {
  const { data } = await api.GET("/api/v1/jobs/{job_id}", { params: { path: job } });
  assert(data && data.status !== "failed");
  return data.status === "ready" ? data : undefined;
});

const instruction = "make it nighttime";
const asked = { clips: uploads.map((_, clip_index) => ({ clip_index })), instruction };
const header = { "Idempotency-Key": randomUUID() };
const accepted = await api.POST("/api/v1/jobs/{job_id}/clips/batch-regenerate", {
  params: { path: job, header },
  body: asked,
});
assert(accepted.data, JSON.stringify(accepted.error));
assert(accepted.response.headers.get("location")?.endsWith(accepted.data.batch_id));
const again = await api.POST("/api/v1/jobs/{job_id}/clips/batch-regenerate", {
  params: { path: job, header },
  body: asked,
});
assert.deepEqual(again.data, accepted.data);
assert.equal(again.response.headers.get("idempotency-replayed"), "true");

const batch = { ...job, batch_id: accepted.data.batch_id };
const ended = await until(async () => {
  const { data } = await api.GET("/api/v1/jobs/{job_id}/batches/{batch_id}", { params: { path: batch } });
  assert(data);
  return data.finished_at === null ? undefined : data;
});
assert.equal(ended.status, "succeeded");

const events = await api.GET("/api/v1/jobs/{job_id}/events", { params: { path: job }, parseAs: "text" });
assert.match(String(events.data), /event: batch_succeeded/);

const clip = { ...job, clip_index: 0 };
const restored = await api.POST("/api/v1/jobs/{job_id}/clips/{clip_index}/versions/{version_id}/restore", {
  params: { path: { ...clip, version_id: "1" } },
});
assert(restored.data?.state === "current");

const refused = await api.POST("/api/v1/jobs/{job_id}/clips/batch-regenerate", {
  params: { path: job },
  body: { clips: [{ clip_index: 9, instruction }] },
});
assert(isProblem(refused.error) && refused.error.type === "urn:retake:problem:invalid-request");
assert.equal(refused.error.errors?.[0]?.field, "clips[0].clip_index");
const missing = await api.GET("/api/v1/jobs/{job_id}", { params: { path: { job_id: randomUUID() } } });
assert(isProblem(missing.error) && missing.error.type === "urn:retake:problem:not-found");
const stale = await api.DELETE("/api/v1/jobs/{job_id}/clips/{clip_index}", {
  params: { path: clip, header: { "If-Match": '"0"' } },
});
assert.equal(stale.response.status, 412);

const { status, regenerations, charged } = ended;
process.stdout.write(JSON.stringify({ status, clips: regenerations.length, charged }));
