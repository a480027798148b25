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
    epcn_partners,
    epcn_pcns,
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
    lsoa21_population,
    lsoa21_ward,
    lsoa_lookup,
    lsoa_msoa,
    nhs_payments,
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
from sp_geo.ingest.reading import anomaly_frame
from sp_geo.sources.document import Document

Reader = Callable[[Document, str], dict[str, pd.DataFrame]]
"""Takes an opened file and its period; gives frames by core table, with exactly the table's columns."""

_MODULES: Final[tuple[Any, ...]] = (
    pcn_workforce,
    epcn,
    epcn_partners,
    epcn_pcns,
    practice_map,
    epraccur,
    practice_succession,
    board_changes,
    list_by_lsoa,
    list_totals,
    list_by_age,
    nhs_payments,
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
    lsoa21_population,
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


def read(publication: str, document: Document, period: str) -> dict[str, pd.DataFrame]:
    """Everything a file says, as core tables, and what is odd in it as core_anomaly.

    Args:
        publication: key of its reader.
        document: the opened file; its notes are written anew.
        period: what the reader must be told that the file may not say.

    Raises:
        InvalidContent: something in it cannot be true, or too much of it is odd.
        DamagedFile: it cannot be read to its end.
    """
    document.notes.rows.clear()
    document.notes.anomalies.clear()
    frames = READERS[publication](document, period)
    return {**frames, "core_anomaly": anomaly_frame(document.notes, publication, period)}
