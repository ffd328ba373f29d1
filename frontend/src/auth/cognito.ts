import type { StudioConfig } from "./config";

export interface Tokens {
  readonly idToken: string;
  /** For what the user pool itself does for the user: it is not sent to the API. */
  readonly accessToken: string;
  readonly refreshToken: string | undefined;
}

/** A step between the password and the tokens: a new password, or a code of an authenticator app. */
export interface Challenge {
  readonly name: "NEW_PASSWORD_REQUIRED" | "SOFTWARE_TOKEN_MFA";
  readonly session: string;
  readonly email: string;
}

export type SignInStep = { readonly tokens: Tokens } | { readonly challenge: Challenge };

/** A refusal in Cognito's words; `kind` is its type, such as `NotAuthorizedException`. */
export class SignInError extends Error {
  override readonly name = "SignInError";

  constructor(
    readonly kind: string,
    message: string,
  ) {
    super(message);
  }
}

interface CognitoAnswer {
  readonly AuthenticationResult?: {
    readonly IdToken: string;
    readonly AccessToken: string;
    readonly RefreshToken?: string;
  };
  readonly ChallengeName?: string;
  readonly Session?: string;
}

/** Call Cognito's user pool API: plain JSON, so no library is needed for a dozen of its calls. */
export async function callCognito<T>(config: StudioConfig, action: string, body: unknown): Promise<T> {
  const answer = await fetch(`${config.cognitoEndpoint.replace(/\/$/, "")}/`, {
    method: "POST",
    headers: {
      "X-Amz-Target": `AWSCognitoIdentityProviderService.${action}`,
      "Content-Type": "application/x-amz-json-1.1",
    },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  const content = (text ? JSON.parse(text) : {}) as T & { __type?: string; message?: string };
  if (!answer.ok) {
    const kind = (content.__type ?? "UnknownError").split("#").at(-1) ?? "UnknownError";
    throw new SignInError(kind, content.message ?? `Sign-in answered ${answer.status}.`);
  }
  return content;
}

/** What signs a user in and out, by the user pool. */
export class Cognito {
  constructor(private readonly config: StudioConfig) {}

  async signIn(email: string, password: string): Promise<SignInStep> {
    const answer = await this.initiate("USER_PASSWORD_AUTH", { USERNAME: email, PASSWORD: password });
    return stepOf(answer, email);
  }

  async answer(challenge: Challenge, value: string): Promise<SignInStep> {
    const field = challenge.name === "NEW_PASSWORD_REQUIRED" ? "NEW_PASSWORD" : "SOFTWARE_TOKEN_MFA_CODE";
    const answer = await this.call<CognitoAnswer>("RespondToAuthChallenge", {
      ClientId: this.config.userPoolClientId,
      ChallengeName: challenge.name,
      Session: challenge.session,
      ChallengeResponses: { USERNAME: challenge.email, [field]: value },
    });
    return stepOf(answer, challenge.email);
  }

  async refresh(refreshToken: string): Promise<Tokens> {
    const step = stepOf(await this.initiate("REFRESH_TOKEN_AUTH", { REFRESH_TOKEN: refreshToken }), "");
    if ("challenge" in step) throw new SignInError("NotAuthorizedException", "Sign in again.");
    return { ...step.tokens, refreshToken: step.tokens.refreshToken ?? refreshToken };
  }

  /** Send a code by e-mail with which a new password can be chosen. */
  async sendResetCode(email: string): Promise<void> {
    await this.call("ForgotPassword", { ClientId: this.config.userPoolClientId, Username: email });
  }

  async resetPassword(email: string, code: string, password: string): Promise<void> {
    await this.call("ConfirmForgotPassword", {
      ClientId: this.config.userPoolClientId,
      Username: email,
      ConfirmationCode: code,
      Password: password,
    });
  }

  /** Make a refresh token worthless, and the tokens that came of it. */
  async revoke(refreshToken: string): Promise<void> {
    await this.call("RevokeToken", { Token: refreshToken, ClientId: this.config.userPoolClientId });
  }

  private initiate(flow: string, parameters: Record<string, string>): Promise<CognitoAnswer> {
    return this.call("InitiateAuth", {
      ClientId: this.config.userPoolClientId,
      AuthFlow: flow,
      AuthParameters: parameters,
    });
  }

  private call<T>(action: string, body: unknown): Promise<T> {
    return callCognito<T>(this.config, action, body);
  }
}

function stepOf(answer: CognitoAnswer, email: string): SignInStep {
  const result = answer.AuthenticationResult;
  if (result) {
    const { IdToken: idToken, AccessToken: accessToken, RefreshToken: refreshToken } = result;
    return { tokens: { idToken, accessToken, refreshToken } };
  }
  const name = answer.ChallengeName;
  if (name === "NEW_PASSWORD_REQUIRED" || name === "SOFTWARE_TOKEN_MFA") {
    return { challenge: { name, session: answer.Session ?? "", email } };
  }
  throw new SignInError("UnknownChallenge", `The studio cannot answer ${name ?? "this sign-in"} yet.`);
}
