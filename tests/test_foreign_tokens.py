"""Nothing of what a person does not see reaches him by any door: a random word in every field of somebody else's client
is looked for in all that the program answers, writes into files and sends.

The crawl asks every address of the table of routes, every list by every filter and sort, follows what the pages link
to, searches, types into every picker, exports and prints. The control walks the same way as the one whose client it is.
"""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client as Browser
from django.utils import timezone

from kartu.clients import actions
from kartu.clients.duplicates.search import search as search_duplicates
from kartu.clients.models import Client
from kartu.core.testing import run_jobs
from kartu.firm.models import Team, User
from kartu.firm.people_for_tests import make_person
from kartu.planner import actions as planner
from kartu.planner.minutes import minute
from kartu.records.actions import rename_file
from tests.crawling import Tokens, crawl, text_of
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(owner, head, seller, stranger, settings, tmp_path) -> World:
    settings.MEDIA_ROOT, settings.DATA_DIR = tmp_path / "files", tmp_path
    return World(owner, head, seller, stranger)


@pytest.fixture
def tokens(world: World) -> Tokens:
    """The seller's client, with a token in everything that can be written on it."""
    word, by = Tokens(), world.seller
    assert world.changes  # writes another name, before ours
    client = actions.change_client(
        client=Client.objects.visible_to(by).get(pk=world.client.pk),
        values={"name": f"PT {word('name')}", "about": word("about"), "pinned": word("pinned")},
        by=by,
    )
    world.__dict__["client"] = client
    actions.change_contact(contact=world.contact, values={"name": word("contact"), "position": word("post")}, by=by)
    actions.add_channel(client=client, kind="email", value=f"{word('e-mail')}@example.com", by=by)
    actions.add_channel(client=client, kind="telegram", value=f"@{word('telegram')}", by=by)
    actions.add_address(client=client, city=word("city"), street=word("street"), by=by)
    actions.add_entity(client=client, name=word("legal person"), by=by)
    actions.log_touch(client=client, kind="note", text=word("note"), by=by)
    due = timezone.now() + timedelta(hours=1)
    planner.set_task(title=word("promise"), client=client, due_at=due, by=by)
    custom = {f"custom.{world.own_field.pk}": word("own field")}
    actions.set_custom(client=client, values=custom, by=by)
    field = world.table_field
    values = {f"custom.{field.pk}": word("own row")}
    actions.add_row(client=client, section_id=field.section_id, values=values, by=by)
    actions.add_segment(name=word("segment"), text="city is empty", by=by)
    actions.add_relation(client=client, other=world.other_client, kind="partner", note=word("relation"), by=by)
    rename_file(file=world.file, name=f"{word('file')}.txt", note="", by=by)
    actions.add_client(name=f"PT {word('twin')}", phone="0812 3456 789", by=by)
    gone = actions.add_client(name=f"PT {word('trash')}", by=by)
    world.__dict__["trashed_client"] = actions.trash_client(client=gone, by=world.head)
    run_jobs()
    search_duplicates()
    mail.outbox.clear()
    return word


@pytest.fixture
def strange_head(db) -> User:
    """Of another team, with all that a head may: export, print, change many."""
    return make_person("Wati", "head", Team.objects.create(name="Surabaya"))


def test_nothing_of_somebody_elses_client_reaches_a_seller(world, tokens):
    assert crawl(world, tokens, world.stranger) == {}


def test_nothing_of_another_team_reaches_its_head(world, tokens, strange_head):
    assert crawl(world, tokens, strange_head) == {}


def test_control_the_one_whose_client_it_is_meets_all_of_it(world, tokens):
    """And his head what lies in the trash, which is hers to take out."""
    met = set().union(*crawl(world, tokens, world.seller).values(), *crawl(world, tokens, world.head).values())

    assert set(tokens.made) - met == set()


def signed_in(person: User) -> Browser:
    browser = Browser()
    browser.force_login(person)
    return browser


@pytest.mark.parametrize("is_private", [False, True])
def test_of_a_meeting_that_one_may_not_see_the_scheduler_tells_only_that_people_are_busy(world, tokens, is_private):
    """The seller meets his client with a colleague; somebody of another team looks at both in every view."""
    start = timezone.now().replace(hour=5, minute=0, second=0, microsecond=0) + timedelta(days=1)
    task = planner.set_task(
        **{"title": tokens("meeting"), "text": tokens("details"), "kind": "meeting", "is_private": is_private},
        **{"client": world.client, "start_at": start, "end_at": start + timedelta(hours=1)},
        **{"attendees": [world.owner], "by": world.seller},
    )
    urls = [
        f"/scheduler/{view}/?person={person.pk}&day={start:%Y-%m-%d}"
        for view in ("day", "days", "week", "month", "agenda")
        for person in (world.seller, world.owner)
    ]
    span = f"from={minute(start) - 600}&until={minute(start) + 600}"
    urls += [f"/scheduler/timeline.json?team=&{span}", f"/scheduler/timeline.json?team=&tasks={task.pk}"]
    urls += [f"/scheduler/day.pdf?team=&day={start:%Y-%m-%d}"]

    answers = {url: signed_in(world.stranger).get(url) for url in urls}
    moved = signed_in(world.stranger).post(
        "/scheduler/place/", {"moves": f'[{{"task": {task.pk}, "version": 1, "row": "p{world.stranger.pk}"}}]'}
    )

    for url, answer in answers.items():
        assert answer.status_code == 200, url
        assert tokens.in_text(text := text_of(answer)) == set(), url
        assert f"/tasks/{task.pk}/" not in text, url
        assert "Busy" in text, url
    assert (moved.status_code, tokens.in_text(text_of(moved))) == (403, set())
    seen = signed_in(world.seller).get(urls[-3])
    assert {"meeting", "name"} <= tokens.in_text(text_of(seen))
