"""A small firm for the table of routes: every kind of row once, and all of them the seller's."""

import io
from datetime import date, time, timedelta
from functools import cached_property

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from kartu.clients import actions as clients
from kartu.clients.messages.sending import send
from kartu.clients.models import (
    Address,
    BankAccount,
    Channel,
    Client,
    ClientEntity,
    ClientMessage,
    ClientRelation,
    ClientRow,
    Collaborator,
    Contact,
    Segment,
    Status,
    Touch,
)
from kartu.core.models import FailedDelivery, Job
from kartu.core.models.event import EventRow
from kartu.firm.absences import set_days
from kartu.firm.actions import beyond, limits, people, roles
from kartu.firm.actions.absences import set_absence
from kartu.firm.actions.hours import keep_working_time, set_calendar_day
from kartu.firm.models import (
    Absence,
    Branch,
    CalendarDay,
    Device,
    EntryLimit,
    Invitation,
    LegalEntity,
    Passkey,
    Role,
    SetupLink,
    Team,
    TemporaryRight,
    User,
    WorkingTime,
)
from kartu.notifications.actions import notify
from kartu.notifications.models import Notification, PushSubscription
from kartu.planner import actions as planner
from kartu.planner.actions import add_outcome, open_feed, save_resource
from kartu.planner.models import ClientReminder, Outcome, Resource, Series, Task, TaskAfter, TaskItem
from kartu.planner.recurrence import parse
from kartu.planner.reminding_clients import draft_of
from kartu.records.actions import attach_file, trash_file
from kartu.records.changes import change_set
from kartu.records.custom import actions as shaping
from kartu.records.imports import acts as imports
from kartu.records.imports.fixing import fix_row
from kartu.records.imports.importers import importers
from kartu.records.lists.keeping import save_view
from kartu.records.models import (
    ChangeSet,
    ExportFile,
    ExportRequest,
    Field,
    File,
    Import,
    ImportRow,
    SavedView,
    Section,
)
from kartu.security.backup import keeping
from kartu.security.models import AccessToken, Alert, Backup
from kartu.security.tokens import make_token


class World:
    """Rows are made when a line of the table first asks for them, before the request is sent."""

    def __init__(self, owner: User, head: User, seller: User, stranger: User) -> None:
        self.owner, self.head, self.seller, self.stranger = owner, head, seller, stranger
        self.people = {"anonymous": None, "owner": owner, "head": head, "seller": seller, "stranger": stranger}

    @cached_property
    def resource(self) -> Resource:
        return save_resource(resource=Resource(), values={"name": "Room 1", "kind": "room"}, by=self.owner)

    @cached_property
    def outcome(self) -> Outcome:
        return add_outcome(kind="call", values={"name": "No answer"}, by=self.owner)

    @cached_property
    def feed_secret(self) -> str:
        return open_feed(by=self.seller)

    @property
    def calendar_file(self) -> SimpleUploadedFile:
        """Made anew for each who sends it: a file is read once."""
        event = "UID:1\r\nDTSTAMP:20261101T000000Z\r\nDTSTART:20261126T142300Z\r\nSUMMARY:Pumps"
        text = f"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n{event}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        return SimpleUploadedFile("mine.ics", text.encode())

    @cached_property
    def client(self) -> Client:
        return clients.add_client(name="PT Sinar", phone="0812 3456 789", by=self.seller)

    @cached_property
    def task(self) -> Task:
        return planner.set_task(title="Send the offer", kind="call", client=self.client, by=self.seller)

    @cached_property
    def task_to_remind_of(self) -> Task:
        later = timezone.now() + timedelta(days=3)
        return planner.change_task(task=self.task, values={"due_at": later}, by=self.seller)

    @cached_property
    def client_reminder(self) -> ClientReminder:
        task = self.task_to_remind_of
        return planner.remind_client(task=task, channel=self.channel, before=60, by=self.seller)

    @cached_property
    def message(self) -> ClientMessage:
        rows = ClientReminder.objects.as_system("a test").select_related("task__client", "task__contact")
        row = rows.select_related("task__person__team__branch").get(pk=self.client_reminder.pk)
        return send(draft_of(row))

    @cached_property
    def seller_with_client(self) -> User:
        return self.client.responsible

    @cached_property
    def device(self) -> Device:
        later = timezone.now() + timedelta(hours=1)
        return Device.objects.create(person=self.seller, key="a" * 64, data="", browser="Firefox", expires_at=later)

    @cached_property
    def contact(self) -> Contact:
        return clients.add_contact(client=self.client, name="Rina Kusuma", by=self.seller)

    @cached_property
    def channel(self) -> Channel:
        return clients.add_channel(client=self.client, kind="email", value="rina@sinar.example", by=self.seller)[0]

    @cached_property
    def address(self) -> Address:
        return clients.add_address(client=self.client, city="Bekasi", by=self.seller)

    @cached_property
    def legal_person(self) -> ClientEntity:
        return clients.add_entity(client=self.client, name="PT Sinar Abadi", by=self.seller)

    @cached_property
    def account(self) -> BankAccount:
        return clients.add_account(client=self.client, account="5410 123 456", by=self.seller)

    @cached_property
    def other_client(self) -> Client:
        return clients.add_client(name="Sinar Group", by=self.seller)

    @cached_property
    def collaborator(self) -> Collaborator:
        return clients.name_collaborator(client=self.client, person=self.owner, by=self.seller)

    @cached_property
    def given(self) -> TemporaryRight:
        now = timezone.now()
        period = {"from_at": now, "until_at": now + timedelta(hours=1)}
        return beyond.name_deputy(absent=self.seller, deputy=self.owner, by=self.seller, **period)

    @cached_property
    def absence(self) -> Absence:
        away = set_days(Absence(person=self.seller), date(2031, 1, 6), date(2031, 1, 10))
        return set_absence(absence=away, by=self.seller)

    @cached_property
    def working_time(self) -> WorkingTime:
        time = WorkingTime.usual()
        time.person, time.from_day = self.seller, date(2026, 1, 1)
        return keep_working_time(time=time, by=self.owner)

    @cached_property
    def calendar_day(self) -> CalendarDay:
        return set_calendar_day(day=date(2031, 3, 7), kind="off", name="Stocktaking", by=self.owner)

    @cached_property
    def limit(self) -> EntryLimit:
        """A limit that shuts nobody out."""
        row = EntryLimit(role=self.seller.role)
        return limits.set_limit(
            limit=row, days=[*range(7)], from_time=None, until_time=None, addresses=[], by=self.owner
        )

    @cached_property
    def relation(self) -> ClientRelation:
        return clients.add_relation(client=self.client, other=self.other_client, kind="part_of", by=self.seller)

    @cached_property
    def touch(self) -> Touch:
        return clients.log_touch(client=self.client, kind="call", text="Wants a discount", by=self.seller)

    @cached_property
    def finished_task(self) -> Task:
        return planner.finish_task(task=self.task, result="Sent", touch_kind="", by=self.seller)[0]

    @cached_property
    def task_to_accept(self) -> Task:
        task = planner.set_task(title="Count", person=self.seller, needs_acceptance=True, by=self.head)
        return planner.finish_task(task=task, result="Counted", by=self.seller)[0]

    @cached_property
    def trashed_task(self) -> Task:
        return planner.trash_task(task=self.task, by=self.head)

    @cached_property
    def series(self) -> Series:
        rule = parse("FREQ=DAILY")
        return planner.start_series(title="Count", rule=rule, starts_on=date.today(), at=time(23, 59), by=self.seller)

    @cached_property
    def trashed_series(self) -> Series:
        return planner.trash_series(series=self.series, by=self.head)

    @cached_property
    def series_task(self) -> Task:
        rows = Task.objects.visible_to(self.seller).filter(series=self.series)
        return rows.order_by("at")[2]

    @cached_property
    def series_with_a_day_left_out(self) -> Series:
        return planner.skip_day(series=self.series, slot=self.series_task.slot, by=self.seller)

    @cached_property
    def task_item(self) -> TaskItem:
        return planner.add_item(task=self.task, text="Ask the price", by=self.seller)

    @cached_property
    def other_task(self) -> Task:
        return planner.set_task(title="Measure", client=self.client, by=self.seller)

    @cached_property
    def task_after(self) -> TaskAfter:
        return planner.put_after(task=self.task, first=self.other_task, by=self.seller)

    @cached_property
    def status(self) -> Status:
        return Status.objects.create(name="New", position=1)

    @cached_property
    def other_status(self) -> Status:
        return Status.objects.create(name="Active", position=2)

    @cached_property
    def passkey(self) -> Passkey:
        return Passkey.objects.create(
            person=self.seller, name="Phone", host="localhost", credential_id="AAAA", public_key=b"", handle="AAAA"
        )

    @cached_property
    def trashed_client(self) -> Client:
        return clients.trash_client(client=self.client, by=self.head)

    @cached_property
    def file(self) -> File:
        return attach_file(target=self.client, name="offer.txt", chunks=[b"3 pumps"], by=self.seller)

    @cached_property
    def picture(self) -> File:
        out = io.BytesIO()
        Image.new("RGB", (20, 10), "red").save(out, "PNG")
        return attach_file(target=self.client, name="red.png", chunks=[out.getvalue()], by=self.seller)

    @cached_property
    def changes(self) -> ChangeSet:
        with change_set(ChangeSet.Kind.EDIT, "A new name", by=self.seller) as changes:
            clients.change_client(client=self.client, values={"name": "PT Sinar Abadi"}, by=self.seller)
        return changes

    @cached_property
    def read_import(self) -> Import:
        """The head's: sellers bring nothing in."""
        file = ContentFile(b"Name\tPhone\nPT Baru\t0812 7777 001\nPT Lama\t0812 7777 002\n")
        return imports.drop_file(importer=importers["clients"], file=file, name="a.tsv", by=self.head, inline=True)

    @cached_property
    def checked_import(self) -> Import:
        return imports.decide(source=self.read_import, targets={}, answers={}, by=self.head, inline=True)

    @cached_property
    def done_import(self) -> Import:
        return imports.start(source=self.checked_import, by=self.head, inline=True)

    @cached_property
    def undone_import(self) -> Import:
        return imports.take_back(source=self.done_import, by=self.head, inline=True)

    @cached_property
    def row_at_fault(self) -> ImportRow:
        file = ContentFile(b"Company\tPhone\nPT Salah\t12\n", name="b.tsv")
        read = imports.drop_file(importer=importers["clients"], file=file, name="b.tsv", by=self.head, inline=True)
        return imports.decide(source=read, targets={}, answers={}, by=self.head, inline=True).rows.get()

    @cached_property
    def import_with_rest(self) -> Import:
        """Finished; a row that was left out is put right and waits."""
        file = ContentFile(b"Company\tPhone\nPT Benar\t0812 7777 003\nPT Salah\t12\n", name="c.tsv")
        read = imports.drop_file(importer=importers["clients"], file=file, name="c.tsv", by=self.head, inline=True)
        checked = imports.decide(source=read, targets={}, answers={}, by=self.head, inline=True)
        done = imports.start(source=checked, by=self.head, inline=True)
        fix_row(source=done, number=3, cells={1: "0812 7777 004"})
        return done

    @cached_property
    def running_import(self) -> Import:
        return imports.start(source=self.checked_import, by=self.head)

    @cached_property
    def section(self) -> Section:
        return shaping.add_section(entity="clients.client", kind="fields", name="Machines", by=self.owner)

    @cached_property
    def files_section(self) -> Section:
        return shaping.add_section(entity="clients.client", kind="files", name="Contracts", by=self.owner)

    @cached_property
    def related_section(self) -> Section:
        made = shaping.add_section(entity="clients.client", kind="related", name="Calls", by=self.owner)
        return shaping.list_related(section=made, source="calls", by=self.owner)

    @cached_property
    def other_section(self) -> Section:
        return shaping.add_section(entity="clients.client", kind="fields", name="Contracts", by=self.owner)

    @cached_property
    def own_field(self) -> Field:
        return shaping.add_field(section=self.section, type="text", name="Model", by=self.owner)

    @cached_property
    def file_field(self) -> Field:
        return shaping.add_field(section=self.section, type="file", name="Charter", by=self.owner)

    @cached_property
    def tick_field(self) -> Field:
        papers = shaping.add_section(entity="clients.client", kind="checklist", name="Papers", by=self.owner)
        return shaping.add_field(section=papers, type="flag", name="Contract signed", by=self.owner)

    @cached_property
    def table_field(self) -> Field:
        table = shaping.add_section(entity="clients.client", kind="table", name="Pets", by=self.owner)
        return shaping.add_field(section=table, type="text", name="Pet", by=self.owner)

    @cached_property
    def own_row(self) -> ClientRow:
        field = self.table_field
        values = {f"custom.{field.pk}": "Rex"}
        return clients.add_row(client=self.client, section_id=field.section_id, values=values, by=self.seller)

    @cached_property
    def trashed_file(self) -> File:
        return trash_file(file=self.file, by=self.seller)

    @cached_property
    def saved_view(self) -> SavedView:
        return save_view(
            list_key="clients", name="No city", question={"f": ["city:empty"]}, is_shared=False, by=self.seller
        )

    @cached_property
    def segment(self) -> Segment:
        return clients.add_segment(name="No city", text="city is empty", by=self.seller)

    @cached_property
    def export(self) -> ExportFile:
        ExportFile.folder().mkdir(parents=True, exist_ok=True)
        fields = {"list_key": "clients", "name": "clients.csv", "stored": "a-test.csv", "rows": 1, "sha256": "0" * 64}
        kept = ExportFile.objects.create(person=self.seller, **fields)
        kept.path.write_text("Client")
        return kept

    @cached_property
    def export_request(self) -> ExportRequest:
        fields = {"list_key": "clients", "columns": ["name"], "kind": "csv", "purpose": "A mailing", "rows": 2000}
        return ExportRequest.objects.create(person=self.head, **fields)

    @cached_property
    def listening(self) -> PushSubscription:
        return PushSubscription.objects.create(person=self.seller, digest="d", service="push.example", sealed="s")

    @cached_property
    def notice(self) -> Notification:
        [notice] = notify(to=[self.seller], kind="test", title="Call Rina", url="/me/", by=self.owner)
        return notice

    @cached_property
    def setup_token(self) -> str:
        return SetupLink.issue()[1]

    @cached_property
    def invited(self) -> tuple[Invitation, str]:
        fields = {"team": None, "branch": None, "name": "Ayu", "email": ""}
        return people.invite(role=self.role("seller"), by=self.owner, **fields)

    @cached_property
    def key(self) -> str:
        return people.give_key(person=self.seller, by=self.owner)[1]

    @cached_property
    def token(self) -> AccessToken:
        return make_token(person=self.seller, name="till", rights=["clients.view"])[0]

    @cached_property
    def backup(self) -> Backup:
        keeping.folder().mkdir(parents=True, exist_ok=True)
        kept = Backup.objects.create(file="a-test.kartu", kind=Backup.Kind.BY_HAND, made_at=timezone.now(), size=6)
        keeping.path_of(kept).write_text("sealed")
        return kept

    @cached_property
    def alert(self) -> Alert:
        now = timezone.now()
        fields = {"day": now.date(), "since": now, "last_at": now, "count": 81, "limit": 80, "policy": "ask"}
        return Alert.objects.create(rule="cards_burst", subject=self.seller.pk, person=self.seller, **fields)

    @cached_property
    def team(self) -> Team:
        return self.seller.team

    @cached_property
    def branch(self) -> Branch:
        return Branch.objects.create(name="Makassar")

    @cached_property
    def entity(self) -> LegalEntity:
        return LegalEntity.objects.create(name="CV Tirta Makmur", country="ID", is_main=True)

    @cached_property
    def dead_job(self) -> Job:
        return Job.objects.create(name="core.forget", state=Job.State.DEAD, actor_id=self.seller.pk)

    @cached_property
    def waiting_job(self) -> Job:
        return Job.objects.create(name="core.forget", state=Job.State.READY, actor_id=self.seller.pk)

    @cached_property
    def failed_delivery(self) -> FailedDelivery:
        event = EventRow.objects.create(name="core.JobDied")
        return FailedDelivery.objects.create(event=event, handler="a.test", state=FailedDelivery.State.DEAD)

    @cached_property
    def own_role(self) -> Role:
        return roles.add_role(name="Helper", like=self.role("seller"), by=self.owner)

    def role(self, code: str) -> Role:
        return Role.objects.get(code=code)

    def upload(self) -> SimpleUploadedFile:
        return SimpleUploadedFile("offer.txt", b"3 pumps")
