"""Rooms, cars and equipment: booked by pulling, refused where they are taken."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from kartu.planner import actions
from kartu.planner.minutes import minute
from kartu.planner.models import Booking, Resource
from kartu.planner.tests.conftest import seen
from kartu.planner.tests.test_scheduler import MONDAY, THURSDAY, items, meeting, move, put

pytestmark = pytest.mark.django_db


@pytest.fixture
def car(owner) -> Resource:
    return actions.save_resource(resource=Resource(), values={"name": "Hilux", "kind": "car"}, by=owner)


def booked(by) -> list[str]:
    return sorted(item["id"] for item in items(by) if item["row"].startswith("r"))


def test_a_task_that_is_pulled_onto_a_car_has_it_and_stays_with_its_person(client, seller, car):
    task = meeting(seller)
    client.force_login(seller)

    answer = put(client, move(task, row=f"r{car.pk}", was=f"p{seller.pk}"))

    assert {item["row"] for item in answer.json()["items"]} == {f"p{seller.pk}", f"r{car.pk}"}
    assert seen(task, seller).person == seller


def test_a_car_that_is_taken_is_refused_and_nothing_is_written(client, seller, colleague, car):
    actions.book(task=meeting(colleague, is_private=True), resource=car, by=colleague)
    task = meeting(seller, start_at=MONDAY + timedelta(minutes=30))
    client.force_login(seller)

    answer = put(client, move(task, row=f"r{car.pk}", was=f"p{seller.pk}"))

    assert answer.status_code == 422
    assert "Hilux is taken" in answer.json()["text"]
    assert Booking.objects.as_system("a test").count() == 1


def test_what_ends_when_the_other_begins_does_not_overlap(seller, car):
    actions.book(task=meeting(seller), resource=car, by=seller)

    actions.book(task=meeting(seller, start_at=MONDAY + timedelta(hours=1)), resource=car, by=seller)

    assert len(booked(seller)) == 2


def test_a_task_with_a_car_is_not_moved_to_where_the_car_is_taken(seller, car):
    actions.book(task=meeting(seller), resource=car, by=seller)
    other = meeting(seller, start_at=THURSDAY)
    actions.book(task=other, resource=car, by=seller)

    with pytest.raises(ValidationError, match="taken"):
        actions.change_task(task=other, values={"start_at": MONDAY}, by=seller)

    assert seen(other, seller).start_at == THURSDAY


def test_a_room_that_only_marks_takes_both_and_marks_them(seller, owner, car):
    actions.save_resource(resource=car, values={"refuses": False}, by=owner)

    actions.book(task=meeting(seller), resource=car, by=seller)
    actions.book(task=meeting(seller), resource=car, by=seller)

    assert len(booked(seller)) == 2


def test_what_is_done_frees_its_car(seller, car):
    task = meeting(seller)
    actions.book(task=task, resource=car, by=seller)
    actions.drop_task(task=task, by=seller)

    actions.book(task=meeting(seller), resource=car, by=seller)

    assert len(booked(seller)) == 1


def test_a_booking_goes_to_another_car_and_is_given_back(client, owner, seller, car):
    other = actions.save_resource(resource=Resource(), values={"name": "Van", "kind": "car"}, by=owner)
    task = meeting(seller)
    actions.book(task=task, resource=car, by=seller)
    client.force_login(seller)

    put(client, move(task, row=f"r{other.pk}", was=f"r{car.pk}"))
    assert booked(seller) == [f"t{task.pk}r{other.pk}"]

    answer = put(client, move(task, row=None, was=f"r{other.pk}"))
    assert booked(seller) == []
    client.post(answer.json()["undo"])
    assert booked(seller) == [f"t{task.pk}r{other.pk}"]


def test_of_a_colleagues_booking_only_that_the_car_is_taken_is_told(seller, colleague, car):
    task = meeting(colleague, title="Secret", is_private=True)
    actions.book(task=task, resource=car, by=colleague)

    [item] = [item for item in items(seller) if item["row"] == f"r{car.pk}"]

    assert (item["title"], item["hidden"], item["can_move"]) == ("Busy", True, False)
    assert (item["start"], item["end"]) == (minute(MONDAY), minute(MONDAY) + 60)
    assert set(item) == {"id", "task", "row", "start", "end", "title", "kind", "hidden", "can_move", "soft"}


def test_a_task_without_a_time_books_nothing(seller, car):
    task = actions.set_task(title="Some day", by=seller)

    with pytest.raises(ValidationError, match="needs a time"):
        actions.book(task=task, resource=car, by=seller)


def test_only_who_changes_the_firm_keeps_the_list(client, owner, seller, car):
    with pytest.raises(PermissionDenied):
        actions.save_resource(resource=car, values={"name": "Mine"}, by=seller)

    client.force_login(owner)
    url = reverse("planner:resource", args=[car.pk])
    client.post(url, {"name": "Hilux 2", "kind": "car", "refuses": "on", "is_active": "on"})
    twice = client.post(reverse("planner:new_resource"), {"name": "Hilux 2", "kind": "car"})

    assert "Hilux 2" in client.get(reverse("planner:resources")).content.decode()
    assert twice.status_code == 422


def test_a_car_out_of_use_stands_nowhere_and_is_not_booked(client, owner, seller, car):
    actions.save_resource(resource=car, values={"is_active": False}, by=owner)
    task = meeting(seller)

    with pytest.raises(ValidationError, match="not in use"):
        actions.book(task=task, resource=car, by=seller)

    assert booked(seller) == []
