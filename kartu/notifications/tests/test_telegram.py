from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from kartu.core.models import Job
from kartu.core.testing import run_jobs
from kartu.core.testing.telegram import TOKEN, FakeTelegram
from kartu.firm.actions import people
from kartu.notifications.actions import notify
from kartu.notifications.channels import standing
from kartu.notifications.health import telegram_now
from kartu.notifications.models import Carrier, Notification, TelegramBot, TelegramChat, TelegramCode
from kartu.notifications.telegram import linking, listening
from kartu.notifications.telegram.answers import Answer, answers
from kartu.notifications.telegram.api import BadToken
from kartu.security.models import AuditPayload

pytestmark = pytest.mark.django_db

CHAT = 77


@pytest.fixture
def server(settings, monkeypatch):
    monkeypatch.setattr(listening, "PATIENCE", 0)
    with FakeTelegram() as server:
        settings.TELEGRAM_API = server.url
        yield server


@pytest.fixture
def bot(server, firm, owner):
    return linking.set_bot(token=TOKEN, by=owner)


@pytest.fixture
def linked(bot, seller):
    return TelegramChat.objects.create(person=seller, chat=CHAT, name="Sari")


def hear():
    return listening.hear(TelegramBot.current())


def tell(person, title="Call Rina", **words):
    [notice] = notify(to=[person], kind="test", title=title, text="At 10:07", only=["telegram"], urgent=True, **words)
    return notice


def hops(notice):
    return [(hop.what, hop.attempt) for hop in notice.hops.filter(channel="telegram").order_by("id")]


def try_now():
    Carrier.objects.update(paused_until=None)
    Job.objects.waiting().update(run_at=None)
    return run_jobs()


def test_a_notice_goes_out_as_a_message_of_the_bot(linked, server, seller, settings):
    settings.ADDRESS = "https://crm.tirta.example"
    notice = tell(seller, url="/clients/7/")

    run_jobs()

    [message] = server.sent
    assert (message["chat_id"], message["text"]) == (CHAT, "Call Rina\n\nAt 10:07")
    assert message["reply_markup"]["inline_keyboard"] == [
        [{"text": "Open", "url": "https://crm.tirta.example/clients/7/"}],
        [{"text": "Got it", "callback_data": f"known:{notice.pk}"}],
    ]
    assert hops(notice) == [("planned", 0), ("sent", 1)]
    assert standing(notice)["telegram"].carrier_id == "1"


@pytest.mark.parametrize("address", ["http://localhost:8420", "http://192.168.1.5:8420", "http://kartu:8420"])
def test_an_address_that_telegram_cannot_open_is_no_button(linked, server, seller, settings, address):
    settings.ADDRESS = address
    tell(seller, url="/clients/7/")

    run_jobs()

    assert len(server.sent[0]["reply_markup"]["inline_keyboard"]) == 1


def test_without_a_bot_or_a_chat_the_ledger_says_so(server, seller, owner, firm):
    assert standing(tell(seller))["telegram"].reason == "No Telegram bot is set up"

    linking.set_bot(token=TOKEN, by=owner)

    assert standing(tell(seller))["telegram"].reason == "You have not let the bot write to you"


def test_a_code_joins_the_chat_to_its_person_once(bot, server, seller, stranger):
    code = linking.make_code(by=seller)
    server.write(CHAT, f"/start {code}", first_name="Sari", username="sari")
    server.write(88, f"/start {code}")

    assert hear() == 2

    chat = TelegramChat.objects.get()
    assert (chat.person, chat.chat, chat.name) == (seller, CHAT, "Sari @sari")
    assert [message["text"] for message in server.sent] == [
        "Sari, from now on Kartu tells you here.",
        "This code opens nothing. Take a new one from your profile in Kartu.",
    ]
    assert AuditPayload.objects.last().values == {"telegram": "linked", "name": "Sari @sari"}
    assert code not in str(TelegramCode.objects.values())


def test_an_old_code_and_the_code_of_somebody_who_is_gone_open_nothing(bot, server, seller, stranger):
    old, gone = linking.make_code(by=seller), linking.make_code(by=stranger)
    TelegramCode.objects.filter(person=seller).update(until_at=timezone.now() - timedelta(seconds=1))
    type(stranger).objects.filter(pk=stranger.pk).update(is_active=False)
    server.write(CHAT, f"/start {old}")
    server.write(88, f"/start {gone}")

    hear()

    assert not TelegramChat.objects.exists()


def test_a_new_code_ends_the_one_before(bot, server, seller):
    first, _second = linking.make_code(by=seller), linking.make_code(by=seller)
    server.write(CHAT, f"/start {first}")

    hear()

    assert not TelegramChat.objects.exists()


def test_in_a_group_the_bot_is_deaf(bot, server, seller):
    server.write(-5, f"/start {linking.make_code(by=seller)}", type="group")

    hear()

    assert not TelegramChat.objects.exists() and server.sent == []


def test_stop_ends_it(linked, server, seller):
    server.write(CHAT, "/stop")

    hear()

    assert not TelegramChat.objects.exists()


def test_nothing_is_heard_twice(linked, server, seller):
    notice = tell(seller)
    update = server.press(CHAT, f"known:{notice.pk}")
    calls = []
    answers._items["count"] = Answer("count", "Count", lambda n: True, lambda by, notification: calls.append(1) or "ok")
    counted = server.press(CHAT, f"count:{notice.pk}")

    assert hear() == 2
    assert hear() == 0
    bot = TelegramBot.current()
    assert [listening.do_once(bot, each) for each in (update, counted)] == [False, False]

    del answers._items["count"]
    assert calls == [1]
    assert TelegramBot.current().heard_up_to == counted["update_id"]


def test_a_pressed_button_acts_as_its_person_and_stands_in_the_ledger(linked, server, seller):
    notice = tell(seller)
    run_jobs()
    server.press(CHAT, f"known:{notice.pk}")

    hear()

    assert Notification.objects.visible_to(seller).get().acted_at
    assert standing(notice)["telegram"].what == "clicked"
    assert server.answered[0]["text"] == "You know it"
    assert server.edited[0]["text"] == "Call Rina\n\nAt 10:07\n\n✓ You know it"
    assert "reply_markup" not in server.edited[0]


@pytest.mark.parametrize("who", ["another chat", "another person in the chat", "somebody who is gone"])
def test_nobody_presses_for_another(linked, server, seller, stranger, who):
    notice = tell(seller)
    if who == "another chat":
        TelegramChat.objects.create(person=stranger, chat=88)
        server.press(88, f"known:{notice.pk}")
    elif who == "another person in the chat":
        server.press(CHAT, f"known:{notice.pk}", by=99)
    else:
        type(seller).objects.filter(pk=seller.pk).update(is_active=False)
        server.press(CHAT, f"known:{notice.pk}")

    hear()

    assert not Notification.objects.as_system("a test").exclude(acted_at=None).exists()


@pytest.mark.parametrize("data", ["", "known", "known:x", "known:99999999999999999999", "nothing:1", "known:999"])
def test_odd_presses_do_nothing(linked, server, seller, data):
    tell(seller)
    server.press(CHAT, data)

    assert hear() == 1
    assert server.answered[0]["text"] == "That is not possible any more"


def test_a_right_that_is_missing_is_said_and_nothing_else_happens(linked, server, seller, monkeypatch):
    def refuse(**_words):
        raise PermissionDenied("clients.change")

    monkeypatch.setitem(answers._items, "no", Answer("no", "No", lambda notification: True, refuse))
    notice = tell(seller)
    server.press(CHAT, f"no:{notice.pk}")

    hear()

    assert server.answered[0]["text"] == "You may not do that"
    assert standing(notice)["telegram"].what != "clicked"


def test_what_nobody_can_read_stands_before_nothing(linked, server, seller):
    server._tell({"message": {"chat": 5}})
    server._tell({"callback_query": {}})
    server._tell({"poll": {}})
    server.write(CHAT, "/stop")

    assert hear() == 4
    assert not TelegramChat.objects.exists()


def test_a_person_who_shuts_the_bot_out_is_not_written_to_again_until_he_returns(linked, server, seller):
    server.blocked.add(CHAT)
    first = tell(seller)
    run_jobs()
    assert standing(first)["telegram"].reason.startswith("You have shut the bot out")

    second = tell(seller)
    run_jobs()
    assert hops(second) == [("planned", 0), ("failed", 0)]

    server.blocked.clear()
    server.write(CHAT, "/start")
    hear()
    third = tell(seller)
    run_jobs()
    assert standing(third)["telegram"].what == "sent"


def test_telegram_that_asks_to_wait_is_left_in_peace_that_long(linked, server, seller):
    server.retry_after = 120
    notice, other = tell(seller), tell(seller, "Another")

    run_jobs()

    assert sum("sendMessage" in asked.path for asked in server.asked) == 1
    assert timedelta(seconds=110) < Carrier.objects.get(key="telegram").pause <= timedelta(seconds=120)
    server.retry_after = 0
    try_now()
    assert (standing(notice)["telegram"].what, standing(other)["telegram"].what) == ("sent", "sent")


@pytest.mark.parametrize("mood", [500, 502, "cut"])
def test_telegram_that_cannot_now_is_asked_again(linked, server, seller, mood):
    server.mood = mood
    notice = tell(seller)
    run_jobs()
    assert hops(notice) == [("planned", 0), ("delayed", 1)]

    server.mood = "kind"
    try_now()

    assert hops(notice) == [("planned", 0), ("delayed", 1), ("sent", 2)]


@pytest.mark.parametrize("mood", ["hang", "drip"])
def test_telegram_that_says_nothing_keeps_nobody_longer_than_the_deadline(linked, server, seller, mood, monkeypatch):
    monkeypatch.setattr("kartu.notifications.telegram.api.DEADLINE", 1)
    server.mood = mood
    notice = tell(seller)

    run_jobs()

    assert standing(notice)["telegram"].reason == "The server of this way does not answer"


def test_a_token_that_was_taken_back_is_said_and_the_token_itself_never(linked, server, seller, owner):
    bot = TelegramBot.current()
    bot.set_token("123456:" + "B" * 35)
    bot.save()
    notice = tell(seller)

    run_jobs()
    listening.listen(1)

    reason = standing(notice)["telegram"].reason
    assert reason == "Telegram does not accept the token of the bot"
    assert {carrier.last_error for carrier in Carrier.objects.all()} == {reason}
    assert telegram_now().tone == "warn"


def test_the_keeper_hears_that_the_bot_hears_nothing(linked, server, owner):
    server.mood = 502
    listening.listen(1)
    Carrier.objects.update(failing_since=timezone.now() - timedelta(minutes=6), paused_until=None)

    listening.listen(1)
    Carrier.objects.update(paused_until=None)
    listening.listen(1)

    told = Notification.objects.visible_to(owner).filter(kind="notifications.channel_fails")
    assert [notice.title for notice in told] == ["Messages do not go out: Telegram"]


def test_it_ends_with_the_access_of_the_person(linked, server, seller, owner):
    notice = tell(seller)
    linking.make_code(by=seller)
    people.close_access(person=seller, by=owner)

    run_jobs()

    assert server.sent == []
    assert standing(notice)["telegram"].reason == "This person works here no more"
    assert not TelegramChat.objects.exists() and not TelegramCode.objects.exists()


def test_another_bot_begins_with_nobody(linked, server, owner, monkeypatch):
    monkeypatch.setattr("kartu.core.testing.telegram.BOT", {"id": 9, "username": "another"})

    linking.set_bot(token=TOKEN, by=owner)

    assert not TelegramChat.objects.exists()
    assert TelegramBot.current().heard_up_to == 0


def test_the_owner_sets_the_bot_up_and_the_token_is_nowhere(client, owner, server, firm):
    client.force_login(owner)
    page = reverse("notifications:telegram")

    answer = client.post(page, {"token": f" {TOKEN} "})

    assert answer.status_code == 302
    stored = f"{TelegramBot.objects.values().get()} {AuditPayload.objects.last().values} {client.get(page).content}"
    assert TOKEN not in stored
    assert TelegramBot.current().token == TOKEN


@pytest.mark.parametrize("token", ["x", "123456:" + "B" * 35, "123456:../../evil" + "A" * 30])
def test_a_wrong_token_is_said(client, owner, server, firm, token):
    client.force_login(owner)

    answer = client.post(reverse("notifications:telegram"), {"token": token})

    assert answer.status_code == 422
    assert "does not accept the token" in answer.content.decode()
    assert TelegramBot.current() is None


def test_a_malformed_token_is_never_sent(server, owner):
    with pytest.raises(BadToken):
        linking.set_bot(token="123456:../x", by=owner)

    assert server.asked == []


def test_a_person_goes_to_the_bot_by_his_own_page(client, bot, seller):
    client.force_login(seller)

    page = client.post(reverse("notifications:telegram_link")).content.decode()

    code = page.split("?start=")[1].split('"')[0]
    assert linking.link(code=code, chat=CHAT, name="Sari") == seller
    assert "It writes to Sari" in client.get(reverse("notifications:my_telegram")).content.decode()

    client.post(reverse("notifications:telegram_unlink"))

    assert not TelegramChat.objects.exists()


def test_a_seller_may_set_up_no_bot(client, seller, server):
    client.force_login(seller)

    assert client.post(reverse("notifications:telegram"), {"token": TOKEN}).status_code == 403
    assert client.post(reverse("notifications:telegram_end")).status_code == 403
