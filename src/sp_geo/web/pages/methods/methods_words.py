"""The words of the page on methods and limits, in plain English; numbers that can be changed are filled in."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sp_geo.services.assumptions import Assumptions


@dataclass(frozen=True)
class Chapter:
    """One part of the page.

    Attributes:
        name: of its heading in the address.
        heading: a short one.
        paragraphs: plain text.
        points: a list after them.
        after: plain text after the list.
    """

    name: str
    heading: str
    paragraphs: tuple[str, ...]
    points: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


MARKS = (
    ("Zero", "0", "White, thick orange edge", "Somebody reported, and the number is none."),
    (
        "Missing",
        "[x]",
        "Did not report: grey, dashed edge. No value: sand, dotted edge",
        "Nobody told us. It may be none, or many. It is never counted as zero, unless you ask for that.",
    ),
    (
        "Suppressed",
        "[c]",
        "Not drawn as a number; the legend names it",
        "Known, and withheld because so few people are behind it that one could be recognised.",
    ),
    (
        "Not recorded",
        "Not recorded",
        "A colour and pattern of its own; the legend names it",
        "No directory of services covers the area. Nobody knows whether there is a service.",
    ),
    ("Low reliability", "[u]", "Not drawn", "There is a number, but it rests on too little to be shown."),
    ("Not applicable", "[z]", "Not drawn", "The question makes no sense for this row."),
)
"""State, mark in a table, look on a map, meaning."""

NON_RESPONSES = (
    (
        "Reporters only",
        "PCNs that reported, those with none included.",
        "Right if reporting has nothing to do with provision.",
    ),
    (
        "Absent as zero",
        "All active PCNs. One that did not report counts as having no link worker.",
        "Known to be wrong for many early quarters. It is a scenario, not a bound: the true slope can lie outside.",
    ),
    (
        "Balanced panel",
        "Only PCNs that reported in every quarter shown.",
        "The same PCNs in every quarter, so that a change is not one of who is counted. They are few, may not be "
        "typical, and show large changes only: see the power.",
    ),
    (
        "Reweighted to all PCNs",
        "PCNs that reported, weighted so that they resemble all active PCNs in need, size and region.",
        "Right if nothing else decides who reports.",
    ),
)
"""Name, who counts, when it is right."""

_FIGURES = Chapter(
    "figures",
    "What the figures are made of",
    (
        "A primary care network is a group of general practices. Link workers are counted for PCNs, so the "
        "PCN is the unit of most pages.",
        "For each quarter, four things are put together.",
    ),
    (
        "Posts. Link workers in the workforce system (NWRS), in full-time equivalents (FTE). 1.0 FTE is 37.5 hours a "
        "week. Plain and mental health roles are added. Services that a PCN buys in are part of the FTE.",
        "Membership. Which practices made up the PCN on the last day of the quarter.",
        "Patients. The registered patients of those practices, from the list nearest to that day.",
        "Need. Published measures, averaged over where the PCN's patients live.",
    ),
    (
        "Provision is link worker FTE for every 10,000 registered patients.",
        "Another published series adds claims for reimbursement. It counts differently. The two are never joined "
        "here, because the step between them would look like a change.",
        "Posts that a charity, council or trust employs may be missing from the workforce system. If you add such "
        "posts yourself, they are always shown apart.",
    ),
)
_SILENCE = Chapter(
    "silence",
    "PCNs that did not report",
    (
        "A PCN that sent no workforce data is not a PCN without link workers. In 2020 few PCNs reported; "
        "by 2023 almost all did. Totals rose with reporting, not only with posts.",
        "Nobody can know what silent PCNs had. So each slope is given in four ways of handling non-response. If they "
        "agree, silence does not decide the answer. If they differ, the page says so.",
    ),
)
_BOUNDARY = Chapter(
    "boundary",
    "Why a PCN has no boundary",
    (
        "People choose their practice. Patients of several PCNs live in one street. So no line on a map is the "
        "boundary of a network.",
        "The map shows footprints. A footprint is all small areas where a PCN has more registered patients than "
        "any other PCN. In the country most patients live inside it. In cities many live outside: the profile of "
        "each PCN says what share lives inside.",
        "A PCN that leads in no small area has no footprint. It is in the table and not on the map.",
    ),
)
_NEED = Chapter(
    "need",
    "Need, from where patients live",
    (
        "Deprivation, ethnic group and rurality are published for small areas of some 1,700 people. For each PCN "
        "they are averaged over its patients' home areas, not over its footprint and not at the practice door.",
        "Lack of local support comes from the GP Patient Survey. It is a sample of some 180 answers a PCN. Chance "
        "errors in it pull its slope towards zero.",
        "Patients who live in Wales, or whose address has no small area, count in the list size and not in need.",
        "The 2019 and 2025 indices of deprivation are on different scales. The usual measure changes edition in "
        "2025Q4; choose one edition to compare across that quarter.",
        "No measure is need itself. Try more than one. A plan that holds under several is stronger.",
    ),
)
_SLOPE = Chapter(
    "slope",
    "What a slope is, and what it is not",
    (
        "Put each PCN on a chart: need across, provision up. A straight line is drawn through the points. The "
        "slope is how much provision differs with a step of need, usually 10 points or 10 percentage points.",
        "Above zero: PCNs of higher need have more link workers for their size. Below zero: they have fewer.",
    ),
    (
        "It is an association between PCNs. It does not say that need brought posts, or that posts changed need.",
        "It says nothing about one PCN. Most lie far from the line.",
        "It says nothing about one patient.",
        "It does not say what would be fair. Equal provision has a slope of zero, whatever the need.",
    ),
    (
        "Measures of inequality ask a related question: how far rates lie apart between PCNs of high and low "
        "need. Those with a sign are positive where PCNs of lower need have more.",
        "The specification curve asks in many ways at once. It guards against picking one, and holds only the ways "
        "that were thought of.",
    ),
)
_INTERVALS = Chapter(
    "intervals",
    "Intervals",
    (
        "A figure with an interval is an estimate. A 95 % interval is made so that 19 in 20 such intervals hold the "
        "value that would be found with chance averaged out.",
    ),
    (
        "If the interval of a slope takes in zero, the data fit with no association. That is not proof of none.",
        "PCNs of one ICB resemble each other. England's intervals therefore count ICBs, not PCNs (errors clustered by "
        "ICB, CR2). Within one ICB, chance is judged by dealing the posts to its PCNs anew; where one or a few PCNs "
        "would settle the slope, there is no number.",
        "Where many quarters or measures are asked, q stands beside p: it allows for how many were asked. A slope is "
        "called clear only if its interval leaves out zero, q is below 0.05, and silent PCNs could not turn it.",
        "A wide interval means little is known. It happens with few PCNs, as within one ICB.",
        "Look at 20 intervals and one may miss by chance alone. Do not pick the one quarter that stands out.",
        "An interval knows nothing of silent PCNs, of wrong entries, or of what was not measured.",
        "n says how many PCNs an estimate rests on. Coverage says what share of active PCNs reported.",
    ),
)
_PLANS = Chapter(
    "plans",
    "Plans, and what they cannot say",
    (
        "A plan divides posts, money or sites by a rule that you choose. It finds the best division under that rule "
        "and says how far it is proven best. Change the rule and the plan changes.",
    ),
    (
        "It does not say what a post will do for people. No effect of posts is modelled.",
        "It does not know who can be hired, what rooms there are, or what is already promised, unless you say so.",
        "PCNs that did not report are not taken as empty. You are asked to leave them out, or to fill them with "
        "the rate of their ICB, flagged in every row.",
        "Need from a survey is drawn again many times. A recommendation that seldom survives rests on chance.",
        "The cost of a place is a stand-in until you give your own.",
    ),
    ("A plan is where a conversation begins. Local knowledge decides.",),
)
_LIMITS = Chapter(
    "limits",
    "Known limits",
    (),
    (
        "Workforce returns can be late or wrong. They are used as published; obvious slips in the layout are "
        "corrected and listed.",
        "Lists and memberships may be of another day than the quarter's end. The page on data says by how many days.",
        "Lists hold some people who have moved away.",
        "ICBs changed in July 2022 and April 2026. An ICB has no figures before it existed.",
        "PCNs close, merge and split. A code stands for one PCN; its history before a merger is under other codes.",
        "Neighbouring PCNs resemble each other. Intervals of slopes do not allow for it.",
        "Directories of services are incomplete, even where they claim to cover an area. Some two thirds of voluntary "
        "organisations are in no register.",
        "Ways are straight lines times a factor, unless you add travel times. A river is not seen.",
        "Links between need, posts and services here are not causes.",
    ),
)
_CHECK = Chapter(
    "check",
    "How to check a number",
    (
        "Every number can be taken away and made again.",
        "The data digest is a short name of all tables of a build. It is on the page on data, and on every file taken "
        "away. Two copies with the same digest hold the same figures.",
        "The CSV of each page has the unrounded figures. The link at the foot of a page shows a colleague the same "
        "view.",
        "The command line gives the same figures:",
    ),
)
COMMANDS = (
    ("sp-geo status", "files, coverage, reconciliation, what did not match"),
    ("sp-geo panel --quarter 2022Q2", "every PCN of a quarter"),
    ("sp-geo regress --need imd_score", "slopes by quarter"),
    ("sp-geo silence --need imd_score", "what PCNs that did not report could change"),
    ("sp-geo trend --need imd_score", "whether the slope changed"),
    ("sp-geo inequality", "measures of inequality, with the draws and the seed of the page on time"),
    ("sp-geo specifications --need imd_score --quarter latest", "the specification curve"),
    ("sp-geo deserts", "service deserts and their rule"),
    ("sp-geo services --show assumptions", "the numbers below"),
    ("sp-geo export --out FOLDER", "a pack: summary, slides, workbook, CSV, pictures, map, layers, run record"),
)
"""Command and what it gives."""


def lost_words(quarter: str, by_practice: float, by_area: float) -> str:
    """What share of patients reached no PCN, to stand after a sentence; what is not known (NaN) is left out.

    Args:
        quarter: such as 2026Q2.
        by_practice: share of the patients of the lists, 0 to 1.
        by_area: share of the patients by small area.
    """
    known = [
        f"{100 * share:.2f} % of patients {words}"
        for share, words in ((by_practice, "on the lists"), (by_area, "counted by small area"))
        if share == share  # noqa: PLR0124 - not NaN
    ]
    return f" In {quarter} they hold {' and '.join(known)}." if known else ""


def chapters(used: Assumptions, rule: str, lost: str = "") -> tuple[Chapter, ...]:
    """All chapters in their order.

    Args:
        used: assumptions about services in force.
        rule: of deserts, in words with its numbers.
        lost: of :func:`lost_words`; empty before the first build.
    """
    marks = Chapter(
        "marks",
        "Zero, missing, suppressed, not recorded",
        ("These are different things. Tables and maps never mix them.",),
    )
    numbers = Chapter(
        "numbers",
        "The numbers behind services",
        ("Capacity, demand, access and deserts rest on these. Each can be changed within its range.",),
    )
    glossary = Chapter("glossary", "Words", ("What words mean on these pages.",))
    deserts = Chapter(
        "deserts",
        "Service deserts, and their rule",
        (
            "A link worker can only refer to services that exist. Access is how many free places are in reach, for "
            "each 1,000 people who could want them. A service counts less the farther away it is. What is given out "
            "adds up to the places there are.",
            f"The rule in force. {rule}",
        ),
        (
            f"In reach: up to {used.catchment_km:g} km along the way, taken as {used.detour:g} times the straight "
            "line.",
            f"A service with a wait of more than {used.hold_days:g} days counts as having no free place.",
            f"A record last checked more than {used.stale_after_days:g} days before the newest check counts as "
            "unknown, "
            "not as zero.",
            f"Deserts that touch are one cluster. Capacities are drawn again {used.resamples:g} times. The share of "
            "draws "
            "in which a cluster is still there is shown with it.",
        ),
        (
            "Outside the areas that a directory covers, the absence of a service says nothing. Such areas are not "
            "recorded. They are neither desert nor served.",
            "Charities and grants on the map show presence. They never count as capacity.",
        ),
    )
    # What was lost of the patients stands with what else may be missing from a PCN.
    said = f"Some practices reach no network. They are counted by cause and never spread over others.{lost}"
    limits = replace(_LIMITS, points=(*_LIMITS.points[:3], said, *_LIMITS.points[3:]))
    before = (_FIGURES, _SILENCE, marks, _BOUNDARY, _NEED, _SLOPE, _INTERVALS, deserts, numbers, _PLANS)
    return (*before, limits, _CHECK, glossary)
