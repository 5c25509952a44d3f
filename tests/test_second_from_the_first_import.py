"""Who may take the firm's data out is led to set up a second step by the first request after the first import."""

from django.core.files.base import ContentFile

from kartu.firm.required import stakes
from kartu.records.imports import acts
from kartu.records.imports.importers import importers


def test_the_first_import_is_what_begins_it(owner, client, monkeypatch, first_import):
    monkeypatch.setitem(stakes._items, "imports", first_import)
    client.force_login(owner)
    file = ContentFile(b"Name\tPhone\nPT Baru\t0812 7777 001\n")
    source = acts.drop_file(importer=importers["clients"], file=file, name="a.tsv", by=owner, inline=True)
    acts.decide(source=source, targets={}, answers={}, by=owner, inline=True)
    assert client.get("/clients/").status_code == 200

    acts.start(source=source, by=owner, inline=True)

    assert client.get("/clients/")["Location"] == "/me/second/"
