"""The same content gives the same bytes, whoever writes it down."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.signing.canonical import canonical_bytes, instant_text, sha256_hex
from apps.signing.models import CHAIN_FORMAT, HEADER_FIELDS, header_of


def test_keys_are_sorted_and_text_is_utf8_in_normal_form_c():
    decomposed = "Nin\u0303a"
    assert canonical_bytes({"b": decomposed, "a": 1}) == '{"a":1,"b":"Niña"}'.encode()
    assert canonical_bytes({"b": "Ni\u00f1a", "a": 1}) == canonical_bytes({"a": 1, "b": decomposed})


def test_an_instant_is_written_in_utc_with_six_digits():
    there = timezone(timedelta(hours=-6))
    assert instant_text(datetime(2026, 11, 20, 15, 12, tzinfo=there)) == "2026-11-20T21:12:00.000000Z"
    assert canonical_bytes([datetime(2026, 1, 1, tzinfo=UTC), date(2026, 1, 1), True, None]) == (
        b'["2026-01-01T00:00:00.000000Z","2026-01-01",true,null]'
    )


@pytest.mark.parametrize("value", [1.5, {1: "x"}, {"x": object()}, datetime(2026, 1, 1), {"a": {1, 2}}])  # noqa: DTZ001  the refusal is tested
def test_what_has_more_than_one_form_is_refused(value):
    with pytest.raises(TypeError):
        canonical_bytes(value)


def test_the_hash_is_sha256():
    assert sha256_hex(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


NUMBERS = {"organization_id", "number", "schema_version", "row_id", "version", "signer_id", "person_id"}
ZONES = st.sampled_from([UTC, timezone(timedelta(hours=-6)), timezone(timedelta(hours=5, minutes=45))])
MOMENTS = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=ZONES)  # noqa: DTZ001  the zone is given beside
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
HEADERS = st.fixed_dictionaries(
    {name: st.integers(0, 2**62) if name in NUMBERS else TEXTS for name in HEADER_FIELDS} | {"signed_at": MOMENTS}
)


@given(HEADERS)
def test_a_header_is_written_as_canonical_bytes_writes_it(values):
    text = values["signed_at"].astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    expected = canonical_bytes({"format": CHAIN_FORMAT, **values, "signed_at": text})
    assert header_of(values) == header_of({**values, "signed_at": text}) == expected
