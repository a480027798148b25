"""Every table the project keeps, by name."""

from __future__ import annotations

from typing import Final

from sp_geo.tables.anomalies import core_anomaly
from sp_geo.tables.base import Table
from sp_geo.tables.core import CORE_TABLES
from sp_geo.tables.icbs import ICB_TABLES
from sp_geo.tables.local_posts import LOCAL_POST_TABLES
from sp_geo.tables.outputs import OUTPUT_TABLES
from sp_geo.tables.own_measures import OWN_MEASURE_TABLES
from sp_geo.tables.referrals import core_referral_activity
from sp_geo.tables.service_outputs import SERVICE_OUTPUTS
from sp_geo.tables.services import SERVICE_TABLES
from sp_geo.tables.workforce import WORKFORCE_TABLES

TABLES: Final[dict[str, Table]] = {
    table.name: table
    for table in (
        *CORE_TABLES,
        *WORKFORCE_TABLES,
        core_referral_activity,
        core_anomaly,
        *LOCAL_POST_TABLES,
        *OWN_MEASURE_TABLES,
        *SERVICE_TABLES,
        *ICB_TABLES,
        *OUTPUT_TABLES,
        *SERVICE_OUTPUTS,
    )
}
