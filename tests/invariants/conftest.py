"""What the tests of invariants share: the publishers' files as a second reader reads them, and what is expected."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from sp_geo.web.application import create_app
from sp_geo.workspace.store import Store
from tests.invariants.publishers import Published, read_published
from tests.invariants.reading import Figures

ADDED = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="session")
def published(region: Path) -> Published:
    """What the publishers' files of the region say."""
    return read_published(region)


@pytest.fixture(scope="session")
def expected(region: Path, published: Published) -> Mapping[str, Figures]:
    """FTE and patients by quarter and active PCN, from the files alone; a PCN that did not report has None."""
    # Which edition the program took is the one thing that is asked of it: the rule has tests of its own.
    source = Store(region).read("out_quarter_coverage").set_index("quarter")["membership_source"]
    found: dict[str, Figures] = {}
    for quarter, fte in published.fte.items():
        sizes = published.sizes(str(source[quarter]), quarter)
        found[quarter] = {pcn: (fte.get(pcn), float(size)) for pcn, size in sizes.items()}
    return found


@pytest.fixture(scope="session")
def panel(region: Path) -> pd.DataFrame:
    """The panel of the region."""
    return Store(region).read("out_pcn_quarter")


@pytest.fixture(scope="session")
def client(region: Path) -> Any:
    """A client of the application over the region, without a network."""
    return create_app(Store(region)).server.test_client()
