"""The demo firm, in each language: one that can be entered and believed."""

import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client as Browser
from django.test import TestCase, override_settings
from django.utils import timezone, translation

from kartu.clients import derived
from kartu.clients.demo.story import CLIENTS, DOUBLES
from kartu.clients.history import lines_of
from kartu.clients.models import (
    BankAccount,
    Channel,
    Client,
    ClientEntity,
    ClientRelation,
    Contact,
    Favourite,
    Touch,
)
from kartu.clients.sampling.maker import Maker
from kartu.clients.sampling.words import BY_LANGUAGE
from kartu.clients.timeline.changes import changes_of
from kartu.clients.timeline.reading import read
from kartu.core.testing.queue import run_jobs
from kartu.firm import phones, requisites
from kartu.firm.models import Firm, LegalEntity, Role, User
from kartu.notifications.models import Notification
from kartu.planner.models import Task
from kartu.records.imports import acts
from kartu.records.models import File, Import
from kartu.search.models import Doc
from kartu.security.invariants import verify
from kartu.security.models import AuditRow


def told(maker: Maker, language: str) -> Iterator:
    words = BY_LANGUAGE[language]
    for name, about in words.holding:
        yield maker.renamed(maker.company(words), name, about, words)
    yield from maker.clients(CLIENTS - len(words.holding) - DOUBLES)


class DemoFirm:
    """What holds of the demo firm in each language. It is made once for all tests that look at it."""

    language = ""

    @classmethod
    def setUpClass(cls) -> None:
        folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.enterClassContext(override_settings(MEDIA_ROOT=folder))
        super().setUpClass()

    @classmethod
    def setUpTestData(cls) -> None:
        call_command("demo", language=cls.language)

    @property
    def boss(self) -> User:
        return User.objects.get(role__code=Role.OWNER)

    def test_it_has_people_clients_and_years_of_history(self):
        assert Firm.current().is_demo
        assert CLIENTS <= Client.objects.visible_to(self.boss).count() < CLIENTS + 30
        assert Touch.objects.visible_to(self.boss).count() > 3000
        assert Task.objects.visible_to(self.boss).filter(state="open").count() > 100
        for seller in User.objects.filter(role__code=Role.SELLER):
            # His own, and those in which he has something to do: a part of the firm's, and more than a handful.
            assert 20 < Client.objects.visible_to(seller).count() < CLIENTS // 2

    def test_its_people_have_no_password_to_guess_and_come_in_by_a_click(self):
        assert not any(person.has_usable_password() for person in User.objects.all())

        for role in (Role.OWNER, Role.SELLER):
            person = User.objects.filter(role__code=role).first()
            browser = Browser()
            browser.post(f"/sign-in/{person.pk}/", follow=False)
            page = browser.get("/clients/")
            assert (page.status_code, page.context["person"]) == (200, person)

    def test_no_two_clients_and_hardly_two_people_have_one_name(self):
        clients = Counter(Client.objects.visible_to(self.boss).values_list("name", flat=True))
        people = Counter(Contact.objects.visible_to(self.boss).values_list("name", flat=True))

        assert [name for name, count in clients.items() if count > 1] == []
        assert sum(count - 1 for count in people.values()) <= 4

    def test_its_clients_are_the_same_every_time(self):
        again = [made.name for made in told(Maker(self.language, seed=7, apart=True), self.language)]

        assert set(again) <= set(Client.objects.visible_to(self.boss).values_list("name", flat=True))

    def test_clients_came_over_two_years_and_before_anything_was_said_to_them(self):
        now, clients = timezone.now(), Client.objects.visible_to(self.boss)
        began = dict(clients.values_list("pk", "created_at"))
        first: dict[int, object] = {}
        for pk, at in Touch.objects.visible_to(self.boss).values_list("client_id", "at"):
            first[pk] = min(at, first.get(pk, at))

        assert all(began[pk] <= at <= now for pk, at in first.items())
        assert clients.filter(created_at__gt=now - timedelta(days=31)).count() < 60
        assert clients.filter(created_at__lt=now - timedelta(days=365)).count() > 120

    def test_last_and_next_touch_are_what_the_touches_say(self):
        columns = (
            "pk",
            "last_touch_at",
            "last_touch_text",
            "next_touch_at",
            "next_touch_text",
            "phone",
            "email",
            "city",
        )
        clients = Client.objects.visible_to(self.boss).order_by("pk")
        before = list(clients.values_list(*columns))

        derived.renew(pk for pk, *_rest in before)
        assert list(clients.values_list(*columns)) == before

    def test_whoever_is_active_was_spoken_to(self):
        active = Client.objects.visible_to(self.boss).filter(status__name=BY_LANGUAGE[self.language].statuses[1])

        assert active.count() > 150
        assert not active.filter(last_touch_at=None).exists()
        assert {"call", "note", "meeting", "message"} == set(
            Touch.objects.visible_to(self.boss).values_list("kind", flat=True)
        )

    def test_the_log_tells_a_story_without_a_teller(self):
        lines = AuditRow.objects.order_by("id")
        moments = list(lines.values_list("at", flat=True))

        assert moments == sorted(moments) and moments[-1] <= timezone.now()
        assert not lines.filter(root_type="clients.client", actor_id=None).exists()
        assert set(lines.filter(root_type="clients.client").values_list("why", flat=True)) == {""}
        assert len(set(lines.filter(verb="change").values_list("actor_id", flat=True))) == User.objects.count()
        # All that is of today is the list that was brought in, and what was really said today.
        today = lines.filter(
            at__gt=timezone.now() - timedelta(hours=12), change_set_id=None, object_type="clients.client"
        )
        assert today.count() < 20

    def test_the_history_of_every_card_is_told_by_people_and_begins_with_the_card(self):
        names = set(User.objects.values_list("name", flat=True))

        with translation.override(self.language):
            for client in Client.objects.visible_to(self.boss).order_by("pk")[:400:9]:
                entries = [entry for _day, some in read(client, self.boss, limit=500).days for entry in some]
                tellers = {line.who for line in lines_of(list(changes_of(client.pk)), self.boss, {})}
                assert tellers and tellers <= names
                assert entries[-1].at >= client.created_at

    def test_cards_were_changed_and_handed_over_by_colleagues(self):
        changes = AuditRow.objects.filter(verb="change").select_related("payload")
        changed = Counter(name for row in changes for name in row.payload.values["after"])

        assert {"status_id", "responsible_id", "pinned", "category_id", "value", "position", "closed_at"} <= set(
            changed
        )
        assert changed["status_id"] > 100 and changed["responsible_id"] > 5

    def test_numbers_pass_the_checks_of_their_country(self):
        entities = list(ClientEntity.objects.visible_to(self.boss))
        accounts = list(BankAccount.objects.visible_to(self.boss).select_related("entity"))

        assert len(entities) > 60
        for entity in [*entities, *LegalEntity.objects.all()]:
            assert len(entity.registry_ids) > 1
            assert requisites.validate_ids(entity.country, entity.registry_ids) == entity.registry_ids
        for account in accounts:
            told = requisites.validate_bank(account.entity.country, account.bank_code, account.account)
            assert told == (account.bank_code, account.account)
        own = LegalEntity.objects.get(is_main=True)
        assert requisites.validate_bank(own.country, own.bank_code, own.bank_account) == (
            own.bank_code,
            own.bank_account,
        )

    def test_phones_are_such_as_the_country_has(self):
        numbers = Channel.objects.visible_to(self.boss).filter(kind=Channel.Kind.PHONE).values_list("value", flat=True)

        assert all(phones.is_of(number, Firm.current().country) for number in numbers)

    def test_today_has_something_for_everybody(self):
        for person in User.objects.all():
            with timezone.override(person.time_zone):
                today = timezone.localdate()
                own = Task.objects.visible_to(person).filter(person=person, state="open", due_at__date=today)
                assert own.count() >= 3
            assert Notification.objects.visible_to(person).unseen().count() >= 1
            at_hand = Favourite.objects.visible_to(person).values_list("client_id", flat=True)
            assert Client.objects.visible_to(person).filter(pk__in=list(at_hand)).count() == 5
        soon = {((today + timedelta(days=days)).month, (today + timedelta(days=days)).day) for days in range(11)}
        birthdays = Contact.objects.visible_to(self.boss).exclude(birthday=None).values_list("birthday", flat=True)
        assert sum((day.month, day.day) in soon for day in birthdays) >= 5

    def test_there_is_a_holding_and_files_that_can_be_looked_at(self):
        parts = ClientRelation.objects.visible_to(self.boss).filter(kind="part_of")
        files = File.objects.visible_to(self.boss)

        assert [name for name, _about in BY_LANGUAGE[self.language].holding][0] in {part.other.name for part in parts}
        assert {"image/png", "text/plain", "application/pdf"} == set(files.values_list("kind", flat=True))
        browser = Browser()
        browser.force_login(self.boss)
        looks = [browser.get(f"/files/{file.pk}/look/").status_code for file in files if file.has_look]
        pictures = [browser.get(f"/files/{f.pk}/picture/").status_code for f in files if f.kind == "image/png"]
        assert set(looks) == {200} == set(pictures)

    def test_an_import_has_come_in_and_can_be_taken_back(self):
        source = Import.objects.get()
        assert (source.state, source.new_count, source.rejected_count, source.may_be_undone) == ("done", 14, 0, True)

        acts.take_back(source=source, by=source.by)
        run_jobs()
        assert Client.objects.visible_to(self.boss).count() == CLIENTS

    def test_everything_that_was_said_is_found(self):
        assert Doc.objects.filter(kind="touch").count() == Touch.objects.visible_to(self.boss).count()
        assert Doc.objects.filter(kind="client").count() == Client.objects.visible_to(self.boss).count()

    def test_nothing_is_broken(self):
        assert {finding.invariant.key: finding.broken for finding in verify() if finding.broken} == {}


class TestEnglishDemo(DemoFirm, TestCase):
    language = "en"


class TestIndonesianDemo(DemoFirm, TestCase):
    language = "id"


class TestRussianDemo(DemoFirm, TestCase):
    language = "ru"


@pytest.mark.django_db
def test_a_firm_at_work_is_not_filled_with_demo_clients(owner):
    with pytest.raises(CommandError):
        call_command("demo", language="en")

    assert not Client.objects.as_system("a test").exists()
