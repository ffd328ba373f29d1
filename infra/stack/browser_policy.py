"""Response headers and configuration of the studio's pages, on AWS and on one machine. No CDK in here."""

from collections.abc import Mapping, Sequence

from retake.routes import PREFIX

HEADERS: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
"""Sent with every file of the studio, besides the content security policy."""

PAGE_FUNCTION = """
function handler(event) {
    var request = event.request;
    var uri = request.uri;
    if (uri.slice(uri.lastIndexOf('/')).indexOf('.') < 0) {
        request.uri = '/index.html';
    }
    return request;
}
"""
"""Runs in CloudFront: files have a dot in their names, pages have none. The local front does the same."""


def browser_configuration(
    outputs: Mapping[str, str], *, region: str, cognito_endpoint: str
) -> dict[str, str | None]:
    """Return the content of ``/config.json`` for the studio and other clients: nothing of it is secret."""
    return {
        "region": region,
        "userPoolId": outputs.get("UserPoolId"),
        "userPoolClientId": outputs.get("UserPoolClientId"),
        "cognitoEndpoint": cognito_endpoint,
        "apiBasePath": PREFIX,
    }


def content_security_policy(*, media: Sequence[str] = (), identity: Sequence[str] = ()) -> str:
    """Return the policy: nothing but the studio's own files runs, and data goes to known places only.

    Args:
        media: Origins of the bucket: videos and pictures are read from there, uploads sent to it.
        identity: Origins where people sign in.
    """
    own = "'self'"
    directives = {
        "default-src": ("'none'",),
        "script-src": (own,),
        "style-src": (own,),
        "font-src": (own,),
        # `blob:` is a file that a user chose in this very page: it is seen before it is sent.
        "img-src": (own, "blob:", *media),
        "media-src": (own, "blob:", *media),
        "connect-src": (own, *identity, *media),
        "base-uri": ("'none'",),
        "form-action": ("'none'",),
        "frame-ancestors": ("'none'",),
    }
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in directives.items())
