"""A signed-in session with a Retake server: requests that are repeated, files sent and fetched."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Self, TypeVar, cast
from urllib.parse import urlsplit

import httpx

from retake_client import models as api
from retake_client.errors import SignInError, UnreachableError, UsageError
from retake_client.http import Json, Pause, Repeater, json_object, problem_of

Model = TypeVar("Model")

TIMEOUT = httpx.Timeout(35.0, connect=5.0)
"""Longer than the gateway's 30 s, so that the server is the one that says what is wrong."""

TRANSFER_TIMEOUT = httpx.Timeout(120.0, connect=5.0)
UNAUTHORIZED = 401

VIDEO_TYPES = {
    ".mp4": "video/mp4",
    ".m4v": "video/mp4",
    ".mov": "video/quicktime",
    ".webm": "video/webm",
    ".mkv": "video/x-matroska",
}
SOUND_TYPES = {
    ".mp3": "audio/mpeg",
    ".m4a": "audio/mp4",
    ".aac": "audio/aac",
    ".wav": "audio/wav",
    ".flac": "audio/flac",
    ".ogg": "audio/ogg",
    # A video's own sound: the type says what is wanted of it, and the server looks into the file.
    ".mp4": "audio/mp4",
    ".mov": "audio/mp4",
    ".mkv": "audio/mp4",
    ".webm": "audio/mp4",
}
PICTURE_TYPES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
}


def content_type_of(file: Path, types: Mapping[str, str]) -> str:
    """Return the content type of a file that is to be sent.

    Raises:
        UsageError: If its name does not end in one of ``types``, it is empty, or cannot be read.
    """
    content_type = types.get(file.suffix.lower())
    if content_type is None:
        known = ", ".join(types)
        raise UsageError(f"{file} is not a kind of file that Retake takes here; it takes {known}.")
    try:
        with file.open("rb") as content:
            if not content.read(1):
                raise UsageError(f"{file} is empty.")
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}.") from error
    return content_type


class ApiSession:
    """A user's signed-in session with a server.

    Every POST carries an ``Idempotency-Key``, so that each request here may be repeated: it is, with
    growing pauses, when the server is unreachable for a moment or asks to come back later.
    """

    def __init__(
        self,
        url: str,
        *,
        email: str,
        password: str,
        transport: httpx.BaseTransport | None = None,
        pause: Pause = time.sleep,
    ) -> None:
        """Prepare a session; nothing is sent yet.

        Args:
            url: Where the server is, without a path.
            email: Who signs in.
            password: Their password.
            transport: Replaces the network, for tests.
            pause: Waits so many seconds.
        """
        self.url = url.rstrip("/")
        self._email = email
        self._password = password
        self._repeat = Repeater(self.url, pause)
        # A proxy that is set for the outside must not be asked for this very machine.
        loopback = urlsplit(self.url).hostname in ("127.0.0.1", "localhost", "::1")
        self._http = httpx.Client(timeout=TIMEOUT, trust_env=not loopback, transport=transport)
        self._base = ""
        self._token = ""
        self._configuration: Json = {}

    def __enter__(self) -> Self:
        """Return the session."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close all connections."""
        self._http.close()

    def sign_in(self) -> None:
        """Sign in where the server's configuration says.

        Raises:
            UnreachableError: If there is no Retake server.
            SignInError: If it does not accept the password.
        """
        if not self._configuration:
            self._configuration = self._read_configuration()
            self._base = self.url + str(self._configuration["apiBasePath"])
        answer = self._repeat(
            lambda: self._http.post(
                str(self._configuration["cognitoEndpoint"]).rstrip("/") + "/",
                headers={
                    "X-Amz-Target": "AWSCognitoIdentityProviderService.InitiateAuth",
                    "Content-Type": "application/x-amz-json-1.1",
                },
                json={
                    "ClientId": self._configuration["userPoolClientId"],
                    "AuthFlow": "USER_PASSWORD_AUTH",
                    "AuthParameters": {"USERNAME": self._email, "PASSWORD": self._password},
                },
            )
        )
        content = json_object(answer)
        if answer.is_error:
            why = content.get("message") or f"status {answer.status_code}"
            raise SignInError(f"{self._email} cannot sign in at {self.url}: {why}")
        if content.get("ChallengeName") == "SOFTWARE_TOKEN_MFA":
            raise SignInError(
                f"{self._email} signs in with a code of an authenticator app, which commands do not ask for: "
                "name another account, or turn the app off on the studio's page Account."
            )
        if "AuthenticationResult" not in content:
            raise SignInError(f"{self._email} has to choose a password first: sign in with a browser once.")
        self._token = content["AuthenticationResult"]["IdToken"]

    def _read_configuration(self) -> Json:
        answer = self._repeat(lambda: self._http.get(f"{self.url}/config.json"))
        configuration = json_object(answer)
        if answer.is_error or not configuration.get("userPoolClientId"):
            raise UnreachableError(f"{self.url} is no Retake server: it has no /config.json.")
        return configuration

    def upload(self, file: Path, types: Mapping[str, str] = VIDEO_TYPES) -> str:
        """Upload a file; return the id of the upload.

        Args:
            file: What to send.
            types: The content type by the ending of the name, for what is taken here.

        Raises:
            UsageError: If the file cannot be meant, as ``content_type_of`` says.
            ApiError: If the server refuses it.
        """
        content_type = content_type_of(file, types)
        asked = {
            "file_name": file.name[-200:],
            "content_type": content_type,
            "size_bytes": file.stat().st_size,
        }
        form = self.post(api.UploadForm, "/uploads", asked)
        answer = self._repeat(lambda: self._send_form(form, file, content_type))
        if answer.is_error:
            raise UnreachableError(f"{file} could not be uploaded: the store answered {answer.status_code}.")
        return form["upload_id"]

    def _send_form(self, form: api.UploadForm, file: Path, content_type: str) -> httpx.Response:
        with file.open("rb") as content:
            return self._http.post(
                form["url"],
                data=form["fields"],
                files={"file": (file.name, content, content_type)},
                timeout=TRANSFER_TIMEOUT,
            )

    def download(self, url: str, to: Path) -> None:
        """Download a file by its presigned URL; it appears under its name when it is whole.

        Raises:
            UnreachableError: If it is not to be had.
            UsageError: If it cannot be written there.
        """
        part = to.with_name(to.name + ".part")

        def fetch() -> httpx.Response:
            with part.open("wb") as file, self._http.stream("GET", url, timeout=TRANSFER_TIMEOUT) as answer:
                for piece in answer.iter_bytes():
                    file.write(piece)
                return answer

        try:
            to.parent.mkdir(parents=True, exist_ok=True)
            answer = self._repeat(fetch)
            if answer.is_error:
                raise UnreachableError(f"The video could not be downloaded: status {answer.status_code}.")
            part.replace(to)
        except OSError as error:
            raise UsageError(f"{to} cannot be written: {error.strerror}.") from error
        finally:  # also where a signal stops it
            with suppress(OSError):
                part.unlink(missing_ok=True)

    def get(self, answer: type[Model], path: str, parameters: Mapping[str, str] | None = None) -> Model:
        """Read what is at a path below the API's prefix, as the model ``answer``. Raises ``ApiError``."""
        return self.send(answer, "GET", path, params=parameters)

    def pages(
        self, answer: type[Model], path: str, parameters: Mapping[str, str] | None = None
    ) -> Iterator[Model]:
        """Read the pages of a list, one after another, to its end. Raises ``ApiError``."""
        asked = dict(parameters or {})
        while True:
            page = self.get(answer, path, asked)
            yield page
            cursor = cast("Mapping[str, object]", page)["cursor"]
            if not cursor:
                return
            asked["cursor"] = str(cursor)

    def post(self, answer: type[Model], path: str, body: object = None) -> Model:
        """Send a request that is carried out once however often it is repeated. Raises ``ApiError``."""
        headers = {"Idempotency-Key": str(uuid.uuid4())}
        return self.send(answer, "POST", path, json=body, headers=headers)

    def send(self, answer: type[Model], method: str, path: str, **options: Any) -> Model:  # noqa: ANN401, ARG002 - httpx's own; a type
        """Send any request; the options are httpx's. Raises ``ApiError``."""
        return cast("Model", json_object(self.ask(method, path, **options)))

    def ask(self, method: str, path: str, **options: Any) -> httpx.Response:  # noqa: ANN401 - httpx's own
        """Return an answer as it is, with its headers. Raises ``ApiError``."""
        given = options.pop("headers", {})

        def send() -> httpx.Response:
            headers = {**given, "Authorization": f"Bearer {self._token}"}
            return self._http.request(method, self._base + path, headers=headers, **options)

        if not self._token:
            self.sign_in()
        answer = self._repeat(send)
        if answer.status_code == UNAUTHORIZED:  # a token lasts an hour
            self.sign_in()
            answer = self._repeat(send)
            if answer.status_code == UNAUTHORIZED:
                raise SignInError(
                    f"{self._email} signed in at {self.url}, which does not accept it all the same; "
                    "is the clock of one of the two machines wrong?"
                )
        if answer.is_error:
            raise problem_of(answer)
        return answer
