"""A mail server whose certificate is out of date: nothing is sent to it, nothing is lost, staff read why."""

import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID
from pytest_django import Settings

from allomediateur.notify import delivery, outbox
from allomediateur.notify.delivery import ServerAway
from allomediateur.notify.models import Letter
from tests.factories import NOW
from tests.notify.conftest import Sink, free_port

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.example.org")])
Server = Callable[[timedelta], Sink]


def certificate(folder: Path, ends: timedelta) -> Path:
    """Of 127.0.0.1, its key with it, that ends so long from now."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(NAME)
        .issuer_name(NAME)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - 30 * DAY)
        .not_valid_after(now + ends)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = folder / "mail.pem"
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    return file


@pytest.fixture
def server(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Server:
    """Speaks STARTTLS with a certificate that this machine trusts, if it is in date."""

    def start(ends: timedelta) -> Sink:
        file, sink = certificate(tmp_path, ends), Sink()
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(file)
        controller = Controller(sink, hostname="127.0.0.1", port=free_port(), tls_context=tls, require_starttls=True)
        controller.start()
        request.addfinalizer(controller.stop)
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", controller.port, True
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        return sink

    return start


def letter() -> Letter:
    return outbox.post(
        kind="test", topic="", to="alice@example.org", language="fr", subject="Objet", text="Texte", html="", now=NOW
    )


def test_a_certificate_in_date_is_believed(server: Server) -> None:
    sink = server(30 * DAY)
    assert delivery.deliver(letter().pk, NOW)
    assert sink.recipients == ["alice@example.org"]


def test_a_certificate_out_of_date_is_not_and_the_reason_is_kept(server: Server) -> None:
    sink, waiting = server(-DAY), letter()
    with pytest.raises(ServerAway, match="certificate has expired"):
        delivery.deliver(waiting.pk, NOW)
    assert sink.letters == []
    waiting.refresh_from_db()
    assert (waiting.sent_at, waiting.parked_at) == (None, None)
    assert "certificate has expired" in waiting.last_error  # what /administration/ shows
