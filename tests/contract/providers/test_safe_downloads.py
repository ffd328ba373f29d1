"""Results are fetched from where strangers say: what is followed, what is refused, and what is noticed."""

import ssl
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from retake.adapters.providers.http.addresses import is_public
from retake.adapters.providers.http.connections import Origin
from retake.adapters.providers.http.downloads import (
    MAX_REDIRECTS,
    DownloadLimits,
    SafeDownloader,
)
from retake.domain.errors import ProviderUnavailableError, ResultRefusedError
from tests.fakes.providers.server import How, ProviderServer, Reply, Request

VIDEO = bytes(range(256)) * 400
HOST = "results.example"
AT_HOME = "127.0.0.1"
PUBLIC = "93.184.215.14"


def _app(request: Request) -> Reply:
    if request.path.startswith("/to/"):
        return Reply(302, headers={"Location": request.query["url"]})
    if request.path == "/text":
        return Reply(200, b"<html>Sign in", {"Content-Type": "text/html; charset=utf-8"})
    if request.path == "/chunked":
        body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(VIDEO), VIDEO)
        return Reply(200, body, {"Transfer-Encoding": "chunked"})
    if request.path == "/video.mp4":
        return Reply(200, VIDEO, {"Content-Type": "video/mp4"})
    return Reply(404)


@pytest.fixture
def start() -> Iterator[Callable[..., ProviderServer]]:
    servers: list[ProviderServer] = []

    def start_one(*, context: ssl.SSLContext | None = None) -> ProviderServer:
        servers.append(ProviderServer(_app, context=context))
        return servers[-1]

    yield start_one
    for server in servers:
        server.close()


@pytest.fixture
def server(start: Callable[..., ProviderServer]) -> ProviderServer:
    return start()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "result.mp4"


def trusting(*servers: ProviderServer, limits: DownloadLimits | None = None) -> SafeDownloader:
    return SafeDownloader(trusted=[Origin.of(server.url) for server in servers], limits=limits)


def resolving(*addresses: str) -> Callable[[str, int], Sequence[str]]:
    return lambda _host, _port: addresses


def test_a_server_that_the_settings_name_may_be_private_and_without_tls(
    server: ProviderServer, path: Path
) -> None:
    trusting(server).download(f"{server.url}/video.mp4", path)

    assert path.read_bytes() == VIDEO


@pytest.mark.parametrize(
    "address", ["http://results.example/v.mp4", "ftp://results.example/v", "file:///etc/passwd"]
)
def test_any_user_else_needs_https(address: str, path: Path) -> None:
    with pytest.raises(ResultRefusedError, match="refused"):
        SafeDownloader(resolve=resolving(PUBLIC)).download(address, path)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.8.8.8", "10.0.0.7", "172.16.3.4", "192.168.1.1", "169.254.169.254"),
        *("100.64.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255", "240.0.0.1", "192.0.2.1"),  # noqa: S104 - nothing binds to it
        *("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1"),
        *("::ffff:169.254.169.254", "::ffff:10.0.0.7", "64:ff9b::a9fe:a9fe", "2002:a00:7::1"),
        *("fec0::1", "feff::1", "64:ff9b:1::a00:7", "64:ff9b:1::5db8:d70e", "100::1", "100:0:0:1::1"),
        *("::10.0.0.7", "::93.184.216.34", "2001::1", "2001:0:4136:e378::1", "2001:10::1", "2001:20::1"),
        *("2001:2::1", "2002:5db8:d70e::1", "3fff::1", "5f00::1", "4000::1", "fdff::1", "2620:4f:8000::1"),
        *("192.0.0.8", "192.31.196.1", "192.52.193.1", "192.88.99.1", "192.175.48.1", "198.18.0.1"),
        *("198.19.255.255", "198.51.100.1", "203.0.113.9", "100.127.255.255", "172.31.255.255"),
    ],
)
def test_no_address_of_a_private_network_is_used(address: str, path: Path) -> None:
    assert not is_public(address)
    with pytest.raises(ResultRefusedError, match="private"):
        SafeDownloader(resolve=resolving(address)).download(f"https://{HOST}/v.mp4", path)


@pytest.mark.parametrize(
    "address",
    [
        *(PUBLIC, "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "64:ff9b::5db8:d70e", "::ffff:93.184.216.34"),
        *("100.128.0.1", "172.32.0.1", "198.20.0.1", "11.0.0.1", "2a00:1450::1", "2001:4860:4860::8888"),
    ],
)
def test_addresses_of_the_open_internet_may_be_used(address: str) -> None:
    assert is_public(address)


def test_a_host_that_is_also_at_home_is_refused(path: Path) -> None:
    with pytest.raises(ResultRefusedError, match="private"):
        SafeDownloader(resolve=resolving(PUBLIC, AT_HOME)).download(f"https://{HOST}/v.mp4", path)


@pytest.mark.parametrize(
    "url",
    [
        *("https://user:secret@results.example/v", "https:///v", "https://[::1/v", "https://h:99999/v"),
        *("https://" + "a" * 70 + ".example/", "//results.example/v", "results.example/v", ""),
    ],
)
def test_an_address_that_is_none_is_refused(url: str, path: Path) -> None:
    with pytest.raises(ResultRefusedError, match="refused"):
        SafeDownloader(resolve=resolving(PUBLIC)).download(url, path)


@pytest.mark.parametrize(
    "target",
    [
        *("http://169.254.169.254/latest/meta-data/", "https://localhost:9/v", "https://127.0.0.1:9/v"),
        *("https://[::ffff:127.0.0.1]:9/v", "https://2130706433:9/v", "gopher://h/"),
    ],
)
def test_a_redirect_into_the_private_network_is_refused(
    target: str, server: ProviderServer, path: Path
) -> None:
    with pytest.raises(ResultRefusedError, match="refused"):
        trusting(server).download(f"{server.url}/to/?url={target}", path)
    assert not path.exists()


def test_a_redirect_to_another_port_of_a_named_server_is_refused(
    start: Callable[..., ProviderServer], path: Path
) -> None:
    named, neighbour = start(), start()

    with pytest.raises(ResultRefusedError, match="refused"):
        trusting(named).download(f"{named.url}/to/?url={neighbour.url}/video.mp4", path)
    assert neighbour.requests == []


def test_the_key_stays_with_the_first_server(start: Callable[..., ProviderServer], path: Path) -> None:
    first, second = start(), start()
    url = f"{first.url}/to/?url={second.url}/video.mp4"

    trusting(first, second).download(url, path, headers={"Authorization": "Bearer secret"})

    assert path.read_bytes() == VIDEO
    assert [request.headers.get("authorization") for request in first.requests] == ["Bearer secret"]
    assert [request.headers.get("authorization") for request in second.requests] == [None]


def test_relative_redirects_are_followed_and_endless_ones_are_not(server: ProviderServer, path: Path) -> None:
    trusting(server).download(f"{server.url}/to/?url=/video.mp4", path)
    assert path.read_bytes() == VIDEO

    server.fail("GET", "/to/", How.ANSWER, times=99, reply=Reply(302, headers={"Location": "/to/"}))
    with pytest.raises(ResultRefusedError, match="again and again"):
        trusting(server).download(f"{server.url}/to/", path)
    assert len(server.requests) == 2 + MAX_REDIRECTS + 1


def test_a_chunked_result_is_read_and_one_that_ends_early_noticed(server: ProviderServer, path: Path) -> None:
    trusting(server).download(f"{server.url}/chunked", path)
    assert path.read_bytes() == VIDEO
    path.unlink()

    server.fail("GET", "/chunked", How.TRUNCATE)
    with pytest.raises(ProviderUnavailableError, match="could not be downloaded"):
        trusting(server).download(f"{server.url}/chunked", path)
    assert list(path.parent.iterdir()) == []


@pytest.mark.parametrize("how", [How.TRUNCATE, How.LOSE_ANSWER])
def test_a_result_that_ends_early_is_noticed_and_nothing_kept(
    how: How, server: ProviderServer, path: Path
) -> None:
    server.fail("GET", "/video.mp4", how)

    with pytest.raises(ProviderUnavailableError):
        trusting(server).download(f"{server.url}/video.mp4", path)
    assert list(path.parent.iterdir()) == []


@pytest.mark.parametrize("how", [How.TRICKLE, How.TRICKLE_HEAD, How.TRICKLE_SIZE, How.HANG])
def test_a_server_that_takes_its_time_is_not_waited_for(how: How, server: ProviderServer, path: Path) -> None:
    server.fail("GET", "/video.mp4", how)

    with pytest.raises(ProviderUnavailableError, match="too long"):
        trusting(server, limits=DownloadLimits(total_s=0.4)).download(f"{server.url}/video.mp4", path)
    assert list(path.parent.iterdir()) == []


def test_what_is_too_large_is_not_kept(server: ProviderServer, path: Path) -> None:
    exact, less = DownloadLimits(max_bytes=len(VIDEO)), DownloadLimits(max_bytes=len(VIDEO) - 1)

    trusting(server, limits=exact).download(f"{server.url}/video.mp4", path)
    path.unlink()
    with pytest.raises(ResultRefusedError, match="larger than"):
        trusting(server, limits=less).download(f"{server.url}/video.mp4", path)
    assert list(path.parent.iterdir()) == []


def test_a_page_instead_of_a_video_and_a_missing_one_are_reported(server: ProviderServer, path: Path) -> None:
    with pytest.raises(ProviderUnavailableError, match="a text instead of a video"):
        trusting(server).download(f"{server.url}/text", path)
    with pytest.raises(ProviderUnavailableError, match="answers 404"):
        trusting(server).download(f"{server.url}/gone", path)


def test_tls_is_checked_for_the_host_at_the_one_address_that_was_looked_up(
    start: Callable[..., ProviderServer], tmp_path: Path, path: Path
) -> None:
    served, trusted = _certificate(tmp_path, HOST)
    server, looked_up = start(context=served), []

    def resolve(host: str, _port: int) -> Sequence[str]:
        looked_up.append(host)
        return [AT_HOME]  # a name that means nothing outside this test

    def download(host: str, context: ssl.SSLContext) -> None:
        origin = Origin("https", host, server.port)
        downloader = SafeDownloader(trusted=[origin], resolve=resolve, context=context)
        downloader.download(f"https://{host}:{server.port}/video.mp4", path)

    download(HOST, trusted)
    assert path.read_bytes() == VIDEO
    assert looked_up == [HOST]
    assert server.requests[0].headers["host"] == f"{HOST}:{server.port}"

    with pytest.raises(ProviderUnavailableError, match="CERTIFICATE_VERIFY_FAILED"):
        download("other.example", trusted)
    with pytest.raises(ProviderUnavailableError, match="CERTIFICATE_VERIFY_FAILED"):
        download(HOST, ssl.create_default_context())


def _certificate(directory: Path, host: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Return what a server of this name serves with, and what trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = directory / "server.pem"
    pem.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(pem)
    trusting_it = ssl.create_default_context()
    trusting_it.load_verify_locations(cadata=certificate.public_bytes(serialization.Encoding.PEM).decode())
    return serving, trusting_it
