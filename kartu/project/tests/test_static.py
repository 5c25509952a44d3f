import gzip
from pathlib import Path

import pytest

from kartu.project.static import StaticFiles
from kartu.project.tests.caller import call
from tools import assets

pytestmark = pytest.mark.no_database

SCRIPT = b"console.log('a card');\n" * 200


@pytest.fixture
def files(tmp_path: Path) -> StaticFiles:
    (tmp_path / "built" / "assets").mkdir(parents=True)
    (tmp_path / "built" / "assets" / "app-Ab3_d-9Z.js").write_bytes(SCRIPT)
    (tmp_path / "built" / "manifest.json").write_bytes(b"{}")
    (tmp_path / "secret.key").write_bytes(b"the key")
    assets.compress(tmp_path / "built")
    return StaticFiles(tmp_path / "built", "/static/")


def test_a_file_with_a_hash_in_its_name_is_kept_for_ever(files: StaticFiles) -> None:
    answer = call(files, "/static/assets/app-Ab3_d-9Z.js")

    assert answer.status == 200
    assert answer.body == SCRIPT
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["content-length"] == str(len(SCRIPT))


def test_a_file_without_a_hash_is_asked_for_again(files: StaticFiles) -> None:
    assert call(files, "/static/manifest.json").headers["cache-control"] == "no-cache"


def test_a_browser_that_takes_gzip_gets_the_copy_made_by_the_build(files: StaticFiles) -> None:
    answer = call(files, "/static/assets/app-Ab3_d-9Z.js", headers={"accept-encoding": "br, gzip"})

    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["vary"] == "accept-encoding"
    assert len(answer.body) < len(SCRIPT) / 10
    assert gzip.decompress(answer.body) == SCRIPT


def test_a_browser_that_refuses_gzip_gets_the_plain_file(files: StaticFiles) -> None:
    answer = call(files, "/static/assets/app-Ab3_d-9Z.js", headers={"accept-encoding": "gzip;q=0, br"})

    assert "content-encoding" not in answer.headers
    assert answer.body == SCRIPT


def test_what_the_browser_has_already_is_not_sent_again(files: StaticFiles) -> None:
    etag = call(files, "/static/manifest.json").headers["etag"]

    again = call(files, "/static/manifest.json", headers={"if-none-match": etag})
    other = call(files, "/static/manifest.json", headers={"if-none-match": 'W/"older"'})

    assert (again.status, again.body) == (304, b"")
    assert (other.status, other.body) == (200, b"{}")


def test_head_tells_the_size_and_sends_nothing(files: StaticFiles) -> None:
    answer = call(files, "/static/assets/app-Ab3_d-9Z.js", method="HEAD")

    assert (answer.status, answer.headers["content-length"], answer.body) == (200, str(len(SCRIPT)), b"")


def test_other_methods_are_refused(files: StaticFiles) -> None:
    answer = call(files, "/static/manifest.json", method="POST")

    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize(
    "path",
    [
        "/static/../secret.key",
        "/static/assets/../../secret.key",
        "/static//secret.key",
        "/static/..\\secret.key",
        "/static/assets",
        "/static/",
        "/static/assets/app-Ab3_d-9Z.js.gz",
        "/static/nothing.js",
        "/static/manifest.json\x00",
    ],
)
def test_nothing_outside_the_folder_can_be_reached(files: StaticFiles, path: str) -> None:
    answer = call(files, path)

    assert answer.status == 404
    assert b"the key" not in answer.body


def test_the_same_file_compresses_to_the_same_bytes(tmp_path: Path) -> None:
    copies = []
    for number in range(2):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "app.css").write_bytes(b".card { color: red }\n" * 100)
        assets.compress(folder)
        copies.append((folder / "app.css.gz").read_bytes())

    assert copies[0] == copies[1]
