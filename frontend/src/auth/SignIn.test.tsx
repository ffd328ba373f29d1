import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { type Challenge, SignInError } from "./cognito";
import { StudioContext } from "./context";
import type { Session } from "./Session";
import SignIn from "./SignIn";

const CODE: Challenge = { name: "SOFTWARE_TOKEN_MFA", session: "s", email: "ada@example.com" };

async function reachCode(answer: Session["answer"]) {
  const session: Partial<Session> = { signIn: () => Promise.resolve(CODE), answer };
  render(
    <StudioContext value={{ session, config: {} } as never}>
      <SignIn expired={false} email="ada@example.com" />
    </StudioContext>,
  );
  await userEvent.type(screen.getByLabelText("Password"), "Correct-horse-1");
  await userEvent.click(screen.getByRole("button", { name: "Sign in", hidden: true }));
  await userEvent.type(await screen.findByLabelText("Code of your authenticator app"), "123456");
  await userEvent.click(screen.getByRole("button", { name: "Continue", hidden: true }));
}

const refuse = (kind: string) => vi.fn(() => Promise.reject(new SignInError(kind, "no")));

describe("the code of an authenticator app", () => {
  it("is sent with the challenge that asked for it", async () => {
    const answer = vi.fn(() => Promise.resolve(null));
    await reachCode(answer);
    expect(answer).toHaveBeenCalledWith(CODE, "123456");
  });

  it("can be entered again where it was wrong", async () => {
    await reachCode(refuse("CodeMismatchException"));
    await screen.findByText("That is not the code that your app shows now.");
    expect(screen.getByLabelText<HTMLInputElement>("Code of your authenticator app").value).toBe("123456");
  });

  it("gives way to the password where its session has ended", async () => {
    await reachCode(refuse("NotAuthorizedException"));
    await screen.findByText(/^That took too long/);
    screen.getByLabelText("Password");
  });
});
