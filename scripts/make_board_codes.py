"""Make the tables of ICBs and sub-ICB locations, with the day each holds from and to, from published files.

Facts only: which code belongs to which board on which day. When boards change again, add the new practice map here and
run it again; nothing in the software names a board or a year.

    python scripts/make_board_codes.py FOLDER   # the folder with the files that READS names
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
import yaml

TARGET = Path(__file__).resolve().parents[1] / "data" / "boundaries"
READS = {
    "lookup": "geography/lookup_lsoa11_sicbl22_icb22_ltla22.zip",
    "map_2022": "organisations/gp-reg-pat-prac-map.2022-01.zip",
    "map_2026": "organisations/gp-reg-pat-prac-map.2026-07.zip",
}
FIRST_SET, SECOND_SET = "2022-07-01", "2026-04-01"


def main(folder: Path) -> None:
    """Make both tables."""
    lookup, before, after = (pd.read_csv(folder / path, dtype=str) for path in READS.values())
    regions = before.groupby("STP_CODE")[["COMM_REGION_CODE", "COMM_REGION_NAME"]].first()
    first = lookup.groupby("icb22_code_h").agg(icb_ons_code=("icb22_code", "first"), icb_name=("icb22_name", "first"))
    first = first.join(regions)
    second = after.groupby("ICB_CODE").agg(
        icb_ons_code=("ONS_ICB_CODE", "first"),
        icb_name=("ICB_NAME", "first"),
        COMM_REGION_CODE=("COMM_REGION_CODE", "first"),
        COMM_REGION_NAME=("COMM_REGION_NAME", "first"),
    )
    pairs = before[["PRACTICE_CODE", "STP_CODE"]].merge(after[["PRACTICE_CODE", "ICB_CODE"]], on="PRACTICE_CODE")
    counts = pairs.groupby(["STP_CODE", "ICB_CODE"]).size().reset_index(name="practices")
    most = counts.sort_values(["practices", "ICB_CODE"], ascending=[False, True]).drop_duplicates("STP_CODE")
    successor = most.set_index("STP_CODE")["ICB_CODE"]
    kept = first.index.intersection(second.index)
    rows = []
    for code, row in first.iterrows():
        ends = "" if code in kept else SECOND_SET
        rows.append((code, row, FIRST_SET, ends, "" if code in kept else successor[code]))
    rows += [(code, row, SECOND_SET, "", "") for code, row in second.drop(kept).iterrows()]
    icbs = pd.DataFrame(
        [
            (code, row.icb_ons_code, row.icb_name, row.COMM_REGION_CODE, row.COMM_REGION_NAME, begins, ends, following)
            for code, row, begins, ends, following in rows
        ],
        columns=[
            "icb_code", "icb_ons_code", "icb_name", "region_code", "region_name", "valid_from", "valid_to",
            "successor_icb_code",
        ],
    )  # fmt: skip
    icbs.sort_values(["valid_from", "icb_code"]).to_csv(TARGET / "icb_codes.csv", index=False, lineterminator="\n")
    old = lookup.groupby("sicbl22_code_h").agg(
        ons=("sicbl22_code", "first"), name=("sicbl22_name", "first"), icb=("icb22_code_h", "first")
    )
    new = after.groupby("SUB_ICB_LOCATION_CODE").agg(
        ons=("ONS_SUB_ICB_LOCATION_CODE", "first"), name=("SUB_ICB_LOCATION_NAME", "first"), icb=("ICB_CODE", "first")
    )
    spells = [(code, row.ons, row["name"], row.icb, FIRST_SET, SECOND_SET) for code, row in old.iterrows()]
    spells += [(code, row.ons, row["name"], row.icb, SECOND_SET, "") for code, row in new.iterrows()]
    # A location that ended keeps pointing at the board that took its patients over, for files that still name it.
    spells += [
        (code, row.ons, row["name"], row.icb if row.icb in kept else successor[row.icb], SECOND_SET, "")
        for code, row in old.drop(new.index, errors="ignore").iterrows()
    ]
    columns = ["sub_icb_code", "sub_icb_ons_code", "sub_icb_name", "icb_code", "valid_from", "valid_to"]
    table = pd.DataFrame(spells, columns=columns).sort_values(["sub_icb_code", "valid_from"])
    table.to_csv(TARGET / "sub_icb_codes.csv", index=False, lineterminator="\n")
    for name, title in (("icb_codes.csv", "Integrated care boards"), ("sub_icb_codes.csv", "Sub-ICB locations")):
        origin = {
            "title": f"{title}, the sets of July 2022 and April 2026, with successors",
            "publisher": "NHS England (Patients Registered at a GP Practice, mapping, January 2022 and July 2026); "
            "Office for National Statistics (LSOA 2011 to sub-ICB location and ICB, July 2022)",
            "licence": "Open Government Licence v3.0",
            "made_by": "scripts/make_board_codes.py",
            "rule": "an abolished board's successor is the one that most of its practices belong to afterwards",
        }
        (TARGET / f"{name}.origin.yaml").write_text(yaml.safe_dump(origin, sort_keys=False, allow_unicode=True))
    print(f"{len(icbs)} boards, {len(table)} spells of locations")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
