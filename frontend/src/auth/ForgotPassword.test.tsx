import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { StudioContext } from "./context";
import { SignInError } from "./cognito";
import type { Session } from "./Session";
import ForgotPassword from "./ForgotPassword";

function show(session: Partial<Session>) {
  const onSignedIn = vi.fn();
  render(
    <StudioContext value={{ session } as never}>
      <ForgotPassword email="ada@example.com" onSignedIn={onSignedIn} onBack={() => undefined} />
    </StudioContext>,
  );
  return onSignedIn;
}

async function sendCode() {
  await userEvent.click(screen.getByRole("button", { name: "Send the code" }));
  await userEvent.type(await screen.findByLabelText("Code from the e-mail"), "123456");
  await userEvent.type(screen.getByLabelText(/New password/), "Correct-horse-1");
  await userEvent.click(screen.getByRole("button", { name: /Change the password/ }));
}

describe("ForgotPassword", () => {
  it("has a code sent, and signs in with the new password", async () => {
    const sendResetCode = vi.fn(() => Promise.resolve());
    const resetPassword = vi.fn(() => Promise.resolve(null));
    const onSignedIn = show({ sendResetCode, resetPassword });
    await sendCode();
    expect(sendResetCode).toHaveBeenCalledWith("ada@example.com");
    expect(resetPassword).toHaveBeenCalledWith("ada@example.com", "123456", "Correct-horse-1");
    expect(onSignedIn).toHaveBeenCalledWith(null);
  });

  it("says what is wrong with a code, and keeps what was typed", async () => {
    const resetPassword = vi.fn(() => Promise.reject(new SignInError("CodeMismatchException", "no")));
    const onSignedIn = show({ sendResetCode: () => Promise.resolve(), resetPassword });
    await sendCode();
    await screen.findByText("That is not the code of the e-mail.");
    expect(screen.getByLabelText<HTMLInputElement>("Code from the e-mail").value).toBe("123456");
    expect(onSignedIn).not.toHaveBeenCalled();
  });
});
