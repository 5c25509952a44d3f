"""What a person changes about himself."""

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kartu.firm.acts import act, tell, telling
from kartu.firm.ending import sign_out
from kartu.firm.models import Device, User

OWN_FIELDS = ["name", "phone", "language", "time_zone", "theme", "density", "letter_keys"]


@act(why="everybody keeps his own profile")
def change_profile(*, by: User) -> User:
    """Save what `by` has changed about himself; of all columns only those that are his to change."""
    with telling(by, by=by):
        by.save(update_fields=OWN_FIELDS)
    return by


@act(why="everybody keeps his own picture")
def change_picture(*, picture: ContentFile | None, by: User) -> User:
    """Show `picture` (kartu.firm.pictures has cleaned it) beside the name, or None: the letters again."""
    old = by.picture.name
    with telling(by, by=by):
        if picture:
            by.picture.save("picture.png", picture, save=False)
        else:
            by.picture = ""
        by.save(update_fields=["picture"])
    if old:
        transaction.on_commit(lambda: by.picture.storage.delete(old))
    return by


@act(why="everybody keeps his own key; the form has asked for the old one")
def change_sign_in(*, email: str, password: str, by: User, here: Device | None = None) -> User:
    """Change the e-mail that `by` signs in with, and the password unless it is empty. All sessions end but that of
    `here`, whose caller has to give it the new hash."""
    if password:
        by.set_password(password)
        tell("change", by, by=by, values={"changed": ["password"]})
    by.email = email
    by.session_number += 1
    try:
        with transaction.atomic(), telling(by, by=by):
            by.save(update_fields=["email", "password", "session_number"])
    except IntegrityError:
        raise ValidationError({"email": _("Somebody signs in with this e-mail already.")}) from None
    sign_out(Device.objects.of(by).exclude(pk=here.pk if here else None), by)
    return by
