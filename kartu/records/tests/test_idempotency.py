"""The same form sent twice is done once, and both times answered alike."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from kartu.core.actors import System
from kartu.firm.models import Invitation, LegalEntity, Role
from kartu.records import idempotency
from kartu.records.idempotency import AnswerOnce
from kartu.records.models import ChangeSet, KeptAnswer
from kartu.security import audit

KEY = "0d5cb6c5-6a0e-4b8e-a2a4-111111111111"


def act(name: str = "done") -> None:
    """What an action does, as far as the key is concerned."""
    with transaction.atomic(), audit.acting_as(System("a test")):
        ChangeSet.objects.create(kind="edit", title=name)
        audit.acting().roots.add(("records.changeset", 1))


def post(person, view, key: str = KEY, path: str = "/clients/new/", **headers) -> HttpResponse:
    request = RequestFactory().post(path, {"idempotency_key": key} if key else {}, headers=headers)
    request.user, request.session = person, {}
    middleware = AnswerOnce(view)

    def run(request):
        try:
            return view(request)
        except Exception as error:
            answer = middleware.process_exception(request, error)
            if answer is None:
                raise
            return answer

    middleware.get_response = run
    return middleware(request)


def saving(request) -> HttpResponse:
    act()
    response = HttpResponse("saved", status=200)
    response.headers["HX-Trigger"] = '{"kartu:toast": {}}'
    return response


def test_a_form_sent_twice_is_done_once_and_answered_alike(seller):
    first, second = post(seller, saving), post(seller, saving)

    assert ChangeSet.objects.count() == 1
    assert (second.status_code, second.content) == (first.status_code, b"saved")
    assert second.headers["HX-Trigger"] == first.headers["HX-Trigger"]


def test_two_forms_are_two_acts(seller, head):
    post(seller, saving, key=KEY)
    post(seller, saving, key=KEY[:-1] + "2")
    post(seller, saving, path="/clients/2/")
    post(head, saving)
    post(seller, saving, key="")
    post(seller, saving, key="")

    assert ChangeSet.objects.count() == 6


def test_the_key_may_come_as_a_header(seller):
    for _time in range(2):
        post(seller, saving, key="", **{"Idempotency-Key": "abc"})

    assert ChangeSet.objects.count() == 1


def test_a_refused_form_is_put_right_and_sent_again_under_its_key(seller):
    assert post(seller, lambda request: HttpResponse("wrong", status=422)).status_code == 422

    assert post(seller, saving).content == b"saved"
    assert ChangeSet.objects.count() == 1


def test_an_act_whose_answer_was_lost_is_not_done_again(seller, monkeypatch):
    monkeypatch.setattr(idempotency, "PATIENCE", 0.0)

    def falling(request):
        act()
        raise RuntimeError("the program stumbled while it wrote the page")

    with pytest.raises(RuntimeError):
        post(seller, falling)
    by_htmx = post(seller, saving, **{"HX-Request": "true"})
    by_page = post(seller, saving, Referer="http://localhost/clients/?tab=1")

    assert ChangeSet.objects.count() == 1
    assert (by_htmx.status_code, by_htmx.headers["HX-Refresh"]) == (204, "true")
    assert (by_page.status_code, by_page.headers["Location"]) == (302, "/clients/")


def test_an_act_that_was_rolled_back_may_be_done_under_its_key(seller):
    def rolling_back(request):
        with pytest.raises(RuntimeError), transaction.atomic():
            act()
            raise RuntimeError
        return HttpResponse(status=500)

    post(seller, rolling_back)

    assert post(seller, saving).content == b"saved"
    assert ChangeSet.objects.count() == 1


def test_of_two_requests_at_once_the_second_is_rolled_back_and_gets_the_answer_of_the_first(seller):
    def meanwhile(request):
        with transaction.atomic():
            KeptAnswer.objects.create(person=seller, key=KEY, path="/clients/new/", status=200, body="of the first")
        act("of the second")
        return HttpResponse("of the second")

    answer = post(seller, meanwhile)

    assert answer.content == b"of the first"
    assert not ChangeSet.objects.exists()


@pytest.mark.parametrize("how", ["refused", "thrown"])
def test_what_is_refused_for_what_the_same_request_has_just_done_gets_the_answer_of_that(seller, how):
    def meanwhile(request):
        with transaction.atomic():
            KeptAnswer.objects.create(person=seller, key=KEY, path="/clients/new/", status=200, body="of the first")
        if how == "thrown":
            raise ValueError("it stands here already")
        return HttpResponse("it stands here already", status=422)

    assert post(seller, meanwhile).content == b"of the first"


def test_control_without_the_claim_a_form_sent_twice_is_done_twice(seller, monkeypatch):
    audit.written.disconnect(dispatch_uid="records.idempotency")
    try:
        post(seller, saving)
        post(seller, saving)
    finally:
        audit.written.connect(idempotency.claim, dispatch_uid="records.idempotency")

    assert ChangeSet.objects.count() == 2


def test_answers_are_forgotten_after_a_day(seller):
    post(seller, saving)
    KeptAnswer.objects.update(at=timezone.now() - timedelta(hours=25))
    post(seller, saving, key=KEY[:-1] + "2")

    assert idempotency.forget_old() == 1
    assert KeptAnswer.objects.count() == 1


def test_an_act_on_the_firm_sent_twice_is_done_once(owner, client):
    client.force_login(owner)
    form = {"name": "PT Tirta", "country": "ID", "idempotency_key": KEY}

    first, second = (client.post("/firm/entities/new/", form) for _ in range(2))

    assert LegalEntity.objects.count() == 1
    assert (first.status_code, second.status_code) == (302, 302)
    assert second["Location"] == first["Location"]


def test_a_link_that_is_shown_once_is_not_kept_for_whoever_asks_again(owner, client, monkeypatch):
    monkeypatch.setattr(idempotency, "PATIENCE", 0)
    client.force_login(owner)
    form = {"role": Role.objects.get(code="seller").pk, "name": "Ayu", "email": "", "idempotency_key": KEY}

    first, second = (client.post("/people/invite/", form) for _ in range(2))

    assert Invitation.objects.count() == 1
    assert b"/join/" in first.content
    assert second.status_code == 302
    assert "/join/" not in KeptAnswer.objects.get().body
