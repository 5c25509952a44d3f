"""The firm as it stands: its name and money, legal entities, branches, teams."""

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from kartu.core.actors import Actor
from kartu.firm.acts import act, telling
from kartu.firm.models import Branch, Firm, LegalEntity, Team
from kartu.firm.rights import SETTINGS


@act(SETTINGS)
def keep_firm(*, firm: Firm, logo: ContentFile | None = None, by: Actor) -> Firm:
    """Save the firm's settings, with a new `logo` if there is one."""
    old = firm.logo.name
    with telling(firm, by=by, verb="setting"):
        if logo:
            firm.logo.save("logo.png", logo, save=False)
        firm.save()
    if logo and old:
        transaction.on_commit(lambda: firm.logo.storage.delete(old))
    return firm


@act(SETTINGS)
def keep_legal_entity(*, entity: LegalEntity, by: Actor) -> LegalEntity:
    """Save a legal entity. One that becomes the main one takes that from the other; the main one cannot be given up."""
    others = LegalEntity.objects.exclude(pk=entity.pk)
    main = others.filter(is_main=True).first()
    if main is None:
        entity.is_main = True
    elif entity.is_main:
        with telling(main, by=by):
            main.is_main = False
            main.save()
    if entity.is_main and not entity.is_active:
        raise ValidationError(_("This is the main legal entity. Make another one the main one first."))
    with telling(entity, by=by):
        entity.save()
    return entity


@act(SETTINGS)
def keep_branch(*, branch: Branch, by: Actor) -> Branch:
    if not branch.is_active and branch.people.filter(is_active=True).exists():
        raise ValidationError(_("People still work at this branch. Move them to another one first."))
    with telling(branch, by=by):
        branch.save()
    return branch


@act(SETTINGS)
def keep_team(*, team: Team, by: Actor) -> Team:
    if not team.is_active and team.members.filter(is_active=True).exists():
        raise ValidationError(_("There are still people in this team. Move them to another one first."))
    with telling(team, by=by):
        team.save()
    return team
