"""`kartu token make|list|end`: access for another program, in the name of a person and with some of his rights."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from kartu.firm.models import User
from kartu.security.models.token import AccessToken
from kartu.security.tokens import end_token, make_token


class Command(BaseCommand):
    help = "Make, list or end access tokens, by which another program works in the name of a person."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        make = verbs.add_parser("make", help="make a token; it is shown once")
        make.add_argument("name", help='what it is for: "till in the shop"')
        make.add_argument("--user", required=True, metavar="EMAIL", help="in whose name the program works")
        make.add_argument("--right", required=True, action="append", metavar="RIGHT", help="clients.import, ...")
        make.add_argument("--days", type=int, default=AccessToken.LIFETIME.days, help="how long it opens")
        verbs.add_parser("list", help="list the tokens, without what opens")
        end = verbs.add_parser("end", help="end a token at once")
        end.add_argument("number", type=int, help="its number in the list")

    def handle(self, *args: Any, **options: Any) -> None:
        {"make": self.make, "list": self.list, "end": self.end}[options["verb"]](options)

    def make(self, options: dict) -> None:
        person = User.objects.select_related("role").filter(email__iexact=options["user"], is_active=True).first()
        if person is None:
            raise CommandError("There is no such person, or the access is closed")
        try:
            token, text = make_token(person=person, name=options["name"], rights=options["right"], days=options["days"])
        except ValidationError as refused:
            raise CommandError(" ".join(refused.messages)) from None
        self.stderr.write(f"Token {token.pk}, until {token.expires_at:%Y-%m-%d}. It is shown only now:")
        self.stdout.write(text)

    def list(self, options: dict) -> None:
        for token in AccessToken.objects.select_related("person").order_by("pk"):
            used = (
                f"last used {timezone.localtime(token.last_used_at):%Y-%m-%d}" if token.last_used_at else "never used"
            )
            state = token.obstacle or f"until {token.expires_at:%Y-%m-%d}"
            self.stdout.write(f"{token.pk}  {token.name}  {token.person}  {', '.join(token.rights)}  {state}  {used}")

    def end(self, options: dict) -> None:
        token = AccessToken.objects.filter(pk=options["number"], ended_at=None).first()
        if token is None:
            raise CommandError("There is no open token of this number; `kartu token list` shows them")
        end_token(token=token)
        self.stdout.write(f"{token.name} opens nothing any more.")
