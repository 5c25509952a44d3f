"""Letting a person go: what he looked after goes to others in one act, and comes back in one."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from kartu.clients import actions as clients
from kartu.clients.models import Client
from kartu.core.jobs.run import run
from kartu.core.models import Job
from kartu.core.testing.queue import run_jobs
from kartu.firm.actions import people
from kartu.firm.models import Role, Team, User
from kartu.firm.people_for_tests import make_person
from kartu.notifications.models import Notification
from kartu.planner import actions as planner
from kartu.planner.models import Task
from kartu.records.actions import undo_changes
from kartu.records.changes import change_set
from kartu.records.leaving import acts, handing
from kartu.records.lists.keeping import save_view
from kartu.records.models import ChangeSet, Departure, SavedView
from kartu.search.find import find
from kartu.security import audit
from kartu.security.invariants import verify
from kartu.security.leaving.owned import owned
from kartu.security.models import AuditRow
from tests.test_leavers import EXCUSED

ALL_OF_IT = {
    "teams": 1, "clients": 3, "series": 0, "tasks": 2, "private_tasks": 0, "segments": 1, "own_segments": 1,
    "views": 1, "own_views": 1,
}  # fmt: skip


@pytest.fixture
def leaver(head, seller, owner, team) -> User:
    """A head with something of each kind: three clients, one of them in the trash, and what hangs on them."""
    soon = timezone.now() + timedelta(hours=2)
    one, _two, three = [clients.add_client(name=name, by=head) for name in ("PT Satu", "PT Dua", "PT Tiga")]
    planner.set_task(title="The offer", kind="call", client=one, due_at=soon, by=head)
    clients.trash_client(client=three, by=owner)
    foreign = clients.add_client(name="PT Lain", by=seller)
    planner.set_task(title="Thanks", kind="call", client=foreign, due_at=soon, by=head)
    for is_shared in (False, True):
        name = "Shared" if is_shared else "Own"
        clients.add_segment(name=name, text="city is empty", is_shared=is_shared, by=head)
        save_view(list_key="clients", name=name, question={"f": ["city:empty"]}, is_shared=is_shared, by=head)
    team.head = head
    team.save()
    return head


def counts(person: User) -> dict[str, int]:
    return {kind.key: kind.count(person) for kind in owned}


def broken() -> list[str]:
    return [line for finding in verify(["leaving"]) for line in finding.broken]


def responsible() -> dict[str, str | None]:
    rows = Client.objects.as_system("a test").select_related("responsible").order_by("pk")
    return {row.name: row.responsible and row.responsible.name for row in rows}


def test_every_column_with_a_person_that_is_owned_is_handed_over():
    said = {column for column, why in EXCUSED.items() if why.startswith("owned")}
    assert {column for kind in owned for column in kind.columns} == said


def test_all_that_a_person_owns_goes_over_and_nothing_is_orphaned(leaver, seller, owner):
    assert counts(leaver) == ALL_OF_IT

    departure = acts.let_go(person=leaver, plan={"to": seller.pk}, by=owner)

    leaver.refresh_from_db()
    assert (leaver.is_active, departure.state, departure.left) == (False, "done", [])
    assert counts(leaver) == dict.fromkeys(ALL_OF_IT, 0)
    assert responsible() == {"PT Satu": "Sari", "PT Dua": "Sari", "PT Tiga": "Sari", "PT Lain": "Sari"}
    promised = Task.objects.as_system("a test").select_related("person").order_by("pk")
    assert [(row.title, row.person.name) for row in promised] == [("The offer", "Sari"), ("Thanks", "Sari")]
    assert {row.name for row in SavedView.objects.visible_to(seller).filter(person=seller)} == {"Own", "Shared"}
    assert Team.objects.get(head=seller).name == "Bandung"
    assert broken() == []
    for finding in verify(["I6", "derived", "search"]):
        assert finding.broken == []


def test_each_record_tells_it_and_the_new_person_hears_of_it_once(leaver, seller, owner):
    departure = acts.let_go(person=leaver, plan={"to": seller.pk}, by=owner)
    run_jobs()

    told = AuditRow.objects.select_related("payload").filter(root_type="clients.client", verb="change")
    told = told.filter(object_type="clients.client", change_set_id=departure.change_set_id)
    assert [row.payload.values["after"] for row in told] == [{"responsible_id": seller.pk}] * 3
    notice = Notification.objects.visible_to(seller).get()
    assert notice.title == "What Hendra looked after is yours now"
    assert "Clients: 3" in notice.text and notice.url.startswith("/clients/?f=responsible")


def test_the_new_person_finds_the_clients_and_no_one_else_does(leaver, seller, stranger, owner):
    clients.log_touch(
        client=Client.objects.visible_to(leaver).get(name="PT Satu"), kind="call", text="Pumps", by=leaver
    )
    acts.let_go(person=leaver, plan={"to": stranger.pk}, by=owner)

    def found(person: User) -> list[str]:
        return [each.hit.title for group in find("Satu", by=person) for each in group.found]

    assert (found(stranger), found(seller)) == (["PT Satu"], [])


def test_kinds_go_to_different_people_and_clients_are_divided_by_lists(leaver, seller, stranger, owner):
    view = save_view(list_key="clients", name="Dua", question={"q": "Dua"}, is_shared=False, by=owner)
    plan = {"to": seller.pk, "kinds": {"teams": owner.pk, "own_views": 0}, "lists": [[f"view:{view.pk}", stranger.pk]]}

    departure = acts.let_go(person=leaver, plan=plan, by=owner)

    assert responsible() == {"PT Satu": "Sari", "PT Dua": "Viktor", "PT Tiga": "Sari", "PT Lain": "Sari"}
    assert departure.moved["clients"] == {str(stranger.pk): 1, str(seller.pk): 2}
    assert counts(leaver) == {**dict.fromkeys(ALL_OF_IT, 0), "own_views": 1}
    assert (departure.state, Team.objects.get(name="Bandung").head) == ("done", owner)


def test_what_cannot_be_is_refused_before_anything_is_done(leaver, seller, owner):
    storekeeper = people_place(seller, "storekeeper", owner)

    with pytest.raises(ValidationError, match="can do nothing with this: Clients"):
        acts.let_go(person=leaver, plan={"to": storekeeper.pk}, by=owner)
    with pytest.raises(ValidationError, match="who works here"):
        acts.let_go(person=leaver, plan={"to": leaver.pk}, by=owner)
    with pytest.raises(PermissionDenied):
        acts.let_go(person=seller, plan={"to": owner.pk}, by=leaver)

    assert User.objects.get(pk=leaver.pk).is_active
    assert counts(leaver) == ALL_OF_IT


def people_place(person: User, role: str, by: User) -> User:
    return people.place(person=person, role=Role.objects.get(code=role), team=person.team, branch=None, by=by)


def test_whoever_is_only_shown_out_stands_on_the_list_until_his_work_is_handed_over(leaver, seller, owner):
    people.close_access(person=leaver, by=owner)

    assert Departure.objects.get().state == "waiting"
    assert broken() == []

    acts.let_go(person=User.objects.get(pk=leaver.pk), plan={"to": seller.pk}, by=owner)
    assert Departure.objects.get().state == "done"


def test_the_check_finds_what_belongs_to_nobody_on_the_list(leaver, seller, owner):
    acts.let_go(person=leaver, plan={"to": seller.pk}, by=owner)
    changes = ChangeSet.objects.create(kind="edit", title="by hand", by=owner)
    row = Client.objects.visible_to(owner).get(name="PT Satu")
    with audit.acting_as(owner, changes.pk):
        audit.change_many([row], {"responsible_id": leaver.pk})

    assert broken() == [f"1 clients belong to person {leaver.pk}, who has no access; let him go"]
    assert handing.look_again() == 1
    assert (broken(), Departure.objects.latest("pk").state) == ([], "waiting")


def test_an_undo_that_gives_something_to_a_leaver_puts_him_on_the_list(leaver, seller, owner):
    client = Client.objects.visible_to(leaver).get(name="PT Satu")
    with change_set(ChangeSet.Kind.EDIT, "Handed over", by=owner) as changes:
        clients.hand_over(client=client, to=seller, by=owner)
    acts.let_go(person=leaver, plan={"to": seller.pk}, by=owner)

    undo_changes(changes=changes, by=owner)

    assert responsible()["PT Satu"] == "Hendra"
    assert (broken(), Departure.objects.latest("pk").state) == ([], "waiting")


def test_who_comes_back_gets_back_what_nobody_has_handed_on(leaver, seller, stranger, owner):
    departure = acts.let_go(person=leaver, plan={"to": seller.pk}, by=owner)
    two = Client.objects.visible_to(owner).get(name="PT Dua")
    clients.hand_over(client=two, to=stranger, by=owner)
    with pytest.raises(ValidationError, match="on the page of the person"):
        undo_changes(changes=departure.change_set, by=owner)

    departure = acts.return_work(departure=departure, is_let_in=True, by=owner)

    leaver.refresh_from_db()
    assert (leaver.is_active, departure.state, departure.conflicts) == (True, "over", 1)
    assert responsible() == {"PT Satu": "Hendra", "PT Dua": "Viktor", "PT Tiga": "Hendra", "PT Lain": "Sari"}
    assert counts(leaver) == {**ALL_OF_IT, "clients": 2}
    for finding in verify(["I6", "derived", "search", "leaving"]):
        assert finding.broken == []


def test_taken_back_without_letting_him_in_all_waits_to_be_handed_over_anew(leaver, seller, stranger, owner):
    departure = acts.let_go(person=leaver, plan={"to": seller.pk}, by=owner)
    acts.return_work(departure=departure, is_let_in=False, by=owner)
    assert (Departure.objects.latest("pk").state, broken()) == ("waiting", [])

    acts.let_go(person=User.objects.get(pk=leaver.pk), plan={"to": stranger.pk}, by=owner)

    assert responsible()["PT Satu"] == "Viktor"
    assert counts(leaver) == dict.fromkeys(ALL_OF_IT, 0)
    thanks = Task.objects.as_system("a test").get(title="Thanks")
    assert thanks.person == seller, "the stranger does not see this client; whoever looks after it calls"


@pytest.mark.django_db(transaction=True)
def test_a_large_base_goes_over_in_the_background_and_goes_on_after_a_kill(leaver, seller, owner, monkeypatch):
    for number in range(3):
        clients.add_client(name=f"PT {number}", by=leaver)
    monkeypatch.setattr(acts, "AT_ONCE", 2)
    monkeypatch.setattr("kartu.records.imports.pace.FIRST_CHUNK", 2)
    given: list[int] = []
    kind = owned["clients"]

    def killed(**arguments):
        given.extend(arguments["ids"])
        if len(given) > 2:
            raise MemoryError
        return kind.hand_over(**arguments)

    with monkeypatch.context() as patch:
        patch.setitem(owned._items, "clients", type(kind)(**{**vars(kind), "hand_over": killed}))
        departure = acts.let_go(person=leaver, plan={"to": seller.pk}, by=owner)
        assert departure.state == "running"
        job = Job.objects.get(pk=departure.job_id)
        Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING, worker="w", attempts=1)
        job.refresh_from_db()
        run(job)
    assert 0 < counts(leaver)["clients"] < 6

    Job.objects.filter(pk=job.pk).update(run_at=None)
    run_jobs()

    departure.refresh_from_db()
    assert (departure.state, departure.moved["clients"]) == ("done", {str(seller.pk): 6})
    assert counts(leaver) == dict.fromkeys(ALL_OF_IT, 0)

    acts.return_work(departure=departure, is_let_in=True, by=owner)
    run_jobs()
    departure.refresh_from_db()
    assert (departure.state, counts(leaver)) == ("over", {**ALL_OF_IT, "clients": 6})


def test_whoever_may_show_people_out_but_not_hand_clients_over_leaves_them_waiting(leaver, seller, owner):
    Role.objects.create(code="clerk", name="Clerk", grants={"firm.people": 40})
    clerk = make_person("Klara", "clerk")

    departure = acts.let_go(person=leaver, plan={"to": seller.pk}, by=clerk)

    assert departure.state == "waiting"
    assert "Clients: you may not hand these over" in departure.left
    assert counts(leaver)["clients"] == 3 and counts(leaver)["views"] == 0
    assert broken() == []


def test_the_page_says_what_will_happen_before_it_happens(leaver, seller, owner, client):
    client.force_login(owner)
    url = f"/people/{leaver.pk}/leaving/"
    page = client.get(url).content.decode()
    assert "What Hendra looks after" in page and "Views of lists of one&#x27;s own" in page

    typed = {"to": seller.pk, "to_own_views": "0", "list_1": "view:all", "for_1": ""}
    refused = client.post(url, typed)
    assert refused.status_code == 422
    assert "Choose both, the list and whoever gets its clients" in refused.content.decode()

    del typed["list_1"]
    said = client.post(url, typed).content.decode()
    assert "Clients (3): they go to Sari" in said
    assert "Views of lists of one&#x27;s own (1): they stay until this person comes back" in said
    assert counts(leaver) == ALL_OF_IT

    assert client.post(url, {**typed, "sure": "1"}).status_code == 302
    assert counts(leaver) == {**dict.fromkeys(ALL_OF_IT, 0), "own_views": 1}
    done = client.get(url).content.decode()
    assert "Let in again and hand back" in done and "Sari" in done

    assert client.post(f"{url}back/", {"let_in": "1"}).status_code == 204
    assert counts(leaver) == ALL_OF_IT


def test_the_list_of_people_says_whose_work_waits(leaver, owner, client):
    people.close_access(person=leaver, by=owner)
    client.force_login(owner)

    for url in ("/people/", f"/people/{leaver.pk}/"):
        assert "waits to be handed over" in client.get(url).content.decode()
