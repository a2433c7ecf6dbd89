"""How a component of the design system becomes a template tag.

A component is a plain function. Its parameters are the attributes a template may give: any other one is
refused when the template is compiled, so a misspelled attribute never reaches a page.
`django.template.library.parse_bits` does the refusing, the same code that guards Django's own `simple_tag`.

A block component also takes `content` and, where it declares them, named slots:

    {% slip title=_("Next") %}{% slot "when" %}…{% endslot %} the middle {% endslip %}

Slots stand directly inside their component. A condition goes inside the slot; a slot that renders to
nothing but blanks counts as not given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from inspect import getfullargspec
from typing import Any

from django.template import Context, Node, NodeList, TemplateSyntaxError
from django.template.base import FilterExpression, Parser, Token
from django.template.library import Library, parse_bits
from django.utils.safestring import SafeString, mark_safe

__all__ = ["SlotNode", "block_component", "choice", "parse_slot"]


class SlotNode(Node):
    """One named part of a block component, taken out of its content when the template is compiled."""

    def __init__(self, name: str, nodelist: NodeList) -> None:
        self.name = name
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        raise TemplateSyntaxError(f"the slot {self.name!r} does not stand directly inside a component that has it")


def parse_slot(parser: Parser, token: Token) -> SlotNode:
    """Compile `{% slot "name" %}…{% endslot %}`."""
    bits = token.split_contents()
    if len(bits) != 2 or bits[1][0] not in "\"'" or bits[1][0] != bits[1][-1]:
        raise TemplateSyntaxError('a slot takes one name in quotes: {% slot "acts" %}')
    nodelist = parser.parse(("endslot",))
    parser.delete_first_token()
    return SlotNode(bits[1][1:-1], nodelist)


class ComponentNode(Node):
    """A block component in a compiled template."""

    child_nodelists = ("nodelist", "slot_nodes")

    def __init__(
        self,
        func: Callable[..., str],
        args: list[FilterExpression],
        kwargs: dict[str, FilterExpression],
        nodelist: NodeList,
        slots: dict[str, NodeList],
    ) -> None:
        self.func = func
        self.args = args
        self.kwargs = kwargs
        self.nodelist = nodelist
        self.slots = slots
        # so that a {% block %} inside a slot is found by {% extends %}
        self.slot_nodes = NodeList(node for slot in slots.values() for node in slot)

    def render(self, context: Context) -> SafeString:
        args = [arg.resolve(context) for arg in self.args]
        kwargs = {name: value.resolve(context) for name, value in self.kwargs.items()}
        for name, nodelist in self.slots.items():
            rendered = nodelist.render(context)
            kwargs[name] = rendered if rendered.strip() else ""
        content = self.nodelist.render(context)
        return mark_safe(self.func(context, content, *args, **kwargs))  # noqa: S308  made by format_html


def block_component(
    register: Library, name: str, slots: Iterable[str] = ()
) -> Callable[[Callable[..., str]], Callable[..., str]]:
    """Register a function as the block tag `{% name %}…{% endname %}`.

    The function's first two parameters are `context` and `content`; the rest are its attributes. Each name
    in `slots` must be a keyword-only parameter too; it is filled by a `{% slot %}` and refused as an
    attribute.
    """
    allowed = frozenset(slots)

    def decorate(func: Callable[..., str]) -> Callable[..., str]:
        params, varargs, varkw, defaults, kwonly, kwonly_defaults, _ = getfullargspec(func)
        if params[:2] != ["context", "content"]:
            raise TypeError(f"{func.__name__} must take context and content first")
        attributes = [param for param in kwonly if param not in allowed]

        def compile_component(parser: Parser, token: Token) -> ComponentNode:
            args, kwargs = parse_bits(  # type: ignore[call-arg]  # the stubs lack takes_context
                parser=parser,
                bits=token.split_contents()[1:],
                params=params[2:],
                varargs=varargs,
                varkw=varkw,
                defaults=defaults,
                kwonly=attributes,
                kwonly_defaults=kwonly_defaults,
                takes_context=False,
                name=name,
            )
            nodelist = parser.parse((f"end{name}",))
            parser.delete_first_token()
            given: dict[str, NodeList] = {}
            for node in [node for node in nodelist if isinstance(node, SlotNode)]:
                if node.name not in allowed:
                    raise TemplateSyntaxError(f"'{name}' has no slot {node.name!r}; it has {sorted(allowed)}")
                if node.name in given:
                    raise TemplateSyntaxError(f"'{name}' was given the slot {node.name!r} twice")
                given[node.name] = node.nodelist
                nodelist.remove(node)
            return ComponentNode(func, args, kwargs, nodelist, given)

        register.tag(name, compile_component)
        return func

    return decorate


def choice(tag: str, attribute: str, value: Any, allowed: Iterable[str]) -> str:
    """Give back `value` if it is one of `allowed`; refuse the template otherwise.

    Raises TemplateSyntaxError, so a test that renders the page finds the mistake.
    """
    if value not in allowed:
        raise TemplateSyntaxError(f"'{tag}' does not know {attribute}={value!r}; it knows {sorted(allowed)}")
    return str(value)
