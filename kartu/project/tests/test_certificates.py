"""The certificates of `--lan`: who they vouch for, how long, and when they are made anew."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from kartu.project.certificates import authority_file, ensure
from kartu.project.place import is_near

pytestmark = pytest.mark.no_database

NOW = datetime(2026, 11, 29, tzinfo=UTC)


def read(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def made(folder: Path, now: datetime = NOW, host: str = "kasir", address: str = "192.168.1.5") -> x509.Certificate:
    return read(ensure(folder, host, [address], now).certificate)


def test_it_names_the_computer_and_its_addresses(tmp_path):
    certificate = made(tmp_path)

    told = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert told.get_values_for_type(x509.DNSName) == ["kasir", "kasir.local", "localhost"]
    assert set(map(str, told.get_values_for_type(x509.IPAddress))) == {"192.168.1.5", "127.0.0.1", "::1"}
    certificate.verify_directly_issued_by(read(authority_file(tmp_path)))
    assert certificate.not_valid_after_utc - certificate.not_valid_before_utc <= timedelta(days=398)


def test_keys_are_for_this_user_alone(tmp_path):
    pair = ensure(tmp_path, "kasir", [], NOW)

    assert pair.key.stat().st_mode & 0o077 == 0
    assert (tmp_path / "lan-ca.key").stat().st_mode & 0o077 == 0
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(pair.certificate, pair.key)


def test_the_authority_cannot_vouch_for_the_world(tmp_path):
    made(tmp_path)

    constraints = read(authority_file(tmp_path)).extensions.get_extension_for_class(x509.NameConstraints)
    assert constraints.critical
    permitted = [str(name.value) for name in constraints.value.permitted_subtrees]
    assert permitted[:4] == ["kasir", "kasir.local", "localhost", "127.0.0.0/8"]
    assert "0.0.0.0/0" not in permitted


def test_a_good_one_stays_and_one_that_runs_out_is_renewed_under_the_same_authority(tmp_path):
    first = made(tmp_path)
    authority = authority_file(tmp_path).read_bytes()

    assert made(tmp_path, NOW + timedelta(days=300)) == first
    renewed = made(tmp_path, NOW + timedelta(days=340))

    assert renewed.not_valid_after_utc > first.not_valid_after_utc
    assert authority_file(tmp_path).read_bytes() == authority  # nobody has to trust anything again


def test_another_address_makes_another_certificate_and_another_name_another_authority(tmp_path):
    first = made(tmp_path)
    authority = read(authority_file(tmp_path))

    moved = made(tmp_path, address="192.168.1.9")
    assert moved != first
    assert read(authority_file(tmp_path)) == authority
    renamed = made(tmp_path, host="kantor")
    assert read(authority_file(tmp_path)) != authority
    renamed.verify_directly_issued_by(read(authority_file(tmp_path)))


@pytest.mark.parametrize(
    ("address", "near"),
    [("192.168.1.5", True), ("10.1.1.1", True), ("fd00::1", True), ("8.8.8.8", False), ("kasir", False)],
)
def test_only_addresses_of_the_firms_own_network_are_named(address, near):
    assert is_near(address) is near
