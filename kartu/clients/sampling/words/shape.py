"""What is known of a country from which clients are made up."""

from dataclasses import dataclass


@dataclass(frozen=True)
class City:
    """`area`: how its telephone numbers begin after the country's code."""

    name: str
    region: str
    postcode: str
    area: str


@dataclass(frozen=True)
class Bank:
    """`sign`: what accounts of it are made with, the letters of an IBAN; `code`: its SWIFT, or BIK."""

    name: str
    code: str
    sign: str = ""


@dataclass(frozen=True)
class Words:
    """What a country's clients are called, where they sit and what passes between them and the firm.

    `firms`: (pattern of the name, what they do). A pattern has {first}, one of `firm_first`, {city}, or {family} and,
    of Russia, {initials}: of whoever owns it. `talks`: what follows one another, a step a line:
        "<call asked for a price | wants an offer"      who (< from them, > from us), kind, text | result
    `asides`: notes in which a colleague, {name}, is named: by turns one to the seller and one to who leads.
    """

    country: str
    firms: tuple[tuple[str, str], ...]
    firm_first: tuple[str, ...]
    men: tuple[str, ...]
    women: tuple[str, ...]
    family: tuple[str, ...]
    # (of a man, of a woman); empty where nobody has any.
    patronymics: tuple[tuple[str, str], ...]
    # People with one name only, and how often they are met.
    single: tuple[str, ...]
    single_share: float
    positions: tuple[str, ...]  # the first is of whoever owns the firm
    cities: tuple[City, ...]
    streets: tuple[str, ...]
    # A mobile number begins so; `invented` are reserved for stories and ring nowhere.
    mobiles: tuple[str, ...]
    invented: tuple[str, ...]
    phone_length: int  # digits of the national significant number, of mobiles
    landline_length: int
    calling_code: str
    statuses: tuple[str, str, str, str]
    categories: tuple[str, ...]
    sources: tuple[str, ...]
    tags: tuple[str, ...]
    talks: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]
    asides: tuple[str, ...]
    promises: tuple[str, ...]
    pins: tuple[str, ...]
    labels: tuple[str, str]  # of a second phone
    store: str  # how to get to the second address
    banks: tuple[Bank, ...]
    currency: str
    # The holding: its name, what it does; its parts with what they do.
    holding: tuple[tuple[str, str], ...]
    domain: str

    @property
    def calls(self) -> tuple[str, ...]:
        return self._said("call")

    @property
    def meetings(self) -> tuple[str, ...]:
        return self._said("visit")

    def _said(self, kind: str) -> tuple[str, ...]:
        steps = [step[1:].partition(" ") for talk in self.talks for step in talk]
        return tuple(text.partition(" | ")[0] for word, _, text in steps if word == kind)
