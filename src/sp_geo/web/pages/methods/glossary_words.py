"""Words of the pages and what they mean here; the same as in the repository's glossary."""

from __future__ import annotations

from typing import Final

GLOSSARY: Final = (
    (
        "absent as zero",
        "treatment: a PCN that did not report is counted as having no link worker; a scenario, no bound",
    ),
    (
        "access score",
        "effective places a quarter within reach, for each 1,000 people (enhanced two-step floating catchment)",
    ),
    ("active PCN", "a PCN with a member practice that has registered patients at the quarter's end"),
    ("anomaly", "an odd row of a published file: kept, left out or read as missing, and listed with its size"),
    ("ARRS", "Additional Roles Reimbursement Scheme, which pays for link workers in PCNs"),
    ("balanced", "treatment: only PCNs that reported in every quarter shown"),
    ("ICBs, set of", "all integrated care boards that hold from one day on, named by its year: 2022, 2026"),
    ("ICBs as they were then", "each quarter's own ICBs, in place of one set for all quarters"),
    (
        "build before",
        "the state that the last build which changed anything took the place of; `sp-geo changes` compares with it",
    ),
    ("capacity, effective", "places a quarter times the share still free; 0 if closed, full or with too long a wait"),
    ("catchment", "furthest way that people are taken to go to a service"),
    (
        "category",
        "referral reason of the survey of link workers: isolation, activity, independence, "
        "long-term conditions, creativity, housing, money, other",
    ),
    ("contracted service", "posts that a PCN buys from somebody else; FTE but no head count"),
    (
        "clear",
        "of a slope: the interval by the default errors leaves out 0, q is below 0.05, and bounds for "
        "silent PCNs, where worked out, do not cross 0",
    ),
    (
        "CR2",
        "errors clustered by ICB with Bell and McCaffrey's correction, and Satterthwaite's degrees of freedom",
    ),
    ("coverage of a directory", "the areas it claims to list completely; elsewhere its silence says nothing"),
    ("CSVW", "CSV on the Web, a standard of the W3C: a JSON file that says what CSV files hold, their keys and joins"),
    ("due", "a release that should be out by now, from how long earlier ones took; nobody has looked"),
    ("coverage", "share of active PCNs that are in the quarter's workforce release"),
    ("decay", "how the weight of a service falls with distance, 1 next door and 0 beyond the catchment"),
    ("declared ICB", "an ICB that a user's own file says is to come, and no publication"),
    ("desert", "a covered area of high need with little or no access; the rule is printed with every map"),
    ("directory", "a list of services kept by somebody: a council, an infrastructure body"),
    ("edition", "one issue of a publication that describes the same things again"),
    ("footprint", "the small areas where more registered patients belong to a PCN than to any other"),
    ("FTE", "full-time equivalent; 1.0 is 37.5 hours a week"),
    ("gap log", "link workers' own reports of needs they could not meet"),
    ("greedy order", "each step of a post to whoever gains most by it; explains the optimum"),
    ("ICB", "integrated care board; 42 since July 2022, 36 since April 2026"),
    ("IMD", "Index of Multiple Deprivation; score in points, higher is more deprived"),
    ("link worker", "social prescribing link worker (SPLW), plain role and mental health variants"),
    ("list size", "registered patients"),
    (
        "local post",
        "a link worker post that the published workforce figures do not count, from a user's own "
        "list; always shown apart",
    ),
    ("LSOA", "lower layer super output area, a small area of some 1,700 people; of 2011 or of 2021"),
    ("membership", "the spell in which a practice belongs to a PCN"),
    ("missing", "nobody told us; shown as `[x]`"),
    ("monthly history", "workforce releases of the months within quarters; no quarter's figure uses them"),
    ("need", "a measure of how much support a PCN's population may need; each is described where it is chosen"),
    ("not recorded", "no directory covers the area, and no service is known in reach"),
    ("NWRS", "National Workforce Reporting Service, the workforce system the series comes from"),
    ("ODS", "NHS Organisation Data Service, which gives organisations their codes"),
    ("Open Referral UK", "the standard for directories of services, version 3.0"),
    ("origin", "the note beside each added file: publisher, period, licence, hash"),
    (
        "own measure",
        "a measure of need that the user added, by area, practice or PCN; its name begins with `own_`",
    ),
    ("PCN", "primary care network, a group of practices with some 30,000 to 50,000 patients"),
    (
        "permuted",
        "errors within one ICB: HC3, with t judged by dealing provision to the PCNs anew",
    ),
    ("provision", "link worker FTE per 10,000 registered patients"),
    (
        "q",
        "Benjamini and Hochberg's p-value: allows for how many slopes were asked",
    ),
    (
        "relative slope",
        "the slope in per cent of the quarter's mean provision; growth everywhere by the same factor "
        "leaves it as it is",
    ),
    ("release", "one issue of a publication, by the period it is about: `2022Q2`, `2026-07`, `2025`"),
    ("reporters", "treatment: only PCNs in the quarter's release"),
    ("reweighted", "treatment: reporters, weighted so that they resemble all active PCNs in need, size and region"),
    (
        "run record",
        "what an output was made of: inputs with hashes and release dates, parameters, versions, "
        "seeds, day; every file holds its own",
    ),
    ("series", "a way of counting that must not be mixed with another (NWRS alone; NWRS with claims)"),
    ("shortfall", "FTE that a PCN lacks to a target rate"),
    ("slope", "change in provision that goes with a stated step of need, between PCNs"),
    ("snapshot", "memberships as on one day (practice map), against a dated history (ePCN)"),
    ("stale", "a record last checked too long ago to be believed"),
    ("straddle", "of a PCN: to have patients in two ICBs of a set; it stands in the one with most"),
    ("sub-ICB location", "part of an ICB, formerly a clinical commissioning group"),
    (
        "successor",
        "the ICB that has most of an ended ICB's patients afterwards; its share is under 100 % where the ICB was split",
    ),
    ("suppressed", "known but withheld by the publisher; shown as `[c]`"),
    ("survives", "how often a desert or a recommendation is still there when what it rests on is drawn again"),
    ("true zero", "a PCN in the release without a link worker"),
    ("unmet demand", "expected onward referrals less the places in reach"),
    ("unserved", "a covered area without a service in reach that has a free place"),
    ("VCSE", "voluntary, community and social enterprise sector"),
    (
        "weighted patients",
        "registered patients weighted by the national (Carr-Hill) formula, which money for general practice follows",
    ),
)
"""Term and meaning, in the order of terms."""
