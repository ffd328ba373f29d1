import { useSessionState, useStudio } from "../../auth/context";
import { Columns, Panel, PanelPage } from "../../components/PanelPage";
import { AuthenticatorApp } from "./AuthenticatorApp";
import { Credentials } from "./credentials";
import { PasswordForm } from "./PasswordForm";
import { texts } from "./texts";

/** How the user signs in: the password, and the code of an authenticator app. */
export default function AccountPage() {
  const { config, session } = useStudio();
  const { email } = useSessionState();
  const credentials = new Credentials(config, session);
  return (
    <PanelPage title={texts.title} lead={texts.lead(email)}>
      {/* This machine keeps that account's password and signs in with it by itself. */}
      {config.localUser === email ? (
        <Panel>
          <p>{texts.ofThisMachine}</p>
        </Panel>
      ) : (
        <Columns>
          <Panel title={texts.password} narrow>
            <PasswordForm credentials={credentials} email={email} />
          </Panel>
          <Panel title={texts.app} narrow>
            <AuthenticatorApp credentials={credentials} email={email} />
          </Panel>
        </Columns>
      )}
    </PanelPage>
  );
}
