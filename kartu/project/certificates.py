"""HTTPS in the firm's own network: an authority that Kartu makes for itself, and the certificate of this computer.

`lan-ca.crt` is what the other devices are told to trust. It can vouch for names and addresses of this network only, so
that whoever steals its key still cannot pose as a bank.
"""

import ipaddress
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from kartu.project import place

AUTHORITY_FOR = timedelta(days=3650)
# The longest that phones and browsers take.
SERVER_FOR = timedelta(days=397)
RENEWED_BEFORE = timedelta(days=60)


@dataclass(frozen=True)
class Pair:
    """Two files in PEM: the certificate and its key."""

    certificate: Path
    key: Path


@dataclass(frozen=True)
class Signer:
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


def ensure(folder: Path, host: str, addresses: Iterable[str], now: datetime | None = None) -> Pair:
    """The certificate of this computer in `folder`; made, and made anew where it runs out or names something else.

    `host` is the computer's name, "kasir"; it answers to kasir, kasir.local, localhost and `addresses`, as far as these
    belong to a network of the firm's own.
    """
    now = now or datetime.now(UTC)
    names = [host, f"{host}.local", "localhost"]
    near = sorted({address for address in addresses if place.is_near(address)} | {"127.0.0.1", "::1"})
    pair = Pair(folder / "lan.crt", folder / "lan.key")
    authority = authority_of(folder, names, now)
    if not still_good(pair, authority, names, near, now):
        make_server(pair, authority, names, near, now)
    return pair


def authority_file(folder: Path) -> Path:
    """What other devices are to trust."""
    return folder / "lan-ca.crt"


def authority_of(folder: Path, names: list[str], now: datetime) -> Signer:
    """The authority of this computer; another one when its name has changed, or its time is nearly over."""
    pair = Pair(authority_file(folder), folder / "lan-ca.key")
    if pair.certificate.exists() and pair.key.exists():
        signer = Signer(
            x509.load_pem_x509_certificate(pair.certificate.read_bytes()),
            load_pem_private_key(pair.key.read_bytes(), None),
        )
        allowed = signer.certificate.extensions.get_extension_for_class(x509.NameConstraints).value
        if x509.DNSName(names[0]) in allowed.permitted_subtrees and not ends_soon(signer.certificate, now):
            return signer
    key = ec.generate_private_key(ec.SECP256R1())
    subject = named(f"Kartu on {names[0]}")
    near = [x509.IPAddress(ipaddress.ip_network(network)) for network in place.NEAR]
    allowed = x509.NameConstraints([*map(x509.DNSName, names), *near], None)
    builder = (
        begun(subject, subject, key.public_key(), now, AUTHORITY_FOR)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage(signs=True), critical=True)
        .add_extension(allowed, critical=True)
    )
    certificate = builder.sign(key, SHA256())
    write(pair, certificate, key)
    return Signer(certificate, key)


def make_server(pair: Pair, authority: Signer, names: list[str], near: list[str], now: datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    addresses = [x509.IPAddress(ipaddress.ip_address(address)) for address in near]
    builder = (
        begun(named(names[0]), authority.certificate.subject, key.public_key(), now, SERVER_FOR)
        .add_extension(x509.SubjectAlternativeName([*map(x509.DNSName, names), *addresses]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage(signs=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key()), critical=False)
    )
    write(pair, builder.sign(authority.key, SHA256()), key)


def begun(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime, lasting: timedelta
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))  # clocks of phones go wrong
        .not_valid_after(now - timedelta(days=1) + lasting)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def usage(*, signs: bool) -> x509.KeyUsage:
    """Of an authority that `signs` certificates, or of a server."""
    others = dict.fromkeys(("content_commitment", "key_encipherment", "data_encipherment", "key_agreement"), False)
    rest = {"encipher_only": False, "decipher_only": False}
    return x509.KeyUsage(digital_signature=not signs, key_cert_sign=signs, crl_sign=signs, **others, **rest)


def still_good(pair: Pair, authority: Signer, names: list[str], near: list[str], now: datetime) -> bool:
    if not pair.certificate.exists() or not pair.key.exists():
        return False
    certificate = x509.load_pem_x509_certificate(pair.certificate.read_bytes())
    told = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    addresses = {str(address) for address in told.get_values_for_type(x509.IPAddress)}
    try:
        certificate.verify_directly_issued_by(authority.certificate)
    except Exception:
        return False
    same = told.get_values_for_type(x509.DNSName) == names and addresses == set(near)
    return same and not ends_soon(certificate, now)


def ends_soon(certificate: x509.Certificate, now: datetime) -> bool:
    return certificate.not_valid_after_utc - now < RENEWED_BEFORE


def named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])


def write(pair: Pair, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> None:
    """The key first, and for this user alone."""
    pair.key.parent.mkdir(parents=True, exist_ok=True)
    pair.key.unlink(missing_ok=True)
    handle = os.open(pair.key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    pair.certificate.write_bytes(certificate.public_bytes(Encoding.PEM))
