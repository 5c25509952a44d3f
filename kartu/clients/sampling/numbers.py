"""Registry numbers and bank accounts that nobody has and every check takes."""

import random
from dataclasses import dataclass

from kartu.clients.sampling.words import Bank, Words
from kartu.firm.check_digits import luhn, mod_97, weighted
from kartu.firm.requisites import check_russian_account

INN_10 = (2, 4, 10, 3, 5, 9, 4, 6, 8)
INN_12 = (3, 7, *INN_10)
REGIONS = ("63", "16", "77", "73", "02")


@dataclass(frozen=True)
class Papers:
    """The numbers of a legal person by their kind (firm.requisites), and its account."""

    registry_ids: dict[str, str]
    bank: Bank
    account: str


def papers(words: Words, rng: random.Random, *, is_person: bool) -> Papers:
    """`is_person`: a sole trader, where the country has numbers of their own for them."""
    bank = rng.choice(words.banks)
    ids, account = MAKERS[words.country](rng, bank, is_person)
    return Papers(ids, bank, account)


def british(rng: random.Random, bank: Bank, is_person: bool) -> tuple[dict[str, str], str]:
    body = digits(rng, 7, first="1")
    check = 97 - weighted(body, range(8, 1, -1)) % 97
    account = digits(rng, 14)
    ids = {"vat_gb": f"GB{body}{check:02d}", "registry": digits(rng, 8, first="0")}
    return ids, f"GB{98 - mod_97(f'{bank.sign}{account}GB00'):02d}{bank.sign}{account}"


def indonesian(rng: random.Random, bank: Bank, is_person: bool) -> tuple[dict[str, str], str]:
    body = digits(rng, 8, first="0")
    npwp = next(f"{body}{digit}" for digit in range(10) if luhn(f"{body}{digit}"))
    ids = {"npwp": f"0{npwp}{rng.randrange(400, 450)}000", "pkp": "1"}
    if not is_person:
        ids["nib"] = f"9120{digits(rng, 9)}"
    return ids, digits(rng, 10, first=str(rng.randint(1, 9)))


def russian(rng: random.Random, bank: Bank, is_person: bool) -> tuple[dict[str, str], str]:
    """Of a tax office, the 98th of its region, that there is not."""
    office = f"{rng.choice(REGIONS)}98"
    if is_person:
        body = office + digits(rng, 6)
        body += str(weighted(body, INN_12[1:]) % 11 % 10)
        ids = {"inn": body + str(weighted(body, INN_12) % 11 % 10), "ogrnip": _ogrn(rng, "3", 14)}
    else:
        body = office + digits(rng, 5)
        ids = {
            "inn": body + str(weighted(body, INN_10) % 11 % 10),
            "kpp": f"{office}01001",
            "ogrn": _ogrn(rng, "1", 12),
        }
    return ids, russian_account(rng, bank.code, "40802" if is_person else "40702")


def russian_account(rng: random.Random, bik: str, kind: str) -> str:
    """An account in roubles; the ninth digit is the key that makes it fit the bank."""
    tail = f"0{digits(rng, 10)}"
    accounts = (f"{kind}810{key}{tail}" for key in range(10))
    return next(account for account in accounts if check_russian_account(account, bik))


def _ogrn(rng: random.Random, first: str, length: int) -> str:
    body = digits(rng, length, first=first)
    return body + str(int(body) % (length - 1) % 10)


def digits(rng: random.Random, count: int, *, first: str = "") -> str:
    return first + "".join(str(rng.randrange(10)) for _ in range(count - len(first)))


MAKERS = {"GB": british, "ID": indonesian, "RU": russian}
