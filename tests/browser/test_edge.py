"""Bytes that no browser sends, on the real server: an answer or a closed door, and it goes on."""

from __future__ import annotations

import contextlib
import socket
import urllib.request

import pytest

from tests.browser.conftest import Server

HOST, END = b" HTTP/1.1\r\nHost: 127.0.0.1\r\n", b"\r\n\r\n"
RAW = {
    "no http at all": b"\x16\x03\x01\x02\x00\x01\x00\xff\xfe" * 20 + END,
    "bytes in the address": b"GET /check/\xff\xfe\x00?day=\xff" + HOST + END,
    "bytes in a cookie": b"GET /check/" + HOST + b"Cookie: sacra=\xff\xc3\x28; a" + END,
    "a cookie of 60 kB": b"GET /" + HOST + b"Cookie: sacra=" + b"x" * 60_000 + END,
    "another host": b"GET / HTTP/1.1\r\nHost: evil.example" + END,
    "no host": b"GET / HTTP/1.1" + END,
    "a method of its own": b"BREW /check/" + HOST + END,
    "a length that lies": b"POST /begin/" + HOST + b"Content-Length: 9" + END + b"a=1",
    "a length below nothing": b"POST /begin/" + HOST + b"Content-Length: -1" + END,
    "two lengths": b"POST /" + HOST + b"Content-Length: 1\r\nContent-Length: 9" + END + b"a",
    "a chunk without end": b"POST /begin/" + HOST + b"Transfer-Encoding: chunked" + END + b"zz",
}


@pytest.mark.parametrize("what", RAW)
def test_the_server_goes_on(what: str, server: Server) -> None:
    said = b""
    with (
        socket.create_connection(("127.0.0.1", server.port), timeout=10) as line,
        contextlib.suppress(OSError),  # a door that closes before all is said
    ):
        line.sendall(RAW[what])
        line.shutdown(socket.SHUT_WR)
        said = line.recv(100)
    assert said == b"" or said.split()[1][:1] in (b"2", b"3", b"4"), said
    with urllib.request.urlopen(server.url, timeout=10) as page:
        assert page.status == 200
