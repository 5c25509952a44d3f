"""Signing in by e-mail and password. Whoever is fetched comes with all that every request needs, in one query."""

from functools import cache

from django.contrib.auth.backends import ModelBackend
from django.db.models import QuerySet, Subquery

from kartu.firm.fetched import Fetched, fetched
from kartu.firm.limited import limit_id
from kartu.firm.models import Firm, User
from kartu.firm.required import has_second


class Backend(ModelBackend):
    def get_user(self, user_id: int) -> User | None:
        """The person with role, team, and of the firm `firm_name`, `firm_country` and `firm_is_demo`, what decides
        about a second step, and what the apps above add to `fetched`; None when access is closed."""
        user = people_with(tuple(fetched)).filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None


@cache
def people_with(items: tuple[Fetched, ...]) -> QuerySet[User]:
    """All people with what every request needs. Put together once: at each request it cost more than the query."""
    here = Firm.objects.order_by()
    return User.objects.select_related("role", "team").annotate(
        firm_name=Subquery(here.values("name")[:1]),
        firm_country=Subquery(here.values("country")[:1]),
        firm_is_demo=Subquery(here.values("is_demo")[:1]),
        entry_limit_id=limit_id(),
        second_for_all=Subquery(here.values("second_for_all")[:1]),
        has_second=has_second(),
        **{item.key: item.value() for item in items},
    )
