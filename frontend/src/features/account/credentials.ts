import { callCognito } from "../../auth/cognito";
import type { StudioConfig } from "../../auth/config";
import type { Session } from "../../auth/Session";

const APP = "SOFTWARE_TOKEN_MFA";

/** How a user signs in, as its user pool keeps it; only what the studio offers to change. */
export class Credentials {
  constructor(
    private readonly config: StudioConfig,
    private readonly session: Session,
  ) {}

  async changePassword(previous: string, proposed: string): Promise<void> {
    await this.call("ChangePassword", { PreviousPassword: previous, ProposedPassword: proposed });
  }

  /** Whether a code of an authenticator app is asked for at each sign-in. */
  async hasApp(): Promise<boolean> {
    const user = await this.call<{ readonly UserMFASettingList?: readonly string[] }>("GetUser", {});
    return user.UserMFASettingList?.includes(APP) ?? false;
  }

  /** Make a key for an app. Nothing is asked for until a code has shown that the app has it. */
  async makeKey(): Promise<string> {
    return (await this.call<{ readonly SecretCode: string }>("AssociateSoftwareToken", {})).SecretCode;
  }

  async turnAppOn(code: string): Promise<void> {
    await this.call("VerifySoftwareToken", { UserCode: code });
    await this.prefer(true);
  }

  async turnAppOff(): Promise<void> {
    await this.prefer(false);
  }

  private async prefer(on: boolean): Promise<void> {
    await this.call("SetUserMFAPreference", {
      SoftwareTokenMfaSettings: { Enabled: on, PreferredMfa: on },
    });
  }

  private async call<T>(action: string, body: object): Promise<T> {
    const AccessToken = await this.session.accessToken();
    return callCognito<T>(this.config, action, { AccessToken, ...body });
  }
}

/**
 * The address that an authenticator app takes a key by.
 *
 * @see https://github.com/google/google-authenticator/wiki/Key-Uri-Format
 */
export function appAddress(issuer: string, email: string, key: string): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(email)}`;
  return `otpauth://totp/${label}?secret=${key}&issuer=${encodeURIComponent(issuer)}`;
}

/** A key in groups of four, which is how people copy it by hand; apps leave the spaces out. */
export function inGroups(key: string): string {
  return key.match(/.{1,4}/g)?.join(" ") ?? key;
}
