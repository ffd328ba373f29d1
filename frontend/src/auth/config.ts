/** What `/config.json` tells: the same file on AWS and on one machine. */
export interface StudioConfig {
  readonly userPoolClientId: string;
  readonly cognitoEndpoint: string;
  readonly apiBasePath: string;
  /** The sign-in that was made for the person at this machine; on one machine only. */
  readonly localUser?: string;
}

export async function readConfig(): Promise<StudioConfig> {
  const answer = await fetch("/config.json", { cache: "no-store" });
  const config = (await answer.json()) as Partial<StudioConfig>;
  if (!answer.ok || !config.userPoolClientId || !config.cognitoEndpoint || !config.apiBasePath) {
    throw new Error("Retake is not set up yet: its /config.json names no user pool.");
  }
  return config as StudioConfig;
}

/** Ask this machine's own server for the sign-in it made; there is no such thing on AWS. */
export async function readLocalSignIn(): Promise<{ readonly email: string; readonly password: string }> {
  const answer = await fetch("/local-sign-in", { method: "POST", cache: "no-store" });
  if (!answer.ok) throw new Error("This server does not say how to sign in.");
  return (await answer.json()) as { email: string; password: string };
}
