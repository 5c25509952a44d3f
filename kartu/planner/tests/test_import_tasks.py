"""From a file to tasks: every row has a fate, what is past is history that nobody is told of, all is taken back."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.utils import timezone

from kartu.clients import actions as clients
from kartu.core.testing import run_jobs
from kartu.firm.models import User
from kartu.firm.people_for_tests import make_person
from kartu.notifications.models import Notification
from kartu.planner import actions
from kartu.planner.models import Outcome, Reminder, Task, TaskItem, TaskNews
from kartu.planner.telling.acts import QUIET, tell_person
from kartu.records.imports import acts
from kartu.records.imports.fixing import fix_row
from kartu.records.imports.importers import importers
from kartu.records.imports.layouts import plan_of
from kartu.records.imports.rows import data_rows, staged
from kartu.records.models import Import, ImportRow
from kartu.search.find import find
from kartu.security.models.audit import AuditRow

State = Import.State


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "files"


def ahead(days: int, clock: str = "") -> str:
    day = timezone.localdate() + timedelta(days=days)
    return f"{day:%d.%m.%Y} {clock}".strip()


def checked(text: str, by: User, **answers: str) -> Import:
    file = ContentFile(text.encode(), name="tasks.csv")
    source = acts.drop_file(importer=importers["tasks"], file=file, name="tasks.csv", by=by)
    run_jobs()
    source.refresh_from_db()
    acts.decide(source=source, targets={}, answers={"dates": "dmy", **answers}, by=by)
    run_jobs()
    return Import.objects.get(pk=source.pk)


def bring_in(text: str, by: User, **answers: str) -> Import:
    source = checked(text, by, **answers)
    if source.may_start:
        acts.start(source=source, by=by)
        run_jobs()
    return Import.objects.get(pk=source.pk)


def told(source: Import) -> dict[int, str]:
    """The number of each row that is listed, and why."""
    return {row.number: " ".join(f"{problem[1]} {problem[2]}".strip() for problem in row.problems)
            for row in source.rows.order_by("number")}  # fmt: skip


def all_tasks(by: User) -> list[Task]:
    return list(Task.objects.visible_to(by).order_by("pk"))


def test_a_row_becomes_a_task_with_all_that_it_says(head, seller, sinar):
    text = (
        "ID;Task;Type;Client;Assignee;Due;Begins;Ends;Priority;Description;Checklist\n"
        f"A-1;Send the offer;Letter;pt sinar abadi;{seller.email};{ahead(3, '15:30')};;;High;With prices;Count|Write\n"
        f"A-2;Look at the roof;выезд;;{seller.name.upper()};;{ahead(4, '9:00')};{ahead(4, '11:00')};;;\n"
        f"A-3;Count the boxes;;;;{ahead(5)};;;;;\n"
    ).replace("Count|Write", '"Count; Write"')

    source = bring_in(text, head)

    assert (source.state, source.new_count, told(source)) == (State.DONE, 3, {})
    offer, roof, boxes = all_tasks(head)
    assert (offer.title, offer.kind, offer.client, offer.person) == ("Send the offer", "letter", sinar, seller)
    assert (offer.priority, offer.text, offer.external_id) == (Task.Priority.HIGH, "With prices", "A-1")
    assert timezone.localtime(offer.due_at).strftime("%H:%M") == "15:30" and offer.due_on is None
    assert [item.text for item in TaskItem.objects.visible_to(seller).filter(task=offer)] == ["Count", "Write"]
    assert (roof.kind, roof.end_at - roof.start_at, roof.person) == ("visit", timedelta(hours=2), seller)
    assert (boxes.due_on, boxes.due_at, boxes.person) == (timezone.localdate() + timedelta(days=5), None, head)
    assert offer.at == offer.due_at and offer.team_id == seller.team_id


def test_whom_at_the_client_it_is_about_and_who_set_it_come_along(head, seller, sinar):
    maria = clients.add_contact(client=sinar, name="Maria Sokolova", by=seller)
    other = clients.add_client(name="PT Lain", by=head)
    clients.add_contact(client=other, name="Budi", by=head)
    text = (
        "Task;Client;Contact person;Author;Assignee\n"
        f"Offer;PT Sinar Abadi;sokolova  maria;{seller.name};{head.name}\n"
        f"Order;PT Sinar Abadi;Budi;;\n"
        "Call;;Maria Sokolova;;\n"
        f"Count;;;Nemo;\n"
        "Ask;PT Nowhere;Maria Sokolova;;\n"
    )

    source = bring_in(text, head)

    [offer] = all_tasks(head)
    assert (offer.contact, offer.author, offer.person) == (maria, seller, head)
    assert Task.objects.visible_to(seller).filter(pk=offer.pk).exists()
    reasons = told(source)
    assert reasons[3] == "The client has no such contact Budi"
    assert reasons[4] == "Say in a column of its own of which client this is a contact Maria Sokolova"
    assert reasons[5] == "No colleague is called so Nemo"
    assert "no such client" in reasons[6] and "contact" not in reasons[6]


def test_of_two_contacts_with_one_name_none_is_guessed(head, sinar):
    for _number in range(2):
        clients.add_contact(client=sinar, name="Maria Sokolova", by=head)

    source = bring_in("Task;Client;Contact person\nOffer;PT Sinar Abadi;Maria Sokolova\n", head)

    assert told(source) == {2: "Several contacts of the client are called so Maria Sokolova"}


def test_hours_are_those_of_whoever_brings_the_file_unless_a_zone_stands_with_them(head):
    head.time_zone = "Asia/Jakarta"
    head.save()
    bring_in("Task;Due\nOne;05.01.2031 09:00\nTwo;2031-01-05T09:00:00+03:00\nThree;5 января 2031\n", head)

    one, two, three = all_tasks(head)
    assert one.due_at == datetime(2031, 1, 5, 2, tzinfo=UTC)
    assert two.due_at == datetime(2031, 1, 5, 6, tzinfo=UTC)
    assert three.due_on == date(2031, 1, 5)


def test_what_is_over_comes_in_as_history_and_nobody_is_told_or_reminded(head, seller, sinar):
    agreed = Outcome.objects.create(name="Agreed", kind="call", place=90)
    text = (
        "Task;Type;Client;Assignee;Due;Status;Completed at;Result;Created\n"
        f"Call;Звонок;PT Sinar Abadi;{seller.name};03.02.2024 10:00;Выполнена;03.02.2024 10:20;Agreed;01.02.2024\n"
        f"Offer;;;{seller.name};04.02.2024;selesai;;;\n"
        f"Fair;;;{seller.name};;Cancelled;05.02.2024 12:00;;\n"
    )

    source = bring_in(text, head)

    assert told(source) == {}
    call, offer, fair = all_tasks(head)
    assert (call.state, call.outcome, call.result, call.closed_by) == ("done", agreed, "", seller)
    assert timezone.localtime(call.closed_at) == timezone.make_aware(datetime(2024, 2, 3, 10, 20))
    assert timezone.localdate(call.created_at) == date(2024, 2, 1)
    assert (offer.state, offer.result, offer.closed_at) == ("done", "Done before it came in", offer.at)
    assert (fair.state, fair.outcome) == ("dropped", None)
    assert not Reminder.objects.as_system("a test").exists()
    assert not Notification.objects.as_system("a test").filter(kind__startswith="planner.").exists()
    assert not sinar.touches.as_system("a test").exists()
    lines = AuditRow.objects.filter(object_type="planner.task", object_id=call.pk)
    assert [(line.verb, line.change_set_id) for line in lines] == [("create", source.change_set_id)]


def test_what_lies_ahead_is_reminded_of_and_a_colleague_hears_once_of_all_that_he_gets(head, seller):
    rows = "".join(f"Step {n};{seller.email};{ahead(n + 2, '10:00')}\n" for n in range(3))
    bring_in(f"Task;Assignee;Due\n{rows}Late one;{seller.email};01.02.2024\n", head)
    assert TaskNews.objects.filter(person=seller).count() == 4
    TaskNews.objects.update(at=timezone.now() - 2 * QUIET)
    run_jobs()
    tell_person(seller.pk)

    titles = [each.title for each in Notification.objects.visible_to(seller).filter(kind="planner.given")]
    assert titles == [f"{head.name} sets you 4 tasks"]
    reminders = Reminder.objects.as_system("a test").all()
    assert {row.person_id for row in reminders} == {seller.pk} and reminders.count() == 3


def test_the_client_has_its_next_step_and_the_search_finds_the_task(head, sinar):
    bring_in(f"Task;Client;Due\nMeasure the roof;PT Sinar Abadi;{ahead(3, '10:00')}\n", head)

    (task,) = all_tasks(head)
    sinar.refresh_from_db()
    assert sinar.next_touch_at == task.due_at
    assert [found.hit.title for group in find("measure roof", by=head) for found in group.found] == [task.title]


def test_a_second_run_of_the_same_file_changes_nothing(head, sinar):
    text = f"ID;Task;Client;Due\n7;Offer;PT Sinar Abadi;{ahead(3)}\n8;Visit;;\n"
    bring_in(text, head)
    first = [(task.pk, task.version) for task in all_tasks(head)]
    actions.change_task(task=all_tasks(head)[0], values={"title": "The offer"}, by=head)

    again = bring_in(text, head)

    assert (again.new_count, again.same_count) == (0, 2)
    assert [pk for pk, _version in first] == [task.pk for task in all_tasks(head)]
    assert all_tasks(head)[0].title == "The offer"


def test_without_numbers_a_task_is_known_by_what_it_says(head, sinar):
    text = f"Task;Client;Due\nOffer;PT Sinar Abadi;{ahead(3)}\nOffer;PT Sinar Abadi;{ahead(3)}\nOffer;;{ahead(3)}\n"
    first = bring_in(text, head)
    assert (first.new_count, first.same_count, told(first)) == (2, 1, {3: "The same as row 2"})

    again = bring_in(text, head)
    assert (again.new_count, again.same_count) == (0, 3)


def test_what_is_wrong_is_named_by_row_and_column_and_the_rest_comes_in(head, seller, sinar):
    clients.add_client(name="Toko Maju", by=head)
    clients.add_client(name="Toko Maju", by=head)
    text = (
        "Task;Client;Assignee;Due;Begins;Ends;Priority;Status;Completed at\n"
        "Good;;;;;;;;\n"
        "Two;Toko Maju;;;;;;;\n"
        "Nobody;PT Nowhere;;;;;;;\n"
        "Who;;Nemo;;;;;;\n"
        ";;;05.01.2031;;;;;\n"
        "Day;;;31.02.2031;;;;;\n"
        "Ends;;;;05.01.2031 10:00;05.01.2031 09:00;;;\n"
        "Words;;;;;;somewhat;maybe;\n"
        f"Tomorrow;;;;;;;done;{ahead(2)}\n"
    )

    source = bring_in(text, head)

    assert source.new_count == 1 and [task.title for task in all_tasks(head)] == ["Good"]
    reasons = told(source)
    assert sorted(reasons) == [3, 4, 5, 6, 7, 8, 9, 10]
    assert reasons[3].startswith("Several clients could be meant: Toko Maju, Toko Maju")
    assert "no such client" in reasons[4] and "PT Nowhere" in reasons[4]
    assert reasons[5] == "No colleague is called so Nemo"
    assert reasons[6] == "What is to be done?"
    assert reasons[7] == "There is no such day 31.02.2031"
    assert "must end after it begins" in reasons[8]
    assert "Low, Normal, High, Urgent" in reasons[9] and "somewhat" in reasons[9] and "maybe" in reasons[9]
    assert "not to be believed" in reasons[10]
    assert [row.problems[0][0] for row in source.rows.filter(number__in=[3, 5, 8]).order_by("number")] == [1, 2, 5]


def test_a_client_is_known_by_its_number_or_phone_and_those_of_colleagues_stay_unknown(seller, stranger, sinar):
    text = f"Task;Client;Phone;No. in Kartu\nBy phone;Somebody;0813-1120-7765;\nBy number;;;{sinar.pk}\n"
    bring_it = {"tasks.import": 1}
    for person in (seller, stranger):
        person.role.grants = {**person.role.grants, **bring_it}
        person.role.save()

    bring_in(text, seller)
    assert [task.client for task in all_tasks(seller)] == [sinar, sinar]

    strangers = bring_in(text.replace("By ", "Other "), stranger)
    assert strangers.new_count == 0 and all("no such client" in why for why in told(strangers).values())


def test_whoever_looks_after_the_client_does_what_names_nobody(head, seller, sinar):
    bring_in("Task;Client\nOffer;PT Sinar Abadi\nSweep;\n", head, person="client")
    assert [(task.title, task.person) for task in all_tasks(head)] == [("Offer", seller), ("Sweep", head)]


def test_a_done_row_without_a_result_is_left_out_where_that_is_wanted(head):
    source = bring_in("Task;Status\nOffer;done\nSweep;open\n", head, no_result="reject")
    assert told(source) == {2: "It is done, and the row has no result done"}
    assert [task.title for task in all_tasks(head)] == ["Sweep"]


def test_an_import_is_taken_back_but_for_what_was_built_on_and_can_come_in_anew(head, sinar):
    text = f"ID;Task;Client;Due\n1;Offer;PT Sinar Abadi;{ahead(3)}\n2;Visit;;{ahead(2)}\n"
    source = bring_in(text, head)
    run_jobs()
    visit = all_tasks(head)[1]
    actions.change_task(task=visit, values={"text": "With the ladder"}, by=head)

    acts.take_back(source=source, by=head)
    run_jobs()

    assert all_tasks(head) == [visit]
    sinar.refresh_from_db()
    assert sinar.next_touch_at is None
    again = bring_in(text, head)
    assert (again.new_count, again.same_count) == (1, 1)
    assert ImportRow.objects.filter(source=again, number=3).exists()


def test_only_whoever_may_brings_tasks_in_and_only_for_those_whom_he_may_ask(head, seller, team):
    with pytest.raises(PermissionDenied):
        checked("Task\nOffer\n", seller)

    head.role.grants = {**head.role.grants, "tasks.assign": 0}
    head.role.save()
    source = checked(f"Task;Assignee\nOffer;{seller.name}\n", head)
    assert told(source) == {2: f"You may not set tasks for this colleague {seller.name}"}


@pytest.mark.parametrize("right", ["", "tasks.import", "clients.import"])
def test_whoever_may_bring_in_anything_has_the_place_for_it_in_his_menu(client, seller, right):
    kept = {name: scope for name, scope in seller.role.grants.items() if not name.endswith(".import")}
    seller.role.grants = kept | ({right: 1} if right else {})
    seller.role.save()
    client.force_login(seller)

    assert ('href="/imports/"' in client.get("/tasks/", follow=True).content.decode()) == bool(right)


@pytest.mark.parametrize("right", ["", "tasks.import"])
def test_whoever_may_bring_tasks_in_has_the_button_over_their_list(client, seller, right):
    seller.role.grants = {**seller.role.grants, "tasks.import": 0} | ({right: 1} if right else {})
    seller.role.save()
    client.force_login(seller)

    assert ("/imports/new/?what=tasks" in client.get("/tasks/?s=title").content.decode()) == bool(right)


def test_the_page_of_a_checked_list_offers_only_what_there_is_for_tasks(client, head):
    source = checked("Task;Assignee\nOffer;Nemo\n", head)
    client.force_login(head)
    told = client.get(f"/imports/{source.pk}/").content.decode()
    assert "No colleague is called so" in told and "the rest into the note" not in told

    new = client.get("/imports/new/?what=tasks").content.decode()
    assert "?what=clients" in new and 'action="/imports/new/?what=tasks"' in new
    file = client.get("/imports/template.xlsx?what=tasks")
    assert file.status_code == 200 and file.content.startswith(b"PK")


def test_what_was_put_right_goes_in_afterwards(head):
    source = bring_in("Task;Assignee\nOffer;Nemo\nSweep;\n", head)
    fix_row(source=source, number=2, cells={1: head.name})
    acts.take_the_rest(source=source, by=head)
    run_jobs()
    assert sorted(task.title for task in all_tasks(head)) == ["Offer", "Sweep"]


def test_a_long_title_loses_nothing(head):
    title = "Very long " * 30
    bring_in(f"Task;Description\n{title};More\n", head)
    (task,) = all_tasks(head)
    assert len(task.title) <= 200 and task.text == f"{title.strip()}\n\nMore"


def test_a_file_asks_the_database_as_often_for_many_rows_as_for_few(head, sinar, django_assert_max_num_queries):
    checker = importers["tasks"]
    make_person("Rina", "seller", head.team)
    few = "".join(f"{n};Offer {n};PT Sinar Abadi;{ahead(3)}\n" for n in range(60))
    source = checked(f"ID;Task;Client;Due\n{few}", head)
    rows = list(data_rows(source, staged(source)))
    with django_assert_max_num_queries(20):
        outcomes = checker.checker(plan_of(source), by=head).check(rows)
    assert len(outcomes) == 60
