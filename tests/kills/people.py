"""People at their browsers: each fills in the pages' own forms, and remembers what he was told became of them."""

import http.client
import http.cookiejar
import itertools
import random
import re
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import Message

from kartu.firm import totp
from tests.kills import founding

ACKNOWLEDGED, UNKNOWN, REFUSED = "acknowledged", "unknown", "refused"
PATIENCE = 180
HIDDEN = re.compile(r'name="(csrfmiddlewaretoken|idempotency_key)" value="([^"]*)"')


class Cut(Exception):
    """The line went dead before the whole answer was here."""


class Away(Cut):
    """Nobody was there to take the request."""


class Quit(Exception):
    """It is time to go home."""


@dataclass
class Answer:
    status: int
    headers: Message
    text: str

    @property
    def is_done(self) -> bool:
        return 200 <= self.status < 400


@dataclass
class Act:
    """One thing that a person wants done, under one key, however often it is sent."""

    kind: str
    token: str
    key: str
    about: dict = field(default_factory=dict)
    state: str = UNKNOWN
    sent: int = 0
    cuts: int = 0
    answers: list[int] = field(default_factory=list)


class History:
    """What everybody has sent, in the order of sending; all threads write into it."""

    def __init__(self) -> None:
        self.acts: list[Act] = []
        self.failures: list[str] = []
        self._numbers = itertools.count(1)

    def act(self, kind: str, form: dict[str, str], **about: object) -> Act:
        """A new one, under the key of the `form` it is sent with (a part of a page without one makes its own)."""
        number = next(self._numbers)
        token, key = f"{kind}-{number:06}-{uuid.uuid4().hex[:6]}", form.get("idempotency_key") or str(uuid.uuid4())
        act = Act(kind, token, key, {"number": number, **about})
        self.acts.append(act)
        return act

    def of(self, kind: str) -> list[Act]:
        return [act for act in self.acts if act.kind == kind]

    def told(self) -> str:
        states = [act.state for act in self.acts]
        counts = ", ".join(f"{states.count(state)} {state}" for state in (ACKNOWLEDGED, UNKNOWN, REFUSED))
        return f"{len(states)} acts: {counts}; {sum(act.cuts for act in self.acts)} lines cut"


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


class Browser:
    """A signed-in person. `page` asks again until it has the page, `post` asks once, and raises Cut."""

    def __init__(self, url: str, email: str, is_over: Callable[[], bool] = lambda: False) -> None:
        self.url, self.email, self.is_over = url, email, is_over
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(cookies, NoRedirect, urllib.request.ProxyHandler({}))

    def sign_in(self, password: str) -> None:
        token = self.hidden("/sign-in/")["csrfmiddlewaretoken"]
        data = {"csrfmiddlewaretoken": token, "email": self.email, "password": password}
        answer = self.post("/sign-in/", data)
        assert answer.status == 302
        if "/sign-in/code/" in answer.headers["Location"]:
            code = totp.code_at(founding.APP, totp.step_at(time.time()))
            token = self.hidden("/sign-in/code/")["csrfmiddlewaretoken"]
            assert self.post("/sign-in/code/", {"csrfmiddlewaretoken": token, "code": code}).status == 302

    def page(self, path: str) -> Answer:
        until = time.monotonic() + PATIENCE
        while True:
            with suppress(Cut):
                answer = self._ask(urllib.request.Request(self.url + path))
                if answer.is_done:
                    return answer
            if self.is_over():
                raise Quit
            assert time.monotonic() < until, f"{path} has not come within {PATIENCE} s"
            time.sleep(0.1)

    def hidden(self, path: str) -> dict[str, str]:
        """The guard and the key of the form on the page `path`."""
        return dict(HIDDEN.findall(self.page(path).text))

    def post(self, path: str, data: dict, file: tuple[str, bytes] | None = None, **headers: str) -> Answer:
        if file is None:
            body, kind = urllib.parse.urlencode(data, doseq=True).encode(), "application/x-www-form-urlencoded"
        else:
            body, kind = in_parts(data, *file)
        return self.send(path, body, Content_Type=kind, Origin=self.url, **headers)

    def send(self, path: str, body: bytes, **headers: str) -> Answer:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._ask(urllib.request.Request(self.url + path, body, named))

    def _ask(self, request: urllib.request.Request) -> Answer:
        try:
            try:
                with self.opener.open(request, timeout=60) as answer:
                    return Answer(answer.status, answer.headers, answer.read().decode())
            except urllib.error.HTTPError as error:
                with error:
                    return Answer(error.code, error.headers, error.read().decode())
        except (OSError, http.client.HTTPException) as error:
            raise Away if isinstance(getattr(error, "reason", error), ConnectionRefusedError) else Cut from error


def in_parts(data: dict, name: str, content: bytes) -> tuple[bytes, str]:
    mark = uuid.uuid4().hex
    parts = [
        f'--{mark}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        for key, value in data.items()
    ]
    head = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
    return b"".join([*parts, head, content, f"\r\n--{mark}--\r\n".encode()]), f"multipart/form-data; boundary={mark}"


class Worker(threading.Thread):
    """Does one thing after the other until the day is over; `day` says what."""

    def __init__(self, url: str, name: str, history: History, seed: int, over: threading.Event) -> None:
        super().__init__(name=name, daemon=True)
        self.history, self.over = history, over
        self.random = random.Random(f"{seed} {name}")
        self.browser = Browser(url, f"{name.lower()}@example.com", over.is_set)
        self.wrong: BaseException | None = None

    def run(self) -> None:
        try:
            while not self.over.is_set():
                self.day()
        except Quit:
            pass
        except BaseException as error:
            self.wrong = error

    def day(self) -> None:
        raise NotImplementedError

    def send(self, act: Act, path: str, data: dict, *, stubborn: bool = False, **more: object) -> Answer | None:
        """Post until it is answered, or (not `stubborn`) given up: then nobody knows. The last answer."""
        while True:
            act.sent += 1
            try:
                answer = self.browser.post(path, data, Idempotency_Key=act.key, **more)
            except Away:
                act.sent -= 1
                if self.over.is_set():
                    return None
                time.sleep(0.1)
                continue
            except Cut:
                act.cuts += 1
                if (not stubborn and self.random.random() < 0.3) or self.over.is_set():
                    return None
                time.sleep(0.1)
                continue
            self._note(act, answer, path)
            if answer.status >= 500:  # of such answers the log tells more
                if stubborn and not self.over.is_set():
                    time.sleep(0.5)
                    continue
                return None
            if answer.is_done and act.sent < 3 and self.random.random() < 0.2:
                continue  # a double click
            return answer

    def _note(self, act: Act, answer: Answer, path: str) -> None:
        act.answers.append(answer.status)
        if answer.is_done:
            act.state = ACKNOWLEDGED
        elif answer.status < 500:
            act.state = REFUSED if act.state == UNKNOWN and act.sent == 1 else act.state
            self.history.failures.append(f"{act.token} at {path}: {answer.status} after {act.answers}, {act.sent} sent")


class Seller(Worker):
    """Clients, touches, tasks, cells and files."""

    def __init__(self, *args: object) -> None:
        super().__init__(*args)
        self.clients: list[int] = []

    def day(self) -> None:
        acts = [self.add_client, self.log_touch, self.promise, self.change_cell, self.attach]
        (self.random.choice(acts) if self.clients else self.add_client)()

    def add_client(self) -> None:
        form = self.browser.hidden("/clients/new/")
        act = self.history.act("client", form)
        number = act.about["number"]
        data = {**form, "kind": "company", "name": act.token, "phone": f"0812 1{number:07}"}
        answer = self.send(act, "/clients/new/", data)
        if answer and (found := re.fullmatch(r"/clients/(\d+)/", answer.headers.get("Location", ""))):
            self.clients.append(int(found[1]))

    def some_client(self) -> int:
        return self.random.choice(self.clients)

    def log_touch(self) -> None:
        pk = self.some_client()
        form = self.browser.hidden(f"/clients/{pk}/")
        act = self.history.act("touch", {}, client=pk)
        data = {"csrfmiddlewaretoken": form["csrfmiddlewaretoken"], "kind": "call", "text": act.token}
        self.send(act, f"/clients/{pk}/touches/", data)

    def promise(self) -> None:
        path = "/tasks/new/"
        form = self.browser.hidden(path)
        act = self.history.act("call_back", form)
        now = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime())
        data = {**form, "kind": "call", "due_at": now, "title": act.token, "client": self.some_client()}
        self.send(act, path, data)

    def change_cell(self) -> None:
        pk = self.some_client()
        form = self.browser.hidden(f"/clients/{pk}/")
        control = self.browser.page(f"/lists/clients/cells/{pk}/name/").text
        act = self.history.act("cell", {}, client=pk)
        seen = re.search(r'data-version="([^"]*)"', control)[1]
        data = {"csrfmiddlewaretoken": form["csrfmiddlewaretoken"], "value": act.token, "version": seen}
        self.send(act, f"/lists/clients/cells/{pk}/name/", data)

    def attach(self) -> None:
        pk = self.some_client()
        form = self.browser.hidden(f"/clients/{pk}/")
        act = self.history.act("file", {}, client=pk)
        content = act.token.encode() * self.random.choice((1, 1000, 20_000))
        data = {"csrfmiddlewaretoken": form["csrfmiddlewaretoken"]}
        self.send(act, f"/files/of/clients.client/{pk}/", data, file=(f"{act.token}.txt", content))


class Owner(Worker):
    """Tags many clients at once; more than a hundred go on in the background."""

    def __init__(self, *args: object, clients: list[int], tags: dict[str, int]) -> None:
        super().__init__(*args)
        self.base, self.tags = clients, iter(tags.items())

    def day(self) -> None:
        name, pk = next(self.tags, (None, None))
        if pk is None:
            raise Quit  # a night of a thousand kills has used them all up; the others go on
        chosen = self.random.sample(self.base, self.random.choice((25, 45, 60, 110)))
        path = "/lists/clients/acts/clients.tag/"
        ids = ",".join(map(str, chosen))
        form = self.browser.hidden(f"{path}?ids={ids}")
        act = self.history.act("bulk", form, tag=name, ids=len(chosen))
        self.send(act, path, {**form, "ids": ids, "tag": pk, "how": "add"})


class Importer(Worker):
    """Brings files in, by the pages: drop, columns, start."""

    ROWS = 900
    BAD = 7

    def day(self) -> None:
        form = self.browser.hidden("/imports/new/")
        act = self.history.act("import", form)
        if (page := self.step(act, "/imports/new/", form, file=(f"{act.token}.csv", self.content(act)))) is None:
            return
        act.about["url"] = page
        for verb in ("columns", "start"):
            path = f"{page}{verb}/"
            self.wait(page, path)
            form = self.browser.hidden(page)
            step = self.history.act("step", form, verb=verb, file=act.token)
            self.step(step, path, form)
        self.wait(page, "/undo/")

    def step(self, act: Act, path: str, form: dict, **more: object) -> str | None:
        data = {"csrfmiddlewaretoken": form["csrfmiddlewaretoken"]}
        answer = self.send(act, path, data, stubborn=True, **more)
        if answer is None and self.over.is_set():
            raise Quit
        return answer and answer.headers.get("Location")

    def wait(self, page: str, for_: str) -> None:
        until = time.monotonic() + PATIENCE
        while for_ not in self.browser.page(page).text:
            if self.over.is_set():
                raise Quit
            assert time.monotonic() < until, f"{page} has not come to {for_}"
            time.sleep(0.2)

    def content(self, act: Act) -> bytes:
        """Every row is one of a kind; the phones of the first BAD ones are none."""
        number = act.about["number"]
        phones = ["12" if row < self.BAD else f"0815 {number:05} {row:03}" for row in range(self.ROWS)]
        rows = [f"{act.token} {row},{phone},A note" for row, phone in enumerate(phones)]
        return "\n".join(["Name,Phone,Note", *rows]).encode()
