"""A browser's part of HTTP/1.1 for the load: one kept connection, cookies, nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from http.cookies import SimpleCookie
from typing import NamedTuple
from urllib.parse import urlencode


class Answer(NamedTuple):
    """What the server said."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


class Browser:
    """One visitor's browser."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}
        self.connection: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, path: str, form: Mapping[str, str] | None = None) -> Answer:
        """GET, or POST a form, and keep the cookies that come back."""
        if self.connection is None:
            self.connection = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self.connection
        writer.write(self._request(path, form))
        first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").splitlines()
        pairs = (line.partition(": ") for line in lines if line)
        headers = [(name.lower(), value) for name, _, value in pairs]
        body = await reader.readexactly(int(dict(headers).get("content-length", "0")))
        for name, value in headers:
            if name == "set-cookie":
                self.cookies |= {one: said.value for one, said in SimpleCookie(value).items()}
        return Answer(int(first.split()[1]), headers, body)

    def _request(self, path: str, form: Mapping[str, str] | None) -> bytes:
        lines = [
            f"{'GET' if form is None else 'POST'} {path} HTTP/1.1",
            f"Host: 127.0.0.1:{self.port}",
            "Accept: text/html",
            f"Cookie: {'; '.join(f'{k}={v}' for k, v in self.cookies.items())}",
        ]
        body = urlencode(form or {}).encode()
        if form is not None:
            lines += ["Content-Type: application/x-www-form-urlencoded"]
            lines += [f"Content-Length: {len(body)}"]
        return "\r\n".join([*lines, "", ""]).encode() + body

    def close(self) -> None:
        """Let the connection go."""
        if self.connection:
            self.connection[1].close()
            self.connection = None
