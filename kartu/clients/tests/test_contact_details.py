"""Phones and e-mails behind masks: shown one by one and written down, found whole only, changed without being read."""

import re

import pytest
from django.core.cache import cache
from django.test import Client as Browser
from django.urls import reverse

from kartu.clients import actions
from kartu.clients.contact_details import EMAILS, PHONES, masked, sight
from kartu.clients.models import Channel, Client
from kartu.clients.whole_numbers import MOST_ASKED
from kartu.core.actors import System
from kartu.firm.models import Role, User
from kartu.firm.people_for_tests import make_person
from kartu.search.find import find
from kartu.security.actions import Refused
from kartu.security.alerts import watching
from kartu.security.models import Alert, AuditRow
from kartu.security.models.audit import Verb
from kartu.security.views_log import saw
from tests.api.calls import Calls

pytestmark = pytest.mark.django_db
REAL = re.compile(r"1120.?7765")


@pytest.fixture
def mira(sinar) -> User:
    """Of marketing: sees all clients, numbers behind masks."""
    return make_person("Mira", "marketing")


@pytest.fixture
def blind(seller, sinar) -> User:
    """The seller, in a role that reads numbers behind masks and changes clients."""
    return given(seller, **{"clients.phones": 0, "clients.emails": 0, "clients.reveal_phones": 40})


def given(person: User, **grants: int) -> User:
    code = f"own-{person.pk}-{Role.objects.count()}"
    person.role = Role.objects.create(
        code=code, name=code, based_on=person.role.based_on or person.role.code, grants=grants
    )
    person.save()
    return person


def browser_of(person: User) -> Browser:
    browser = Browser(raise_request_exception=False)
    browser.force_login(person)
    return browser


def phone_of(client: Client) -> Channel:
    return Channel.objects.as_system("a test").get(client=client, kind="phone")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("+6281311207765", "+62 813 ••• •• 65"),
        ("+79126640718", "+7 912 ••• •• 18"),
        ("+1234567", "+1 ••• •• 67"),
        ("+12345", "•••"),
        ("rina@sinar.example", "r•••@•••.example"),
        ("@rina_k", "@r•••"),
        ("rina.skype", "r•••"),
    ],
)
def test_a_mask_tells_numbers_apart_and_keeps_four_digits_at_least(value, shown):
    assert masked(value) == shown


@pytest.mark.parametrize(
    ("role", "phones"),
    [
        ("owner", 2),
        ("head", 2),
        ("seller", 2),
        ("accountant", 2),
        ("expert", 2),
        ("marketing", 1),
        ("auditor", 1),
        ("storekeeper", 0),
    ],
)
def test_ready_roles_read_what_they_need(firm, role, phones):
    person = make_person("Adi", role)

    assert sight(person, PHONES) == sight(person, EMAILS) == phones


def test_one_click_shows_one_number_and_stands_in_the_log(mira, sinar):
    browser, channel = browser_of(mira), phone_of(sinar)
    card = browser.get(f"/clients/{sinar.pk}/").content.decode()
    assert not REAL.search(card)
    assert "+62 813 ••• •• 65" in card

    shown = browser.post(f"/clients/{sinar.pk}/channels/{channel.pk}/reveal/")
    in_row = browser.post(f"/clients/{sinar.pk}/reveal/email/")

    assert 'href="tel:+6281311207765"' in shown.content.decode()
    assert 'href="mailto:info@sinar.example"' in in_row.content.decode()
    lines = AuditRow.objects.filter(verb=Verb.REVEAL).select_related("payload").order_by("pk")
    assert [(line.actor_id, line.root_id, line.payload.values) for line in lines] == [
        (mira.pk, sinar.pk, {"kind": "phone"}),
        (mira.pk, sinar.pk, {"kind": "email"}),
    ]


def test_whoever_reads_in_full_reveals_nothing(seller, sinar):
    way = actions.reveal(client=sinar, channel=phone_of(sinar), by=seller)

    assert way.href == "tel:+6281311207765"
    assert not AuditRow.objects.filter(verb=Verb.REVEAL).exists()


def test_without_the_right_nothing_is_shown(mira, sinar):
    given(mira, **{"clients.reveal_phones": 0})
    browser, channel = browser_of(mira), phone_of(sinar)

    assert browser.post(f"/clients/{sinar.pk}/channels/{channel.pk}/reveal/").status_code == 403
    assert browser.post(f"/clients/{sinar.pk}/reveal/phone/").status_code == 403
    assert "813" not in browser.get(f"/clients/{sinar.pk}/contacts/", headers={"HX-Request": "true"}).content.decode()
    assert not AuditRow.objects.filter(verb=Verb.REVEAL).exists()
    with pytest.raises(Refused):
        actions.reveal(client=sinar, channel=channel, by=mira)


def test_more_than_the_limit_of_a_day_is_told_of(owner, mira, sinar):
    watching.look()
    for number in range(51):
        actions.add_channel(client=sinar, kind="phone", value=f"0812 3456 7{number:02d}", by=System("a test"))
    for channel in Channel.objects.visible_to(mira).filter(client=sinar, kind="phone").order_by("-pk")[:51]:
        actions.reveal(client=sinar, channel=channel, by=mira)
    watching.look()

    assert [alert.person for alert in Alert.objects.filter(rule="reveals")] == [mira]


def test_a_number_is_found_whole_and_by_no_part_of_it(mira, seller, sinar):
    def found(text: str, person: User) -> list[str]:
        return [each.hit.title for group in find(text, by=person) for each in group.found]

    for part in ("0813 1120", "7765", "info@sin", "11207", "sinar.example"):
        assert found(part, seller) == ["PT Sinar Abadi"], part  # the control
        assert found(part, mira) == [], part
    for whole in ("0813-1120-7765", "+62 813 1120 7765", "info@sinar.example", "Sinar"):
        assert found(whole, mira) == ["PT Sinar Abadi"], whole


def test_so_many_whole_numbers_are_told_in_an_hour(mira, sinar):
    for number in range(MOST_ASKED):
        assert find(f"0812 3456 78{number:02d}", by=mira) == []

    assert find("0813-1120-7765", by=mira) == []
    assert len(find("Sinar", by=mira)) == 1


@pytest.mark.parametrize(
    "question",
    ["f=phone:starts:%2B62813", "f=phone:has:7765", "f=email:has:info", "s=phone", "s=-email", "f=email:is:i"],
)
def test_a_list_neither_compares_nor_sorts_what_stands_behind_a_mask(mira, seller, question):
    assert browser_of(seller).get(f"/clients/?{question}").status_code == 200
    assert browser_of(mira).get(f"/clients/?{question}").status_code == 400
    assert Calls(mira)("GET", f"clients?{question}").status_code == 400


def test_the_box_of_a_list_finds_whole_numbers_only(mira, sinar):
    calls = Calls(mira)
    names = lambda text: [each["name"] for each in calls.get(f"clients?q={text}")["items"]]  # noqa: E731

    assert names("08131120") == names("info@sinar.exampl") == []
    assert names("081311207765") == names("info@sinar.example") == ["PT Sinar Abadi"]
    assert calls.get("clients?f=phone:filled")["items"][0]["phone"] == "+62 813 ••• •• 65"


def test_what_is_not_touched_stays_and_what_is_typed_is_kept(blind, sinar):
    browser, channel = browser_of(blind), phone_of(sinar)
    url = f"/clients/{sinar.pk}/channels/{channel.pk}/"
    page = browser.get(url).content.decode()
    base = re.search(r'name="base" value="([^"]*)"', page)[1].replace("&quot;", '"')
    assert not REAL.search(page)

    kept = browser.post(url, {"base": base, "kind": "phone", "value": "", "extension": "", "label": "office"})
    assert kept.status_code == 302
    assert (phone_of(sinar).value, phone_of(sinar).label) == ("+6281311207765", "office")
    browser.post(url, {"base": base, "kind": "phone", "value": "0812 9999 000", "extension": "", "label": "office"})
    assert phone_of(sinar).value == "+628129999000"


def test_a_conflict_shows_the_mask_of_what_stands_there_now(blind, head, sinar):
    browser, channel = browser_of(blind), phone_of(sinar)
    url = f"/clients/{sinar.pk}/channels/{channel.pk}/"
    base = re.search(r'name="base" value="([^"]*)"', browser.get(url).content.decode())[1].replace("&quot;", '"')
    actions.change_channel(channel=channel, values={"value": "0811 5555 444"}, by=head)

    met = browser.post(url, {"base": base, "kind": "phone", "value": "0812 9999 000", "extension": "", "label": ""})

    assert met.status_code == 409
    assert "+62 811 ••• •• 44" in met.content.decode()
    assert "5555" not in met.content.decode()
    assert phone_of(sinar).value == "+628115555444"


def test_a_program_reads_masks_changes_over_them_and_shows_one_with_the_right(blind, sinar):
    channel = phone_of(sinar)
    path = f"clients/{sinar.pk}/channels/{channel.pk}"
    calls = Calls(blind)

    told = calls.get(path)
    changed = calls("PATCH", path, {"label": "office", "version": told["version"]})
    main = calls("POST", f"{path}/main")

    assert told["value"] == told["typed"] == "+62 813 ••• •• 65"
    assert changed.status_code == main.status_code == 200
    assert not any(REAL.search(answer.content.decode()) for answer in (changed, main))
    assert phone_of(sinar).value == "+6281311207765"
    assert calls("POST", f"{path}/reveal").json()["value"] == "+6281311207765"
    assert Calls(blind, "clients.view")("POST", f"{path}/reveal").status_code == 403


def test_an_act_on_a_masked_row_keeps_what_stands_behind_the_mask(blind, sinar):
    channel = Channel.objects.visible_to(blind).get(client=sinar, kind="phone")
    assert channel.value == "+62 813 ••• •• 65"

    shown = actions.make_main(part=channel, by=blind)
    actions.remove(part=channel, by=blind)

    kept = phone_of(sinar)
    assert shown.value == "+62 813 ••• •• 65"
    assert (kept.value, kept.typed, kept.digits) == ("+6281311207765", "0813-1120-7765", "6281311207765 081311207765")


def test_the_log_names_in_its_menu_who_reads_it(owner):
    cache.clear()  # the menu is kept for a while, and then made anew on whatever page comes next

    assert browser_of(owner).get(reverse("security:log_lines")).status_code == 200


def test_the_log_shows_no_number_that_somebody_else_has_typed(seller, sinar):
    saw("search", by=seller, detail={"text": "0813-1120-7765", "count": 1})
    saw("search", by=seller, detail={"text": "info@sinar.example since 2026-11-12", "count": 1})
    told = {}
    for role in ("owner", "auditor"):
        page = browser_of(make_person(role.title(), role)).get(reverse("security:log_lines")).content.decode()
        told[role] = [text for text in ("1120-7765", "info@sinar.example", "2026-11-12") if text in page]

    assert told == {"owner": ["1120-7765", "info@sinar.example", "2026-11-12"], "auditor": ["2026-11-12"]}
