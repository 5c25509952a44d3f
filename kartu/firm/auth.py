"""Signing in by e-mail and password. Whoever is fetched comes with all that every request needs, in one query."""

from django.contrib.auth.backends import ModelBackend
from django.db.models import Subquery

from kartu.firm.fetched import fetched
from kartu.firm.models import Firm, User


class Backend(ModelBackend):
    def get_user(self, user_id: int) -> User | None:
        """The person with role, team, and of the firm `firm_name`, `firm_country` and `firm_is_demo`, and what the
        apps above add to `fetched`; None when access is closed."""
        here = Firm.objects.order_by()
        people = User.objects.select_related("role", "team").annotate(
            firm_name=Subquery(here.values("name")[:1]),
            firm_country=Subquery(here.values("country")[:1]),
            firm_is_demo=Subquery(here.values("is_demo")[:1]),
            **{item.key: item.value() for item in fetched},
        )
        user = people.filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None
