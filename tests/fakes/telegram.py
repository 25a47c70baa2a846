"""Telegram's Bot API with one bot and its chats, as picky about what it is sent as the real one."""

import json
import re
from dataclasses import dataclass, field
from html import unescape
from typing import Any

import httpx

from tests.fakes.receiver import Reply, Request

TOKEN = "123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11"
CHAT = "4711"
TAG = re.compile(r"</?(?:b|i|a)(?: href=\"[^\"<>]*\")?>")


def refusal(status: int, description: str, **parameters: Any) -> Reply:
    said = {"ok": False, "error_code": status, "description": description}
    said |= {"parameters": parameters} if parameters else {}
    return Reply(status=status, body=json.dumps(said).encode())


@dataclass
class Telegram:
    """Shows what it takes in `shown`, a second time too: it knows no idempotency key."""

    moved: dict[str, int] = field(default_factory=dict)  # groups that became supergroups
    blocked: bool = False
    shown: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, request: Request) -> Reply:
        if request.target != f"/bot{TOKEN}/sendMessage":
            return refusal(401, "Unauthorized")
        sent = request.json
        chat = str(sent["chat_id"])
        if self.blocked:
            return refusal(403, "Forbidden: bot was blocked by the user")
        if chat in self.moved:
            there = self.moved[chat]
            return refusal(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=there)
        if chat not in {CHAT, *(str(one) for one in self.moved.values())}:
            return refusal(400, "Bad Request: chat not found")
        wrong = self.wrong_with(sent)
        if wrong:
            return refusal(400, f"Bad Request: {wrong}")
        self.shown.append(sent)
        said = {"ok": True, "result": {"message_id": len(self.shown)}}
        return Reply(body=json.dumps(said).encode())

    def wrong_with(self, sent: dict[str, Any]) -> str | None:
        text = sent["text"]
        if sent.get("parse_mode") == "HTML":
            text = TAG.sub("", text)
            if re.search(r"[<>]|&(?!(lt|gt|amp|quot|#x27);)", text):
                return "can't parse entities"
            text = unescape(text)
        if not text or len(text.encode("utf-16-le")) > 2 * 4096:
            return "message is too long"
        rows = sent.get("reply_markup", {}).get("inline_keyboard", [])
        hosts = [httpx.URL(button["url"]).host for row in rows for button in row]
        if any("." not in host for host in hosts):
            return "inline keyboard button URL is invalid: Wrong HTTP URL"
        return None
