from datetime import UTC, datetime

import pytest
from django.db import connection
from django.utils import timezone

from kartu.core.actors import System
from kartu.search import index, storage
from kartu.search.checking import problems
from kartu.search.find import find
from kartu.search.jobs import mend_index
from kartu.search.models import Doc, Word
from kartu.search.sources import DocFields
from kartu.security import audit


def found(text: str, by) -> list[str]:
    return [each.hit.title for group in find(text, by=by) for each in group.found]


def test_a_record_is_found_as_soon_as_it_is_written(cards, owner):
    card = cards.add("Sinar")
    card.name = "Bulan"
    cards.write(card)

    assert found("bulan", owner) == ["Bulan"]
    assert found("sinar", owner) == []


def test_what_goes_to_the_trash_is_not_found_and_takes_its_parts_along(cards, owner):
    card = cards.add("Sinar")
    cards.note(card, "sinar called")
    card.trashed_at = timezone.now()
    cards.write(card)

    assert found("sinar", owner) == []
    assert Doc.objects.count() == 0

    card.trashed_at = None
    cards.write(card)
    assert found("sinar", owner) == ["Sinar", "sinar called"]


def test_parts_follow_their_whole_to_a_new_owner(cards, seller, stranger):
    card = cards.add("Sinar", of=seller)
    cards.note(card, "sinar called")
    assert found("sinar", seller) == ["Sinar", "sinar called"]

    card.responsible, card.team = stranger, stranger.team
    cards.write(card)

    assert found("sinar", seller) == []
    assert found("sinar", stranger) == ["Sinar", "sinar called"]


def test_a_rolled_back_act_leaves_the_index_as_it_was(cards, owner):
    with pytest.raises(RuntimeError), audit.acting_as(System("a test")):
        cards.Card(name="Sinar").save()
        raise RuntimeError

    assert found("sinar", owner) == []


def test_a_bulk_writer_indexes_by_itself(cards, owner):
    with index.paused():
        card = cards.add("Sinar")
    assert found("sinar", owner) == []

    row = DocFields(card.pk, "Sinar", updated_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert index.index_many("card", [row, row]) == 2
    assert found("sinar", owner) == ["Sinar"]
    assert Doc.objects.count() == 1


def test_indexing_twice_changes_nothing(cards):
    card = cards.add("Щербаков", phone="+79126640718")
    before = Doc.objects.values().get()

    index.index([card])

    assert Doc.objects.values().get() == before
    assert Word.objects.count() == 1


def test_a_dropped_record_is_not_found(cards, owner):
    card = cards.add("Sinar")
    index.drop("card", [card.pk])

    assert found("sinar", owner) == []


def test_later_and_weightier_records_come_first(cards, owner):
    made = [cards.add(f"Sinar {number}") for number in range(3)]
    for card, weight, year in zip(made, (0, 5, 0), (2024, 2020, 2026), strict=True):
        fields = DocFields(card.pk, card.name, weight=weight, updated_at=datetime(year, 1, 1, tzinfo=UTC))
        index.index_many("card", [fields])

    assert found("inar", owner) == ["Sinar 1", "Sinar 2", "Sinar 0"]


def test_rebuilding_brings_everything_back_and_strays_out(cards, owner):
    card = cards.add("Sinar")
    cards.note(card, "sinar called")
    Doc.objects.all().delete()
    index.index_many("card", [DocFields(99, "Sinar stray")])
    index.index_many("gone_kind", [DocFields(1, "Sinar of a kind that is no more")])

    assert index.rebuild() == 2
    assert found("sinar", owner) == ["Sinar", "sinar called"]
    assert Doc.objects.count() == 2


def test_very_long_texts_are_cut(cards):
    cards.note(cards.add("Sinar"), "слово " * 10 + " ".join(f"w{number}" for number in range(5000)))

    assert len(Doc.objects.get(kind="note").text) <= 5002


def test_a_whole_index_has_no_problems(cards):
    cards.note(cards.add("Sinar"), "called")

    assert problems() == []


def test_lost_and_stale_records_are_told(cards):
    cards.add("Sinar")
    Doc.objects.all().delete()
    index.index_many("card", [DocFields(99, "Sinar stray"), DocFields(98, "Another")])

    assert problems() == [
        "1 of search.card cannot be found; `kartu reindex` mends it",
        "2 of search.card are found though they are gone; `kartu reindex` mends it",
    ]


def protections() -> dict[str, str]:
    """What keeps words and records equal, by the statement that takes it away."""
    if connection.vendor == "sqlite":
        return {name: f"DROP TRIGGER {name}" for each in storage.FULL_TEXTS for name in each.triggers}
    return {name: f"DROP INDEX {name}" for name in storage.TRIGRAM_INDEXES}


def test_whatever_is_missing_is_told_and_mended_by_the_next_migrate(cards, owner):
    cards.add("Sinar")
    assert len(protections()) >= 3
    for number, (name, take_away) in enumerate(protections().items()):
        with connection.cursor() as cursor:
            cursor.execute(take_away)
        assert problems() == [f"the search lacks {name}"]
        card = cards.add("Bulan")
        card.name = f"Bintang {number}"
        cards.write(card)

        storage.install()

        assert problems() == []
        assert found(f"bintang {number}", owner) == [f"Bintang {number}"]


def test_without_its_trigger_the_full_text_is_seen_to_be_damaged(cards):
    """Negative control: take the protection out, and the checks turn red. PostgreSQL's indexes keep themselves."""
    card = cards.add("Sinar")
    assert problems() == []
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER search_doc_fts_update")

    Doc.objects.update(text=" something else ")

    told = [
        "the search lacks search_doc_fts_update",
        f"the words of card {card.pk} do not lead to it",
        "search_doc_fts is damaged",
    ]
    assert problems() == (told if connection.vendor == "sqlite" else [])


def test_installing_again_is_harmless(cards, owner):
    cards.add("Sinar")

    storage.install()
    storage.install()

    assert found("sinar", owner) == ["Sinar"]
    assert storage.missing() == storage.damaged() == []


def test_without_full_text_the_search_still_answers(cards, owner, monkeypatch):
    monkeypatch.setattr(storage, "has_fts5", lambda: False)
    monkeypatch.setattr(storage, "has_trigrams", lambda cursor: False)
    cards.add("Синар Абади 100%", phone="+62811940720")

    assert found("абади", owner) == found("0720", owner) == found("sinar", owner) == ["Синар Абади 100%"]
    assert found("синра", owner) == ["Синар Абади 100%"]
    assert found("zzz", owner) == []


def test_words_of_names_are_remembered_once(cards):
    cards.add("Щербаков")
    cards.add("Shcherbakov", people="Budi Щербаков")

    assert sorted(Word.objects.values_list("word", flat=True)) == [" budi ", " xerbakov "]


def test_a_night_finds_what_came_past_the_actions_and_drops_what_is_gone(cards, owner):
    kept, gone = cards.add("Sinar"), cards.add("Bulan")
    with index.paused():
        cards.add("Bintang"), cards.add("Bintang Timur")
        gone.trashed_at = timezone.now()
        cards.write(gone)
    assert found("bintang", owner) == [] and len(problems()) == 2

    assert mend_index.func(by=System("a night of a test")) == 3
    assert sorted(found("bintang", owner)) == ["Bintang", "Bintang Timur"]
    assert problems() == [] and not Doc.objects.filter(kind="card", object_id=gone.pk).exists()
    before = Doc.objects.get(kind="card", object_id=kept.pk).pk
    assert mend_index.func(by=System("a night of a test")) == 0
    assert Doc.objects.get(kind="card", object_id=kept.pk).pk == before
