"""How the firm begins: exactly once, by whoever holds the one-time link."""

from dataclasses import dataclass, field

from django.core.files.base import ContentFile

from kartu.core.actors import Actor
from kartu.firm.acts import act, tell, telling
from kartu.firm.models import Firm, LegalEntity, Role, SetupLink, User
from kartu.firm.signals import founded


class Founded(RuntimeError):
    """The firm is there already, or the link has just been used: somebody was faster."""


@dataclass(frozen=True)
class Beginning:
    """What the first-run page asks for."""

    language: str
    country: str
    firm_name: str
    currency: str
    time_zone: str
    trade: str
    owner_name: str
    email: str
    password: str
    legal_name: str = ""
    registry_ids: dict[str, str] = field(default_factory=dict)
    logo: ContentFile | None = None


@act(why="there is nobody yet who could have a right; the one-time link stands for it")
def found(*, link: SetupLink, beginning: Beginning, by: Actor) -> User:
    """Make the firm, its main legal entity and its owner. Raises Founded when somebody was faster."""
    if not link.use() or Firm.objects.exists():
        raise Founded
    firm = _keep_firm(beginning, by)
    _keep_legal_entity(beginning, by)
    owner = _keep_owner(beginning, by)
    founded.send(sender=None, firm=firm, language=beginning.language, by=owner)
    return owner


def _keep_firm(beginning: Beginning, by: Actor) -> Firm:
    firm = Firm(
        pk=1,
        name=beginning.firm_name,
        country=beginning.country,
        currency=beginning.currency,
        language=beginning.language,
        time_zone=beginning.time_zone,
        trade=beginning.trade,
    )
    if beginning.logo:
        firm.logo.save("logo.png", beginning.logo, save=False)
    firm.save(force_insert=True)
    tell("create", firm, by=by, values={"after": {"name": firm.name, "country": firm.country}})
    return firm


def _keep_legal_entity(beginning: Beginning, by: Actor) -> None:
    entity = LegalEntity(
        name=beginning.legal_name or beginning.firm_name,
        country=beginning.country,
        registry_ids=beginning.registry_ids,
        is_main=True,
    )
    with telling(entity, by=by):
        entity.save()


def _keep_owner(beginning: Beginning, by: Actor) -> User:
    owner = User(
        email=beginning.email,
        name=beginning.owner_name,
        role=Role.objects.get(code=Role.OWNER),
        language=beginning.language,
        time_zone=beginning.time_zone,
    )
    owner.set_password(beginning.password)
    with telling(owner, by=by):
        owner.save()
    return owner
