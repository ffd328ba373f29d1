/** What the page of the account says: beside it, since `strings.ts` is part of every first load. */
export const texts = {
  title: "Account",
  lead: (email: string) => `How ${email} signs in.`,
  ofThisMachine:
    "This account was made for this machine, which signs you in with one click. Its password cannot be changed, and it needs no authenticator app.",
  password: "Password",
  current: "Current password",
  next: "New password",
  change: "Change the password",
  changed: "The password is changed.",
  wrongPassword: "That is not your current password.",
  app: "Authenticator app",
  appWhy:
    "With it, signing in takes a code of six digits besides the password. A stolen password is then not enough.",
  setUp: "Set up an app",
  scan: "Add an account to your app with this key, or open the app on this device.",
  key: "Key",
  openApp: "Open the app",
  firstCode: "Code that the app shows",
  turnOn: "Turn on",
  turnedOn: "From now on a code of your app is asked for.",
  wrongCode:
    "That is not the code for this key. Codes change every 30 seconds; check the time of your phone.",
  isOn: "On. A code of your app is asked for at each sign-in.",
  lost: "Without the app you cannot sign in: then ask the operator of this installation to turn it off.",
  turnOff: "Turn off",
  sureOff: "Turn the authenticator app off? The password alone signs you in then.",
  turnedOff: "The authenticator app is turned off.",
  tooOften: "Too many tries. Wait some minutes, then try again.",
};
