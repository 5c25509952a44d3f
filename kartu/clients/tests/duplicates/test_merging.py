"""Two cards become one, with all that hangs on them; one click parts them again."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from kartu.clients import actions
from kartu.clients.actions import merging
from kartu.clients.actions.merging import catch_up
from kartu.clients.duplicates import moving
from kartu.clients.duplicates.moving import about_models, merge_moves, pointers, unmovable
from kartu.clients.events import ClientsMerged
from kartu.clients.invariants import merged_cards_are_empty
from kartu.clients.models import (
    Channel,
    Client,
    ClientTag,
    ClientValue,
    Contact,
    Favourite,
    NotSame,
    Segment,
    SegmentMember,
    Tag,
    Touch,
)  # fmt: skip
from kartu.clients.tests.conftest import seen, told
from kartu.clients.tests.duplicates.states import state_of
from kartu.core.actors import System
from kartu.core.testing import run_jobs
from kartu.notifications.models import Notification
from kartu.records.changes import change_set, undo
from kartu.records.custom import actions as shaping
from kartu.records.models import ChangeSet, File
from kartu.search.find import find
from kartu.search.models import Doc
from kartu.security import audit
from kartu.security.actions import Refused
from kartu.security.models import AuditRow
from kartu.security.rows import is_guarded


def merge(client, other, by, **options) -> ChangeSet:
    with change_set(ChangeSet.Kind.EDIT, "Merged", by=by) as changes:
        actions.merge_clients(client=client, other=other, by=by, **options)
    return changes


def hanging_on(client: Client) -> dict[str, int]:
    """How many live rows of each kind point at `client`."""
    found = {}
    for field in pointers():
        rows = field.model.objects.as_system("a test").filter(**{field.attname: client.pk})
        has_trash = any(column.name == "trashed_at" for column in field.model._meta.fields)
        rows = rows.filter(trashed_at=None) if has_trash and field.model is not Client else rows
        found[field.model.__name__] = found.get(field.model.__name__, 0) + rows.count()
    for model in about_models():
        rows = model.objects.as_system("a test").filter(about_type="clients.client", about_id=client.pk)
        found[model.__name__] = rows.count()
    return {name: count for name, count in found.items() if count}


def test_all_that_hung_on_one_card_hangs_on_the_other(sinar, twin, head):
    before, had = hanging_on(twin), hanging_on(sinar)
    assert len(before) == 10, before

    merge(sinar, twin, head)

    assert hanging_on(twin) == {"Client": 0} or hanging_on(twin) == {}
    now = hanging_on(sinar)
    assert {name: now[name] for name in before} == {name: before[name] + had.get(name, 0) for name in before}
    assert [row["other_id"] for row in told(ClientsMerged)] == [twin.pk]


def test_a_new_foreign_key_is_not_forgotten():
    """Rows that have a log are moved without a line of code; all others must say what becomes of them."""
    assert unmovable() == []
    known = {field.model._meta.label_lower for field in pointers()} | {each.model for each in merge_moves}
    assert {"clients.touch", "clients.favourite", "clients.client", "clients.notsame"} <= known


def test_control_a_foreign_key_without_a_log_stops_the_merge(sinar, twin, head, monkeypatch):
    monkeypatch.setattr(moving, "is_guarded", lambda model: model is not Touch and is_guarded(model))

    with pytest.raises(TypeError, match="clients.Touch.client"):
        merge(sinar, twin, head)
    assert seen(twin, head).name == "Sinar Abadi PT"


def test_undo_parts_them_and_leaves_everything_as_it_was(sinar, twin, head):
    before = state_of(sinar, twin)

    changes = merge(sinar, twin, head, take=["name", "responsible"])
    assert state_of(sinar, twin) != before
    undoing = undo(changes, by=head)

    assert undoing.conflicts == []
    assert state_of(sinar, twin) == before


def test_undo_of_the_undo_merges_them_again_with_what_came_meanwhile(sinar, twin, head, seller):
    changes = merge(sinar, twin, head)
    merged = hanging_on(sinar)
    undoing = undo(changes, by=head)
    actions.log_touch(client=seen(twin, seller), text="Came while they were two", by=seller)

    undo(undoing.change_set, by=head)

    assert hanging_on(sinar) == {**merged, "Touch": merged["Touch"] + 1}
    assert not Client.objects.visible_to(head).filter(pk=twin.pk).exists()


def test_what_was_added_to_the_winner_since_stays_with_it(sinar, twin, head, seller):
    changes = merge(sinar, twin, head)
    rina = Contact.objects.visible_to(seller).get(name="Rina Kusuma")
    touch = actions.log_touch(client=seen(sinar, seller), text="Spoke to Rina", contact=rina, by=seller)
    [phone] = actions.add_channel(
        client=seen(sinar, seller), contact=rina, kind="phone", value="0811 999 888", by=seller
    )

    undoing = undo(changes, by=head)

    touch = Touch.objects.visible_to(seller).get(pk=touch.pk)
    phone = Channel.objects.visible_to(seller).get(pk=phone.pk)
    assert (touch.client_id, touch.contact_id) == (sinar.pk, None)
    assert (phone.client_id, phone.contact_id) == (twin.pk, rina.pk)
    assert [(each.object_type, each.column) for each in undoing.conflicts] == [("clients.touch", "contact_id")]


def test_a_field_changed_since_is_listed_and_not_overwritten(sinar, twin, head, seller):
    changes = merge(sinar, twin, head, take=["name"])
    actions.change_client(client=seen(sinar, seller), values={"name": "PT Sinar Abadi Jaya"}, by=seller)

    undoing = undo(changes, by=head)

    assert seen(sinar, head).name == "PT Sinar Abadi Jaya"
    assert [(each.object_id, each.column) for each in undoing.conflicts] == [(sinar.pk, "name")]


def test_fields_are_kept_as_they_were_chosen(sinar, twin, head, seller):
    actions.change_client(client=sinar, values={"about": "Pumps", "country": "ID"}, by=seller)
    actions.change_client(client=twin, values={"about": "Pumps and hoses", "country": "SG"}, by=seller)

    merge(sinar, twin, head, take=["about"])

    assert (seen(sinar, head).about, seen(sinar, head).country) == ("Pumps and hoses", "ID")


def test_an_unknown_field_is_refused_by_its_name(sinar, twin, head):
    with pytest.raises(ValidationError) as refused:
        merge(sinar, twin, head, take=["trashed_at"])

    assert list(refused.value.error_dict) == ["trashed_at"]


def test_what_both_have_stands_once_and_comes_back(sinar, twin, head, seller):
    vip = Tag.objects.get(name="VIP")
    actions.set_tags(client=sinar, tags=[vip], by=seller)
    actions.keep_at_hand(client=sinar, by=seller)
    actions.add_channel(client=twin, kind="phone", value="0813-1120-7765", by=seller)
    actions.add_relation(client=twin, other=sinar, kind="part_of", by=seller)
    before = state_of(sinar, twin)

    changes = merge(sinar, twin, head)

    card = seen(sinar, seller)
    assert [tag.tag_id for tag in card.client_tags.all()] == [vip.pk]
    assert Favourite.objects.visible_to(seller).count() == 1
    assert [row.value for row in card.channels.filter(value="+6281311207765")] == ["+6281311207765"]
    assert card.relations.count() == 0
    assert card.channels.filter(kind="phone", contact=None, is_main=True).count() == 1
    undo(changes, by=head)
    assert state_of(sinar, twin) == before


def test_a_tag_given_again_meanwhile_is_no_accident_when_they_merge_again(sinar, twin, head, seller):
    undoing = undo(merge(sinar, twin, head), by=head)
    actions.set_tags(client=seen(sinar, seller), tags=[Tag.objects.get(name="VIP")], by=seller)

    again = undo(undoing.change_set, by=head)

    assert ClientTag.objects.visible_to(seller).filter(client=sinar).count() == 1
    assert [each.object_type for each in again.conflicts] == ["clients.clienttag"]


def test_the_lists_and_the_search_follow(sinar, twin, head, seller):
    changes = merge(sinar, twin, head)

    assert {doc.root_id for doc in Doc.objects.filter(kind__in=["contact", "touch"])} == {sinar.pk}
    assert found("pumps", seller) == {("touch", sinar.pk)}
    assert seen(sinar, seller).last_touch_text == "Wants pumps"
    undo(changes, by=head)
    assert {doc.root_id for doc in Doc.objects.filter(kind__in=["contact", "touch"])} == {twin.pk}
    assert (seen(sinar, seller).last_touch_text, seen(twin, seller).last_touch_text) == ("", "Wants pumps")


def found(query: str, by) -> set[tuple[str, int]]:
    hits = {each.object_id: group.source.key for group in find(query, by=by) for each in group.found}
    return {(kind, Doc.objects.get(kind=kind, object_id=pk).root_id) for pk, kind in hits.items()}


def test_a_third_card_merged_before_leads_to_the_last_one(sinar, twin, head, seller, client):
    third = actions.add_client(name="Sinar", by=seller)
    merge(twin, third, head)
    merge(sinar, twin, head)
    client.force_login(seller)

    for old in (third, twin):
        response = client.get(f"/clients/{old.pk}/?tab=contacts")
        assert (response.status_code, response["Location"]) == (302, f"/clients/{sinar.pk}/?tab=contacts")
        assert client.get(f"/clients/{old.pk}/preview/")["Location"] == f"/clients/{sinar.pk}/preview/"


def test_the_first_merge_is_not_taken_back_before_the_second(sinar, twin, head, seller):
    third = actions.add_client(name="Sinar", phone="0812 1111 222", by=seller)
    first = merge(twin, third, head)
    merge(sinar, twin, head)
    before = state_of(sinar, twin, third)

    with pytest.raises(ValidationError, match="Sinar was merged on"):
        undo(first, by=head)

    assert state_of(sinar, twin, third) == before


def test_the_old_address_leads_nowhere_for_whoever_does_not_see_the_new_card(sinar, twin, head, stranger, client):
    merge(sinar, twin, head)
    client.force_login(stranger)

    assert client.get(f"/clients/{twin.pk}/").status_code == 404


def test_both_cards_tell_the_story(sinar, twin, head, client):
    changes = merge(sinar, twin, head)
    client.force_login(head)
    page = client.get(f"/clients/{sinar.pk}/history/", headers={"HX-Request": "true"}).content.decode()
    assert "Took over the card" in page and "Sinar Abadi PT" in page

    undo(changes, by=head)
    page = client.get(f"/clients/{twin.pk}/history/", headers={"HX-Request": "true"}).content.decode()
    assert "Merged into" in page and "PT Sinar Abadi" in page
    assert (
        "Gave back the card"
        in client.get(f"/clients/{sinar.pk}/history/", headers={"HX-Request": "true"}).content.decode()
    )


def test_only_who_reaches_both_merges_them(sinar, twin, volga, seller, stranger, head, owner):
    for by, one, other in ((seller, sinar, twin), (stranger, sinar, twin), (head, sinar, volga), (head, volga, sinar)):
        before = AuditRow.objects.count()
        with pytest.raises(Refused):
            actions.merge_clients(client=one, other=other, by=by)
        assert set(AuditRow.objects.order_by("pk")[before:].values_list("verb", flat=True)) == {"denied"}

    actions.merge_clients(client=sinar, other=volga, by=owner)
    assert seen(sinar, owner).channels.count() == 3


def test_control_without_the_look_at_the_other_card_a_head_takes_in_a_strangers(sinar, volga, head, monkeypatch):
    monkeypatch.setattr(merging, "both", lambda client, other, by: (client, other))
    monkeypatch.setattr("kartu.security.actions.check_reach", lambda by, row, right: None)

    actions.merge_clients(client=sinar, other=volga, by=head)


def test_a_comparison_that_is_out_of_date_is_refused(sinar, twin, head, seller):
    looked = (sinar.version, twin.version)
    actions.change_client(client=sinar, values={"about": "Pumps"}, by=seller)

    with pytest.raises(ValidationError):
        actions.merge_clients(client=sinar, other=twin, seen=looked, by=head)


def test_a_merged_card_is_not_taken_out_of_the_trash_by_itself(sinar, twin, head, client):
    merge(sinar, twin, head)
    client.force_login(head)

    assert client.post(f"/clients/{twin.pk}/restore/").status_code == 404
    assert "Sinar Abadi PT" not in client.get("/settings/trash/").content.decode()
    with pytest.raises(ValidationError):
        actions.restore_client(client=Client.objects.visible_to(head, trashed=True).get(pk=twin.pk), by=head)


def test_who_was_told_apart_stays_apart_from_the_merged_card(sinar, twin, head, seller):
    third = actions.add_client(name="Sinar Abadi Dua", by=seller)
    actions.tell_apart(pairs=[(twin, third)], by=head)

    merge(sinar, twin, head)

    assert [(row.client_id, row.other_id) for row in NotSame.objects.as_system("a test")] == [(sinar.pk, third.pk)]
    assert Notification.objects.visible_to(seller).get().about_id == sinar.pk
    assert File.objects.visible_to(seller).get().about_id == sinar.pk


def test_what_reached_a_card_in_the_moment_of_its_merging_follows_at_night(sinar, twin, head, seller):
    with audit.acting_as(seller):
        late = Touch(client=twin, kind="note", text="At the same moment", at=timezone.now(), by=seller)
    merge(sinar, twin, head)
    with audit.acting_as(seller):
        late.save()
    assert list(merged_cards_are_empty()) == [
        f"clients.touch rows point at client {twin.pk}, which is merged into {sinar.pk}"
    ]

    assert catch_up(System("a test")) == 1

    assert Touch.objects.visible_to(seller).get(pk=late.pk).client_id == sinar.pk
    assert list(merged_cards_are_empty()) == []


# --- what the firm has added: fields of its own, segments -----------------------------------------------------------


@pytest.fixture
def own(owner, head) -> dict[str, str]:
    """Columns of two fields of the firm's own; "margin" is seen by the owner alone."""
    section = shaping.add_section(entity="clients.client", kind="fields", name="Machines", by=owner)
    model = shaping.add_field(section=section, type="text", name="Model", by=owner)
    margin = shaping.add_field(section=section, type="whole", name="Margin", see_roles=[owner.role_id], by=owner)
    return {"model": f"custom.{model.pk}", "margin": f"custom.{margin.pk}"}


def values(client: Client) -> list[str | int]:
    return list(Client.objects.as_system("a test").get(pk=client.pk).custom.values())


def looked_at(client: Client) -> list[str | int]:
    rows = ClientValue.objects.as_system("a test").filter(record_id=client.pk).order_by("field_id")
    return [row.text or row.number for row in rows]


def test_fields_of_the_firms_own_are_chosen_like_others(sinar, twin, head, owner, own):
    actions.set_custom(client=seen(sinar, owner), values={own["model"]: "K-2"}, by=owner)
    actions.set_custom(client=seen(twin, owner), values={own["model"]: "K-7"}, by=owner)
    before = state_of(sinar, twin)

    assert merging.lacking(seen(sinar, head), seen(twin, head), head).isdisjoint({own["model"]})
    changes = merge(sinar, twin, head, take=[own["model"]])

    assert (values(sinar), looked_at(sinar)) == (["K-7"], ["k-7"])
    assert undo(changes, by=head).conflicts == []
    assert state_of(sinar, twin) == before
    assert (looked_at(sinar), looked_at(twin)) == (["k-2"], ["k-7"])


def test_what_whoever_merges_does_not_see_goes_along_where_it_is_lacking(sinar, twin, head, owner, own):
    actions.set_custom(client=seen(twin, owner), values={own["margin"]: 7}, by=owner)
    with pytest.raises(ValidationError):
        merge(sinar, twin, head, take=[own["margin"]])

    merge(sinar, twin, head)

    assert (values(sinar), looked_at(sinar)) == ([7], [7_000_000])


def test_of_two_values_out_of_sight_the_one_of_the_card_that_stays_is_kept(sinar, twin, head, owner, own):
    actions.set_custom(client=seen(sinar, owner), values={own["margin"]: 5}, by=owner)
    actions.set_custom(client=seen(twin, owner), values={own["margin"]: 7}, by=owner)

    merge(sinar, twin, head)

    assert values(sinar) == [5]


def test_pairs_that_differ_out_of_sight_are_compared_one_by_one(sinar, twin, head, owner, own, client):
    actions.set_custom(client=seen(sinar, owner), values={own["margin"]: 5}, by=owner)
    actions.set_custom(client=seen(twin, owner), values={own["margin"]: 7}, by=owner)
    client.force_login(head)

    assert actions.merge_pairs(pairs=[(seen(sinar, head), seen(twin, head))], by=head) == []
    page = client.get(f"/clients/{sinar.pk}/merge/{twin.pk}/").content.decode()
    assert "1 field that you may not change differs" in page and "Margin" not in page
    client.force_login(owner)
    assert "may not change" not in client.get(f"/clients/{sinar.pk}/merge/{twin.pk}/").content.decode()
    assert len(actions.merge_pairs(pairs=[(seen(sinar, owner), seen(twin, owner))], by=owner)) == 1


def kept(segment: Segment) -> set[int]:
    return set(SegmentMember.objects.filter(segment=segment).values_list("client_id", flat=True))


def test_a_frozen_segment_keeps_the_new_card_and_lets_it_go_again(sinar, twin, head, owner):
    segment = Segment(name="Rina's", text='name = "x"', person_id=owner.pk, frozen_at=timezone.now())
    with audit.acting_as(System("a test")):
        segment.save()
    SegmentMember.objects.create(segment=segment, client=twin)

    changes = merge(sinar, twin, head)
    assert kept(segment) == {sinar.pk, twin.pk}
    undo(changes, by=head)
    assert kept(segment) == {twin.pk}

    SegmentMember.objects.create(segment=segment, client=sinar)
    undo(merge(sinar, twin, head), by=head)
    assert kept(segment) == {sinar.pk, twin.pk}


# --- who is told ----------------------------------------------------------------------------------------------------


def notices(person) -> list[str]:
    return [str(row.title) for row in Notification.objects.visible_to(person).filter(kind="clients.merged")]


def test_whoever_looked_after_the_old_card_is_told(sinar, twin, head, seller):
    merge(sinar, twin, head)
    run_jobs()

    assert notices(seller) == ["Sinar Abadi PT and PT Sinar Abadi are one card now"]
    assert notices(head) == []


def test_a_client_out_of_sight_is_not_named(volga, twin, owner, seller):
    merge(volga, twin, owner)
    run_jobs()

    assert notices(seller) == ["Sinar Abadi PT went into a colleague's card"]
    assert [row.url for row in Notification.objects.visible_to(seller).filter(kind="clients.merged")] == [""]


def test_who_does_not_reach_the_card_that_stays_does_not_part_them(sinar, twin, head, stranger, owner):
    changes = merge(sinar, twin, head)
    actions.hand_over(client=seen(sinar, owner), to=stranger, by=owner)
    before = state_of(sinar, twin)

    with pytest.raises(ValidationError, match="not yours"):
        undo(changes, by=head)

    assert state_of(sinar, twin) == before
