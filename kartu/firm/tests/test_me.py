"""A person's own page."""

import io

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.test import Client
from PIL import Image

from kartu.firm import pictures
from kartu.firm.models import Role, User
from kartu.firm.tests.conftest import picture

RIGHT = "correct horse"
PROFILE = {
    "name": "Sari Dewi",
    "phone": "0812 345",
    "language": "id",
    "time_zone": "Asia/Makassar",
    "theme": "dark",
    "density": "roomy",
}


@pytest.fixture
def me(seller, client) -> User:
    client.force_login(seller)
    return seller


def test_a_person_changes_what_is_his(me, client):
    assert client.post("/me/", PROFILE)["Location"] == "/me/"

    me.refresh_from_db()
    assert {name: getattr(me, name) for name in PROFILE} == PROFILE
    assert me.letter_keys is False
    page = client.get("/me/")
    assert page["Content-Language"] == "id"
    assert 'data-bs-theme="dark"' in page.content.decode()


def test_a_person_does_not_raise_himself(me, client):
    owner = Role.objects.get(code="owner").pk

    client.post("/me/", {**PROFILE, "role": owner, "role_id": owner, "team": 99, "email": "x@example.com"})

    me.refresh_from_db()
    assert (me.role.code, me.email) == ("seller", "sari@example.com")


@pytest.mark.parametrize("wrong", [{"name": ""}, {"language": "de"}, {"time_zone": "Moon/Sea"}, {"theme": "pink"}])
def test_what_cannot_be_is_refused_and_the_frame_stays_as_it_was(me, client, wrong):
    page = client.post("/me/", {**PROFILE, **wrong})

    assert (page.status_code, list(page.context["profile"].errors)) == (422, list(wrong))
    assert User.objects.get(pk=me.pk).name == "Sari"
    assert '<span class="cut">Sari</span>' in page.content.decode()


def key(**fields: str) -> dict[str, str]:
    return {"email": "sari@example.com", "password": "", "old_password": RIGHT, **fields}


def test_a_new_password_needs_the_old_one(me, client):
    refused = client.post("/me/key/", key(password="another long one", old_password="wrong"))

    assert list(refused.context["key"].errors) == ["old_password"]
    assert User.objects.get(pk=me.pk).check_password(RIGHT)


def test_a_new_password_signs_out_every_other_browser_and_not_this_one(me, client):
    other = Client()
    other.force_login(me)

    client.post("/me/key/", key(password="another long one"))

    assert User.objects.get(pk=me.pk).check_password("another long one")
    assert client.get("/me/").status_code == 200
    assert other.get("/me/").status_code == 302


@pytest.mark.parametrize("weak", ["short", "password123", "sari@example.com", "tirta makmur"])
def test_a_weak_password_is_refused_with_a_reason(me, client, weak):
    page = client.post("/me/key/", key(password=weak))

    assert list(page.context["key"].errors) == ["password"]


def test_a_long_password_with_spaces_and_any_letters_is_taken_whole(me, client):
    password = "  три тихих слова  " * 5

    client.post("/me/key/", key(password=password))

    assert User.objects.get(pk=me.pk).check_password(password)


def test_the_e_mail_to_sign_in_with_changes_and_the_password_stays(me, client):
    client.post("/me/key/", key(email="Dewi@Example.com"))

    changed = User.objects.get(pk=me.pk)
    assert (changed.email, changed.check_password(RIGHT)) == ("dewi@example.com", True)


def test_an_e_mail_of_a_colleague_is_refused(me, client, owner):
    page = client.post("/me/key/", key(email="olga@example.com"))

    assert page.context["key"].errors == {"email": ["Somebody signs in with this e-mail already."]}
    assert User.objects.get(pk=me.pk).email == "sari@example.com"


def test_a_new_password_is_told_without_the_password(me, client, telling):
    client.post("/me/key/", key(password="another long one"))

    assert [(line.verb, line.values) for line in telling] == [
        ("confirmed", {"proof": "password"}),
        ("change", {"changed": ["password"]}),
    ]


def test_a_picture_becomes_a_small_square_without_its_secrets(me, client):
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    file = io.BytesIO()
    Image.new("RGB", (800, 500)).save(file, "JPEG", exif=exif)

    client.post("/me/picture/", {"picture": ContentFile(file.getvalue(), "me.jpg")})

    shown = b"".join(client.get(f"/people/{me.pk}/picture/").streaming_content)
    made = Image.open(io.BytesIO(shown))
    assert (made.format, made.size) == ("PNG", (256, 256))
    assert b"taken at home" not in shown


def test_a_picture_is_taken_away_again(me, client):
    client.post("/me/picture/", {"picture": picture()})
    client.post("/me/picture/", {"none": "1"})

    assert client.get(f"/people/{me.pk}/picture/").status_code == 404


@pytest.mark.parametrize("content", [b"", b"<svg/>", b"\x89PNG\r\n\x1a\n" + b"\0" * 50, b"GIF89a" + b"\xff" * 40])
def test_what_is_no_picture_is_refused_in_words(me, client, content):
    page = client.post("/me/picture/", {"picture": ContentFile(content, "me.png")})

    assert page.status_code == 422
    assert not User.objects.get(pk=me.pk).picture


def test_a_picture_that_would_fill_the_memory_is_refused_unopened():
    bomb = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(bomb, "PNG")
    assert len(bomb.getvalue()) < 200_000

    with pytest.raises(ValidationError):
        pictures.face(bomb)


def test_a_picture_too_heavy_to_be_one_is_refused_unread():
    with pytest.raises(ValidationError):
        pictures.face(ContentFile(b"\0" * (pictures.LARGEST_FILE + 1), "a.png"))
