"""The organization's picture in its mails: inside the mail, with words for those who do not see it, never as a link."""

from __future__ import annotations

import struct
import zlib
from email import message_from_bytes, policy

import pytest
from django.db import transaction

from apps.access.scope import open_scope
from apps.organizations import services
from apps.organizations.models import Organization
from apps.organizations.selectors.look import LARGEST_IN_A_MAIL
from tests.factories.messaging import SYSTEM, plan_for
from tests.messaging.conftest import send

pytestmark = pytest.mark.django_db


def png(more: int = 0) -> bytes:
    """A picture of one dot, with `more` bytes of nothing in it."""

    def part(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    dot = part(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)) + part(b"IDAT", zlib.compress(b"\0\0\0\0"))
    return b"\x89PNG\r\n\x1a\n" + dot + part(b"tEXt", b"x" * more) + part(b"IEND", b"")


def mail_with(house: Organization, content: bytes | None, reader, purpose, settings):
    with open_scope(house.pk), transaction.atomic():
        services.set_logo(organization=house, content=content, name="picture.png", actor=SYSTEM)
    plan_for(reader, purpose)
    assert send().errors == []
    (file,) = settings.OUTBOX_DIR.glob("*.eml")
    return message_from_bytes(file.read_bytes(), policy=policy.default)


def test_the_picture_travels_inside_the_mail_with_words_for_those_who_do_not_see_it(
    house, reader, purpose, sink, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    mail = mail_with(house, png(), reader, purpose, settings)
    assert mail.get_content_type() == "multipart/related"
    html = mail.get_body(preferencelist=("html",)).get_content()
    assert 'src="cid:picture@peer-platform"' in html and 'alt="H. Center"' in html
    assert "http" not in html.split("<img", 1)[1].split(">", 1)[0]
    (picture,) = [part for part in mail.walk() if part.get_content_maintype() == "image"]
    assert picture["Content-ID"] == "<picture@peer-platform>" and picture.get_content_disposition() == "inline"
    assert picture.get_content() == png()


@pytest.mark.parametrize("content", [None, png(LARGEST_IN_A_MAIL)], ids=["no picture", "a large one"])
def test_a_mail_without_a_small_picture_has_none(content, house, reader, purpose, sink, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    mail = mail_with(house, content, reader, purpose, settings)
    assert mail.get_content_type() == "multipart/alternative"
    assert "<img" not in mail.get_body(preferencelist=("html",)).get_content()
