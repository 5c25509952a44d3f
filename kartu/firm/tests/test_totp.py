"""Codes that change every half minute, as RFC 6238 has them."""

import pytest

from kartu.firm import totp

pytestmark = pytest.mark.no_database

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # "12345678901234567890", as in the RFC


@pytest.mark.parametrize(
    ("moment", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_those_of_the_rfc(moment, code):
    assert totp.code_at(SECRET, totp.step_at(moment)) == code


def test_a_clock_may_be_half_a_minute_wrong_and_no_more():
    now, at = 1111111111, totp.step_at(1111111111)
    found = [totp.step_of(totp.code_at(SECRET, at + away), SECRET, now) for away in (-2, -1, 0, 1, 2)]

    assert found == [None, at - 1, at, at + 1, None]


@pytest.mark.parametrize("code", ["", "28708", "2870822", "٢٨٧٠٨٢", "28708x", " 28708", "-87082"])
def test_what_is_no_code_is_none(code):
    assert totp.step_of(code, SECRET, 59) is None


def test_the_app_is_told_firm_and_account_so_that_they_cannot_be_mixed_up():
    address = totp.address(SECRET, account="olga@example.com", issuer="Kartu ООО: Тирта")

    assert address == (
        "otpauth://totp/Kartu%20%D0%9E%D0%9E%D0%9E%20%20%D0%A2%D0%B8%D1%80%D1%82%D0%B0:olga%40example.com"
        f"?secret={SECRET}&issuer=Kartu%20%D0%9E%D0%9E%D0%9E%20%20%D0%A2%D0%B8%D1%80%D1%82%D0%B0"
        "&algorithm=SHA1&digits=6&period=30"
    )


def test_secrets_are_long_and_each_another():
    assert len({totp.new_secret() for _number in range(50)}) == 50
    assert len(totp.new_secret()) == 32
