"""Merge and undo are nothing at all, whatever other people do to the two cards in between."""

from collections.abc import Callable

from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kartu.clients import actions
from kartu.clients.actions.merging import CHOICES
from kartu.clients.models import Channel, Client, Contact, Tag
from kartu.clients.tests.conftest import seen
from kartu.clients.tests.duplicates.states import state_of
from kartu.clients.tests.duplicates.test_merging import merge
from kartu.records.changes import undo
from kartu.security.models import AuditRow

# Making a failing example smaller would take minutes: each is a whole story.
PHASES = [Phase.explicit, Phase.generate]
BOUNDED = settings(
    max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, phases=PHASES
)


class Rolled(Exception):
    """Leaves the transaction of an example."""


def change(column: str, value: object) -> Callable:
    return lambda card, by: actions.change_client(client=card, values={column: value}, by=by)


def change_contact(card: Client, by) -> None:
    contact = Contact.objects.visible_to(by).filter(client=card).last()
    if contact:
        actions.change_contact(contact=contact, values={"position": "Buyer"}, by=by)


def change_phone(card: Client, by) -> None:
    channel = Channel.objects.visible_to(by).filter(client=card, kind="phone").last()
    actions.change_channel(channel=channel, values={"label": "In the evening"}, by=by)


def remove_email(card: Client, by) -> None:
    if channel := Channel.objects.visible_to(by).filter(client=card, kind="email").last():
        actions.remove(part=channel, by=by)


def add_phone(card: Client, by) -> None:
    number = f"0812 00{Channel.objects.as_system('a test').count():02} 1234"
    actions.add_channel(client=card, kind="phone", value=number, is_main=True, by=by)


EDITS: dict[str, Callable] = {
    "about": change("about", "Pumps and hoses"),
    "pinned": change("pinned", "Pays late"),
    "touch": lambda card, by: actions.log_touch(client=card, text="Called", kind="call", by=by),
    "tag": lambda card, by: actions.set_tags(client=card, tags=Tag.objects.all(), by=by),
    "no tags": lambda card, by: actions.set_tags(client=card, tags=[], by=by),
    "add phone": add_phone,
    "change phone": change_phone,
    "change contact": change_contact,
    "remove e-mail": remove_email,
    "hand over": lambda card, by: actions.hand_over(client=card, to=by, by=by),
    "let go": lambda card, by: actions.let_go(client=card, by=by),
}
edits = st.lists(st.tuples(st.sampled_from(sorted(EDITS)), st.booleans()), max_size=4)


@given(before=edits, between=edits, take=st.sets(st.sampled_from(sorted(CHOICES))))
@BOUNDED
def test_merge_and_undo_leave_only_what_others_did(before, between, take, sinar, twin, seller, head):
    with rolled_back():
        others = actions.add_client(name="Another", phone="0812 4444 555", by=seller)
        apply(before, (sinar, twin), head)
        was = told_state(state_of(sinar, twin, others))

        changes = merge(sinar, twin, head, take=take)
        mark = AuditRow.objects.latest("pk").pk
        apply(between, (sinar, others), head)
        replay(was, mark)
        merged = state_of(sinar, twin, others)
        undoing = undo(changes, by=head)

        kept = {(each.object_type, each.object_id, each.column) for each in undoing.conflicts}
        assert differing(told_state(state_of(sinar, twin, others)), was) <= kept

        undo(undoing.change_set, by=head)
        assert state_of(sinar, twin, others) == merged


class rolled_back(transaction.Atomic):
    """Each example begins with the rows of the fixtures."""

    def __init__(self) -> None:
        super().__init__(using=None, savepoint=True, durable=False)

    def __exit__(self, kind, value, trace):
        super().__exit__(kind or Rolled, value or Rolled(), trace)
        return False


def apply(steps: list[tuple[str, bool]], cards: tuple[Client, Client], by) -> None:
    for name, is_first in steps:
        EDITS[name](seen(cards[0 if is_first else 1], by), by)


def told_state(state: dict) -> dict:
    """Without what is computed: the columns that the log tells of."""
    return {key: dict(values) for key, values in state.items() if not key[0].startswith("doc ")}


def replay(state: dict, after: int) -> None:
    """Let `state` be what it would be had only the others been at work."""
    for line in AuditRow.objects.filter(pk__gt=after, object_id__gt=0).select_related("payload").order_by("pk"):
        row = state.setdefault((line.object_type, line.object_id), {})
        row.update(line.payload.values.get("after", {}))


def differing(now: dict, wanted: dict) -> set[tuple]:
    """(kind, number, column) of all that is not as wanted."""
    assert now.keys() == wanted.keys()
    return {
        (*key, column)
        for key, values in wanted.items()
        for column, value in values.items()
        if column in now[key] and now[key][column] != value and column not in DERIVED
    }


DERIVED = {
    "phone",
    "email",
    "city",
    "city_key",
    "last_touch_at",
    "last_touch_text",
    "next_touch_at",
    "next_touch_text",
} | {
    "name_key",
    "match_key",
    "digits",
}
