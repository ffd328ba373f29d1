"""Veo on Vertex AI, as Google's reference has it, and the token server of Google's service accounts.

An operation is looked at twice before it is done. Words in the prompt decide otherwise: ``refuse`` is refused
at once, ``fail`` is done with a count of filtered videos, ``overload`` with an error of the server's own,
``stuck`` never ends.
"""

import base64
import json
import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import parse_qs

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.fakes.providers.server import Reply, Request
from tests.fakes.providers.videos import finished_video

PROJECT, LOCATION, EMAIL = "fox-films", "us-central1", "retake@fox-films.iam.gserviceaccount.com"
SCOPE = "https://www.googleapis.com/auth/cloud-platform"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
FILTERED = (
    "Veo could not generate videos because the input image violates Vertex AI's usage guidelines. If you "
    "think this was an error, send feedback. Support codes: 15236754"
)
_PLACE = r"/v1/projects/(?P<project>[^/]+)/locations/(?P<location>[^/]+)"
_MODEL = re.compile(_PLACE + r"/publishers/google/models/(?P<model>[^/:]+):(?P<verb>\w+)")
_OPERATIONS = re.compile(_PLACE + r"/operations")
_PARAMETERS = {"sampleCount", "durationSeconds", "aspectRatio", "resolution", "generateAudio", "seed"}


@cache
def signing_key(number: int) -> rsa.RSAPrivateKey:
    """Return a key of the account; another number, another key."""
    del number
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def key_file(token_uri: str, *, number: int = 0, **changed: object) -> str:
    """Return the text of a service account's key file, as Google's console writes it."""
    pem = signing_key(number).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    said = {
        "type": "service_account",
        "project_id": PROJECT,
        "private_key_id": f"key-{number}",
        "private_key": pem.decode(),
        "client_email": EMAIL,
        "client_id": "100000000000000000000",
        "token_uri": token_uri,
        "universe_domain": "googleapis.com",
    }
    return json.dumps({**said, **changed}, indent=2)


@dataclass
class VertexApp:
    """The application.

    Attributes:
        base_url: Where it listens; known once it does.
        asked: The bodies of what was started, by operation.
        tokens: The tokens that are good.
        assertions: What was signed by those who got them.
        lasts_s: How long a token is said to last.
    """

    base_url: str = ""
    asked: dict[str, dict[str, Any]] = field(default_factory=dict)
    looks: dict[str, int] = field(default_factory=dict)
    tokens: list[str] = field(default_factory=list)
    assertions: list[dict[str, Any]] = field(default_factory=list)
    lasts_s: int = 3599

    @property
    def token_uri(self) -> str:
        return f"{self.base_url}/token"

    def __call__(self, request: Request) -> Reply:
        if request.path == "/token":
            return self._exchange(request)
        if request.headers.get("authorization", "").removeprefix("Bearer ") not in self.tokens:
            words = "Request had invalid authentication credentials. Expected OAuth 2 access token."
            return _error(401, words, "UNAUTHENTICATED")
        listed = _OPERATIONS.fullmatch(request.path)
        if request.method == "GET" and listed:
            return _list(listed["project"])
        found = _MODEL.fullmatch(request.path)
        if request.method != "POST" or not found or found["project"] != PROJECT:
            return _error(404, "Not found.", "NOT_FOUND")
        if found["verb"] == "predictLongRunning":
            return self._start(found, request.json())
        return self._look(found, request.json())

    def _exchange(self, request: Request) -> Reply:
        said = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        fault = _fault_of_grant(said, self.token_uri)
        if fault:
            return Reply.of_json({"error": "invalid_grant", "error_description": fault}, status=400)
        self.assertions.append(_decode(said["assertion"].split(".")[1]))
        self.tokens.append(f"ya29.c.token-number-{len(self.tokens) + 1}")
        kind = {"token_type": "Bearer", "expires_in": self.lasts_s}
        return Reply.of_json({"access_token": self.tokens[-1], **kind})

    def _start(self, found: re.Match[str], body: dict[str, Any]) -> Reply:
        fault = _fault_of(body)
        if fault:
            return _error(400, fault, "INVALID_ARGUMENT")
        place = found.string.removeprefix("/v1/").partition(":")[0]
        name = f"{place}/operations/{len(self.asked) + 1:08}-aaaa-bbbb"
        self.asked[name] = body
        return Reply.of_json({"name": name})

    def _look(self, found: re.Match[str], body: dict[str, Any]) -> Reply:
        name = body["operationName"]
        place = found.string.removeprefix("/v1/").partition(":")[0]
        if name not in self.asked or not name.startswith(f"{place}/"):
            return _error(404, f"Operation {name} not found.", "NOT_FOUND")
        prompt = self.asked[name]["instances"][0]["prompt"]
        looks = self.looks[name] = self.looks.get(name, 0) + 1
        if looks < 3 or "stuck" in prompt:
            return Reply.of_json({"name": name})
        if "overload" in prompt:
            error = {"code": 8, "message": "The service is currently experiencing high load."}
            return Reply.of_json({"name": name, "done": True, "error": error})
        kind = "type.googleapis.com/cloud.ai.large_models.vision.GenerateVideoResponse"
        response = {"@type": kind, "raiMediaFilteredCount": 0, "videos": [self._video(name)]}
        if "fail" in prompt:
            response = {"@type": kind, "raiMediaFilteredCount": 1, "raiMediaFilteredReasons": [FILTERED]}
        return Reply.of_json({"name": name, "done": True, "response": response})

    def _video(self, name: str) -> dict[str, str]:
        seconds = self.asked[name]["parameters"]["durationSeconds"]
        content = base64.b64encode(finished_video(seconds)).decode()
        return {"mimeType": "video/mp4", "bytesBase64Encoded": content}


def _list(project: str) -> Reply:
    if project != PROJECT:
        return _error(403, "Permission 'aiplatform.operations.list' denied.", "PERMISSION_DENIED")
    return Reply.of_json({})


def _fault_of_grant(said: dict[str, str], token_uri: str) -> str:
    head, claims, signature = said["assertion"].split(".")
    if said.get("grant_type") != GRANT or _decode(head)["alg"] != "RS256":
        return "Unsupported grant."
    try:
        signed = base64.urlsafe_b64decode(f"{signature}==")
        public = signing_key(0).public_key()
        public.verify(signed, f"{head}.{claims}".encode(), padding.PKCS1v15(), SHA256())
    except InvalidSignature:
        return "Invalid JWT Signature."
    claimed = _decode(claims)
    if (claimed["iss"], claimed["aud"], claimed["scope"]) != (EMAIL, token_uri, SCOPE):
        return "Invalid JWT: a claim is wrong."
    return "Invalid JWT: it lasts too long." if claimed["exp"] - claimed["iat"] > 3600 else ""


def _fault_of(body: dict[str, Any]) -> str:
    (instance,), wanted = body["instances"], body["parameters"]
    if "refuse" in instance["prompt"]:
        return "The prompt couldn't be submitted. It might violate our policies."
    return _fault_of_parameters(wanted) or _fault_of_images(instance, wanted["durationSeconds"])


def _fault_of_parameters(wanted: dict[str, Any]) -> str:
    if set(wanted) != _PARAMETERS or wanted["sampleCount"] != 1:
        return "The test server makes one video, of all that can be said of it."
    if wanted["resolution"] not in {"720p", "1080p"} or wanted["aspectRatio"] not in {"16:9", "9:16"}:
        return "Unsupported resolution or aspect ratio."
    if wanted["durationSeconds"] not in {4, 6, 8} or not 0 <= wanted["seed"] < 2**32:
        return "Unsupported output video duration, or seed."
    return ""


def _fault_of_images(instance: dict[str, Any], seconds: int) -> str:
    guides = instance.get("referenceImages", [])
    if "lastFrame" in instance and "image" not in instance:
        return "lastFrame can only be used if image is also provided."
    if guides and ("image" in instance or len(guides) > 3 or seconds != 8):
        return "Reference images: up to three, of 8 seconds, without an image."
    if any(guide["referenceType"] != "asset" for guide in guides):
        return "Unsupported reference type."
    for image in (instance.get("image"), instance.get("lastFrame"), *(each["image"] for each in guides)):
        if image is not None:
            base64.b64decode(image["bytesBase64Encoded"], validate=True)
    return ""


def _decode(part: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(f"{part}=="))
    return found


def _error(code: int, message: str, status: str) -> Reply:
    return Reply.of_json({"error": {"code": code, "message": message, "status": status}}, status=code)
