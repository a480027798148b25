"""What a saved plan was asked, in the words of the page on which such a plan is made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sp_geo.build.view import Build
from sp_geo.questions.requests.asked import fields_of
from sp_geo.questions.requests.plans import PLANS
from sp_geo.web.plans.funding_views import category_words, funding_fields
from sp_geo.web.plans.posts_views import posts_fields
from sp_geo.web.state import ENGLAND

_VALUES: Final = {"ask": "Stop and ask", "latest": "the latest there was"}


def asked_words(build: Build, kind: str, name: str, *values: Any) -> tuple[str, ...]:
    """A parameter of a request and its values as they are said.

    Args:
        build: whose areas and PCNs have the names.
        kind: ``posts``, ``funding`` or ``sites``.
        name: of the parameter.
        values: as saved; nothing for what was not given.

    Returns:
        Its label, then each value.
    """
    made = posts_fields(build) if kind == "posts" else funding_fields(build)
    request = PLANS[kind]
    known = fields_of(request).get(request.formerly.get(name, name))
    field = next((item for item in made if known is not None and item.name == known.address), None)
    labels = {"most": "Most for any PCN, FTE", "ceiling": "Most for any line, £"}
    label = labels.get(name) or (field.label if field else name.replace("_", " ").replace(".", ", ").capitalize())
    options = field.options if field else {}
    return (label, *[_value(kind, name, options, build, value) for value in values])


def _value(kind: str, name: str, options: Mapping[str, str], build: Build, value: Any) -> str:
    if value is None or value in ("", []):
        every = "all categories" if kind == "funding" else "none of them"
        nothing = {"area": ENGLAND, "category": every, "categories": every}
        return nothing.get(name, "not given")
    if isinstance(value, list):
        return ", ".join(
            category_words(str(item)) if name in {"category", "categories"} else str(item) for item in value
        )
    key = f"{value:g}" if isinstance(value, float) else str(value)
    if name == "area" and build.has_panel:
        return build.area_names.get(key, key)
    if key in options or key in _VALUES:
        return options.get(key) or _VALUES[key]
    return f"{value:,.6g}" if isinstance(value, float) else key
