"""The numbers of a legal person as they stand on papers."""

from kartu.clients.models import ClientEntity
from kartu.firm import requisites


def numbers_of(entity: ClientEntity) -> list[tuple[str, str]]:
    """(label, number) of each, in the order they were given."""
    return requisites.shown(entity.registry_ids)
