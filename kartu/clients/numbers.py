"""The numbers of a legal person as they stand on papers."""

from django.utils.translation import gettext as _

from kartu.clients.models import ClientEntity
from kartu.firm.requisites import KINDS


def numbers_of(entity: ClientEntity) -> list[tuple[str, str]]:
    """(label, number) of each, in the order they were given."""
    shown = []
    for code, number in entity.registry_ids.items():
        kind = KINDS.get(code)
        if kind is None:
            shown.append((code, number))
        else:
            shown.append((str(kind.label), _("yes") if kind.is_flag else kind.show(number)))
    return shown
