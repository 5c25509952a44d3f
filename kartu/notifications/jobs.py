from django.utils.translation import gettext_lazy as _

from kartu.core.actors import Actor
from kartu.core.jobs import job
from kartu.notifications import sending
from kartu.notifications.models import Letter


# The letter itself knows when to give up; the queue goes on asking.
@job(
    system="A letter of the program goes out",
    label=_("Sending e-mail"),
    queue="mail",
    atomic=False,
    max_attempts=None,
    longest_wait=300,
)
def send_letter(*, by: Actor, letter_id: int) -> None:
    sending.send(Letter.objects.get(pk=letter_id))
