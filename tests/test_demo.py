"""The demo firm, in each language."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from kartu.clients.models import CallBack, Client, Touch
from kartu.firm.models import Firm, User


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "id", "ru"])
def test_a_demo_firm_has_people_clients_and_a_year_of_history(language):
    call_command("demo", language=language)

    owner = User.objects.get(role__code="owner")
    assert Firm.current().is_demo
    assert Client.objects.visible_to(owner).count() == 400
    assert Touch.objects.visible_to(owner).count() > 2000
    assert CallBack.objects.visible_to(owner).filter(done_at=None).count() > 100
    for seller in User.objects.filter(role__code="seller"):
        assert 20 < Client.objects.visible_to(seller).count() < 120


@pytest.mark.django_db
def test_demo_people_have_no_password_to_guess():
    call_command("demo", language="en")

    assert not any(person.has_usable_password() for person in User.objects.all())


@pytest.mark.django_db
def test_a_firm_at_work_is_not_filled_with_demo_clients(owner):
    with pytest.raises(CommandError):
        call_command("demo", language="en")

    assert not Client.objects.as_system("a test").exists()
