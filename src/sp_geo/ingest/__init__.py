"""Published files turned into core tables: one module a publication, all with the same :data:`Reader`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import pandas as pd

from sp_geo.ingest import (
    board_changes,
    boundaries,
    census_ethnicity,
    charity_area,
    charity_classification,
    charity_register,
    epcn,
    epraccur,
    fingertips_practice,
    gap_log,
    grants,
    indices_of_deprivation,
    list_by_age,
    list_by_lsoa,
    list_totals,
    local_authority_region,
    local_posts,
    lsoa11_parents,
    lsoa11_population,
    lsoa21_icb,
    lsoa21_ward,
    lsoa_lookup,
    lsoa_msoa,
    open_referral,
    open_referral_package,
    own_measure,
    patient_survey_2018,
    patient_survey_2024,
    pcn_workforce,
    practice_map,
    practice_succession,
    referral_activity,
    rural_urban_2011,
    rural_urban_2021,
    service_template,
    travel_times,
    venue_list,
)
from sp_geo.sources.document import Document

Reader = Callable[[Document, str], dict[str, pd.DataFrame]]
"""Takes an opened file and its period; gives frames by core table, with exactly the table's columns."""

_MODULES: Final[tuple[Any, ...]] = (
    pcn_workforce,
    epcn,
    practice_map,
    epraccur,
    practice_succession,
    board_changes,
    list_by_lsoa,
    list_totals,
    list_by_age,
    indices_of_deprivation,
    fingertips_practice,
    census_ethnicity,
    patient_survey_2018,
    patient_survey_2024,
    lsoa_lookup,
    lsoa_msoa,
    lsoa11_parents,
    lsoa21_icb,
    lsoa21_ward,
    local_authority_region,
    lsoa11_population,
    rural_urban_2011,
    rural_urban_2021,
    boundaries,
    referral_activity,
    local_posts,
    own_measure,
    open_referral,
    open_referral_package,
    charity_area,
    charity_classification,
    charity_register,
    gap_log,
    grants,
    service_template,
    travel_times,
    venue_list,
)

READERS: Final[Mapping[str, Reader]] = {module.__name__.rsplit(".", 1)[1]: module.read for module in _MODULES}
"""Reader by publication key."""
