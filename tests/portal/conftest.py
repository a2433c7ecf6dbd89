"""What the portal's tests share."""

from tests.browser import browser

__all__ = ["browser"]
