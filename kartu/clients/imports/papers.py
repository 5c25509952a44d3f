"""Requisites of a row: which number it is, whether it can be right, and the bank account."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kartu.clients.imports.row import CUT_NUMBER, RowInHand
from kartu.firm import requisites
from kartu.firm.requisites import KINDS, compact
from kartu.records.imports.mapping import Choice

NOT_DIGITS = re.compile(r"[^\d]")
# Field -> the kinds of number it may be, by their lengths, in Russia and in Indonesia.
BY_LENGTH = {
    "RU": {10: "inn", 12: "inn"},
    "ID": {15: "npwp15", 16: "npwp"},
}
# How many digits a number had before a sheet took it for a quantity and dropped its leading zero.
PADDED = {"RU": {9: 10, 11: 12}, "ID": {14: 15}}


def read_papers(row: RowInHand) -> None:
    """Leave the numbers, the legal name and the account in the draft; say which of them are wrong."""
    draft = row.draft
    draft.legal_name, draft.legal_address = row.one("legal_name"), row.one("legal_address")
    country = draft.country or row.reader.country
    for choice, text in row.all("tax_id"):
        inn, _slash, kpp = text.partition("/") if country == "RU" else (text, "", "")
        _take(row, choice, _tax_kind(inn, country), _padded(row, choice, inn, country))
        if kpp:
            _take(row, choice, "kpp", kpp)
    for target in ("kpp", "nik", "nib"):
        for choice, text in row.all(target):
            _take(row, choice, target, text)
    for choice, text in row.all("ogrn"):
        _take(row, choice, "ogrnip" if len(compact(text)) == 15 else "ogrn", text)
    for choice, text in row.all("vat"):
        _take(row, choice, _vat_kind(text, country), text)
    draft.tax_id = requisites.tax_id(country, draft.registry_ids) or next(
        (number for code, number in draft.registry_ids.items() if KINDS[code].is_tax_id), ""
    )
    _bank(row, country)


def _tax_kind(text: str, country: str) -> str:
    """Which number a mere "tax id" is, by its length and the country."""
    length = len(NOT_DIGITS.sub("", text))
    length = PADDED.get(country, {}).get(length, length)
    if code := BY_LENGTH.get(country, {}).get(length):
        return code
    if country in ("RU", "ID"):
        return {"RU": "inn", "ID": "npwp"}[country]
    return _vat_kind(text, country)


def _vat_kind(text: str, country: str) -> str:
    """The VAT number of the country that the number names, else of the client's; free where there is none."""
    prefix = compact(text)[:2].lower().replace("el", "gr")
    return next((code for code in (f"vat_{prefix}", f"vat_{country.lower()}") if code in KINDS), "tax_id")


def _padded(row: RowInHand, choice: Choice, text: str, country: str) -> str:
    if not isinstance(row.cell(choice), int):
        return text
    return text.zfill(PADDED.get(country, {}).get(len(text), 0))


def _take(row: RowInHand, choice: Choice, code: str, text: str) -> None:
    if isinstance(row.cell(choice), float | int) and len(text) > 15 and text.endswith("0"):
        row.complain(
            choice, _("A sheet keeps 15 digits of a number, the rest is lost. Give the column the format Text")
        )
        return
    if CUT_NUMBER.match(text):
        row.complain(choice, _("The sheet has cut this number. Give the column the format Text, and save again"))
        return
    try:
        number = KINDS[code].validate(text)
    except ValidationError as wrong:
        row.complain(choice, wrong.messages[0], text)
        return
    if number:
        row.draft.registry_ids.setdefault(code, number)


def _bank(row: RowInHand, country: str) -> None:
    name = row.one("bank_name")
    codes, accounts = row.all("bank_code"), row.all("bank_account")
    if not accounts:
        if name or codes:
            row.notes.append(", ".join(filter(None, [name, codes[0][1] if codes else ""])))
        return
    code, account = codes[0][1] if codes else "", accounts[0][1]
    if code.isdigit() and len(code) == 8 and country == "RU":
        code = code.zfill(9)  # a BIK begins with a zero, which a sheet drops
    try:
        code, account = requisites.validate_bank(country, code, account)
    except ValidationError as wrong:
        for name_of_field, messages in wrong.message_dict.items():
            at_fault = codes if name_of_field == "bank_code" and codes else accounts
            row.complain(at_fault[0][0], messages[0])
        return
    row.draft.bank = (name, code, account)
