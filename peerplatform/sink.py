"""The demo's other side of the wire: an SMTP server and a Messages API that keep what they are given.

Nothing leaves the machine. The protocols are the real ones, refusals included: mail to a domain
`refuse.example` is refused for good (550), to `later.example` for now (451); texts to the numbers that Twilio
reserves for tests answer as Twilio does (https://www.twilio.com/docs/iam/test-credentials, 2024).
"""

import base64
import binascii
import json
import os
import re
import secrets
import signal
import sys
import threading
import time
import urllib.parse
import urllib.request
from email.utils import formatdate
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from twilio.request_validator import RequestValidator

from peerplatform.outbox import store

REFUSED_DOMAIN = "refuse.example"
LATER_DOMAIN = "later.example"
ACCOUNTS_PATH = re.compile(r"^/2010-04-01/Accounts/(?P<sid>[^/]+)/Messages\.json$")
E164 = re.compile(r"^\+[1-9]\d{6,14}$")
# number: (Twilio's error code, what it says)
REFUSED_NUMBERS = {
    "+15005550001": (21211, "Invalid 'To' Phone Number"),
    "+15005550004": (21610, "Attempt to send to unsubscribed recipient"),
    "+15005550009": (21614, "'To' number is not a valid mobile number"),
}
CALLBACK_DELAY_SECONDS = 0.5


class MailHandler:
    """Keeps each mail as it came, with the envelope's recipient in a header of its own."""

    async def handle_RCPT(  # noqa: N802  aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        domain = address.rpartition("@")[2].lower()
        if domain == REFUSED_DOMAIN:
            return "550 5.1.1 No such mailbox"
        if domain == LATER_DOMAIN:
            return "451 4.3.0 Try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's name
        content = envelope.content
        assert isinstance(content, bytes)
        store(b"X-Envelope-To: " + ", ".join(envelope.rcpt_tos).encode() + b"\r\n" + content, ".eml")
        return "250 OK kept"


class MessagesApi(BaseHTTPRequestHandler):
    """`POST /2010-04-01/Accounts/{sid}/Messages.json`: 201 with the message, or Twilio's error form."""

    def do_POST(self) -> None:  # noqa: N802  the base class's name
        match = ACCOUNTS_PATH.match(urllib.parse.urlsplit(self.path).path)
        length = int(self.headers.get("Content-Length", 0))
        given = dict(urllib.parse.parse_qsl(self.rfile.read(length).decode(), keep_blank_values=True))
        if match is None:
            self._refuse(HTTPStatus.NOT_FOUND, 20404, "The requested resource was not found")
        elif (token := self._token(match["sid"])) is None:
            self._refuse(HTTPStatus.UNAUTHORIZED, 20003, "Authenticate")
        elif not given.get("Body"):
            self._refuse(HTTPStatus.BAD_REQUEST, 21602, "Message body is required.")
        elif not E164.match(given.get("To", "")):
            self._refuse(HTTPStatus.BAD_REQUEST, 21211, "Invalid 'To' Phone Number")
        elif given["To"] in REFUSED_NUMBERS:
            self._refuse(HTTPStatus.BAD_REQUEST, *REFUSED_NUMBERS[given["To"]])
        else:
            self._accept(match["sid"], token, given)

    def _token(self, account: str) -> str | None:
        """The password of the basic authentication, where its user is the account in the address."""
        scheme, _, encoded = self.headers.get("Authorization", "").partition(" ")
        try:
            user, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        return password if scheme.lower() == "basic" and user == account and password else None

    def _accept(self, account: str, token: str, given: dict[str, str]) -> None:
        message = {
            "sid": f"SM{secrets.token_hex(16)}",
            "account_sid": account,
            "to": given["To"],
            "from": given.get("From", ""),
            "body": given["Body"],
            "status": "queued",
            "num_segments": "1",
            "date_created": formatdate(usegmt=True),
            "error_code": None,
            "error_message": None,
        }
        store(json.dumps(message, ensure_ascii=False).encode(), ".json")
        self._answer(HTTPStatus.CREATED, message)
        if url := given.get("StatusCallback"):
            report = {"MessageSid": str(message["sid"]), "MessageStatus": "delivered", "To": given["To"]}
            threading.Thread(target=_report_delivery, args=(url, token, report), daemon=True).start()

    def _refuse(self, status: HTTPStatus, code: int, message: str) -> None:
        more = f"https://www.twilio.com/docs/errors/{code}"
        self._answer(status, {"code": code, "message": message, "more_info": more, "status": int(status)})

    def _answer(self, status: HTTPStatus, content: dict) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class's name
        """Say nothing: a request line holds no number, but a log of texts is nobody's business."""


def _report_delivery(url: str, token: str, report: dict[str, str]) -> None:
    """Call back as Twilio does, signed with the account's token; a caller that is gone is no concern."""
    time.sleep(CALLBACK_DELAY_SECONDS)
    request = urllib.request.Request(  # noqa: S310  the address is the platform's own
        url, data=urllib.parse.urlencode(report).encode(), method="POST"
    )
    request.add_header("X-Twilio-Signature", RequestValidator(token).compute_signature(url, report))
    try:
        urllib.request.urlopen(request, timeout=10).close()  # noqa: S310  see above
    except OSError as error:
        sys.stderr.write(f"the delivery report was not taken: {type(error).__name__}\n")


class Sink:
    """Both servers, each in a thread, on 127.0.0.1. Port 0 takes a free one; see `smtp_port`, `http_port`."""

    def __init__(self, smtp_port: int = 0, http_port: int = 0) -> None:
        self._mail = Controller(MailHandler(), hostname="127.0.0.1", port=smtp_port or _free_port())
        self._texts = ThreadingHTTPServer(("127.0.0.1", http_port), MessagesApi)

    @property
    def smtp_port(self) -> int:
        return int(self._mail.port)

    @property
    def http_port(self) -> int:
        return int(self._texts.server_address[1])

    def start(self) -> None:
        self._mail.start()
        threading.Thread(target=self._texts.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._mail.stop()
        self._texts.shutdown()
        self._texts.server_close()


def _free_port() -> int:
    with ThreadingHTTPServer(("127.0.0.1", 0), MessagesApi) as probe:
        return int(probe.server_address[1])


def main() -> None:
    """Serve until told to stop; ports from SINK_SMTP_PORT and SINK_HTTP_PORT."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peerplatform.settings.dev")
    sink = Sink(int(os.environ.get("SINK_SMTP_PORT", "8025")), int(os.environ.get("SINK_HTTP_PORT", "8026")))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    sink.start()
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        pass
    finally:
        sink.stop()


if __name__ == "__main__":
    main()
