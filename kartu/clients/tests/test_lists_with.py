"""Who took a client out in a list is told on its card: the lines of files and papers name all their rows."""

import pytest

from kartu.clients import actions
from kartu.clients.access_log import lists_with, looks_at
from kartu.security.models import AuditRow
from kartu.security.models.audit import Verb

pytestmark = pytest.mark.django_db


def test_an_export_stands_with_each_client_that_it_held_and_with_no_other(client, owner):
    inside = [actions.add_client(name=name, by=owner) for name in ("PT Satu", "PT Dua")]
    outside = actions.add_client(name="CV Lain", by=owner)
    client.force_login(owner)

    answer = client.post("/lists/clients/export/csv/", {"query": "q=PT", "purpose": "a mailing"})

    assert answer.status_code == 200
    told = AuditRow.objects.filter(verb=Verb.EXPORT).get().payload.values
    assert told["of"] == "clients.client"
    assert [len(lists_with(each)) for each in (*inside, outside)] == [1, 1, 0]
    later = actions.add_client(name="PT Baru", by=owner)
    assert lists_with(later) == []
    [(_day, looks)] = looks_at(inside[0], owner)
    assert "exported in a list, rows: 2" in [look.did for look in looks]
    page = client.get(f"/clients/{inside[0].pk}/access-log/", headers={"HX-Request": "true"}).content.decode()
    assert f"/log/lines/?on=clients.client-{inside[0].pk}" in page
