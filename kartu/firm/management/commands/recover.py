"""`kartu recover EMAIL`: a way in for somebody who has lost password and phone, an owner too."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from kartu.core.actors import System
from kartu.firm.actions.people import recover
from kartu.firm.models import User

BY_HAND = System("made by hand on the computer that Kartu runs on")


class Command(BaseCommand):
    help = (
        "Make a link, good once, by which a person chooses a new password and signs in without the second step. "
        "It is logged, and all owners are told."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", metavar="EMAIL", help="what the person signs in with")

    def handle(self, *args: Any, **options: Any) -> None:
        person = User.objects.filter(email__iexact=options["email"], is_active=True).first()
        if person is None:
            raise CommandError("There is no such person, or the access is closed")
        link, token = recover(person=person, by=BY_HAND)
        self.stderr.write(f"For {person.name}, once, until {link.expires_at:%Y-%m-%d %H:%M} UTC. All owners are told.")
        self.stdout.write(settings.ADDRESS + reverse("firm:take_key", args=[token]))
