"""Published facts that the synthetic voluntary sector is calibrated to, and what is put in by choice.

Sources: charities per 1,000 people and organisations without spare capacity as cited by the National Association of
Link Workers (2023); referral gradients and trends from primary care records and Citizens Advice. What has no source is
invented, and said to be.
"""

from __future__ import annotations

from typing import Final

SERVICES_PER_MILLION: Final = 90.0
"""Invented: about 4,000 in the covered three quarters of England, so that pages stay quick."""
SHARE_COVERED: Final = 0.72
"""Invented: share of ICBs that a directory covers; the rest must come out as not recorded."""
CHARITIES_IN_ENGLAND: Final = 1.8
CHARITIES_PER_1000: Final = {"South East": 2.1, "North West": 1.4}
FEWER_BY_IMD: Final = 0.012
"""Invented: how much rarer services are for each point of the deprivation score."""
JITTER_M: Final = 300.0
ORGANISATIONS_PER_SERVICE: Final = 0.6
CATEGORY_SHARES: Final = {
    "isolation": 0.20,
    "activity": 0.18,
    "independence": 0.10,
    "long_term_conditions": 0.10,
    "creativity": 0.14,
    "housing": 0.07,
    "money": 0.09,
    "other": 0.12,
}
"""Invented."""
WORDS: Final = {
    "isolation": "Befriending",
    "activity": "Walking group",
    "independence": "Help at home",
    "long_term_conditions": "Self-management",
    "creativity": "Arts and crafts",
    "housing": "Housing advice",
    "money": "Debt advice",
    "other": "Counselling",
}
"""Words in invented names, which are also terms of the directories."""
NO_SPARE_CAPACITY: Final = 0.41
"""The middle of the published 32 to 50 %."""
SPARE_MEAN: Final = 0.18
SPARE_BETA: Final = 6.0
PLACES_MEDIAN: Final = 60.0
CLOSED: Final = 0.06
WAIT_MEAN: Final = 40.0
"""Days; some pass six months, as published."""
HOLD_DAYS: Final = 84.0
CAPACITY_UNSAID: Final = 0.33
ATTRIBUTE_UNSAID: Final = 0.3
ATTRIBUTE_SHARES: Final = {"evening": 0.2, "weekend": 0.15, "drop_in": 0.25, "free_of_charge": 0.6, "step_free": 0.7}
"""Invented: share of the services that offer each."""
FOR_OLDER: Final = 0.2
FOR_YOUNGER: Final = 0.1
OTHER_LANGUAGE: Final = 0.15
STALE: Final = 0.05
NEWEST_CHECK: Final = "2026-06-30"
REMOTE: Final = 0.03
VISITING: Final = 0.02
INACTIVE: Final = 0.02
SLIPS: Final = 0.01
DESERTS_PER_MILLION: Final = 0.55
"""Planted clusters: some 25 in the covered part of England."""
NEEDY_ABOVE: Final = 0.7
"""Deserts are planted in the top three tenths, so that they lie in the top two fifths of either edition of need."""
DESERT_WIDTH_M: Final = 4_000.0
EMPTY_WITHIN_M: Final = 7_800.0
"""Straight metres around a planted desert without a service of its category: 10 km of way at 1.3 is 7,692."""

CLIENTS_PER_FTE: Final = 75.0
ONWARD_PER_CLIENT: Final = 5.0
"""As the defaults of the program, so that demand can be held against the truth."""

MONEY_RATE: Final = (0.31, 0.94)
HOUSING_RATE: Final = (0.45, 0.84)
"""Referrals per 10,000 patients in 2020Q4 and in 2022Q3, as published for primary care."""
ALL_RATE: Final = 0.46
ALL_CHANGE_PCT: Final = 3.26
"""Rate of the other reasons in 2020Q4 and their change a quarter, as published for Citizens Advice."""
GRADIENTS: Final = {"money": 3.6, "housing": 8.0}
GRADIENT_ELSE: Final = 4.3
"""Most against least deprived fifth."""
BEND: Final = "2023Q1"
AFTER_BEND_PCT: Final = 1.0
"""Invented: change a quarter after the planted joinpoint."""
MET: Final = 0.90
SUPPORTED: Final = 0.38
GAP_REPORTS: Final = 2_000
GAP_IN_DESERT: Final = 0.6
"""Invented: share of the reports that come from planted deserts."""
