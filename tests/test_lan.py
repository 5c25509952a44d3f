"""`kartu up --lan`: HTTPS that a device trusts which was told to, and cookies that never travel without it."""

import ssl
import sys
import urllib.error
import urllib.request

import pytest

from kartu.project import place
from tests.program import Program

pytestmark = [pytest.mark.processes, pytest.mark.skipif(sys.platform == "win32", reason="needs signals")]


def test_a_device_that_trusts_the_authority_gets_in_and_any_other_does_not(firm_kartu: Program) -> None:
    firm_kartu.start(KARTU_LAN="1")
    trust = ssl.create_default_context(cafile=str(firm_kartu.folder / "data" / "lan-ca.crt"))
    address = f"https://localhost:{firm_kartu.port}"

    with urllib.request.urlopen(f"{address}/sign-in/", timeout=5, context=trust) as answer:
        cookies = answer.headers.get_all("Set-Cookie") or []
        assert answer.status == 200
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert cookies and all("; Secure" in cookie and cookie.startswith("__Host-") for cookie in cookies)
    with pytest.raises(urllib.error.URLError, match="CERTIFICATE_VERIFY_FAILED"):
        urllib.request.urlopen(f"{address}/health", timeout=5, context=ssl.create_default_context())
    assert firm_kartu.get("/health") is None  # not without HTTPS
    named = urllib.request.Request(f"{address}/health", headers={"Host": f"{place.COMPUTER}.local"})
    with urllib.request.urlopen(named, timeout=5, context=trust) as answer:
        assert answer.status == 200
    assert "lan-ca.crt once" in firm_kartu.printed()
    assert firm_kartu.stop() == 0


def test_without_it_nothing_listens_beyond_this_computer(firm_kartu: Program) -> None:
    firm_kartu.start()

    assert firm_kartu.get("/health") == 200
    assert not (firm_kartu.folder / "data" / "lan-ca.crt").exists()
    assert "lan-ca.crt" not in firm_kartu.printed()
