"""Telling people about clients: a client handed over, a colleague's @name in a text."""

from django.db.models import Count
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from kartu.clients.events import (
    ClientHandedOver,
    ClientShared,
    ClientsImported,
    ClientsMerged,
    TouchLogged,
)
from kartu.clients.models import Client, Collaborator, Touch
from kartu.clients.rights import SEE_TOUCHES, VIEW, reaches
from kartu.firm.models import User
from kartu.notifications.actions import notify
from kartu.notifications.kinds import IN_CLIENTS, Kind, kinds

kinds.add(Kind("clients.mention", _("A colleague names you on a client"), IN_CLIENTS, order=20))
kinds.add(Kind("clients.handed_over", _("A client was handed over to you"), IN_CLIENTS, order=30))
kinds.add(Kind("clients.shared", _("You take part in a client"), IN_CLIENTS, order=40))
kinds.add(Kind("clients.merged", _("A card of yours went into another one"), IN_CLIENTS, order=50))

WHY = "telling people what they have asked to be told"


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


def tell_of_sharing(event: ClientShared) -> None:
    """Whoever takes part now, unless he was taken off again meanwhile."""
    client = Client.objects.as_system(WHY).filter(pk=event.client_id, trashed_at=None).first()
    person = User.objects.active().select_related("role").filter(pk=event.person_id).exclude(pk=event.by_id).first()
    if client is None or person is None or not reaches(person, client):
        return
    giver = User.objects.filter(pk=event.by_id).first()
    notify(
        to=[person],
        kind="clients.shared",
        title=format_lazy(_("You take part in {client}"), client=client.name),
        text=format_lazy(_("{person} named you on the card"), person=giver.name) if giver else "",
        url=card_of(client.pk),
        about=client,
        by=giver,
    )


def tell_of_importing(event: ClientsImported) -> None:
    """Those whom the file has named on clients: once, however many these are."""
    rows = Collaborator.objects.as_system(WHY).filter(batch_id=event.batch_id, trashed_at=None, client__trashed_at=None)
    counts = dict(rows.order_by().values("person_id").annotate(count=Count("pk")).values_list("person_id", "count"))
    people = User.objects.active().select_related("role").filter(pk__in=counts).exclude(pk=event.by_id)
    giver = User.objects.filter(pk=event.by_id).first()
    for person in people:
        if person.may(VIEW):
            notify(
                to=[person],
                kind="clients.shared",
                title=format_lazy(_("Further clients in which you take part: {count}"), count=counts[person.pk]),
                text=format_lazy(_("{person} named you in a file"), person=giver.name) if giver else "",
                url=f"{reverse('clients:list')}?v=take_part",
                by=giver,
                dedupe=f"imported:{event.batch_id}",
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
        to=[person for person in people if reaches(person, touch.client) and person.may(SEE_TOUCHES)],
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
