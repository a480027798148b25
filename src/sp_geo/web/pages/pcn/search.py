"""Find a PCN by its name or code, by a practice's code, or by a postcode or small area where patients live."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from sp_geo.build.view import Build
from sp_geo.core.extras import how_to_get
from sp_geo.geography import boundaries
from sp_geo.services import placing
from sp_geo.web.pages.pcn.members import by_area_rows, members_of
from sp_geo.web.state import View

MOST_HITS: Final = 20
_MOST_PCNS_OF_AREA: Final = 5
NOT_INSTALLED: Final = (
    "Postcodes cannot be looked up here, because the postcode directory is not installed. Whoever runs this "
    f"application can add it: {how_to_get('postcodes')}. Until then, search by name or code."
)


@dataclass(frozen=True)
class Hit:
    """A PCN that was found.

    Attributes:
        pcn_code: of it.
        words: its name, its code and why it was found.
    """

    pcn_code: str
    words: str


@dataclass(frozen=True)
class Search:
    """What a search came to.

    Attributes:
        words: said above the links; empty if nothing was asked.
        hits: PCNs in their order, at most :data:`MOST_HITS`.
        best: code of the one PCN that is meant; empty if none is, or if it could be several.
    """

    words: str = ""
    hits: tuple[Hit, ...] = ()
    best: str = ""


def search(build: Build, text: str) -> Search:
    """PCNs that a reader's words stand for.

    A postcode stands for the PCN with most registered patients in its small area.
    """
    asked = " ".join(text.split())
    if not asked:
        return Search()
    key = asked.upper()
    if re.fullmatch(r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}", key):
        return _by_postcode(build, key)
    if re.fullmatch(r"E01\d{6}", key):
        return _by_area(build, key, f"small area {key}")
    if re.fullmatch(r"[A-TV-Z]\d{5}", key):
        members = members_of(build, build.choices.quarters[-1])
        codes = [str(found) for found in members.loc[members["practice_code"] == key, "pcn_code"]]
        if not codes:
            return Search(
                f"No practice with the code {key} is a member of a PCN in {build.choices.quarters[-1]}. It may "
                "have closed, or belong to no network."
            )
        hit = _hit(build, codes[0], f", of which practice {key} is a member")
        return Search("One PCN was found.", (hit,), hit.pcn_code)
    return _by_name(build, asked)


def found(build: Build, view: View) -> Search:
    """The search of a view, from memory if it was made before."""
    return build.once(search, view["find"])


def chosen(build: Build, view: View) -> str:
    """Code of the PCN that a view is about: the chosen one, else the one that its search means; else empty."""
    return view["pcn"] or found(build, view).best


def _hit(build: Build, code: str, why: str = "") -> Hit:
    return Hit(code, f"{build.pcn_names[code]} ({code}){why}")


def _by_name(build: Build, asked: str) -> Search:
    words = asked.lower().split()
    known = build.pcn_names
    exact = [code for code, name in known.items() if asked.lower() in {name.lower(), code.lower()}]
    codes = sorted(
        (code for code, name in known.items() if all(word in f"{name} {code}".lower() for word in words)),
        key=lambda code: (code not in exact, known[code]),
    )
    if not codes:
        return Search(
            f"No PCN has '{asked}' in its name or code. Check the spelling, or use fewer words. "
            "A postcode has to be whole, such as LS1 4AP."
        )
    hits = tuple(_hit(build, code) for code in codes[:MOST_HITS])
    if len(codes) == 1:
        return Search("One PCN was found.", hits, codes[0])
    best = exact[0] if len(exact) == 1 else ""
    more = "" if len(codes) <= MOST_HITS else f" The first {MOST_HITS} are shown; add a word to find fewer."
    return Search(f"{len(codes):,} PCNs have '{asked}' in their name or code.{more}", hits, best)


def _by_postcode(build: Build, postcode: str) -> Search:
    if not placing.has_postcodes():
        return Search(NOT_INSTALLED)
    row = pd.DataFrame({"latitude": [np.nan], "longitude": [np.nan], "postcode": pd.Series([postcode], dtype="str")})
    place = placing.placed(row, boundaries.lsoa11()).iloc[0]
    if pd.isna(place["lsoa11_code"]):
        causes = {
            placing.UNKNOWN_POSTCODE: f"The postcode {postcode} is not in the postcode directory. Check it, or try one "
            "nearby: new postcodes come in with its next edition.",
            placing.OUTSIDE: f"The postcode {postcode} is outside England. PCNs are in England only.",
        }
        return Search(causes.get(str(place["cause"]), f"Nothing is known of the postcode {postcode}."))
    return _by_area(build, str(place["lsoa11_code"]), f"small area {place['lsoa11_code']} around {postcode}")


def _by_area(build: Build, area: str, words: str) -> Search:
    rows = by_area_rows(build, pd.Index([area]))
    rows = rows.merge(members_of(build, build.choices.quarters[-1]), on="practice_code")
    counts = rows.groupby("pcn_code")["patients_count"].sum().sort_index().sort_values(ascending=False, kind="stable")
    if not counts.sum():
        return Search(f"No PCN has a registered patient in the {words}, as far as the lists loaded here say.")
    shares = 100 * counts / counts.sum()
    codes = [str(code) for code in counts.index[:_MOST_PCNS_OF_AREA]]
    hits = tuple(
        _hit(build, code, f": {counts[code]:,.0f} registered patients there ({shares[code]:.0f} %)") for code in codes
    )
    total = f"{len(counts):,} PCNs have" if len(counts) > 1 else "One PCN has"
    first = build.pcn_names[hits[0].pcn_code]
    # The largest of many can be under half, which is not most.
    most = f"The largest share of patients, {shares.iloc[0]:.0f} %, is with {first}."
    shown = "" if len(counts) <= len(hits) else f" The {len(hits)} with most patients are listed."
    return Search(f"{total} registered patients in the {words}. {most}{shown}", hits, hits[0].pcn_code)
