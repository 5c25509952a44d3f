"""The addresses of /api/v1 in the table of routes: what each method answers to a token with all that its person may.

Without a token everything answers 401, also to a browser that is signed in.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.routes import Answers, Route, beside, of_client, of_series, of_task, with_pair
from tests.world import World

Body = Callable[[World], dict | None]


def nothing(world: World) -> None:
    """No body."""


@dataclass(frozen=True)
class ApiRoute(Route):
    operations: dict[str, tuple[Answers, Body]] = field(default_factory=dict)

    @property
    def methods(self) -> dict[str, Answers]:
        return {method: answers for method, (answers, _body) in self.operations.items()}

    def body(self, method: str, world: World) -> dict | None:
        return self.operations.get(method, (None, nothing))[1](world)


def api(
    path: str,
    at: Callable[[World], dict] = lambda world: {},
    *,
    why: str = "",
    query: str = "",
    **operations: object,
) -> ApiRoute:
    """A path with its methods: GET=answers, or POST=(answers, body). `why` a GET writes."""
    told = {method: each if callable(each[1]) else (each, nothing) for method, each in operations.items()}
    return ApiRoute(f"api:{path}", at=at, operations=told, reads_write=why, query=query)


AWAY = {"first_day": "2031-03-03", "last_day": "2031-03-07"}


def all_get(answer: int) -> Answers:
    return (401, answer, answer, answer, answer)


def reached(answer: int) -> Answers:
    """A row of the seller: all but the stranger."""
    return (401, answer, answer, answer, 404)


def heads(answer: int) -> Answers:
    return (401, answer, answer, 403, 403)


def importers(answer: int) -> Answers:
    return (401, answer, answer, 404, 404)


def part(noun: str, name: str, new: dict, changed: dict) -> list[ApiRoute]:
    """The addresses of one kind of parts of a client; `name` is the World's."""
    whole, one = f"clients/{{pk}}/{noun}", f"clients/{{pk}}/{noun}/{{part}}"
    at = of_client(part=name)
    return [
        api(whole, of_client(), GET=reached(200), POST=(reached(201), lambda world: new)),
        api(
            one,
            at,
            GET=reached(200),
            PATCH=(reached(200), lambda world: {**changed, "version": 1}),
            DELETE=reached(204),
        ),
        api(f"{one}/main", at, POST=reached(200)),
    ]


def of_directory(world: World) -> dict:
    return {"key": "statuses", "pk": world.status.pk}


def own(answer: int) -> Answers:
    """What the seller keeps for himself."""
    return (401, 404, 404, answer, 404)


def of_segment(world: World) -> dict:
    return {"pk": world.segment.pk}


def a_row(world: World) -> dict:
    field = world.table_field
    return {"section_id": field.section_id, "custom": {str(field.pk): "Rex"}}


def a_pair(world: World) -> dict:
    return {"pairs": [{"client_id": world.client.pk, "other_id": world.other_client.pk}]}


def a_merge(world: World) -> dict:
    other = world.other_client
    return {"other_id": other.pk, "version": world.client.version, "other_version": other.version}


LATER = "2199-11-27T15:00:00+07:00"
DUTY = {"title": "Count", "rule": "RRULE:FREQ=DAILY", "starts_on": "2199-11-27", "at": "10:00"}

API = [
    api("me", GET=all_get(200)),
    api("people", GET=all_get(200)),
    api("people/{pk}", lambda world: {"pk": world.seller.pk}, GET=all_get(200)),
    api(
        "people/{pk}/hours",
        lambda world: {"pk": world.seller.pk},
        query="?first=2031-03-03&last=2031-03-09",
        GET=all_get(200),
    ),
    api("calendar/{year}", lambda world: {"year": 2027}, GET=all_get(200)),
    api(
        "absences",
        query="?first=2031-03-03&last=2031-03-09",
        GET=all_get(200),
        POST=((401, 201, 201, 201, 403), lambda world: {**AWAY, "person_id": world.seller.pk}),
    ),
    api(
        "absences/{pk}",
        lambda world: {"pk": world.absence.pk},
        PATCH=(reached(200), lambda world: {"note": "At the sea"}),
        DELETE=reached(204),
    ),
    api("lists", GET=all_get(200)),
    api("lists/{key}", lambda world: {"key": "clients"}, GET=all_get(200)),
    api("lists/{key}/rows", lambda world: {"key": "clients"}, GET=all_get(200)),
    api("imports", GET=importers(200), POST=(importers(201), lambda world: {"file": world.upload()})),
    api(
        "lists/{key}/views",
        lambda world: {"key": "clients"},
        GET=all_get(200),
        POST=(all_get(201), lambda world: {"name": "In Garut", "f": ["city:any:garut"]}),
    ),
    api("lists/{key}/views/{pk}", lambda world: {"key": "clients", "pk": world.saved_view.pk}, DELETE=own(204)),
    api(
        "imports/{pk}/columns",
        lambda world: {"pk": world.read_import.pk},
        GET=importers(200),
    ),
    api(
        "imports/{pk}/check",
        lambda world: {"pk": world.read_import.pk},
        POST=(importers(202), lambda world: {"columns": {"0": "name"}}),
    ),
    api("imports/{pk}/{verb}", lambda w: {"pk": w.checked_import.pk, "verb": "start"}, POST=importers(202)),
    api("imports/{pk}", lambda world: {"pk": world.read_import.pk}, GET=importers(200)),
    api(
        "files/of/{model}/{pk}",
        lambda world: {"model": "clients.client", "pk": world.client.pk},
        GET=reached(200),
        POST=(reached(201), lambda world: {"file": world.upload()}),
    ),
    api(
        "files/{pk}",
        lambda world: {"pk": world.file.pk},
        GET=reached(200),
        PATCH=(reached(200), lambda world: {"name": "new.txt"}),
        DELETE=reached(204),
    ),
    api("files/{pk}/content", lambda world: {"pk": world.file.pk}, GET=reached(200)),
    api("sections", GET=all_get(200)),
    api("changes", GET=all_get(200)),
    api("changes/{pk}", lambda world: {"pk": world.changes.pk}, GET=(401, 200, 200, 200, 404)),
    api("changes/{pk}/undo", lambda world: {"pk": world.changes.pk}, POST=(401, 200, 200, 200, 404)),
    api("trash", GET=all_get(200)),
    api(
        "trash/{kind}/{pk}/restore",
        lambda world: {"kind": "clients.client", "pk": world.trashed_client.pk},
        POST=(401, 204, 204, 404, 404),
    ),
    ApiRoute("api:search", query="?q=sinar", operations={"GET": (all_get(200), nothing)}),
    api(
        "directories/{key}",
        lambda world: {"key": "tags"},
        GET=all_get(200),
        POST=(heads(201), lambda w: {"name": "VIP"}),
    ),
    api("directories/{key}/order", lambda world: {"key": "tags"}, PUT=(heads(200), lambda world: {"ids": []})),
    api("directories/{key}/{pk}", of_directory, PATCH=(heads(200), lambda world: {"name": "Fresh"})),
    api(
        "directories/{key}/{pk}/merge",
        beside(of_directory, "other_status"),
        POST=(heads(204), lambda world: {"into_id": world.other_status.pk}),
    ),
    api("clients", GET=all_get(200), POST=(all_get(201), lambda world: {"name": "Toko"})),
    api(
        "clients/bulk",
        beside(lambda world: {}, "client"),
        POST=(heads(201), lambda world: {"items": [{"name": "Toko"}]}),
        PATCH=(heads(200), lambda world: {"items": [{"id": world.client.pk, "version": 1, "about": "Freight"}]}),
    ),
    api(
        "clients/{pk}",
        of_client(),
        GET=reached(200),
        PATCH=(reached(200), lambda world: {"about": "Freight", "version": 1}),
        DELETE=heads(204),
    ),
    api("clients/{pk}/hand-over", of_client(), POST=(heads(204), lambda world: {"to_id": world.head.pk})),
    api("clients/{pk}/favourite", of_client(), POST=reached(204), DELETE=reached(204)),
    api("quality", GET=all_get(200)),
    api("quality/{kind}", lambda world: {"kind": "phone"}, GET=all_get(200)),
    api("clients/{pk}/tags", of_client(), PUT=(reached(200), lambda world: {"tag_ids": []})),
    *part("contacts", "contact", {"name": "Li"}, {"name": "Rina"}),
    *part("channels", "channel", {"kind": "telegram", "value": "@rina_k"}, {"value": "r@sinar.example"}),
    api("clients/{pk}/channels/{part}/reveal", of_client(part="channel"), POST=reached(200)),
    *part("addresses", "address", {"city": "Garut"}, {"city": "Garut"}),
    *part("entities", "legal_person", {"name": "PT Sinar", "country": "ID"}, {"name": "PT Sinar"}),
    *part("accounts", "account", {"account": "5410 123 457"}, {"account": "5410 123 457"}),
    api(
        "clients/{pk}/touches",
        of_client(),
        GET=reached(200),
        POST=(reached(201), lambda world: {"kind": "note", "text": "Hello"}),
    ),
    api(
        "clients/{pk}/touches/{part}",
        of_client(part="touch"),
        GET=reached(200),
        PATCH=(reached(200), lambda world: {"text": "Wants a big discount", "version": 1}),
        DELETE=reached(204),
    ),
    api(
        "clients/{pk}/tasks",
        of_client(),
        GET=reached(200),
        POST=(reached(201), lambda world: {"title": "Call", "due_at": LATER}),
    ),
    api(
        "clients/{pk}/tasks/{part}",
        of_client(part="task"),
        PATCH=(reached(200), lambda world: {"due_at": LATER}),
        DELETE=reached(204),
    ),
    api(
        "clients/{pk}/tasks/{part}/finish",
        of_client(part="task"),
        POST=(reached(201), lambda world: {"result": "Agreed"}),
    ),
    api(
        "clients/{pk}/relations",
        beside(of_client(), "other_client"),
        GET=reached(200),
        POST=(reached(201), lambda world: {"kind": "partner", "other_id": world.other_client.pk}),
    ),
    api(
        "clients/{pk}/collaborators",
        of_client(),
        GET=reached(200),
        POST=(reached(201), lambda world: {"person_id": world.stranger.pk, "may_change": True}),
    ),
    api("clients/{pk}/collaborators/{part}", of_client(part="collaborator"), DELETE=reached(204)),
    api("clients/{pk}/relations/{part}", of_client(part="relation"), DELETE=reached(204)),
    api(
        "clients/{pk}/custom/{field}/file",
        lambda world: {"pk": world.client.pk, "field": world.file_field.pk},
        POST=(reached(200), lambda world: {"file": world.upload()}),
    ),
    api("clients/{pk}/rows", beside(of_client(), "own_row"), GET=reached(200), POST=(reached(201), a_row)),
    api(
        "clients/{pk}/rows/{part}",
        of_client(part="own_row"),
        GET=reached(200),
        PATCH=(reached(200), lambda world: {"custom": {str(world.table_field.pk): "Max"}, "version": 1}),
        DELETE=reached(204),
    ),
    api("clients/{pk}/history", of_client(), GET=heads(200)),
    api("clients/{pk}/looks", of_client(), GET=heads(200)),
    api("clients/{pk}/merge", beside(of_client(), "other_client"), POST=(heads(200), a_merge)),
    api("duplicates", GET=heads(200)),
    api("duplicates/merge", with_pair, POST=(heads(200), a_pair)),
    api("duplicates/apart", with_pair, POST=(heads(204), a_pair)),
    api("segments", GET=all_get(200), POST=(all_get(201), lambda world: {"name": "No city", "text": "city is empty"})),
    api(
        "segments/{pk}",
        of_segment,
        GET=own(200),
        PATCH=(own(200), lambda world: {"name": "Nowhere", "version": 1}),
        DELETE=own(204),
    ),
    api("segments/{pk}/clients", of_segment, GET=own(200)),
    api("segments/{pk}/moves", of_segment, GET=own(200)),
    api("clients/{pk}/segments", of_client(), GET=reached(200)),
    api("segments/{pk}/freeze", of_segment, POST=own(201)),
    api("queue", GET=all_get(200)),
    api("outcomes", GET=all_get(200)),
    api("routine", GET=all_get(200)),
    api("routine/collisions", GET=all_get(200)),
    api("series", GET=all_get(200), POST=(all_get(201), lambda world: DUTY)),
    api("series/dates", POST=(all_get(200), lambda world: {"rule": DUTY["rule"], "starts_on": DUTY["starts_on"]})),
    api(
        "series/{pk}",
        of_series(),
        GET=reached(200),
        PATCH=(reached(200), lambda world: {"title": "Count twice", "version": 1}),
        DELETE=heads(204),
    ),
    api(
        "series/{pk}/skip",
        lambda world: {"pk": world.series_task.series_id},
        POST=(reached(200), lambda world: {"slot": world.series_task.slot}),
    ),
    api(
        "series/{pk}/bring-back",
        lambda world: {"pk": world.series_with_a_day_left_out.pk},
        POST=(reached(200), lambda world: {"slot": world.series_task.slot}),
    ),
    api("series/{pk}/pause", of_series(), POST=(reached(200), lambda world: {"last": DUTY["starts_on"]})),
    api("series/{pk}/resume", of_series(), POST=reached(200)),
    api("series/{pk}/end", of_series(), POST=(reached(200), lambda world: {})),
    api("tasks", GET=all_get(200), POST=(all_get(201), lambda world: {"title": "Call", "due_at": LATER})),
    api(
        "tasks/for-clients",
        beside(lambda world: {}, "client"),
        POST=(heads(201), lambda world: {"client_ids": [world.client.pk], "title": "Call [client]", "kind": "call"}),
    ),
    api(
        "tasks/bulk",
        beside(lambda world: {}, "task"),
        POST=(heads(201), lambda world: {"items": [{"title": "Call", "due_at": LATER}]}),
        PATCH=(heads(200), lambda world: {"items": [{"id": world.task.pk, "version": 1, "title": "Send it"}]}),
    ),
    api(
        "tasks/bulk/finish",
        beside(lambda world: {}, "task"),
        POST=(heads(200), lambda world: {"ids": [world.task.pk], "result": "Agreed"}),
    ),
    api(
        "tasks/bulk/assign",
        beside(lambda world: {}, "task"),
        POST=(heads(200), lambda world: {"ids": [world.task.pk], "to_id": world.head.pk}),
    ),
    api(
        "tasks/bulk/trash", beside(lambda world: {}, "task"), POST=(heads(200), lambda world: {"ids": [world.task.pk]})
    ),
    api(
        "tasks/{pk}",
        of_task(),
        GET=reached(200),
        PATCH=(reached(200), lambda world: {"title": "Send it", "version": 1}),
        DELETE=heads(204),
    ),
    api("tasks/{pk}/finish", of_task(), POST=(reached(200), lambda world: {"result": "Agreed", "touch_kind": ""})),
    api("tasks/{pk}/accept", lambda world: {"pk": world.task_to_accept.pk}, POST=(401, 200, 200, 403, 404)),
    api(
        "tasks/{pk}/return",
        lambda world: {"pk": world.task_to_accept.pk},
        POST=((401, 200, 200, 403, 404), lambda world: {"why": "All"}),
    ),
    api("tasks/{pk}/reopen", lambda world: {"pk": world.finished_task.pk}, POST=reached(200)),
    api("tasks/{pk}/drop", of_task(), POST=(reached(200), lambda world: {"why": "Too late"})),
    api("tasks/{pk}/assign", of_task(), POST=(reached(204), lambda world: {"to_id": world.head.pk})),
    api("tasks/{pk}/items", of_task(), POST=(reached(201), lambda world: {"text": "Ask the price"})),
    api(
        "tasks/{pk}/items/{part}",
        of_task(part="task_item"),
        PATCH=(reached(200), lambda world: {"is_done": True, "version": 1}),
        DELETE=reached(204),
    ),
    api(
        "tasks/{pk}/people",
        of_task(),
        PUT=(reached(200), lambda world: {"watcher_ids": [world.head.pk], "attendee_ids": []}),
    ),
    api(
        "tasks/{pk}/client-reminders",
        beside(lambda world: {"pk": world.task_to_remind_of.pk}, "channel"),
        POST=(reached(201), lambda world: {"channel_id": world.channel.pk, "before": 120}),
    ),
    api(
        "tasks/{pk}/client-reminders/{part}",
        lambda world: {"pk": world.client_reminder.task_id, "part": world.client_reminder.pk},
        DELETE=reached(204),
    ),
    api("tasks/{pk}/reminders", of_task(), PUT=(reached(200), lambda world: {"items": [{"before": 15}]})),
    api(
        "tasks/{pk}/after",
        beside(of_task(), "other_task"),
        POST=(reached(201), lambda world: {"first_id": world.other_task.pk}),
    ),
    api("tasks/{pk}/after/{part}", of_task(part="task_after"), DELETE=reached(204)),
]
