"""Telling people about clients: a call-back that is due, a client handed over, a colleague's @name in a text."""

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from kartu.clients.events import CallBackDue, ClientHandedOver, ClientsMerged, TouchLogged
from kartu.clients.models import CallBack, Client, Touch
from kartu.clients.rights import reaches
from kartu.firm.models import User
from kartu.notifications.actions import notify

WHY = "telling people what they have asked to be told"


def tell_of_call_back(event: CallBackDue) -> None:
    """By bell and e-mail, whoever promised it; if he is gone or has no longer to do with the client, who has."""
    rows = CallBack.objects.as_system(WHY).select_related("client", "contact", "person__role")
    call_back = rows.filter(pk=event.call_back_id, done_at__isnull=True, trashed_at__isnull=True).first()
    if call_back is None or call_back.due_at > timezone.now():
        return  # done, dropped or moved in the meantime
    title = _("Late: call {client}") if event.is_late else _("Call {client}")
    notify(
        to=those_who_call(call_back),
        kind="clients.call_back",
        title=format_lazy(title, client=call_back.client.name),
        text=about(call_back),
        url=f"{card_of(call_back.client_id)}#call-back-{call_back.pk}",
        about=call_back,
        email=True,
        dedupe=f"call-back:{call_back.pk}:{call_back.due_at.isoformat()}",
    )


def those_who_call(call_back: CallBack) -> list[User]:
    """The first who may be told: the person itself, the responsible one, the owners."""
    client = call_back.client
    for person in (call_back.person, client.responsible):
        if person and person.is_active and reaches(person, client):
            return [person]
    return [person for person in User.objects.active().select_related("role") if person.is_owner]


def about(call_back: CallBack) -> str:
    return " · ".join(filter(None, [call_back.contact and call_back.contact.name, call_back.what]))


def card_of(client_id: int) -> str:
    return reverse("clients:card", args=[client_id])


def tell_of_handing_over(event: ClientHandedOver) -> None:
    """The new responsible person, unless he took the client himself."""
    if event.to_id in (None, event.by_id):
        return
    client = Client.objects.as_system(WHY).select_related("responsible__role").filter(pk=event.client_id).first()
    if client is None or client.responsible_id != event.to_id:
        return
    giver = User.objects.filter(pk=event.by_id).first()
    notify(
        to=[client.responsible],
        kind="clients.handed_over",
        title=format_lazy(_("{client} is yours now"), client=client.name),
        text=format_lazy(_("{person} handed the client over to you"), person=giver.name) if giver else "",
        url=card_of(client.pk),
        about=client,
        by=giver,
    )


def tell_of_merging(event: ClientsMerged) -> None:
    """Whoever looked after the card that went into another one, unless he did it himself."""
    rows = Client.objects.as_system(WHY).select_related("responsible__role")
    cards = {row.pk: row for row in rows.filter(pk__in=[event.client_id, event.other_id])}
    client, other = cards.get(event.client_id), cards.get(event.other_id)
    if client is None or other is None or other.merged_into_id != client.pk:
        return  # parted in the meantime
    person = other.responsible
    if person is None or person.pk == event.by_id:
        return
    # The name of a client that he does not see is none of his business.
    sees = reaches(person, client)
    title = _("{other} and {client} are one card now") if sees else _("{other} went into a colleague's card")
    merger = User.objects.filter(pk=event.by_id).first()
    notify(
        to=[person],
        kind="clients.merged",
        title=format_lazy(title, other=other.name, client=client.name),
        text=format_lazy(_("{person} merged the two"), person=merger.name) if merger else "",
        url=card_of(client.pk) if sees else "",
        about=client if sees else other,
        by=merger,
    )


def tell_of_mentions(event: TouchLogged) -> None:
    """Those named in a text, if they still see the client; not who wrote it."""
    named = [pk for pk in event.mentions if pk != event.by_id]
    touch = Touch.objects.as_system(WHY).select_related("client", "by").filter(pk=event.touch_id).first()
    if not named or touch is None or touch.trashed_at:
        return
    people = User.objects.active().select_related("role").filter(pk__in=named)
    notify(
        to=[person for person in people if reaches(person, touch.client)],
        kind="clients.mention",
        title=mention_title(touch),
        text=touch.text[:300],
        url=f"{card_of(touch.client_id)}#touch-{touch.pk}",
        about=touch,
        by=touch.by,
        dedupe=f"mention:{touch.pk}",
    )


def mention_title(touch: Touch) -> Promise:
    if touch.by is None:
        return format_lazy(_("You are named on {client}"), client=touch.client.name)
    return format_lazy(_("{person} names you on {client}"), person=touch.by.name, client=touch.client.name)
