from kartu.clients.models import Category, Source, Status
from kartu.clients.starting import CATEGORIES, SOURCES, STATUSES
from kartu.core.actors import System
from kartu.firm.actions.founding import Beginning, found
from kartu.firm.models import SetupLink, Trade
from kartu.security.models import AuditRow


def begin(trade: Trade) -> None:
    link, _token = SetupLink.issue()
    beginning = Beginning(
        language="en",
        country="ID",
        firm_name="CV Tirta",
        currency="IDR",
        time_zone="Asia/Jakarta",
        trade=trade,
        owner_name="Budi",
        email="budi@example.com",
        password="kuda biru besar",
    )
    found(link=link, beginning=beginning, by=System("a test"))


def test_a_new_firm_finds_its_short_lists_filled_for_its_trade(db):
    begin(Trade.TELECOM)

    assert [status.name for status in Status.objects.all()] == STATUSES
    assert [source.name for source in Source.objects.all()] == SOURCES
    assert [category.name for category in Category.objects.all()] == CATEGORIES[Trade.TELECOM]


def test_the_filling_stands_in_the_log(db):
    begin(Trade.SHOP)

    lines = AuditRow.objects.filter(object_type="clients.status", verb="setting")
    assert lines.count() == len(STATUSES)


def test_there_are_categories_for_every_trade_and_none_twice(db):
    assert set(CATEGORIES) == set(Trade)
    assert all(len(set(names)) == len(names) for names in [STATUSES, SOURCES, *CATEGORIES.values()])
