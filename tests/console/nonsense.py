"""What people, scripts and broken shells type into options."""

from __future__ import annotations

from typing import Any, Final

TEXTS: Final = (
    "", " ", "\0", "x" * 5_000, "\N{PILE OF POO}\N{ZERO WIDTH JOINER}", "-1", "--", "nan", "a\nb", "\x1b[31m", "*.none",
    "../../none", "%s{0}", "'; drop table sp_geo_plan; --", "=1+1", "\udcff", "١٢", "null", "S9B9J:", "=", "U=", "=1",
    "S9B9J=nan", "S9B9J=1e400",
)  # fmt: skip
NUMBERS: Final = (
    "", " ", "nan", "inf", "-inf", "-1", "0", "-0", "1e400", "1e-300", "9" * 40, "0x10", "1,5", "1_000", "\0", "١٢", "two",
    "1e9", "123456789012",
)  # fmt: skip
ELSEWHERE: Final = {"app", "serve", "demo", "build", "publications", "fetch", "fetch-directory"}
"""Commands that would serve, ask a network or make much if their nonsense were taken, or that take nothing."""
REQUIRED: Final = {
    "export": ["--out", "out_folder"],
    "map": ["--out", "map.html"],
    "outcome-note": ["--extra-fte", "1", "--patients", "1000"],
    "template": ["services", "--out", "empty.csv"],
    "plan posts": ["--fte", "1", "--unreported", "exclude", "--area", "S9B9J"],
    "plan funding": ["--budget", "20000", "--area", "S9B9J"],
    "plan sites": ["--opening", "1", "--area", "S9B9J"],
    "plan show": ["spring"],
    "plan compare": ["spring", "autumn"],
    "plan export": ["spring", "--out", "spring.csv"],
    "plan remove": ["spring"],
    "add": ["none.csv"],
    "remove": ["abc"],
    "reproduce": ["none.json"],
}
"""What a command cannot do without, so that the option that is tried is what it refuses."""


def nonsense_for(parameter: Any) -> tuple[str, ...]:
    """Values of the kind that an option does not expect."""
    return NUMBERS if parameter.type_descriptor.annotation in {int, float} else TEXTS
