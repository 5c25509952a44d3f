"""What programs may do by /api/v1, and what they may not, whatever they send."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kartu.clients import actions
from kartu.clients.api import parts, shapes
from kartu.clients.lists import CLIENTS as LIST
from kartu.clients.models import Client, Contact, Status, Tag
from kartu.core.api.schemas import In
from kartu.core.testing import run_jobs
from kartu.records.custom import actions as shaping
from kartu.records.lists.kinds import Text
from kartu.records.lists.spec import Column
from kartu.records.models import ChangeSet, File, KeptAnswer
from kartu.security.models import AccessToken, AuditRow, ViewRow
from kartu.security.pace import Pace
from kartu.security.tokens import make_token
from tests.api.calls import Calls


@pytest.fixture
def calls(seller) -> Calls:
    return Calls(seller)


@pytest.fixture
def sinar(seller) -> Client:
    return actions.add_client(name="PT Sinar", phone="0812 3456 789", by=seller)


def now(client: Client) -> Client:
    return Client.objects.as_system("a test").get(pk=client.pk)


def count() -> int:
    return Client.objects.as_system("a test").count()


# --- rights ----------------------------------------------------------------------------------------------------------


def test_a_token_does_no_more_than_it_was_given(seller, sinar):
    reader = Calls(seller, "clients.view")

    assert reader("GET", f"clients/{sinar.pk}").status_code == 200
    assert reader("PATCH", f"clients/{sinar.pk}", {"name": "X", "version": 1}).status_code == 403
    assert now(sinar).name == "PT Sinar"


def test_a_token_does_no_more_than_its_person(head, sinar):
    calls = Calls(head)
    head.role.grants = {**head.role.grants, "clients.trash": 0}
    head.role.save()

    assert calls("DELETE", f"clients/{sinar.pk}").status_code == 403
    assert now(sinar).trashed_at is None


def test_a_strangers_row_is_not_there_and_the_try_is_written_down(stranger, sinar):
    calls = Calls(stranger)

    foreign, missing = calls("GET", f"clients/{sinar.pk}"), calls("GET", "clients/999999")

    assert (foreign.status_code, foreign.content) == (404, missing.content)
    assert AuditRow.objects.filter(verb="denied", actor_id=stranger.pk).count() == 2
    assert calls.get("clients")["items"] == calls.get("search?q=sinar") == []


def test_a_part_is_not_found_under_another_client(calls, seller, sinar):
    other = actions.add_client(name="Toko", by=seller)
    contact = actions.add_contact(client=sinar, name="Rina", by=seller)

    assert calls("GET", f"clients/{other.pk}/contacts/{contact.pk}").status_code == 404
    assert calls("DELETE", f"clients/{other.pk}/contacts/{contact.pk}").status_code == 404
    assert Contact.objects.as_system("a test").get().trashed_at is None


def test_looks_are_logged_as_those_of_people(calls, sinar, seller):
    calls.get(f"clients/{sinar.pk}")
    calls.get("clients?q=sinar")
    calls.get("lists/clients/rows")

    looks = ViewRow.objects.filter(actor_id=seller.pk).order_by("id")
    assert [look.kind for look in looks] == ["card", "list", "list"]
    assert {look.session for look in looks} == {f"token {calls.token.pk}"}


# --- what is sent ----------------------------------------------------------------------------------------------------


FORBIDDEN = ["id", "pk", "responsible", "responsible_id", "team_id", "created_by_id", "batch_id", "trashed_at",
             "name_key", "last_touch_at", "_state"]  # fmt: skip


@pytest.mark.parametrize("field", FORBIDDEN)
def test_what_is_no_field_of_a_change_is_refused_by_name(calls, sinar, stranger, field):
    before = {**vars(now(sinar))}

    response = calls("PATCH", f"clients/{sinar.pk}", {"name": "X", field: stranger.pk, "version": 1})

    assert response.status_code == 422
    assert list(response.json()["fields"]) == [field]
    after = vars(now(sinar))
    assert {key: after[key] for key in after if not key.startswith("_")} == {
        key: before[key] for key in before if not key.startswith("_")
    }


def test_control_without_the_strict_shape_a_field_more_would_pass_the_schema():
    class Loose(shapes.ClientFields):
        model_config = {**In.model_config, "extra": "allow"}

    assert Loose(name="X", team_id=5).team_id == 5
    with pytest.raises(ValueError, match="team_id"):
        shapes.ClientFields(name="X", team_id=5)


def test_control_behind_the_shape_stands_the_action_itself(sinar, seller):
    with pytest.raises(TypeError, match="team_id"):
        actions.change_client(client=sinar, values={"team_id": 5}, by=seller)


@pytest.mark.parametrize("kind", parts.KINDS, ids=lambda kind: kind.noun)
def test_no_part_takes_a_field_that_it_does_not_name(calls, sinar, kind):
    response = calls("POST", f"clients/{sinar.pk}/{kind.noun}", {"client_id": 1, "trashed_at": None})

    assert response.status_code == 422
    assert {"client_id", "trashed_at"} <= response.json()["fields"].keys()


def test_values_that_point_nowhere_are_refused_by_name(calls, seller):
    retired = Status.objects.create(name="Old", is_active=False)
    wrong = {"name": "X", "status_id": retired.pk}

    assert calls("POST", "clients", wrong).json()["fields"].keys() == {"status_id"}
    assert calls("POST", "clients", {"name": "X", "tag_ids": [77]}).json()["fields"].keys() == {"tag_ids"}
    assert calls("POST", "clients", {"name": "X", "country": "QQ"}).json()["fields"].keys() == {"country"}
    assert count() == 0


def test_nobody_is_given_a_client_without_the_right_to(calls, stranger):
    response = calls("POST", "clients", {"name": "X", "responsible_id": stranger.pk})

    assert response.status_code == 403
    assert count() == 0


# --- questions -------------------------------------------------------------------------------------------------------


INJECTIONS = [
    "f=responsible__password:any:x",
    "f=name_key:has:x",
    "f=responsible.email:has:a",
    "f=name:regex:.*",
    "f=name:has:x%7Cpk:any:1",
    "f=status:any:1)%20OR%201=1",
    "f=name",
    "s=responsible__password",
    "s=-name_key",
    "s=pk",
    "s=name,created",
    "name=x",
    "order_by=name",
    "after=WyJ4Il0",
    "limit=0",
    "limit=201",
]


@pytest.mark.parametrize("query", INJECTIONS)
def test_questions_that_the_list_does_not_know_are_refused(calls, sinar, query):
    for path in ("clients", "lists/clients/rows"):
        response = calls("GET", f"{path}?{query}")

        assert response.status_code == 400, query
        assert response.json().keys() == {"code", "message", "fields"}


@pytest.fixture
def secret(monkeypatch) -> None:
    """A column that only those know who may take clients out: the head, and not the seller."""
    column = Column("margin", "Margin", Text(), field="about", right="clients.export")
    monkeypatch.setitem(LIST.by_key, "margin", column)


def test_a_hidden_column_is_as_unknown_as_one_that_is_not_there(secret, calls, sinar):
    for hidden, unknown in (("s=margin", "s=nothing"), ("f=margin:filled", "f=nothing:filled")):
        answers = [calls("GET", f"clients?{query}") for query in (hidden, unknown)]
        assert [answer.status_code for answer in answers] == [400, 400]
        assert answers[0].content == answers[1].content
    assert calls("GET", "lists/clients/rows?columns=margin").status_code == 400
    assert "margin" not in json.dumps(calls.get("lists"))
    assert "margin" not in calls.get("lists/clients/rows")["items"][0]["values"]


def test_control_who_knows_the_column_sorts_and_filters_by_it(secret, head, sinar):
    calls = Calls(head)

    assert calls("GET", "clients?s=margin&f=margin:empty").status_code == 200
    assert calls.get("lists/clients/rows?columns=margin")["items"][0]["values"] == {"margin": ""}


def test_pages_lead_there_and_back(calls, seller):
    for number in range(5):
        actions.add_client(name=f"Toko {number}", by=seller)

    first = calls.get("clients?limit=2&s=-name")
    second = calls.get(f"clients?limit=2&s=-name&after={first['next']}")
    back = calls.get(f"clients?limit=2&s=-name&before={second['previous']}")

    assert [row["name"] for row in first["items"] + second["items"]] == ["Toko 4", "Toko 3", "Toko 2", "Toko 1"]
    assert back["items"] == first["items"]
    assert (first["count"], first["previous"], second["count"]) == (5, None, None)


@pytest.mark.parametrize("path", ["clients", "lists/clients/rows", "changes", "trash", "people"])
def test_lists_ask_the_same_however_many_rows_there_are(head, seller, path):
    calls, asked = Calls(head), []
    tag = Tag.objects.create(name="VIP")

    def add(number: int) -> None:
        for each in range(number):
            client = actions.add_client(name=f"Toko {each}", tags=[tag], by=seller)
            actions.trash_client(client=actions.add_client(name="Gone", by=seller), by=head)
            assert calls("PATCH", f"clients/{client.pk}", {"about": "Pumps", "version": 1}).status_code == 200

    for number in (1, 3):
        add(number)
        calls.get(path)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            calls.get(path)
        asked.append(len(queries))

    assert asked[0] == asked[1]


# --- done once, never lost -------------------------------------------------------------------------------------------


def test_the_same_act_under_one_key_is_done_once_and_answered_the_same(calls):
    answers = [calls("POST", "clients", {"name": "Toko"}, Idempotency_Key="a") for _time in range(2)]

    assert count() == 1
    assert answers[0].content == answers[1].content
    assert answers[0]["Kartu-Changes"] == answers[1]["Kartu-Changes"]


def test_another_act_under_the_same_key_is_refused(calls):
    calls("POST", "clients", {"name": "Toko"}, Idempotency_Key="a")

    response = calls("POST", "clients", {"name": "Warung"}, Idempotency_Key="a")

    assert (response.status_code, response.json()["code"]) == (409, "key")
    assert count() == 1


def test_a_refused_act_may_be_put_right_under_its_key(calls):
    refused = calls("POST", "clients", {"name": ""}, Idempotency_Key="a")
    done = calls("POST", "clients", {"name": "Toko"}, Idempotency_Key="a")

    assert (refused.status_code, done.status_code, count()) == (422, 201, 1)


def test_a_change_and_a_removal_are_done_once_too(calls, sinar, seller):
    contact = actions.add_contact(client=sinar, name="Rina", by=seller)
    path = f"clients/{sinar.pk}/contacts/{contact.pk}"

    gone = [calls("DELETE", path, Idempotency_Key="b").status_code for _time in range(2)]

    assert gone == [204, 204]
    assert AuditRow.objects.filter(object_type="clients.contact", verb="trash").count() == 1


def test_an_act_of_which_the_answer_was_lost_is_not_done_again(calls):
    calls("POST", "clients", {"name": "Toko"}, Idempotency_Key="a")
    KeptAnswer.objects.update(status=None)  # as a power cut would leave it

    response = calls("POST", "clients", {"name": "Toko"}, Idempotency_Key="a")

    assert (response.status_code, response.json()["code"], count()) == (409, "done", 1)


def test_a_key_that_would_not_be_kept_whole_is_refused(calls):
    response = calls("POST", "clients", {"name": "Toko"}, Idempotency_Key="k" * 65)

    assert (response.status_code, count()) == (400, 0)


# --- versions --------------------------------------------------------------------------------------------------------


def test_a_change_names_the_version_that_it_is_about(calls, sinar):
    response = calls("PATCH", f"clients/{sinar.pk}", {"name": "X"})

    assert (response.status_code, list(response.json()["fields"])) == (422, ["version"])
    assert now(sinar).name == "PT Sinar"


def test_what_others_changed_meanwhile_stays_unless_it_is_the_same(calls, sinar, seller):
    read = calls("GET", f"clients/{sinar.pk}")
    actions.change_client(client=sinar, values={"about": "Pumps"}, by=seller)

    other = calls("PATCH", f"clients/{sinar.pk}", {"pinned": "Pays late"}, If_Match=read["ETag"])
    same = calls("PATCH", f"clients/{sinar.pk}", {"about": "Boats", "pinned": "x"}, If_Match=read["ETag"])

    assert other.status_code == 200
    assert (same.status_code, same.json()["code"]) == (409, "conflict")
    assert list(same.json()["fields"]) == ["about", "pinned"]
    assert (now(sinar).about, now(sinar).pinned) == ("Pumps", "Pays late")


@pytest.mark.parametrize("version", [7, 2**31 - 1])
def test_a_version_that_never_was_is_a_conflict(calls, sinar, version):
    response = calls("PATCH", f"clients/{sinar.pk}", {"name": "X", "version": version})

    assert (response.status_code, list(response.json()["fields"])) == (409, ["version"])


def test_a_star_writes_over_any_version(calls, sinar, seller):
    actions.change_client(client=sinar, values={"about": "Pumps"}, by=seller)

    assert calls("PATCH", f"clients/{sinar.pk}", {"about": "Boats"}, If_Match="*").json()["about"] == "Boats"


@pytest.mark.parametrize("kind", [kind for kind in parts.KINDS if kind.noun != "channels"], ids=lambda kind: kind.noun)
def test_parts_are_changed_over_the_version_that_was_read(calls, sinar, seller, kind):
    new = {"contacts": {"name": "Rina"}, "addresses": {"city": "Garut"}, "entities": {"name": "PT"}}
    field = {"contacts": "name", "addresses": "city", "entities": "name", "accounts": "account"}[kind.noun]
    made = calls("POST", f"clients/{sinar.pk}/{kind.noun}", new.get(kind.noun, {"account": "5410 123"})).json()
    path = f"clients/{sinar.pk}/{kind.noun}/{made['id']}"

    first = calls("PATCH", path, {field: "5410123457", "version": made["version"]})
    second = calls("PATCH", path, {field: "5410123458", "version": made["version"]})

    assert (first.status_code, second.status_code) == (200, 409)
    assert calls.get(path)[field] == "5410123457"


# --- many, and the way back ------------------------------------------------------------------------------------------


def test_many_are_one_change_set_that_can_be_taken_back(head):
    calls = Calls(head)

    made = calls("POST", "clients/bulk", {"items": [{"name": f"Toko {number}"} for number in range(20)]})
    undone = calls("POST", f"changes/{made['Kartu-Changes']}/undo")

    assert made.status_code == 201 and len(made.json()["items"]) == 20
    assert undone.json()["restored"] == 20
    assert calls.get("clients")["items"] == []
    assert ChangeSet.objects.count() == 2


def test_one_that_is_wrong_stops_all(head, sinar):
    calls = Calls(head)

    added = calls("POST", "clients/bulk", {"items": [{"name": "A"}, {"name": "B", "email": "none"}]})
    changed = calls(
        "PATCH",
        "clients/bulk",
        {"items": [{"id": sinar.pk, "version": 1, "about": "x"}, {"id": sinar.pk, "version": 9, "name": "y"}]},
    )

    assert (added.status_code, list(added.json()["fields"])) == (422, ["items.1.email"])
    assert changed.status_code == 409
    assert (count(), now(sinar).about) == (1, "")
    assert not ChangeSet.objects.exists()


def test_more_than_a_hundred_are_refused(head):
    response = Calls(head)("POST", "clients/bulk", {"items": [{"name": "A"}] * 101})

    assert (response.status_code, count()) == (422, 0)


def test_a_single_act_can_be_taken_back_by_its_number(calls, sinar):
    response = calls("PATCH", f"clients/{sinar.pk}", {"name": "X", "version": 1})

    calls("POST", f"changes/{response['Kartu-Changes']}/undo")

    assert now(sinar).name == "PT Sinar"


def test_what_lies_in_the_trash_is_taken_out(head, sinar):
    calls = Calls(head)
    calls("DELETE", f"clients/{sinar.pk}")

    [row] = calls.get("trash?kind=clients.client")
    restored = calls("POST", f"trash/{row['kind']}/{row['id']}/restore")

    assert (row["name"], restored.status_code, now(sinar).trashed_at) == ("PT Sinar", 204, None)


# --- other nouns -----------------------------------------------------------------------------------------------------


def test_a_file_goes_up_and_comes_down_unchanged_and_is_logged(calls, sinar, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    sent = b"\x00\xffpumps" * 1000
    path = f"/api/v1/files/of/clients.client/{sinar.pk}"

    with (tmp_path / "offer.bin").open("wb+") as file:
        file.write(sent)
        file.seek(0)
        made = calls.browser.post(path, {"file": file}).json()
    response = calls.browser.get(f"/api/v1/files/{made['id']}/content")

    assert b"".join(response.streaming_content) == sent
    assert (made["name"], made["size"]) == ("offer.bin", len(sent))
    assert AuditRow.objects.filter(verb="download", object_id=made["id"]).count() == 1


def test_another_file_under_the_same_key_is_refused_and_the_same_is_kept_once(calls, sinar, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    path = f"/api/v1/files/of/clients.client/{sinar.pk}"

    def sent(content: bytes):
        file = SimpleUploadedFile("offer.bin", content)
        return calls.browser.post(path, {"file": file}, headers={"Idempotency-Key": "f"})

    first, again, other = sent(b"pumps"), sent(b"pumps"), sent(b"pipes")

    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 409)
    assert first.json()["id"] == again.json()["id"]
    assert File.objects.as_system("a test").count() == 1


def test_directories_are_kept_by_those_who_may(head, calls, sinar):
    keeper = Calls(head)
    new, old = (keeper("POST", "directories/statuses", {"name": name}).json() for name in ("New", "Old"))
    keeper("PATCH", f"clients/{sinar.pk}", {"status_id": old["id"], "version": 1})

    merged = keeper("POST", f"directories/statuses/{old['id']}/merge", {"into_id": new["id"]})
    run_jobs()

    assert merged.status_code == 204
    assert calls.get(f"clients/{sinar.pk}")["status"] == {"id": new["id"], "name": "New"}
    assert [item["is_active"] for item in calls.get("directories/statuses")] == [True, False]


def test_errors_have_one_shape(calls, sinar):
    answers = [
        calls("GET", "nowhere"),
        calls("PUT", "clients"),
        calls("POST", "clients", [1]),
        calls("GET", "clients?s=x"),
        calls.browser.post("/api/v1/clients", "{", content_type="application/json"),
        calls.browser.get("/api/v1/clients", headers={"Authorization": "Bearer x"}),
    ]

    assert [answer.status_code for answer in answers] == [404, 405, 422, 400, 400, 401]
    assert [answer.json().keys() for answer in answers] == [{"code", "message", "fields"}] * len(answers)


def test_sentences_are_in_the_persons_language(calls, seller):
    seller.language = "ru"
    seller.save()

    assert calls("POST", "clients", {}).json()["fields"] == {"name": ["Это нужно указать"]}


# --- pace ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def clock(monkeypatch) -> list[float]:
    now = [1000.0]
    monkeypatch.setattr("kartu.security.pace.time.monotonic", lambda: now[0])
    return now


def test_a_token_that_calls_too_often_is_told_to_wait_and_then_goes_on(calls, sinar, settings, clock):
    settings.CALLS_PER_MINUTE = 3
    for _call in range(3):
        calls.get("me")

    refused = calls("PATCH", f"clients/{sinar.pk}", {"name": "X", "version": 1}, Idempotency_Key="a")
    clock[0] += int(refused["Retry-After"])
    done = calls("PATCH", f"clients/{sinar.pk}", {"name": "X", "version": 1}, Idempotency_Key="a")

    assert (refused.status_code, refused.json()["code"], refused["Retry-After"]) == (429, "too_many", "20")
    assert (done.status_code, now(sinar).name) == (200, "X")
    assert calls("GET", "me").status_code == 429


def test_control_below_the_limit_and_under_another_token_nobody_waits(calls, head, settings, clock):
    settings.CALLS_PER_MINUTE = 3
    for _call in range(3):
        calls.get("me")

    assert Calls(head).get("me")["name"] == head.name
    settings.CALLS_PER_MINUTE = 600
    clock[0] += 1
    calls.get("me")


def test_a_minute_of_silence_gives_a_minute_of_calls_and_no_more(clock, settings):
    settings.CALLS_PER_MINUTE = 60
    pace = Pace()

    assert [pace.wait("a") for _call in range(61)] == [0] * 60 + [1]
    clock[0] += 3600
    assert [pace.wait("a") for _call in range(61)] == [0] * 60 + [1]


def test_tokens_that_have_long_been_quiet_are_forgotten(clock, settings, monkeypatch):
    monkeypatch.setattr("kartu.security.pace.FORGOTTEN_ABOVE", 2)
    pace = Pace()
    for key in "abc":
        pace.wait(key)

    clock[0] += 60
    pace.wait("d")

    assert list(pace.buckets) == ["d"]


def test_counting_a_call_asks_the_database_nothing(calls, settings):
    asked = []
    for most in (10**6, 1):
        settings.CALLS_PER_MINUTE = most
        calls("GET", "me")
        with CaptureQueriesContext(connection) as queries:
            asked.append((calls("GET", "me").status_code, [query["sql"].split()[0] for query in queries]))

    (first, open_ones), (second, refused) = asked
    assert (first, second) == (200, 429)
    assert set(open_ones) == {"SELECT"} and refused == ["SELECT"]


# --- tokens ----------------------------------------------------------------------------------------------------------


def form(**more: object) -> dict:
    return {"name": "our site", "days": "30", "rights": ["clients.view"], **more}


def test_a_person_makes_a_token_that_is_shown_once_and_opens(client, head):
    client.force_login(head)

    page = client.post("/tokens/new/", form())
    text = page.context["text"]

    assert Calls.get.__name__ and text in page.content.decode()
    assert client.get("/api/v1/me", headers={"Authorization": f"Bearer {text}"}).json()["name"] == head.name
    assert text not in client.get("/tokens/").content.decode()


def test_a_form_that_is_sent_twice_makes_one_token_and_shows_it_once(client, head):
    client.force_login(head)
    key = {"Idempotency-Key": "1f0f"}

    first, second = (client.post("/tokens/new/", form(), headers=key) for _time in range(2))

    assert AccessToken.objects.count() == 1
    assert first.context["text"] not in second.content.decode()


def test_nobody_gives_a_token_what_he_may_not_himself(client, head):
    client.force_login(head)

    assert client.post("/tokens/new/", form(rights=["trash.empty"])).status_code == 422
    assert client.post("/tokens/new/", form(days="36500")).status_code == 422
    assert not AccessToken.objects.exists()


def test_a_person_sees_and_ends_his_own_the_owner_all(client, owner, head):
    (mine, _text), (theirs, _other) = (
        make_token(person=person, name=f"of {person}", rights=["clients.view"]) for person in (head, owner)
    )
    client.force_login(head)
    seen_by_head = client.get("/tokens/").content.decode()
    foreign = client.post(f"/tokens/{theirs.pk}/end/").status_code
    client.force_login(owner)
    seen_by_owner = client.get("/tokens/").content.decode()
    ended = client.post(f"/tokens/{mine.pk}/end/").status_code

    assert (f"of {owner}" in seen_by_head, f"of {head}" in seen_by_head) == (False, True)
    assert f"of {owner}" in seen_by_owner and f"of {head}" in seen_by_owner
    assert (foreign, ended) == (404, 204)
    assert [AccessToken.objects.get(pk=each.pk).obstacle for each in (mine, theirs)] == ["ended", ""]


def test_the_list_of_tokens_asks_the_same_however_many_there_are(client, owner, head):
    client.force_login(owner)
    asked = []
    for number in (1, 3):
        for _time in range(number):
            make_token(person=head, name="till", rights=["clients.view"])
        with CaptureQueriesContext(connection) as queries:
            client.get("/tokens/")
        asked.append(len(queries))

    assert asked[0] == asked[1]


def test_the_reference_names_every_operation(client, seller):
    client.force_login(seller)

    page = client.get("/api/").content.decode()

    assert page.count('class="api-op"') > 100
    assert "clients.change" in page and '<script src="http' not in page


# --- the firm's own fields -------------------------------------------------------------------------------------------


@pytest.fixture
def own(owner) -> dict[str, str]:
    """Numbers of two fields of the firm's own; "margin" is seen by the owner alone."""
    section = shaping.add_section(entity="clients.client", kind="fields", name="Machines", by=owner)
    model = shaping.add_field(section=section, type="text", name="Model", by=owner)
    margin = shaping.add_field(section=section, type="decimal", name="Margin", see_roles=[owner.role_id], by=owner)
    return {"model": str(model.pk), "margin": str(margin.pk)}


def test_fields_of_the_firms_own_are_read_and_written(calls, own):
    made = calls("POST", "clients", {"name": "PT Baru", "custom": {own["model"]: "K-2"}}).json()
    assert made["custom"] == {own["model"]: "K-2"}

    changed = calls(
        "PATCH",
        f"clients/{made['id']}",
        {"custom": {own["model"]: "K-7"}, "about": "pumps", "version": made["version"]},
    )

    assert changed.status_code == 200, changed.content
    assert (changed.json()["custom"], changed.json()["about"]) == ({own["model"]: "K-7"}, "pumps")
    assert calls.get(f"clients/{made['id']}")["custom"] == {own["model"]: "K-7"}
    assert [row["custom"] for row in calls.get(f"clients?f=f{own['model']}:has:k-7")["items"]] == [
        {own["model"]: "K-7"}
    ]


def test_a_field_that_another_has_changed_since_is_a_conflict_of_its_own(calls, sinar, own, owner):
    read = calls.get(f"clients/{sinar.pk}")["version"]
    actions.set_custom(client=now_for(sinar, owner), values={f"custom.{own['model']}": "X5"}, by=owner)

    met = calls("PATCH", f"clients/{sinar.pk}", {"custom": {own["model"]: "X7"}, "version": read})
    other = calls("PATCH", f"clients/{sinar.pk}", {"about": "pumps", "version": read})

    assert (met.status_code, list(met.json()["fields"])) == (409, [f"custom.{own['model']}"])
    assert (other.status_code, other.json()["custom"]) == (200, {own["model"]: "X5"})


def test_a_field_out_of_sight_is_as_one_that_there_is_not(calls, sinar, own, owner):
    actions.set_custom(client=now_for(sinar, owner), values={f"custom.{own['margin']}": "7.5"}, by=owner)
    version = now(sinar).version

    assert calls.get(f"clients/{sinar.pk}")["custom"] == {}
    assert Calls(owner).get(f"clients/{sinar.pk}")["custom"] == {own["margin"]: "7.5"}
    for key in (own["margin"], "999999"):
        refused = calls("PATCH", f"clients/{sinar.pk}", {"custom": {key: "1"}, "version": version})
        assert refused.status_code == 422
        assert refused.json()["fields"] == {f"custom.{key}": ["There is no such field"]}
    assert now(sinar).version == version


def test_many_at_once_carry_them_too_and_say_where_one_is_wrong(owner, own):
    calls = Calls(owner)
    sent = [{"name": f"PT {at}", "custom": {own["margin"]: value}} for at, value in enumerate(["1.5", "much"])]

    refused = calls("POST", "clients/bulk", {"items": sent})
    made = calls("POST", "clients/bulk", {"items": sent[:1]}).json()["items"]
    done = calls("PATCH", "clients/bulk", {"items": [{**made[0], "custom": {own["margin"]: None}}]})

    assert (refused.status_code, list(refused.json()["fields"])) == (422, [f"items.1.custom.{own['margin']}"])
    assert done.status_code == 200, done.content
    assert calls.get(f"clients/{made[0]['id']}")["custom"] == {}


def now_for(client: Client, by) -> Client:
    return Client.objects.visible_to(by).get(pk=client.pk)


def test_rows_of_a_table_are_a_list_for_programs_too(calls, sinar, owner, seller):
    section = shaping.add_section(entity="clients.client", kind="table", name="Machines", by=owner)
    field = shaping.add_field(section=section, type="text", name="Model", by=owner)
    actions.add_row(client=sinar, section_id=section.pk, values={f"custom.{field.pk}": "K-2"}, by=seller)

    assert f"rows-{section.pk}" in [each["key"] for each in calls.get("lists")]
    [row] = calls.get(f"lists/rows-{section.pk}/rows")["items"]
    assert row["values"] == {"client": "PT Sinar", "responsible": seller.name, f"f{field.pk}": "K-2"}

    shaping.change_section(section=section, name="Machines", see_roles=[owner.role_id], by=owner)
    assert f"rows-{section.pk}" not in [each["key"] for each in calls.get("lists")]
    assert calls("GET", f"lists/rows-{section.pk}/rows").status_code == 404
