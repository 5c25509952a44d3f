"""Passkeys (WebAuthn): the two ceremonies, making one and showing one.

Each begins with a challenge that the session keeps for five minutes and gives back once, and ends with what the
device has signed. Who may begin, and what follows, is the caller's business. Decision 0087.
"""

import json
import secrets
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.http.request import split_domain_port
from django.utils.translation import gettext as _
from fido2.cose import CoseKey
from fido2.server import Fido2Server
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialType,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from kartu.core.hosts import is_number
from kartu.firm.models import Firm, Passkey, User

SESSION_KEY = "passkey"
LIFETIME = 5 * 60  # seconds
LONGEST_ANSWER = 20_000  # characters

# What a challenge is good for.
ADDING, ENTERING, CONFIRMING = "adding", "entering", "confirming"
# The device must have made sure of its person, by finger, face or PIN: so a passkey alone is two factors.
VERIFIED = UserVerificationRequirement.REQUIRED


class Unsuitable(Exception):
    """Passkeys do not work at this address; the text says why and where they do."""


class Refused(Exception):
    """What came is no proof. `reason` is a word for the log, `passkey` the one it was about, if it is known."""

    def __init__(self, reason: str, passkey: Passkey | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.passkey = passkey


@dataclass(frozen=True)
class Site:
    """What passkeys hold to: the name of the host, "crm.example.com", and the origin as browsers spell it."""

    host: str
    origin: str


@dataclass(frozen=True)
class Made:
    """A passkey that a device has just made; Passkey says what the fields are."""

    host: str
    credential_id: str
    public_key: bytes
    sign_count: int
    handle: str
    transports: list[str]


@dataclass(frozen=True)
class Proof:
    """A passkey that has been shown, and the count of its signatures."""

    passkey: Passkey
    sign_count: int


def site_of(request: HttpRequest) -> Site:
    """The site that `request` came to. Raises Unsuitable where browsers allow no passkeys."""
    netloc = request.get_host().lower()
    host = split_domain_port(netloc)[0]
    if is_number(host):
        told = _("A passkey belongs to a name, and this address is a bare number. Open Kartu at %(address)s instead.")
        raise Unsuitable(told % {"address": settings.NAMED_ADDRESS})
    ours = urlsplit(settings.ADDRESS)
    # A proxy in front may speak HTTPS for us: what it answers to is the firm's address.
    scheme = ours.scheme if netloc == ours.netloc.lower() else request.scheme
    if scheme != "https" and host != "localhost":
        raise Unsuitable(_("Passkeys need a protected connection: an address that begins with https://"))
    return Site(host, f"{scheme}://{netloc}")


def site_to_add_at(request: HttpRequest) -> Site:
    """The site, if it is the one where the firm will go on using Kartu: elsewhere the passkey would be of no use."""
    site = site_of(request)
    if site.host != urlsplit(settings.NAMED_ADDRESS).hostname:
        told = _("A passkey works only at the address where it was added. Open Kartu at %(address)s to add it.")
        raise Unsuitable(told % {"address": settings.NAMED_ADDRESS})
    return site


def open_the_door_at(request: HttpRequest) -> bool:
    """Whether anybody can sign in here by a passkey alone."""
    try:
        site = site_of(request)
    except Unsuitable:
        return False
    return Passkey.objects.filter(host=site.host).exists()


def fitting(request: HttpRequest, person: User) -> list[Passkey]:
    """The passkeys of `person` that work at this address."""
    try:
        site = site_of(request)
    except Unsuitable:
        return []
    return list(Passkey.objects.filter(person=person, host=site.host))


def ask_to_make(request: HttpRequest, person: User) -> dict[str, Any]:
    """Begin making a passkey of `person`: what navigator.credentials.create() takes, bytes as base64url.

    Raises Unsuitable.
    """
    site = site_to_add_at(request)
    own = list(Passkey.objects.filter(person=person))
    handle = own[0].handle if own else websafe_encode(secrets.token_bytes(32))
    options, state = server_of(site).register_begin(
        PublicKeyCredentialUserEntity(id=websafe_decode(handle), name=person.email, display_name=person.name),
        credentials=[described(passkey) for passkey in own if passkey.host == site.host],
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=VERIFIED,
    )
    keep(request, ADDING, state, person_id=person.pk, handle=handle)
    return dict(options)


def take_made(request: HttpRequest, answer: str) -> Made:
    """End it with the browser's `answer`. Raises Refused, Unsuitable."""
    site = site_to_add_at(request)
    kept = take(request, ADDING, request.user)
    response, registration = read(answer, RegistrationResponse)
    try:
        made = server_of(site).register_complete(kept["state"], response)
    except ValueError as refused:
        raise Refused(str(refused)) from refused
    credential = made.credential_data
    check_client_data(registration.response.client_data)
    if credential is None or credential.public_key.ALGORITHM not in CoseKey.supported_algorithms():
        raise Refused("no key that we can read")
    transports = response["response"].get("transports")
    return Made(
        host=site.host,
        credential_id=websafe_encode(credential.credential_id),
        public_key=bytes(credential)[18 + len(credential.credential_id) :],
        sign_count=made.counter,
        handle=kept["handle"],
        transports=[str(way)[:20] for way in transports][:8] if isinstance(transports, list) else [],
    )


def ask_to_show(request: HttpRequest, person: User | None = None) -> dict[str, Any]:
    """Begin showing a passkey: one of `person`, or of whoever has one here. For navigator.credentials.get().

    Raises Unsuitable.
    """
    site = site_of(request)
    own = [described(passkey) for passkey in fitting(request, person)] if person else None
    options, state = server_of(site).authenticate_begin(credentials=own, user_verification=VERIFIED)
    keep(request, CONFIRMING if person else ENTERING, state, person_id=person.pk if person else None)
    return dict(options)


def take_shown(request: HttpRequest, answer: str, person: User | None = None) -> Proof:
    """End it with the browser's `answer`, which must be of `person` if he is known. Raises Refused, Unsuitable."""
    site = site_of(request)
    kept = take(request, CONFIRMING if person else ENTERING, person)
    response, shown = read(answer, AuthenticationResponse)
    found = Passkey.objects.select_related("person", "person__role").filter(credential_id=websafe_encode(shown.raw_id))
    passkey = found.filter(host=site.host).first()
    if passkey is None:
        raise Refused("unknown passkey")
    if person is not None and passkey.person_id != person.pk:
        raise Refused("somebody else's passkey", passkey)
    handle = shown.response.user_handle
    # Without a name before, the device itself says whose it is.
    if (handle is None and person is None) or (handle is not None and websafe_encode(handle) != passkey.handle):
        raise Refused("another person's handle", passkey)
    try:
        server_of(site).authenticate_complete(kept["state"], [credential_of(passkey)], response)
    except (ValueError, NotImplementedError) as refused:
        raise Refused(str(refused), passkey) from refused
    check_client_data(shown.response.client_data, passkey)
    if not passkey.person.is_active:
        raise Refused("access is closed", passkey)
    return Proof(passkey, shown.response.authenticator_data.counter)


def server_of(site: Site) -> Fido2Server:
    firm = Firm.current()
    party = PublicKeyCredentialRpEntity(id=site.host, name=firm.name if firm else "Kartu")
    server = Fido2Server(party, verify_origin=lambda origin: origin == site.origin)
    server.timeout = LIFETIME * 1000
    return server


def described(passkey: Passkey) -> PublicKeyCredentialDescriptor:
    return PublicKeyCredentialDescriptor(
        type=PublicKeyCredentialType.PUBLIC_KEY,
        id=websafe_decode(passkey.credential_id),
        transports=passkey.transports or None,
    )


def credential_of(passkey: Passkey) -> AttestedCredentialData:
    id_ = websafe_decode(passkey.credential_id)
    return AttestedCredentialData(bytes(Aaguid.NONE) + len(id_).to_bytes(2, "big") + id_ + bytes(passkey.public_key))


def keep(request: HttpRequest, what: str, state: dict, **more: Any) -> None:
    request.session[SESSION_KEY] = {"what": what, "state": state, "at": time.time(), **more}


def take(request: HttpRequest, what: str, person: User | None) -> dict[str, Any]:
    """What was kept when the ceremony began, once. Raises Refused: there is nothing, or it is too late, or for
    something or somebody else."""
    kept = request.session.pop(SESSION_KEY, None)
    if kept is None or kept["what"] != what or kept["person_id"] != (person.pk if person else None):
        raise Refused("no challenge was given")
    if not 0 <= time.time() - kept["at"] <= LIFETIME:
        raise Refused("the challenge is too old")
    return kept


def read(answer: str, kind: type) -> tuple[dict[str, Any], Any]:
    """The browser's JSON, and the same as the response `kind` of fido2. Raises Refused."""
    if len(answer) > LONGEST_ANSWER:
        raise Refused("unreadable")
    try:
        response = json.loads(answer)
        words = [response["rawId"], *(word for name, word in response["response"].items() if name != "transports")]
        if not all(isinstance(word, str) for word in words):
            raise TypeError("bytes are spelled as base64url")
        return response, kind.from_dict(response)
    except Exception as error:  # whatever a stranger sends: CBOR, JSON and their lengths break in many ways
        raise Refused("unreadable") from error


def check_client_data(client_data: Any, passkey: Passkey | None = None) -> None:
    """What fido2 leaves to us: the page must not stand in the frame of another site's."""
    if client_data.cross_origin:
        raise Refused("in the frame of another page", passkey)
