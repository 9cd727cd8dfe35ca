"""Texts: characters and numbers, files, books, windows and streams."""

import hashlib
import json
import threading
from functools import cache
from http.server import BaseHTTPRequestHandler, HTTPServer

import numpy as np
import pytest
from bad_input import bad_input

from rnncourse import text
from rnncourse.text.corpora import BOOKS, find_book, strip_gutenberg
from rnncourse.training.recipe import FEW, compressed_bits

ODD = "a\nb é – 😀\U0010ffff\tz\u2028"


@cache
def why_missing(name: str) -> str | None:
    try:
        text.fetch(name)
    except OSError as error:
        return str(error)
    return None


@pytest.fixture
def book_of():
    """Reads a book of the course, or skips the test where there is none and no network."""

    def read(name: str) -> str:
        if why_missing(name):
            pytest.skip(why_missing(name))
        return text.corpus(name)

    return read


# Vocabulary


@pytest.mark.parametrize(
    "s", [ODD, "x", "aab", "\udc80a", text.tales(np.random.default_rng(0), 999)]
)
def test_decoding_undoes_encoding(s):
    vocabulary = text.Vocabulary.from_text(s)
    ids = vocabulary.encode(s)
    assert vocabulary.decode(ids) == s
    table = {character: number for number, character in enumerate(sorted(set(s)))}
    assert ids.dtype == np.int64
    assert [*ids] == [table[character] for character in s]
    assert len(vocabulary) == len(table)


def test_a_vocabulary_survives_json():
    vocabulary = text.Vocabulary.from_text(ODD)
    again = text.Vocabulary(json.loads(json.dumps(vocabulary.characters)))
    assert again == vocabulary
    assert [*again.encode(ODD)] == [*vocabulary.encode(ODD)]
    assert "😀" in again
    assert "q" not in again


def test_nothing_has_no_numbers():
    vocabulary = text.Vocabulary("ab")
    assert vocabulary.encode("").shape == (0,)
    assert vocabulary.decode(vocabulary.encode("")) == ""


@pytest.mark.parametrize("stranger", ["c", "A", "é", "☃", "\U0010ffff", "\0"])
def test_a_character_outside_is_named_with_its_place(stranger):
    with pytest.raises(ValueError) as caught:
        text.Vocabulary("\nab").encode("ab\nb" + stranger + "☃")
    code = f"U+{ord(stranger):04X}"
    start = f"character {stranger!r} ({code}) at line 2, column 2 (place 4 of the text, from 0)"
    assert str(caught.value) == f"{start} is not in the vocabulary"


@bad_input(
    (lambda: text.Vocabulary.from_text(""), "text must be a string that is not empty"),
    (lambda: text.Vocabulary.from_text(b"ab"), "text must be a string that is not empty"),
    (lambda: text.Vocabulary(""), "characters must be a string that is not empty"),
    (lambda: text.Vocabulary("ba"), "characters must be sorted and different"),
    (lambda: text.Vocabulary("aab"), "characters must be sorted and different"),
    (lambda: text.Vocabulary("ab").encode(["a"]), "text must be a string, got list"),
    (lambda: text.Vocabulary("ab").decode([0, 2]), "ids must lie in 0 … 1, got 2"),
    (lambda: text.Vocabulary("ab").decode([-1]), "ids must lie in 0 … 1, got -1"),
    (lambda: text.Vocabulary("ab").decode([0.0]), "ids must hold whole numbers"),
    (lambda: text.Vocabulary("ab").decode([[0]]), "ids must have shape (T,), got (1, 1)"),
)
def test_a_vocabulary_refuses(call):
    call()


# Files


@pytest.mark.parametrize("raw", ["één\ntwee\n", "\ufeffeen\r\ntwee\r\n", "een\rtwee\r"])
def test_a_file_is_read_with_plain_newlines_and_no_mark(raw, tmp_path):
    file = tmp_path / "own.txt"
    file.write_bytes(raw.encode("utf-8"))
    first = raw.lstrip("\ufeff")[:3]
    assert text.corpus(file) == text.corpus(str(file)) == f"{first}\ntwee\n"


@pytest.mark.parametrize(
    "raw, message",
    [
        (b"een\ncaf\xe9 twee", "is not UTF-8: byte 0xE9 at place 7 (line 2)"),
        (b"\xff\xfea\0b\0", "is not UTF-8: byte 0xFF at place 0 (line 1)"),
        (b"\x89PNG\r\n", "is not UTF-8: byte 0x89 at place 0 (line 1)"),
        (b"abc\0", "is not a text: it holds a NUL at character 3"),
        (b"", "is empty"),
        (b"\xef\xbb\xbf \r\n", "is empty"),
    ],
)
def test_what_is_not_text_is_named_with_its_place(raw, message, tmp_path):
    file = tmp_path / "own.txt"
    file.write_bytes(raw)
    with pytest.raises(ValueError) as caught:
        text.corpus(file)
    assert str(file) in str(caught.value)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file_and_a_directory_are_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no-such\.txt is no file and none of .* grimm"):
        text.corpus("no-such.txt")
    with pytest.raises(IsADirectoryError, match=f"{tmp_path} is a directory"):
        text.corpus(tmp_path)
    with pytest.raises(NotADirectoryError, match=r"cannot read /dev/null/x: Not a directory"):
        text.corpora.read_text("/dev/null/x")


# Books


@pytest.mark.parametrize(
    "name, stripped, whole",
    [
        ("grimm", 80, 87),
        ("democracy", 79, 84),
        ("anna-karenina-nl", 96, 104),
        ("shakespeare", 65, 65),
    ],
)
def test_a_book_comes_without_its_license(name, stripped, whole, book_of):
    book = book_of(name)
    assert len(text.Vocabulary.from_text(book)) == stripped
    assert len(set(find_book(name).read_bytes().decode("utf-8"))) == whole  # with the mark in front
    assert len(book) == BOOKS[name].characters
    assert "Gutenberg" not in book
    assert "Produced by" not in book
    assert book.strip() + "\n" == book


@pytest.mark.parametrize("name", ["grimm", "democracy", "anna-karenina-nl", "shakespeare"])
def test_a_book_does_not_repeat_itself(name, book_of):
    assert compressed_bits(book_of(name)) > 1.5 * FEW


def test_only_what_gutenberg_adds_is_stripped():
    tale = "A tale.\n\nProduced by hand.\n"
    around = "*** START OF THIS PROJECT GUTENBERG EBOOK A TALE ***\n\n{}\n{}\n"
    end = "*** END OF THIS PROJECT GUTENBERG EBOOK A TALE ***\nLicense"
    assert (
        strip_gutenberg("Header\n" + around.format("Produced by me\nand you\n\n" + tale, end))
        == tale
    )
    assert strip_gutenberg(around.format(tale, "End of Project Gutenberg's A Tale\n" + end)) == tale
    assert strip_gutenberg(around.format(tale, "")) == around.format(tale, "")
    assert strip_gutenberg(tale) == tale


# Downloads: a small server of our own stands for the network


class Server(BaseHTTPRequestHandler):
    """Sends a page by the name asked for."""

    body = b"A short book.\n"

    def do_GET(self):
        if self.path == "/missing":
            self.send_error(404)
            return
        sent = b"another book" if self.path == "/other" else self.body
        size = len(sent) + (1000 if self.path == "/half" else 0)
        self.send_response(200)
        self.send_header("Content-Length", str(size))
        self.end_headers()
        self.wfile.write(sent)

    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="module")
def address():
    server = HTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def published(monkeypatch, address):
    """Puts the book "grimm" at a page of the server."""

    def publish(page: str, url: str = address) -> None:
        digest = hashlib.sha256(Server.body).hexdigest()
        book = BOOKS["grimm"]._replace(url=url + page, sha256=digest)
        monkeypatch.setitem(BOOKS, "grimm", book)

    return publish


def files_in(folder) -> list[str]:
    return sorted(path.name for path in folder.rglob("*"))


def test_a_missing_book_is_downloaded_into_the_cache_only(published, places):
    published("/book")
    assert text.corpus("grimm") == Server.body.decode()
    assert files_in(places["cache"]) == [BOOKS["grimm"].file]
    assert files_in(places["data"]) == []
    published("/missing")  # the second time it lies there
    assert text.fetch("grimm") == places["cache"] / BOOKS["grimm"].file


@pytest.mark.parametrize(
    "page, error, message",
    [
        ("/other", ValueError, hashlib.sha256(b"another book").hexdigest()),
        ("/other", ValueError, hashlib.sha256(Server.body).hexdigest()),
        ("/missing", OSError, "the server says 404 Not Found"),
        ("/half", OSError, "the connection failed"),
    ],
)
def test_a_bad_download_leaves_nothing(page, error, message, published, places):
    published(page)
    with pytest.raises(error) as caught:
        text.corpus("grimm")
    assert message in str(caught.value)
    assert BOOKS["grimm"].file in str(caught.value)
    assert "\n" not in str(caught.value)
    assert files_in(places["cache"]) == files_in(places["data"]) == []


def test_without_a_network_one_line_says_what_to_do(published, places):
    published("/book", url="http://127.0.0.1:1")
    with pytest.raises(OSError) as caught:
        text.corpus("grimm")
    assert "cannot download 'grimm' from http://127.0.0.1:1/book" in str(caught.value)
    assert "the connection failed (ConnectionError)" in str(caught.value)
    assert "RNNCOURSE_DATA" in str(caught.value)


@pytest.mark.parametrize("stop", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_what_was_written_before_a_stop_does_not_survive(stop, published, places, monkeypatch):
    pooch = pytest.importorskip("pooch")

    def write_half(self, url, output_file, *arguments):
        with open(output_file, "wb") as file:
            file.write(Server.body[:5])
        assert len(files_in(places["cache"])) == 1
        raise stop

    published("/book")
    monkeypatch.setattr(pooch.HTTPDownloader, "__call__", write_half)
    with pytest.raises(type(stop), match="No space left" if isinstance(stop, OSError) else None):
        text.fetch("grimm")
    assert files_in(places["cache"]) == []


def test_the_data_folder_comes_first_and_the_cache_second(published, places):
    published("/missing")
    for folder in (places["cache"], places["data"]):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / BOOKS["grimm"].file).write_bytes(Server.body)
        assert text.fetch("grimm") == folder / BOOKS["grimm"].file


@pytest.mark.parametrize("place", ["data", "cache"])
def test_a_wrong_file_is_named_with_both_hashes_and_left_alone(place, published, places):
    published("/book")
    places[place].mkdir(parents=True, exist_ok=True)
    file = places[place] / BOOKS["grimm"].file
    file.write_bytes(b"another book")
    with pytest.raises(ValueError) as caught:
        text.corpus("grimm")
    assert str(file) in str(caught.value)
    assert BOOKS["grimm"].sha256 in str(caught.value)
    assert hashlib.sha256(b"another book").hexdigest() in str(caught.value)
    assert file.read_bytes() == b"another book"


def test_a_name_that_is_no_book_is_refused():
    with pytest.raises(ValueError, match="name must be one of anna-karenina-nl, democracy"):
        text.fetch("tales")


# Split, windows, streams


def test_the_last_tenth_is_held_out():
    ids = np.arange(101)
    learn, judge = text.split(ids)
    assert [*learn, *judge] == [*ids]
    assert len(judge) == 10
    assert text.split("abcde", held_out=0.4) == ("abc", "de")


def test_windows_are_pieces_of_the_text_with_their_next_characters(rng):
    ids = np.random.default_rng(1).permutation(50)  # all different: a window's place is known
    x, y = text.windows(rng, 400, 7, ids=ids)
    assert x.shape == y.shape == (400, 7)
    place = np.argsort(ids)[x[:, 0]]
    assert (x == ids[place[:, None] + np.arange(7)]).all()
    assert (y == ids[place[:, None] + np.arange(1, 8)]).all()
    assert {*place} == {*range(43)}  # the last window's last answer is the text's last character


def test_a_window_as_long_as_the_text_allows(rng):
    x, y = text.windows(rng, 3, 4, ids=np.arange(5))
    assert (x == np.arange(4)).all()
    assert (y == np.arange(1, 5)).all()


@pytest.mark.parametrize(
    "size, batch_size, length", [(101, 4, 6), (97, 4, 6), (13, 1, 12), (9, 4, 2)]
)
@pytest.mark.parametrize("keep_rest", [False, True])
def test_streams_read_on_where_the_last_chunk_stopped(size, batch_size, length, keep_rest):
    streams = text.Streams(np.arange(size), batch_size, length, keep_rest=keep_rest)
    chunks = list(streams)
    assert len(chunks) == len(streams)
    x = np.concatenate([chunk.x for chunk in chunks], axis=1)
    y = np.concatenate([chunk.y for chunk in chunks], axis=1)
    assert (y == x + 1).all()  # the ids count the places
    assert (np.diff(x, axis=1) == 1).all()
    assert (x[:, 0] == np.arange(batch_size) * ((size - 1) // batch_size)).all()
    assert len({*x.ravel()}) == x.size  # no character is read twice
    assert streams.dropped == size - 1 - x.size
    assert [chunk.restart for chunk in chunks] == [True] + [False] * (len(chunks) - 1)
    if not keep_rest:
        assert all(chunk.x.shape == (batch_size, length) for chunk in chunks)
        assert streams.dropped < batch_size * length + batch_size


def test_one_stream_that_keeps_its_rest_reads_every_character():
    streams = text.Streams(np.arange(100), 1, 32, keep_rest=True)
    assert streams.dropped == 0
    assert [chunk.x.shape[1] for chunk in streams] == [32, 32, 32, 3]


@pytest.mark.parametrize("keep_rest", [False, True])
def test_turned_epochs_cut_the_text_elsewhere_and_go_on_past_its_end(keep_rest):
    ids = np.arange(1000)
    streams = text.Streams(ids, 3, 32, keep_rest=keep_rest, turn=True)
    plain = text.Streams(ids, 3, 32, keep_rest=keep_rest)
    for step in range(len(streams)):
        assert np.array_equal(streams.at(step).x, plain.at(step).x)
    firsts = {int(streams.at(epoch * len(streams)).x[0, 0]) for epoch in range(8)}
    assert len(firsts) == 8
    for step in range(8 * len(streams)):
        chunk = streams.at(step)
        assert np.array_equal(chunk.y, (chunk.x + 1) % 1000)
        assert chunk.restart == (step % len(streams) == 0)


def test_steps_wrap_and_say_where_the_state_restarts():
    streams = text.Streams(np.arange(41), 2, 6)
    assert len(streams) == 3
    assert [streams.at(step).restart for step in range(7)] == [True, False, False] * 2 + [True]
    assert (streams.at(4).x == streams.at(1).x).all()
    streams.at(0).x[:] = 0  # a chunk is the caller's own
    assert streams.at(0).x[0, 1] == 1


@bad_input(
    (
        lambda rng: text.windows(rng, 2, 50, ids=np.arange(50)),
        "the text has 50 characters and must have at least 51: 50 and the one after",
    ),
    (
        lambda rng: text.Streams(np.arange(40), 4, 10),
        "the text has 40 characters and must have at least 41: 4 x 10 and the one after",
    ),
    (lambda rng: text.windows(rng, 0, 5, ids=np.arange(50)), "batch_size must be at least 1"),
    (lambda rng: text.windows(rng, 2, 0, ids=np.arange(50)), "length must be at least 1"),
    (lambda rng: text.windows(rng, 2, 5, ids="abc"), "ids must have shape (N,), got ()"),
    (lambda rng: text.windows(None, 2, 5, ids=np.arange(9)), "rng must be a numpy.random.Gen"),
    (lambda rng: text.Streams(np.arange(40), 4.0, 5), "batch_size must be a whole number"),
    (lambda rng: text.Streams(np.arange(40), 4, 5).at(-1), "step must be at least 0, got -1"),
    (lambda rng: text.split("abc"), "a text of 3 characters is too short to hold 0.1 out"),
    (lambda rng: text.split("abc", 1.0), "held_out must lie strictly between 0 and 1"),
    (lambda rng: text.split("abc", "a"), "held_out must be a number, got str"),
)
def test_bad_arguments(call, rng):
    call(rng)
