"""What of the firm, of the queue and of this app ends with a person's access."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kartu.core.actors import Actor
from kartu.core.jobs import jobs
from kartu.core.models import Job
from kartu.firm.actions.absences import end_absences_of, open_absences
from kartu.firm.models import Device, Invitation, KeyLink, User
from kartu.security.leaving.revoked import Revoked, revoked
from kartu.security.models.token import AccessToken
from kartu.security.tokens import end_token


def open_sessions(people: Iterable[int]) -> QuerySet[Device]:
    return Device.objects.open().filter(person_id__in=people)


def open_tokens(people: Iterable[int]) -> QuerySet[AccessToken]:
    """One of an earlier session number opens nothing already, and never will again."""
    alive = AccessToken.objects.filter(ended_at=None, expires_at__gt=timezone.now())
    return alive.filter(person_id__in=people)


def end_tokens(*, person: User, by: Actor) -> None:
    # Said by the program: whoever shows somebody out needs no right over tokens.
    for token in open_tokens([person.pk]):
        end_token(token=token)


def open_keys(people: Iterable[int]) -> QuerySet[KeyLink]:
    return KeyLink.still_open().filter(Q(person_id__in=people) | Q(given_by_id__in=people))


def open_invitations(people: Iterable[int]) -> QuerySet[Invitation]:
    return Invitation.still_open().filter(invited_by_id__in=people)


def open_jobs(people: Iterable[int]) -> QuerySet[Job]:
    """The work that is done in the person's name; what the program does by itself only began with him."""
    own = [task.key for task in jobs if task.system]
    return Job.objects.open().filter(actor_id__in=people).exclude(name__in=own)


def stop_jobs(*, person: User, by: Actor) -> None:
    """Also those that run: from here on their worker can write nothing more (the fence of the queue)."""
    words = {"message": _("Stopped"), "error": _("Whoever asked for this works here no more")}
    open_jobs([person.pk]).update(state=Job.State.STOPPED, finished_at=timezone.now(), **words)


# The firm closes sessions, keys and invitations itself, as it closes the access.
revoked.add(
    Revoked(
        "sessions",
        gettext_lazy("Computers and phones that are signed in"),
        ("firm.device.person",),
        open_sessions,
        order=10,
    )
)
revoked.add(
    Revoked("tokens", gettext_lazy("Access tokens"), ("security.accesstoken.person",), open_tokens, end_tokens, 20)
)
revoked.add(
    Revoked(
        "keys",
        gettext_lazy("Links for a new password"),
        ("firm.keylink.person", "firm.keylink.given_by"),
        open_keys,
        order=30,
    )
)
revoked.add(
    Revoked("invitations", gettext_lazy("Invitations"), ("firm.invitation.invited_by",), open_invitations, order=40)
)
revoked.add(
    Revoked(
        "jobs",
        gettext_lazy("Work in the background: exports, imports, changes of many"),
        ("core.job.actor_id",),
        open_jobs,
        stop_jobs,
        90,
    )
)
revoked.add(
    Revoked(
        "absences",
        gettext_lazy("Absences, and who stands in"),
        ("firm.absence.person",),
        open_absences,
        end_absences_of,
        50,
    )
)
