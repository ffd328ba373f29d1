import { screen, within } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Cognito } from "../../auth/cognito";
import { Session } from "../../auth/Session";
import { FakeServer } from "../../testing/FakeServer";
import { show } from "../../testing/render";
import AccountPage from "./AccountPage";

const CONFIG = { userPoolClientId: "studio", cognitoEndpoint: "/cognito", apiBasePath: "/api/v1" };
const EMAIL = "ada@example.com";
const TOKEN = `head.${btoa(JSON.stringify({ iat: 0, exp: 3600 }))}.tail`;
const SIGNED_IN = { AuthenticationResult: { IdToken: TOKEN, AccessToken: "access", RefreshToken: "r" } };

type Answer = object | (() => object);

/** Cognito by the names of its calls; what is not answered is refused. */
let answers: Record<string, Answer>;
const calls: { readonly action: string; readonly body: Record<string, unknown> }[] = [];

function refusal(kind: string): () => Response {
  return () => Response.json({ __type: kind, message: `${kind}.` }, { status: 400 });
}

beforeEach(() => {
  localStorage.clear();
  calls.length = 0;
  answers = { InitiateAuth: SIGNED_IN, GetUser: { UserMFASettingList: [] } };
  vi.stubGlobal("fetch", (_address: string, init: RequestInit) => {
    const action = new Headers(init.headers).get("X-Amz-Target")?.split(".").at(-1) ?? "";
    calls.push({ action, body: JSON.parse(init.body as string) as Record<string, unknown> });
    const answer = answers[action] ?? refusal("UnknownOperationException");
    const given = typeof answer === "function" ? (answer as () => object)() : answer;
    return Promise.resolve(given instanceof Response ? given : Response.json(given));
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

async function open(localUser?: string) {
  const session = new Session(new Cognito(CONFIG), localStorage);
  await session.signIn(EMAIL, "Old-password-1!");
  const config = localUser === undefined ? CONFIG : { ...CONFIG, localUser };
  return show(<AccountPage />, new FakeServer(), "/account", { session, config });
}

const sentOf = (action: string) => calls.filter((one) => one.action === action).map(({ body }) => body);

describe("the password", () => {
  async function change() {
    const { user } = await open();
    await user.type(screen.getByLabelText("Current password"), "Old-password-1!");
    await user.type(screen.getByLabelText(/New password/), "New-password-1!");
    await user.click(screen.getByRole("button", { name: "Change the password" }));
  }

  it("is changed with the one before, by the token for the user pool", async () => {
    answers.ChangePassword = {};
    await change();
    await screen.findByText("The password is changed.");
    expect(sentOf("ChangePassword")).toEqual([
      { AccessToken: "access", PreviousPassword: "Old-password-1!", ProposedPassword: "New-password-1!" },
    ]);
    expect(screen.getByLabelText<HTMLInputElement>("Current password").value).toBe("");
  });

  it.each([
    ["NotAuthorizedException", "That is not your current password."],
    ["InvalidPasswordException", "InvalidPasswordException."],
    ["LimitExceededException", "Too many tries. Wait some minutes, then try again."],
  ])("that is refused with %s is kept in the form", async (kind, sentence) => {
    answers.ChangePassword = refusal(kind);
    await change();
    await screen.findByText(sentence);
    expect(screen.getByLabelText<HTMLInputElement>("Current password").value).toBe("Old-password-1!");
  });
});

describe("the authenticator app", () => {
  it("is turned on once its first code was right", async () => {
    answers.AssociateSoftwareToken = { SecretCode: "ABCDEFGHIJ" };
    answers.VerifySoftwareToken = refusal("EnableSoftwareTokenMFAException");
    answers.SetUserMFAPreference = {};
    const { user } = await open();
    await user.click(await screen.findByRole("button", { name: "Set up an app" }));
    expect((await screen.findByLabelText<HTMLTextAreaElement>("Key")).value).toBe("ABCD EFGH IJ");
    expect(screen.getByRole("link", { name: "Open the app" }).getAttribute("href")).toBe(
      "otpauth://totp/Retake:ada%40example.com?secret=ABCDEFGHIJ&issuer=Retake",
    );
    const code = screen.getByLabelText("Code that the app shows");
    await user.type(code, "123 456");
    await user.click(screen.getByRole("button", { name: "Turn on" }));
    await screen.findByText(/^That is not the code for this key/);
    expect(sentOf("SetUserMFAPreference")).toEqual([]);

    answers.VerifySoftwareToken = { Status: "SUCCESS" };
    await user.click(screen.getByRole("button", { name: "Turn on" }));
    await screen.findByRole("button", { name: "Turn off" });
    expect(sentOf("VerifySoftwareToken").at(-1)).toEqual({ AccessToken: "access", UserCode: "123456" });
    expect(sentOf("SetUserMFAPreference")).toEqual([
      { AccessToken: "access", SoftwareTokenMfaSettings: { Enabled: true, PreferredMfa: true } },
    ]);
    expect(screen.queryByLabelText("Key")).toBeNull();
  });

  it("is turned off after a question", async () => {
    answers.GetUser = { UserMFASettingList: ["SOFTWARE_TOKEN_MFA"] };
    answers.SetUserMFAPreference = {};
    const { user } = await open();
    await user.click(await screen.findByRole("button", { name: "Turn off" }));
    const question = screen.getByRole("dialog", { hidden: true });
    await user.click(within(question).getByRole("button", { name: "Turn off", hidden: true }));
    await screen.findByRole("button", { name: "Set up an app" });
    expect(sentOf("SetUserMFAPreference")).toEqual([
      { AccessToken: "access", SoftwareTokenMfaSettings: { Enabled: false, PreferredMfa: false } },
    ]);
  });
});

it("leaves the account of this machine as it is", async () => {
  await open(EMAIL);
  screen.getByText(/was made for this machine/);
  expect(screen.queryByRole("button")).toBeNull();
  expect(sentOf("GetUser")).toEqual([]);
});
