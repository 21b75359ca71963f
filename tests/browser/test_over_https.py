"""Behind https the cookies are bound to the host, and the browser is told to come back so."""

from __future__ import annotations

import ipaddress
import ssl
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.browser import navigators, served
from tests.browser.windows import Windows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

    from tests.browser.served import Clinic

PREPARE = "from journal import config, serving; serving.prepare(config.read())"


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    """The same journal behind a certificate of its own, as https://localhost."""
    folder = tmp_path_factory.mktemp("https")
    certificate, key = make_certificate(folder)
    port = served.free_port()
    ours = served.Clinic(f"https://localhost:{port}", folder / "instance", folder / "server.log")
    around = served.surroundings(ours.instance, port, JOURNAL_BASE_URL=ours.url)
    prepared = subprocess.run(
        [sys.executable, "-c", PREPARE],
        cwd=served.ROOT,
        env=around,
        check=True,
        capture_output=True,
        text=True,
    )
    ours.lines += prepared.stdout.splitlines()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port)]
    command += ["--ssl-certificate", str(certificate), "--ssl-keyfile", str(key)]
    command += ["--blocking-threads", "8", "--log-level", "error", "--no-access-log", "wsgi:app"]
    with served.running(command, around, ours) as server:
        served.wait_until_healthy(ours, server, ssl.create_default_context(cafile=certificate))
        yield ours


@pytest.fixture(scope="module")
def windows(browser: Browser, clinic: Clinic) -> Iterator[Windows]:
    ours = Windows(browser, clinic.url)
    yield ours
    ours.close()


def test_signing_up_over_https_sets_cookies_that_no_other_host_can(clinic, windows):
    page = windows.open(navigators.LAPTOP, ignore_https_errors=True)
    tess = navigators.Laptop(page, "Tess", "tess@example.org")
    tess.sign_up(clinic.setup_link)
    cookies = {cookie["name"]: cookie for cookie in page.context.cookies()}
    assert set(cookies) == {"__Host-session", "__Host-browser", "__Host-known", "__Host-seen"}
    for cookie in cookies.values():
        assert cookie["secure"]
        assert cookie["httpOnly"]
        assert cookie["path"] == "/"
    same_site = {name: cookie["sameSite"] for name, cookie in cookies.items()}
    # A link from an e-mail must find its person signed in; the mark counts guesses alone.
    assert same_site == {
        "__Host-session": "Lax",
        "__Host-browser": "Lax",
        "__Host-known": "Strict",
        "__Host-seen": "Strict",
    }
    # a cookie's file has no leading dot here: it was set without Domain
    assert {cookie["domain"] for cookie in cookies.values()} == {"localhost"}
    told = page.request.get("/caseload").headers
    assert told["strict-transport-security"] == "max-age=63072000"
    invited = tess.invite("A.")
    assert invited.link.startswith(f"{clinic.url}/invitations/")
    tess.sign_out()
    assert "__Host-session" not in {cookie["name"] for cookie in page.context.cookies()}


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for this machine, good for a day, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    here = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    now = datetime.now(UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(here), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, secret = folder / "site.pem", folder / "site-key.pem"
    certificate.write_bytes(built.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return certificate, secret
