import re

from django.db import connection
from django.test.utils import CaptureQueriesContext


def test_the_empty_page_asks_for_the_session_the_person_and_the_bell_and_is_logged(client, seller):
    """Whoever adds a query here slows every page down, and loosens every measured ratio."""
    client.force_login(seller)
    client.get("/ui/blank/")

    with CaptureQueriesContext(connection) as queries:
        response = client.get("/ui/blank/")

    tables = [re.findall(r'(?:FROM|INTO) "(\w+)"', query["sql"])[-1] for query in queries]
    assert response.status_code == 200
    assert sorted(tables) == ["firm_device", "firm_user", "notifications_notification", "security_viewrow"]
