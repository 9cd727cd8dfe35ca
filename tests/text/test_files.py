"""What is no text is refused by what it is, with what to do; what has no end is not waited for."""

import bz2
import gzip
import io
import lzma
import os
import socket
import zipfile

import pytest

from rnncourse.text import corpus

WORDS = "Once upon a time there was a king.\n" * 30


def zipped() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("text.txt", WORDS)
    return content.getvalue()


@pytest.mark.parametrize(
    "content, message",
    [
        (gzip.compress(WORDS.encode()), "compressed by gzip: unpack it first (gunzip)"),
        (bz2.compress(WORDS.encode()), "compressed by bzip2"),
        (lzma.compress(WORDS.encode()), "compressed by xz"),
        (zipped(), "a zip archive"),
        (b"%PDF-1.7\n%\xe2\xe3\n" + WORDS.encode(), "a PDF document: save it as plain text"),
        (WORDS.encode("utf-16"), "it is UTF-16: save it as UTF-8 (iconv -f UTF-16 -t UTF-8)"),
        (WORDS.encode("utf-16-le"), "UTF-16 without a mark: save it as UTF-8"),
        (WORDS.encode("utf-16-be"), "iconv -f UTF-16BE"),
        ("Łódź, dziękuję bardzo. ".encode("utf-16-le") * 30, "iconv -f UTF-16LE"),
        (WORDS.encode("utf-32"), "UTF-32"),
        (("Één crème brûlée. " * 30).encode("latin-1"), "0xC9 at place 0 (line 1); save it as"),
        (("“Yes”, he said. " * 30).encode("cp1252"), "iconv -f WINDOWS-1252 -t UTF-8"),
        (bytes(range(256)) * 20, "it does not look like a text at all"),
        (WORDS.encode() + b"\0" + WORDS.encode(), "it holds a NUL at character 1050"),
        (b"", "is empty"),
        (b"\xef\xbb\xbf \n", "is empty"),
    ],
)
def test_the_error_says_what_the_file_is_and_what_to_do(tmp_path, content, message):
    path = tmp_path / "text.txt"
    path.write_bytes(content)
    with pytest.raises(ValueError) as error:
        corpus(path)
    assert str(path) in str(error.value)
    assert message in str(error.value)


def test_what_has_no_end_is_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(tmp_path / "socket"))
        for name, kind in (("pipe", "a named pipe"), ("socket", "a socket")):
            with pytest.raises(OSError, match=f"{name} is {kind}, not a file"):
                corpus(tmp_path / name)
    for device in ("/dev/zero", "/dev/null"):
        with pytest.raises(OSError, match=f"{device} is a device, not a file"):
            corpus(device)


def test_links_that_lead_nowhere_are_named(tmp_path):
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "gone").symlink_to("nowhere")
    with pytest.raises(OSError, match=r"cannot read .*loop: Too many levels"):
        corpus(tmp_path / "loop")
    with pytest.raises(OSError, match=r"cannot read .*gone: No such file"):
        corpus(tmp_path / "gone")


def test_a_home_that_nobody_has_is_named():
    with pytest.raises(OSError, match="cannot read ~nosuchuser/text: there is no such home folder"):
        corpus("~nosuchuser/text")


@pytest.fixture
def homeless(monkeypatch, tmp_path):
    """Neither HOME nor an entry in the list of users."""

    def unknown(*arguments):
        raise KeyError("getpwuid(): uid not found")

    for name in ("HOME", "XDG_CACHE_HOME", "RNNCOURSE_DATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("pwd.getpwuid", unknown)


def test_without_a_home_the_tales_are_there_and_a_book_says_what_to_set(homeless):
    assert len(corpus("tales")) == 1_000_000
    with pytest.raises(OSError, match="cannot download 'grimm': there is no home folder"):
        corpus("grimm")
