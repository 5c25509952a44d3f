"""The mobile number of a person, as his profile says it."""

import phonenumbers
from django.core.exceptions import ValidationError
from phonenumbers import PhoneNumberType

from kartu.firm.models import Firm, User
from kartu.firm.phones import parse

# In some countries (the USA) a number does not say which of the two it is.
MOBILE = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)


def mobile_of(person: User) -> str:
    """The first mobile number of his profile in the one spelling of E.164, "" where there is none."""
    firm = Firm.current()
    try:
        phones = parse(person.phone, firm.country if firm else "")
    except ValidationError:
        return ""
    return next((phone.e164 for phone in phones if is_mobile(phone.e164)), "")


def is_mobile(e164: str) -> bool:
    return phonenumbers.number_type(phonenumbers.parse(e164, None)) in MOBILE
