"""Words from which clients are made up, by language. No real firm or person is meant."""

from kartu.clients.sampling.words.english import EN
from kartu.clients.sampling.words.indonesian import ID
from kartu.clients.sampling.words.russian import RU
from kartu.clients.sampling.words.shape import Bank, City, Words

BY_LANGUAGE: dict[str, Words] = {"en": EN, "id": ID, "ru": RU}

__all__ = ["BY_LANGUAGE", "Bank", "City", "Words"]
