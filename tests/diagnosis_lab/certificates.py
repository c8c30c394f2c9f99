"""A certificate authority of the tests, and certificates with every fault a browser complains about."""

from __future__ import annotations

import datetime
import functools
import ssl
import tempfile
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DAY = datetime.timedelta(days=1)


class Authority:
    """Signs with its own key; clients of `client_context` trust it."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="lab-ca-"))
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Lab CA")])
        now = datetime.datetime.now(datetime.timezone.utc)
        self.certificate = self._signed(self.name, self.key, now - DAY, now + 30 * DAY, ca=True)

    def client_context(self) -> ssl.SSLContext:
        """Like a browser's, with this authority alone."""
        pem = self.certificate.public_bytes(serialization.Encoding.PEM).decode()
        return ssl.create_default_context(cadata=pem)

    def server_context(self, *hosts: str, days: int = 20, trusted: bool = True) -> ssl.SSLContext:
        """For a server: a certificate for `hosts` that ends in so many days (negative: expired)."""
        now = datetime.datetime.now(datetime.timezone.utc)
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, hosts[0][:60])])
        certificate = self._signed(subject, key, now - 90 * DAY, now + days * DAY, hosts=hosts, own=not trusted)
        path = self.folder / f"{hosts[0]}{days}{trusted}.pem"
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context

    def _signed(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePrivateKey,
        begins: datetime.datetime,
        ends: datetime.datetime,
        hosts: tuple[str, ...] = (),
        ca: bool = False,
        own: bool = False,
    ) -> x509.Certificate:
        builder = x509.CertificateBuilder(subject if own else self.name, subject, key.public_key())
        builder = builder.serial_number(x509.random_serial_number()).not_valid_before(begins).not_valid_after(ends)
        builder = builder.add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        if hosts:
            names = x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts])
            builder = builder.add_extension(names, critical=False)
        return builder.sign(key if own else self.key, hashes.SHA256())


@functools.lru_cache(maxsize=1)
def authority() -> Authority:
    """The tests' own, made once."""
    return Authority()
