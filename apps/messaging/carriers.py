"""The two ways out: mail over one kept SMTP connection, and texts through the provider's API.

Each turns what the other side answers into one of four: taken over (it returns), not now (NotNow), never (Never), or no
answer at all (NoAnswer). `Down` says that nothing goes out this way at the moment, so the rest need not be tried.
"""

from __future__ import annotations

import contextlib
import smtplib
from dataclasses import dataclass
from typing import Any

import requests
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from apps.messaging.choices import Reason

TEXT_TIMEOUT_SECONDS = 10.0


@dataclass
class NotNow(Exception):  # noqa: N818  an answer, not a fault
    """The message was not taken and may be later. `detail` is the carrier's code and never an address."""

    detail: str


@dataclass
class Down(NotNow):
    """Nothing goes out this way now."""


@dataclass
class Never(Exception):  # noqa: N818  an answer, not a fault
    """The message will never be taken."""

    reason: str
    detail: str


@dataclass
class NoAnswer(Exception):  # noqa: N818  an answer, not a fault
    """The message was handed over and the connection broke before the answer."""

    detail: str


class MailCarrier:
    """Sends mails over one connection, opened with the first mail and opened again when it broke."""

    def __init__(self) -> None:
        self._connection: Any = None

    def send(self, mail: EmailMultiAlternatives) -> str:
        """Hand one mail to the server; returns its id there, if it says one.

        A connection that breaks after the mail was handed over counts as not now: the next copy has the same
        Message-ID.
        """
        self._open()
        mail.connection = self._connection
        try:
            self._connection.send_messages([mail])
        except smtplib.SMTPRecipientsRefused as error:
            code = next(iter(error.recipients.values()), (550, b""))[0]
            raise _smtp_answer(code, Reason.BAD_ADDRESS) from error
        except smtplib.SMTPResponseException as error:
            raise _smtp_answer(error.smtp_code, Reason.REFUSED_THERE) from error
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise NotNow(type(error).__name__) from error
        return str(getattr(getattr(mail, "anymail_status", None), "message_id", None) or "")

    def _open(self) -> None:
        if self._connection is not None:
            return
        connection = get_connection()
        try:
            connection.open()
        except (smtplib.SMTPException, OSError) as error:
            raise Down(type(error).__name__) from error
        self._connection = connection

    def close(self) -> None:
        """Close the connection, if one is open."""
        if self._connection is not None:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                self._connection.close()
            self._connection = None


def _smtp_answer(code: int, reason: str) -> Exception:
    """What an SMTP code means (RFC 5321, 4.2.1): 5xx is for good, all else for now."""
    if code == 421:  # the server closes the connection
        return Down("421")
    return Never(reason, str(code)) if code >= 500 else NotNow(str(code))


# Twilio's error codes (https://www.twilio.com/docs/api/errors, 2024) that are about this one recipient for good.
_NEVER = {
    21211: Reason.BAD_ADDRESS,
    21217: Reason.BAD_ADDRESS,
    21401: Reason.BAD_ADDRESS,
    21408: Reason.REFUSED_THERE,
    21610: Reason.OPTED_OUT,
    21612: Reason.REFUSED_THERE,
    21614: Reason.BAD_ADDRESS,
}


class TextCarrier:
    """Sends texts through the Messages API at `SMS_API_URL`."""

    def __init__(self) -> None:
        client = Client(
            settings.SMS_ACCOUNT_SID,
            settings.SMS_AUTH_TOKEN,
            http_client=TwilioHttpClient(timeout=TEXT_TIMEOUT_SECONDS, max_retries=0),
        )
        # The library adds the version itself.
        client.api.base_url = settings.SMS_API_URL.rstrip("/").removesuffix("/2010-04-01")
        self._client = client

    def send(self, to: str, body: str) -> str:
        """Hand one text to the provider; returns its id there."""
        try:
            taken = self._client.messages.create(to=to, from_=settings.SMS_FROM, body=body)
        except TwilioRestException as error:
            if error.code in _NEVER:
                raise Never(_NEVER[error.code], str(error.code)) from error
            if error.status in (401, 403):
                raise Down(str(error.code)) from error
            if error.status == 429 or error.status >= 500:
                raise NotNow(str(error.code or error.status)) from error
            raise Never(Reason.REFUSED_THERE, str(error.code or error.status)) from error
        except requests.ConnectTimeout as error:
            raise Down("ConnectTimeout") from error
        except requests.Timeout as error:
            raise NoAnswer("Timeout") from error
        except requests.ConnectionError as error:
            if "NewConnectionError" in repr(error) or "refused" in repr(error):
                raise Down("ConnectionError") from error
            raise NoAnswer("ConnectionError") from error
        except TwilioException as error:
            raise NotNow(type(error).__name__) from error
        return str(taken.sid or "")

    def close(self) -> None:
        """Let the connections go."""
        session = getattr(self._client.http_client, "session", None)
        if session is not None:
            session.close()
