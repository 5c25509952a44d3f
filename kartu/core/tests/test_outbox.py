import pytest
from django.db import transaction

from kartu.core.models import EventRow, FailedDelivery, Subscription
from kartu.core.models.sequence import Position, reader_sees_its_own_transaction
from kartu.core.outbox import OutsideTransaction, events_after, publish, publish_many
from kartu.core.outbox.delivery import subscribe
from kartu.core.testing import run_jobs
from kartu.core.tests import samples
from kartu.core.tests.samples import CupBroken, CupFilled


@pytest.fixture(autouse=True)
def nothing_seen():
    samples.seen.clear()


@pytest.mark.django_db(transaction=True)
def test_an_event_without_a_transaction_is_refused():
    with pytest.raises(OutsideTransaction):
        publish(CupFilled(1))

    assert not EventRow.objects.exists()


@pytest.mark.django_db
def test_an_event_stands_in_the_outbox_with_its_name_and_version():
    publish(CupFilled(7, by_id=3))

    row = EventRow.objects.get()
    assert (row.name, row.version, row.payload, row.by_id) == (
        "core.cup_filled",
        1,
        {"cup_id": 7, "by_id": 3},
        3,
    )


@pytest.mark.django_db
def test_every_handler_has_each_event_once():
    publish_many([CupFilled(1), CupFilled(2)])

    run_jobs()
    run_jobs()

    assert samples.seen == [("drunk", 1), ("drunk", 2), ("washed", [1, 2])]


@pytest.mark.django_db
def test_a_handler_of_the_same_transaction_is_called_at_once():
    publish(CupBroken(4))

    assert samples.seen == [("swept", 4)]


@pytest.mark.django_db(transaction=True)
def test_a_handler_of_the_same_transaction_can_undo_the_change():
    with pytest.raises(ValueError, match="Nobody breaks"), transaction.atomic():
        publish(CupBroken(15))

    assert not EventRow.objects.exists()


@pytest.mark.django_db
def test_a_failing_handler_keeps_nobody_waiting():
    publish_many([CupFilled(12), CupFilled(13), CupFilled(16)])

    run_jobs()

    assert [entry for entry in samples.seen if entry[0] == "drunk"] == [("drunk", 12), ("drunk", 16)]
    failed = FailedDelivery.objects.get()
    assert (failed.handler, failed.event.payload["cup_id"], failed.error) == ("core.drink", 13, "An unlucky cup")


@pytest.mark.django_db
def test_a_bulk_that_fails_is_handed_over_singly():
    publish_many([CupBroken(1), CupBroken(14), CupBroken(2)])

    run_jobs()

    assert [entry for entry in samples.seen if entry[0] == "washed"] == [("washed", [1]), ("washed", [2])]
    assert FailedDelivery.objects.get().event.payload["cup_id"] == 14


@pytest.mark.django_db
def test_a_new_handler_is_not_told_of_old_times():
    publish(CupFilled(1))
    Subscription.objects.all().delete()
    with reader_sees_its_own_transaction():
        subscribe()
    publish(CupFilled(2))

    run_jobs()

    assert samples.seen == [("drunk", 2), ("washed", [2])]


@pytest.mark.django_db
def test_a_reader_goes_on_where_it_stopped():
    publish_many([CupFilled(number) for number in range(1, 6)])

    with reader_sees_its_own_transaction():
        first = events_after(Position(), limit=2)
        rest = events_after(first[-1].position, names=["core.cup_filled"])

    assert [row.payload["cup_id"] for row in first + rest] == [1, 2, 3, 4, 5]
