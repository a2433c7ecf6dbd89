"""How often something may be tried. Counted in the cache by allauth's own counter.

Tries at an address are counted by where they come from: one network, or one device on which the person has signed in
before. So somebody who tries another person's address shuts out their own network and nobody else's, and on a known
device the person always gets in. A wide limit on the address, from anywhere but a known device, stops many who try
together. Known or not, an address is counted alike.
"""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.core.internal import ratelimit
from django.http import HttpRequest

RATES = {
    "card": "10/m/ip,60/h/ip,5/600s/key",
    "confirm": "5/300s/key",
    "fresh_code": "3/m/key,10/h/key",
    "address_code": "3/m/key,10/h/key",
    "password_anywhere": "100/h/key",
    "code_anywhere": "30/h/key",
}


def allow(request: HttpRequest, action: str, key: Any) -> Any:
    """Count one try of `action` on `key`. Falsy when that is too many; what is returned has `rollback()`."""
    return ratelimit.consume(request, app="apps.accounts", action=action, config=RATES, key=str(key), limit_get=True)


def source_of(request: HttpRequest, address: str) -> str:
    """Under what tries at an address are counted here: the known device, else the network they come from."""
    device = _device(request, address)
    where = f"device:{device.pk}" if device else ratelimit.truncate_ip(get_adapter().get_client_ip(request))
    return f"{address}|{where}"


def allow_from_anywhere(request: HttpRequest, action: str, address: str) -> Any:
    """Count one try ("password" or "code") at an address, wherever from. A known device has a count of its own."""
    device = _device(request, address)
    return allow(request, f"{action}_anywhere", f"{address}|{device.pk}" if device else address)


def _device(request: HttpRequest, address: str) -> Any:
    from apps.accounts.selectors import user_of_email, user_of_phone
    from apps.accounts.services.devices import known_device  # which notifies, and so counts in turn

    return known_device(request, user_of_email(address) if "@" in address else user_of_phone(address))
