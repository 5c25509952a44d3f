"""In which ways people are told: the defaults, what the firm chose, what the person chose."""

import re
from pathlib import Path

import pytest
from django.urls import reverse

import kartu
from kartu.notifications.actions import notify
from kartu.notifications.channels import Channel, channels, note, standing
from kartu.notifications.choices import choose, table
from kartu.notifications.kinds import IN_WORK, Kind, kinds
from kartu.notifications.models import Hop, Preference
from kartu.security.models import AuditRow

pytestmark = pytest.mark.django_db


# Sent by hand, or made of others.
NOT_NEWS = {"notifications.test", "notifications.digest"}


def shout(notification):
    note(Hop.What.SENT, "horn", notification_id=notification.pk)


@pytest.fixture
def horn(monkeypatch):
    """A loud way that reaches everybody."""
    monkeypatch.setattr(channels, "_items", dict(channels._items))
    return channels.add(Channel("horn", "Horn", shout, order=90))


@pytest.fixture(autouse=True)
def news(monkeypatch):
    monkeypatch.setattr(kinds, "_items", dict(kinds._items))
    kinds.add(Kind("work.quiet", "Quiet", IN_WORK))
    kinds.add(Kind("work.loud", "Loud", IN_WORK, outside=True))
    kinds.add(Kind("work.safety", "Safety", IN_WORK, outside=True, may_silence=False, also=("work.safety_too",)))


def ways(person, kind, **more):
    [notice] = notify(to=[person], kind=kind, title="News", **more)
    return set(standing(notice))


def test_without_a_choice_only_news_of_loud_kinds_goes_outside(seller, horn):
    assert ways(seller, "work.quiet") == {"bell", "popup"}
    assert ways(seller, "work.loud") == {"bell", "popup", "email", "horn"}


def test_an_unlisted_kind_goes_outside_where_its_caller_asks_for_it(seller, horn):
    assert ways(seller, "nobody.knows_it") == {"bell", "popup"}
    assert ways(seller, "nobody.knows_it", email=True) == {"bell", "popup", "email", "horn"}


def test_a_person_is_told_as_he_has_chosen_and_others_as_before(seller, head, horn):
    choose(by=seller, person=seller, ticked=["work.loud|horn", "work.quiet|email"])

    assert ways(seller, "work.loud") == {"bell", "horn"}
    assert ways(seller, "work.quiet") == {"bell", "email"}
    assert ways(head, "work.loud") == {"bell", "popup", "email", "horn"}


def test_what_the_firm_chose_holds_for_who_has_not_chosen(seller, head, owner, horn):
    choose(by=seller, person=seller, ticked=["work.loud|popup"])

    choose(by=owner, person=None, ticked=["work.loud|horn"])

    assert ways(seller, "work.loud") == {"bell", "popup"}
    assert ways(head, "work.loud") == {"bell", "horn"}


def test_what_keeps_the_firm_safe_cannot_be_switched_off(seller, owner, horn):
    choose(by=owner, person=None, ticked=[])
    choose(by=seller, person=seller, ticked=[])

    assert ways(seller, "work.safety") == {"bell", "popup", "email", "horn"}
    assert ways(seller, "work.safety_too") == {"bell", "popup", "email", "horn"}
    assert ways(seller, "work.loud") == {"bell"}


def test_an_old_choice_that_leaves_a_locked_way_out_does_not_silence_it(seller):
    Preference.objects.create(person=seller, kind="work.safety", channels=[])

    assert "email" in ways(seller, "work.safety")


def test_a_way_that_was_never_set_up_is_passed_over_in_silence(seller, monkeypatch):
    monkeypatch.setattr(channels, "_items", dict(channels._items))
    channels.add(Channel("horn", "Horn", shout, lambda notice: "no horn", is_connected=lambda person: False))

    assert "horn" not in ways(seller, "work.loud")

    choose(by=seller, person=seller, ticked=["work.loud|horn"])
    [notice] = notify(to=[seller], kind="work.loud", title="News")
    assert (standing(notice)["horn"].what, standing(notice)["horn"].reason) == ("failed", "no horn")


def test_a_choice_is_in_the_log_and_one_that_changes_nothing_is_not(seller):
    ticked = [cell.name for _label, lines in table(seller) for line in lines for cell in line.cells if cell.is_on]
    before = AuditRow.objects.filter(verb="setting").count()

    choose(by=seller, person=seller, ticked=ticked)
    assert AuditRow.objects.filter(verb="setting").count() == before
    assert not Preference.objects.exists()

    choose(by=seller, person=seller, ticked=[])
    assert AuditRow.objects.filter(verb="setting").count() == before + 1


def test_my_page_keeps_what_i_tick(client, seller):
    client.force_login(seller)

    page = client.get(reverse("notifications:told")).content.decode()
    answer = client.post(reverse("notifications:told"), {"on": ["work.loud|email"]})

    assert "Quiet" in page and "Loud" in page
    assert answer.status_code == 302
    assert ways(seller, "work.loud") == {"bell", "email"}
    assert Preference.objects.filter(person=seller, kind="work.loud").get().channels == ["bell", "email"]


def test_the_button_sends_one_now_by_that_way_alone(client, seller, horn):
    client.force_login(seller)

    answer = client.post(reverse("notifications:told_try", args=["horn"]))

    assert answer.status_code == 204
    assert set(Hop.objects.values_list("channel", flat=True)) == {"bell", "horn"}


def test_the_button_says_why_a_way_does_not_work(client, seller):
    client.force_login(seller)

    answer = client.post(reverse("notifications:told_try", args=["email"]))

    assert (answer.status_code, answer.content.decode()) == (409, "No mail server is set up")
    assert client.post(reverse("notifications:told_try", args=["pigeon"])).status_code == 404


def test_every_kind_that_the_program_tells_of_is_listed():
    """A kind without a Kind could be chosen by nobody."""
    sources = [path for path in Path(kartu.__file__).parent.rglob("*.py") if "tests" not in path.parts]
    texts = [text for path in sources if "notify(" in (text := path.read_text())]
    told = {kind for text in texts for kind in re.findall(r'kind"?[=:] ?"([a-z]+\.[a-z_]+)"', text)}
    known = {key for kind in kinds for key in (kind.key, *kind.also)}

    assert len(told) > 15
    assert {kind for kind in told - known if kind not in NOT_NEWS} == set()
