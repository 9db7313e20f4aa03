"""Scripts of the libraries, read and compressed once: Plotly alone is 5 MB, a third of a second for every new visitor."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SUITES = "/_dash-component-suites/"


class KeptScripts:
    """Answers for Dash's fingerprinted scripts from memory, as they were compressed; passes everything else on.

    The fingerprint in the name changes with the content, so that what is kept never grows old; and only scripts that
    exist are kept, so that it does not grow.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._kept: dict[str, list[Message]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from memory, or pass on and keep the answer."""
        if scope["type"] != "http" or not scope["path"].startswith(SUITES) or not _takes_gzip(scope):
            await self.app(scope, receive, send)
            return
        messages = self._kept.get(scope["path"]) or await self._ask(scope, receive)
        for message in messages:
            await send(message)

    async def _ask(self, scope: Scope, receive: Receive) -> list[Message]:
        """The messages of the answer; kept if the answer holds for ever."""
        messages: list[Message] = []

        async def collect(message: Message) -> None:
            messages.append(message)

        await self.app(scope, receive, collect)
        start = messages[0]
        if start["status"] == 200 and "max-age" in Headers(raw=start["headers"]).get("cache-control", ""):
            self._kept[scope["path"]] = messages
        return messages


def _takes_gzip(scope: Scope) -> bool:
    return "gzip" in Headers(scope=scope).get("accept-encoding", "")
