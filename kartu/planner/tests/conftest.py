"""A client of the seller, and a moment to plan for."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from kartu.clients import actions as clients
from kartu.clients.models import Client
from kartu.firm.models import User
from kartu.firm.people_for_tests import make_person
from kartu.planner.models import Task


@pytest.fixture
def sinar(seller) -> Client:
    return clients.add_client(name="PT Sinar Abadi", phone="0813-1120-7765", by=seller)


@pytest.fixture
def colleague(team) -> User:
    """A second seller of the same team."""
    return make_person("Kolya", "seller", team)


def in_hours(hours: float) -> datetime:
    return timezone.now().replace(second=0, microsecond=0) + timedelta(hours=hours)


def seen(task: Task, person: User) -> Task:
    """`task` as `person` finds it now."""
    return Task.objects.visible_to(person).get(pk=task.pk)


def sees(task: Task, person: User, right: str = "") -> bool:
    return Task.objects.visible_to(person, right).filter(pk=task.pk).exists()
