"""What the sink took in: one file a mail (`.eml`) or text (`.json`) in `var/outbox`, read back for people."""

import email
import email.policy
import json
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings


@dataclass(frozen=True)
class Received:
    """One mail or text that left the platform. `html` and `subject` are empty for a text."""

    name: str
    kind: str  # "mail" or "text"
    at: datetime
    sender: str
    to: str
    subject: str
    body: str
    html: str
    message_id: str


def store(content: bytes, suffix: str) -> Path:
    """Keep one file; a reader sees all of it or nothing. Names sort by the time of arrival."""
    folder = Path(settings.OUTBOX_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{time.time_ns()}-{secrets.token_hex(4)}{suffix}"
    draft = folder / f".{name}"
    draft.write_bytes(content)
    return draft.rename(folder / name)


def messages(limit: int | None = 200) -> list[Received]:
    """What arrived, the newest first, at most `limit` (None: all)."""
    found = []
    for path in _newest_first():
        found.append(_read_mail(path) if path.suffix == ".eml" else _read_text(path))
        if limit is not None and len(found) >= limit:
            break
    return found


def clear() -> None:
    """Forget what arrived."""
    for path in _newest_first():
        path.unlink(missing_ok=True)


def _newest_first() -> Iterator[Path]:
    folder = Path(settings.OUTBOX_DIR)
    if folder.is_dir():
        found = [p for p in folder.iterdir() if p.suffix in (".eml", ".json") and not p.name.startswith(".")]
        yield from sorted(found, reverse=True)


def _arrived(path: Path) -> datetime:
    return datetime.fromtimestamp(int(path.name.partition("-")[0]) / 1e9, tz=UTC)


def _read_mail(path: Path) -> Received:
    mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert isinstance(mail, EmailMessage)  # the default policy makes these

    def part(kind: str) -> str:
        found = mail.get_body((kind,))
        return str(found.get_content()).replace("\r\n", "\n") if found is not None else ""

    return Received(
        name=path.name,
        kind="mail",
        at=_arrived(path),
        sender=str(mail.get("From", "")),
        to=str(mail.get("X-Envelope-To") or mail.get("To", "")),
        subject=str(mail.get("Subject", "")),
        body=part("plain"),
        html=part("html"),
        message_id=str(mail.get("Message-ID", "")),
    )


def _read_text(path: Path) -> Received:
    text = json.loads(path.read_text())
    return Received(
        name=path.name,
        kind="text",
        at=_arrived(path),
        sender=text["from"],
        to=text["to"],
        subject="",
        body=text["body"],
        html="",
        message_id=text["sid"],
    )
