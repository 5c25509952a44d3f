"""Letters to a person end with his access: what the firm tells its people is not for those who are gone."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kartu.core.actors import Actor
from kartu.firm.models import User
from kartu.notifications.models import Hop, Letter
from kartu.notifications.sending import settle
from kartu.security.leaving.revoked import Revoked, revoked


def waiting_letters(people: Iterable[int]) -> QuerySet[Letter]:
    settled = Hop.objects.filter(letter=OuterRef("pk"), what__in=Hop.SETTLED)
    return Letter.objects.filter(~Exists(settled), person_id__in=people)


def end_letters(*, person: User, by: Actor) -> None:
    for letter in waiting_letters([person.pk]):
        settle(letter, Hop.What.FAILED, _("This person works here no more"))


revoked.add(
    Revoked(
        "letters",
        gettext_lazy("Letters to be sent"),
        ("notifications.letter.person",),
        waiting_letters,
        end_letters,
        70,
    )
)
