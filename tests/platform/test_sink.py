"""The sink: real protocols, refusals included, and files that a person can read."""

import base64
import json
import smtplib
import urllib.error
import urllib.parse
import urllib.request
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from twilio.request_validator import RequestValidator

from peerplatform import outbox
from peerplatform.sink import Sink


@pytest.fixture
def sink(settings, tmp_path):
    settings.OUTBOX_DIR = tmp_path / "outbox"
    sink = Sink()
    sink.start()
    yield sink
    sink.stop()


def send_mail(sink, to, subject="Mañana a las 10"):
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "no-reply@harbor.example", to, subject
    mail["Message-ID"] = "<reminder-1@harbor.example>"
    mail.set_content("Hasta mañana.\n")
    mail.add_alternative("<p>Hasta mañana.</p>", subtype="html")
    with smtplib.SMTP("127.0.0.1", sink.smtp_port) as server:
        server.send_message(mail)


def send_text(sink, user="ACdemo", **fields):
    given = {"To": "+15551230000", "From": "+15550006000", "Body": "Nos vemos a las 10"} | fields
    request = urllib.request.Request(
        f"http://127.0.0.1:{sink.http_port}/2010-04-01/Accounts/ACdemo/Messages.json",
        data=urllib.parse.urlencode(given).encode(),
        headers={"Authorization": "Basic " + base64.b64encode(f"{user}:demo".encode()).decode()},
    )
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def test_a_mail_is_kept_and_read_back_in_its_language(sink):
    send_mail(sink, "lucia@example.org")
    (received,) = outbox.messages()
    assert (received.kind, received.to, received.subject) == ("mail", "lucia@example.org", "Mañana a las 10")
    assert received.body == "Hasta mañana.\n"
    assert "<p>Hasta mañana.</p>" in received.html
    assert received.message_id == "<reminder-1@harbor.example>"


@pytest.mark.parametrize(("address", "code"), [("a@refuse.example", 550), ("a@later.example", 451)])
def test_a_refused_mail_is_not_kept(sink, address, code):
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refusal:
        send_mail(sink, address)
    assert refusal.value.recipients[address][0] == code
    assert outbox.messages() == []


def test_a_text_is_queued_and_read_back(sink):
    status, answer = send_text(sink)
    assert (status, answer["status"], answer["to"]) == (201, "queued", "+15551230000")
    (received,) = outbox.messages()
    assert (received.kind, received.body, received.message_id) == (
        "text",
        "Nos vemos a las 10",
        answer["sid"],
    )


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"To": "12"}, 400, 21211),
        ({"To": "+15005550001"}, 400, 21211),
        ({"To": "+15005550004"}, 400, 21610),
        ({"Body": ""}, 400, 21602),
        ({"user": "ACother"}, 401, 20003),
    ],
)
def test_a_refused_text_answers_in_the_providers_form_and_is_not_kept(sink, fields, status, code):
    answered, body = send_text(sink, **fields)
    assert (answered, body["code"], body["status"]) == (status, code, status)
    assert body["message"]
    assert outbox.messages() == []


def test_a_delivery_report_is_called_back_and_signed(sink):
    taken = {}

    class Report(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            taken.update(params=dict(urllib.parse.parse_qsl(body)), sign=self.headers["X-Twilio-Signature"])
            self.send_response(204)
            self.end_headers()

        def log_message(self, *args):
            pass

    with HTTPServer(("127.0.0.1", 0), Report) as server:
        server.timeout = 10
        url = f"http://127.0.0.1:{server.server_address[1]}/report"
        _, answer = send_text(sink, StatusCallback=url)
        server.handle_request()
    assert taken["params"]["MessageSid"] == answer["sid"]
    assert taken["params"]["MessageStatus"] == "delivered"
    assert RequestValidator("demo").validate(url, taken["params"], taken["sign"])


def test_messages_come_newest_first_and_can_be_cleared(sink):
    for number in range(3):
        send_mail(sink, "a@example.org", f"number {number}")
    assert [m.subject for m in outbox.messages(limit=2)] == ["number 2", "number 1"]
    outbox.clear()
    assert outbox.messages() == []
