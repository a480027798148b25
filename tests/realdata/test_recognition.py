"""Every real published file is taken for what it is, and what is not for this software is refused with a reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from sp_geo.core.errors import UnrecognisedFile
from sp_geo.publications.catalogue import recognise
from sp_geo.workspace.opening import Member, open_path

pytestmark = pytest.mark.realdata

EXPECTED = {
    "workforce/*.zip": ("pcn_workforce", 8),
    "organisations/ePCN*.xlsx": ("epcn", 3),
    "organisations/gp-reg-pat-prac-map*.zip": ("practice_map", 4),
    "organisations/epraccur*.zip": ("epraccur", 2),
    "lists/*lsoa*.zip": ("list_by_lsoa", 1),
    "lists/gp-reg-pat-prac-all*.zip": ("list_totals", 2),
    "lists/*quin-age*.zip": ("list_by_age", 1),
    "deprivation/IoD*.zip": ("indices_of_deprivation", 2),
    "deprivation/fingertips*.csv": ("fingertips_practice", 1),
    "ethnicity/*.zip": ("census_ethnicity", 1),
    "survey/*healthsupport*.csv": ("patient_survey_2024", 1),
    "payments/*.zip": ("nhs_payments", 4),
    "geography/LSOA_2011*.zip": ("lsoa_lookup", 1),
    "geography/lookup_lsoa11*.zip": ("lsoa11_parents", 1),
    "geography/lookup_lsoa21_icb*.zip": ("lsoa21_icb", 1),
    "geography/lookup_lsoa21_ward*.zip": ("lsoa21_ward", 1),
    "geography/lookup_ltla*.zip": ("local_authority_region", 1),
    "geography/population*.zip": ("lsoa11_population", 1),
    "geography/ruc11*.zip": ("rural_urban_2011", 1),
    "geography/ruc21*.zip": ("rural_urban_2021", 1),
    "geography/boundaries*.zip": ("boundaries", 3),
    "services/warm_spaces_2022.csv": ("venue_list", 1),
    "services/trafford_mental*.csv": ("venue_list", 1),
    "services/charities*.csv": ("charity_register", 1),
    "services/*360_giving*.xlsx": ("grants", 1),
    "standards/hsds-uk-v3/mocks/*/service_list.json": ("open_referral", 4),
    "standards/hsds-uk-v3/examples/service_full.json": ("open_referral", 1),
}
NOT_OURS = (
    "survey/*dictionary*.xlsx",
    "survey/*.json",
    "services/*extract-fields.csv",
    "standards/hsds-uk-v3/examples/taxonomy.json",
)


def key_of(member: Member) -> str | None:
    """Which publication a file is taken for, if any."""
    if member.document is None:
        return None
    try:
        return recognise(member.document).key
    except UnrecognisedFile:
        return None


@pytest.mark.parametrize("pattern", EXPECTED)
def test_published_files_are_recognised(pattern: str, real: Path) -> None:
    """A file straight from its publisher would be refused or read as another."""
    key, count = EXPECTED[pattern]
    paths = sorted(real.glob(pattern))
    assert len(paths) == count
    for path in paths:
        found = [key_of(member) for member in open_path(path)]
        assert [name for name in found if name] == [key], path.name


@pytest.mark.parametrize("pattern", NOT_OURS)
def test_other_files_are_refused(pattern: str, real: Path) -> None:
    """Charities or survey dictionaries would be taken for a publication, or end in a traceback."""
    paths = [path for path in sorted(real.glob(pattern)) if path.is_file()]
    assert paths
    for path in paths:
        assert [key_of(member) for member in open_path(path)] == [None], path.name


def test_the_companions_of_a_release_are_not_taken_for_data(real: Path) -> None:
    """The guide or the definitions of a workforce release would be read as figures."""
    members = open_path(real / "workforce" / "PCNWFIndividualCSV.062026.zip")
    assert [key_of(member) for member in members] == [None, None, "pcn_workforce"]
    assert "PDF" in str(members[0].refusal)
