"""What hangs on a client and can be listed by a section of its card: people, touches, relations."""

from functools import partial
from typing import Any

from django.db.models import Case, CharField, F, Q, QuerySet, When
from django.urls import reverse
from django.utils.html import escape
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from kartu.clients.actions.custom import ENTITY
from kartu.clients.card import Ends, relations
from kartu.clients.models import Client, ClientRelation, Contact, Touch
from kartu.clients.relations import FROM_THE_OTHER_END
from kartu.clients.rights import CHANGE, SEE_TOUCHES, reaches
from kartu.core.actors import Actor
from kartu.firm.models import User
from kartu.records.custom.related import Related, related
from kartu.records.lists.days import Day, Moment
from kartu.records.lists.kinds import Choice, Number, Text
from kartu.records.lists.linked import Person
from kartu.records.lists.look import Look
from kartu.records.lists.spec import Column

Kind = ClientRelation.Kind
SHOWN_LETTERS = 200


def own_rows(model: Any, client: Client, by: Actor) -> QuerySet:
    return model.objects.visible_to(by).filter(client=client)


def touches_of(kinds: tuple[str, ...], client: Client, by: Actor) -> QuerySet:
    return own_rows(Touch, client, by).filter(kind__in=kinds)


def form_of(name: str, client: Client, by: Actor) -> str:
    return reverse(f"clients:{name}", args=[client.pk]) if reaches(by, client, CHANGE) else ""


def touch_url(touch: Touch, by: Actor) -> str:
    return f"{reverse('clients:card', args=[touch.client_id])}?tab=timeline#touch-{touch.pk}"


def contact_url(contact: Contact, by: Actor) -> str:
    return f"{reverse('clients:card', args=[contact.client_id])}?tab=contacts#contact-{contact.pk}"


def text(key: str, label: Any, width: int = 240) -> Column:
    """A text that has no key to be looked for by; on the screen its beginning."""

    def cell(row: Any, look: Look) -> str:
        told = Truncator(getattr(row, key) or "").chars(SHOWN_LETTERS)
        return f'<span class="long-k">{escape(told)}</span>' if told else ""

    return Column(key, label, Text(), width=width, can_filter=False, cell=cell)


TOUCH_COLUMNS = (
    Column("at", _("When"), Moment()),
    Column("kind", _("What was it"), Choice(choices=Touch.Kind.choices)),
    Column("direction", _("From whom"), Choice(choices=Touch.Direction.choices)),
    text("text", _("What happened")),
    text("result", _("Result")),
    Column("minutes", _("How long, minutes"), Number()),
    Column("by", _("Who"), Person(User), field="by_id"),
)
CONTACT_COLUMNS = (
    Column("name", _("Name"), Text(shown="name"), field="name", filter_field="name_key"),
    text("position", _("Position")),
    Column("birthday", _("Birthday"), Day()),
    text("note", _("Note")),
)


# --- relations, told from the end that the card is of -----------------------------------------------------------------


def relations_of(condition: Any, client: Client, by: Actor) -> QuerySet:
    """With the other client as `other_name`, `far_id` and those who look after it, and with the words of this end."""
    is_ours = Q(client=client.pk)

    def far(column: str) -> Case:
        return Case(When(is_ours, then=F(f"other__{column}")), default=F(f"client__{column}"))

    rows = relations(condition(client)).annotate(
        far_id=far("pk"), far_name=far("name"), far_responsible=far("responsible_id"), far_team=far("team_id")
    )
    here = Case(When(is_ours, then=F("kind")), default=None, output_field=CharField(null=True))
    return rows.annotate(kind_here=here)


def relation_url(row: Any, by: Actor) -> str:
    """The other card, for who sees it; its name is told to whoever sees this one."""
    seen = reaches(by, Ends(row.far_id, row.far_responsible, row.far_team))
    return reverse("clients:card", args=[row.far_id]) if seen else ""


class Words(Text):
    """How the other one stands to this client."""

    def value(self, row: Any, field: str) -> str:
        return str(Kind(row.kind).label if row.kind_here else FROM_THE_OTHER_END[Kind(row.kind)])


def words_cell(row: Any, look: Look) -> str:
    return escape(Words().value(row, "kind"))


RELATION_COLUMNS = (
    text("far_name", _("Client")),
    Column("words", _("How they are related"), Words(), field="kind", can_filter=False, cell=words_cell),
    Column("kind", _("Kind"), Choice(choices=Kind.choices)),
    text("note", _("Note")),
)


def either_end(client: Client) -> Q:
    return Q(client=client.pk) | Q(other=client.pk)


def brought_by(client: Client) -> Q:
    return Q(other=client.pk, kind=Kind.REFERRED_BY)


SPOKEN = {"calls": (_("Calls"), "phone", ("call",)), "meetings": (_("Meetings"), "users", ("meeting",))}

for order, (key, (label, icon, kinds)) in enumerate(SPOKEN.items(), 10):
    columns = tuple(column for column in TOUCH_COLUMNS if column.key != "kind")
    rows = partial(touches_of, kinds)
    related.add(
        Related(key, ENTITY, label, icon, Touch, columns, rows, touch_url, at="at", order=order, right=SEE_TOUCHES)
    )
for each in (
    Related(
        "touches", ENTITY, _("Touches"), "message-2", Touch, TOUCH_COLUMNS, partial(own_rows, Touch), touch_url,
        at="at", order=20, right=SEE_TOUCHES,
    ),
    Related(
        "contacts", ENTITY, _("Contacts"), "users", Contact, CONTACT_COLUMNS, partial(own_rows, Contact), contact_url,
        partial(form_of, "new_contact"), order=40,
    ),
    Related(
        "relations", ENTITY, _("Relations"), "affiliate", ClientRelation, RELATION_COLUMNS,
        partial(relations_of, either_end), relation_url, partial(form_of, "new_relation"), order=50,
    ),
    Related(
        "referred", ENTITY, _("Clients that this one recommended"), "share", ClientRelation, RELATION_COLUMNS[:1],
        partial(relations_of, brought_by), relation_url, order=60,
    ),
):  # fmt: skip
    related.add(each)
