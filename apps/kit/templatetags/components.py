"""`{% load components %}`: the design system's components. docs/design-system.md shows each in use.

Every tag refuses an attribute that it does not know, and every value is escaped. Words come from the page,
already translated: `{% button _("Send the code") %}`.
"""

from django.template import Library

from apps.kit.components import basics, forms, lists, paper, times
from apps.kit.components.nodes import parse_slot
from apps.kit.dates import format_length
from apps.kit.listing import apart, comma, listed

register = Library()
register.tag("slot", parse_slot)
register.filter("listed", listed)
register.filter("apart", apart)
register.filter("lasting", format_length)
register.simple_tag(comma, name="comma")
for family in (basics, forms, lists, paper, times):
    for name, tag in family.register.tags.items():
        register.tag(name, tag)
