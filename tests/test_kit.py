"""The test kit itself: what it cleans up, it leaves protected."""

import pytest
from django.db import DatabaseError, transaction

from kartu.core.actors import System
from kartu.security import audit, triggers
from kartu.security.models import AuditRow
from kartu.security.models.audit import Verb


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["first", "second"])
def test_a_committed_audit_row_is_gone_for_the_next_test_and_its_table_protected_again(time: str) -> None:
    assert triggers.missing() == []
    assert AuditRow.objects.count() == 0

    with transaction.atomic():
        audit.record(Verb.CREATE, None, by=System("a test"))

    with pytest.raises(DatabaseError):
        AuditRow.objects.all().delete()
