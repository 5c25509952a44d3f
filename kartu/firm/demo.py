"""The people of the demo firm and their teams. Nobody has a password: the sign-in page lets one in by a click."""

import io
import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image, ImageDraw

from kartu.core.actors import System
from kartu.firm.absences import set_days
from kartu.firm.actions.absences import set_absence
from kartu.firm.actions.hours import keep_working_time
from kartu.firm.models import Absence, Branch, Firm, LegalEntity, Role, Team, User, WorkingTime
from kartu.firm.working import Book, HolidayRule

FOUNDED_DAYS_AGO = 760


@dataclass(frozen=True)
class Story:
    """A demo firm of one country. `people`: (name, role, team number or None, phone). `bank`: name, code, account."""

    firm: str
    country: str
    currency: str
    zone: str
    entity: str
    registry_ids: dict[str, str]
    bank: tuple[str, str, str]
    address: str
    teams: tuple[str, str]
    branches: tuple[str, str]
    people: tuple[tuple[str, str, int | None, str], ...]
    domain: str


STORIES = {
    "en": Story(
        firm="Tirta Pumps",
        country="GB",
        currency="GBP",
        zone="Europe/London",
        entity="Tirta Pumps Ltd",
        registry_ids={"vat_gb": "GB163923358", "registry": "05632729"},
        bank=("HSBC UK", "HBUKGB4B", "GB52HBUK21468819736993"),
        address="12 Dock Street, Bristol BS1 4ST",
        teams=("Bristol", "Leeds"),
        branches=("Bristol office", "Leeds office"),
        people=(
            ("Alice Turner", "owner", None, "07700 900410"),
            ("Harry Clarke", "head", 0, "07700 900411"),
            ("Emma Shaw", "seller", 0, "07700 900415"),
            ("Tom Baker", "seller", 0, "07700 900418"),
            ("Grace Murphy", "head", 1, "07700 900421"),
            ("Oliver Patel", "seller", 1, "07700 900426"),
            ("Lucy Doyle", "seller", 1, "07700 900427"),
        ),
        domain="tirta.example.com",
    ),
    "id": Story(
        firm="CV Tirta Makmur",
        country="ID",
        currency="IDR",
        zone="Asia/Jakarta",
        entity="CV Tirta Makmur",
        registry_ids={"npwp": "0063923320448000", "pkp": "1", "nib": "9120146881973"},
        bank=("Bank Rakyat Indonesia", "BRINIDJA", "7993563272"),
        address="Jl. Ahmad Yani 214, Garut 44117",
        teams=("Bandung", "Bekasi"),
        branches=("Kantor Bandung", "Kantor Bekasi"),
        people=(
            ("Budi Santoso", "owner", None, "0812-2004-0110"),
            ("Ayu Lestari", "head", 0, "0813-2005-1274"),
            ("Rizky Pratama", "seller", 0, "0857-2001-1933"),
            ("Siti Rahayu", "seller", 0, "0811-2207-6618"),
            ("Hendra Wijaya", "head", 1, "0821-2009-0471"),
            ("Dewi Anggraini", "seller", 1, "0878-2003-5582"),
            ("Suharto", "seller", 1, "0895-2006-7709"),
        ),
        domain="tirta.example.id",
    ),
    "ru": Story(
        firm="Тирта Насосы",
        country="RU",
        currency="RUB",
        zone="Europe/Samara",
        entity="ООО «Тирта Насосы»",
        registry_ids={"inn": "6398807304", "kpp": "639801001", "ogrn": "1215736819308"},
        bank=("Банк ВТБ (ПАО)", "044525187", "40702810003642621299"),
        address="443010, Самара, ул. Промышленная, 12",
        teams=("Самара", "Казань"),
        branches=("Офис в Самаре", "Офис в Казани"),
        people=(
            ("Олег Громов", "owner", None, "8 (927) 001-02-03"),
            ("Мария Соколова", "head", 0, "8 (927) 002-04-15"),
            ("Игорь Власенко", "seller", 0, "8 (961) 003-06-27"),
            ("Анна Щербакова", "seller", 0, "8 (903) 004-08-39"),
            ("Дмитрий Юсупов", "head", 1, "8 (960) 005-10-42"),
            ("Елена Морозова", "seller", 1, "8 (921) 006-12-54"),
            ("Фёдор Чернышёв", "seller", 1, "8 (916) 007-14-66"),
        ),
        domain="tirta.example.ru",
    ),
}


def fill(language: str, rng: random.Random) -> None:
    """Make the firm, its legal entity, branches, teams and people."""
    story, now = STORIES[language], timezone.now()
    make_firm(story, language, now)
    branches = [Branch.objects.create(name=name) for name in story.branches]
    teams = [Team.objects.create(name=name, branch=branches[at]) for at, name in enumerate(story.teams)]
    roles = {role.code: role for role in Role.objects.all()}
    for number, (name, role, team, phone) in enumerate(story.people):
        person = User.objects.create_user(
            f"demo{number}@{story.domain}",
            name=name,
            phone=phone,
            role=roles[role],
            team=None if team is None else teams[team],
            branch=branches[team or 0],
            language=language,
            time_zone=story.zone,
            last_seen_at=now - timedelta(minutes=rng.randrange(20, 60 * 8)),
        )
        User.objects.filter(pk=person.pk).update(created_at=now - timedelta(days=FOUNDED_DAYS_AGO - 3 * number))
        if role == Role.HEAD:
            teams[team].head = person
            teams[team].save(update_fields=["head"])


def make_firm(story: Story, language: str, now: datetime) -> None:
    firm = Firm(
        pk=1,
        name=story.firm,
        country=story.country,
        currency=story.currency,
        language=language,
        time_zone=story.zone,
        trade="shop",
        is_demo=True,
    )
    firm.logo.save("logo.png", logo(), save=False)
    firm.save(force_insert=True)
    Firm.objects.update(created_at=now - timedelta(days=FOUNDED_DAYS_AGO))
    bank_name, bank_code, bank_account = story.bank
    LegalEntity.objects.create(
        name=story.entity,
        country=story.country,
        registry_ids=story.registry_ids,
        address=story.address,
        bank_name=bank_name,
        bank_code=bank_code,
        bank_account=bank_account,
        is_main=True,
    )


def logo() -> ContentFile:
    """A drop in a ring, without a word: the same in every language."""
    big = Image.new("RGBA", (640, 640), (255, 255, 255, 0))
    pen = ImageDraw.Draw(big)
    pen.ellipse((20, 20, 620, 620), fill="#0f6b6b")
    pen.ellipse((190, 270, 450, 530), fill="#ffffff")
    pen.polygon(((320, 90), (204, 348), (436, 348)), fill="#ffffff")
    pen.arc((240, 320, 400, 480), 60, 150, fill="#0f6b6b", width=22)
    out = io.BytesIO()
    big.resize((160, 160), Image.Resampling.LANCZOS).save(out, "PNG", optimize=True)
    return ContentFile(out.getvalue())


def fill_hours(language: str, rng: random.Random) -> None:
    """When they work, and who is away: one now, with a deputy, and one next week."""
    demo, story = System("The demo firm"), STORIES[language]
    people = {person.name: person for person in User.objects.select_related("role")}
    _owner, head, _seller, trainee, early, deputy, away = (people[name] for name, *_rest in story.people)
    book = Book.of([away], *[timezone.localdate()] * 2)
    founded = timezone.localdate() - timedelta(days=FOUNDED_DAYS_AGO)
    week = WorkingTime.usual().days
    keep_working_time(time=WorkingTime(from_day=founded, days=week), by=demo)
    short = [[8 * 60, 12 * 60], [13 * 60, 17 * 60]]
    keep_working_time(time=WorkingTime(person=early, from_day=founded, days=[short] * 5 + [[], []]), by=demo)
    today = book.today(away)
    absence = set_days(
        Absence(person=away, kind=Absence.Kind.LEAVE), today - timedelta(days=2), today + timedelta(days=5)
    )
    set_absence(absence=absence, deputies=[deputy], by=demo)
    first = book.shifted(today + timedelta(days=7), trainee, HolidayRule.NEXT)
    absence = set_days(Absence(person=trainee, kind=Absence.Kind.TRAINING), first, first + timedelta(days=1))
    set_absence(absence=absence, deputies=[head], by=demo)
