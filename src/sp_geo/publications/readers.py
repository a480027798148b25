"""Published files turned into core tables: one module a publication, all with the same :data:`Reader`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import pandas as pd

from sp_geo.publications.board_changes import reader as board_changes
from sp_geo.publications.boundaries import reader as boundaries
from sp_geo.publications.census_ethnicity import reader as census_ethnicity
from sp_geo.publications.charity_area import reader as charity_area
from sp_geo.publications.charity_classification import reader as charity_classification
from sp_geo.publications.charity_register import reader as charity_register
from sp_geo.publications.epcn import reader as epcn
from sp_geo.publications.epcn_partners import reader as epcn_partners
from sp_geo.publications.epcn_pcns import reader as epcn_pcns
from sp_geo.publications.epraccur import reader as epraccur
from sp_geo.publications.fingertips_practice import reader as fingertips_practice
from sp_geo.publications.gap_log import reader as gap_log
from sp_geo.publications.grants import reader as grants
from sp_geo.publications.indices_of_deprivation import reader as indices_of_deprivation
from sp_geo.publications.list_by_age import reader as list_by_age
from sp_geo.publications.list_by_lsoa import reader as list_by_lsoa
from sp_geo.publications.list_totals import reader as list_totals
from sp_geo.publications.local_authority_region import reader as local_authority_region
from sp_geo.publications.local_posts import reader as local_posts
from sp_geo.publications.lsoa11_parents import reader as lsoa11_parents
from sp_geo.publications.lsoa11_population import reader as lsoa11_population
from sp_geo.publications.lsoa21_icb import reader as lsoa21_icb
from sp_geo.publications.lsoa21_population import reader as lsoa21_population
from sp_geo.publications.lsoa21_ward import reader as lsoa21_ward
from sp_geo.publications.lsoa_lookup import reader as lsoa_lookup
from sp_geo.publications.lsoa_msoa import reader as lsoa_msoa
from sp_geo.publications.nhs_payments import reader as nhs_payments
from sp_geo.publications.open_referral import reader as open_referral
from sp_geo.publications.open_referral_package import reader as open_referral_package
from sp_geo.publications.own_measure import reader as own_measure
from sp_geo.publications.patient_survey_2018 import reader as patient_survey_2018
from sp_geo.publications.patient_survey_2024 import reader as patient_survey_2024
from sp_geo.publications.pcn_workforce import reader as pcn_workforce
from sp_geo.publications.practice_map import reader as practice_map
from sp_geo.publications.practice_succession import reader as practice_succession
from sp_geo.publications.reading import anomaly_frame
from sp_geo.publications.referral_activity import reader as referral_activity
from sp_geo.publications.rural_urban_2011 import reader as rural_urban_2011
from sp_geo.publications.rural_urban_2021 import reader as rural_urban_2021
from sp_geo.publications.service_template import reader as service_template
from sp_geo.publications.travel_times import reader as travel_times
from sp_geo.publications.venue_list import reader as venue_list
from sp_geo.workspace.document import Document

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
