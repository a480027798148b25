"""Make the tables of ICBs and sub-ICB locations, with the day each holds from and to, from published files.

Facts only: which code belongs to which board on which day. When boards change again, add the new practice map here and
run it again; nothing in the software names a board or a year.

    python scripts/make_icb_codes.py FOLDER   # the folder with the files that READS names
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import pandas as pd
import yaml

TARGET = Path(__file__).resolve().parents[1] / "data" / "boundaries"
READS = {
    "lookup": "geography/lookup_lsoa11_sicbl22_icb22_ltla22.zip",
    "lookup_2024": "geography/lookup_lsoa21_icb24.zip",
    "map_2022": "organisations/gp-reg-pat-prac-map.2022-01.zip",
    "map_2026": "organisations/gp-reg-pat-prac-map.2026-07.zip",
    "lists": "lists/gp-reg-pat-prac-lsoa-male-female-July-2022.zip",
}
FIRST_SET, SECOND_SET = "2022-07-01", "2026-04-01"
WHOLE_PCT = 100


def successors(before: pd.DataFrame, after: pd.DataFrame, lists: pd.DataFrame) -> pd.DataFrame:
    """Where most of a board's patients are afterwards, and what share of them in percent; by the board's code.

    Patients are those of practices that stand in both maps.
    """
    patients = pd.to_numeric(lists["NUMBER_OF_PATIENTS"]).groupby(lists["PRACTICE_CODE"]).sum().rename("patients")
    pairs = before[["PRACTICE_CODE", "STP_CODE"]].merge(after[["PRACTICE_CODE", "ICB_CODE"]], on="PRACTICE_CODE")
    sums = pairs.join(patients, on="PRACTICE_CODE").groupby(["STP_CODE", "ICB_CODE"])["patients"].sum().reset_index()
    sums["share_pct"] = (100 * sums["patients"] / sums.groupby("STP_CODE")["patients"].transform("sum")).round(1)
    most = sums.sort_values(["patients", "ICB_CODE"], ascending=[False, True]).drop_duplicates("STP_CODE")
    return most.set_index("STP_CODE")[["ICB_CODE", "share_pct"]]


def table_of_icbs(files: dict[str, pd.DataFrame], following: pd.DataFrame) -> pd.DataFrame:
    """One row a board."""
    before, after = files["map_2022"], files["map_2026"]
    names = {"icb_name": "ICB_NAME", "region_code": "COMM_REGION_CODE", "region_name": "COMM_REGION_NAME"}
    first = (
        files["lookup"]
        .groupby("icb22_code_h")
        .agg(icb_ons_code=("icb22_code", "first"), icb_name=("icb22_name", "first"))
    )
    regions = before.groupby("STP_CODE")[["COMM_REGION_CODE", "COMM_REGION_NAME"]].first()
    first = first.join(regions.set_axis(["region_code", "region_name"], axis="columns"))
    wanted = {"icb_ons_code": "ONS_ICB_CODE", **names}
    second = after.groupby("ICB_CODE")[list(wanted.values())].first().set_axis(list(wanted), axis="columns")
    kept = first.index.intersection(second.index)
    first["valid_from"], second["valid_from"] = FIRST_SET, SECOND_SET
    ended = ~first.index.isin(kept)
    first["valid_to"] = pd.Series(SECOND_SET, index=first.index[ended])
    first["successor_icb_code"] = following["ICB_CODE"].reindex(first.index[ended])
    first["successor_share_pct"] = following["share_pct"].reindex(first.index[ended])
    table = pd.concat([first, second.drop(kept)])
    # A board keeps its ODS code when its boundary is moved; its ONS code changes.
    in_2024 = files["lookup_2024"].groupby("icb24_code_nhs")["icb24_code"].first()
    table["icb_ons_code_last"] = second["icb_ons_code"].combine_first(in_2024).reindex(table.index)
    return table.rename_axis("icb_code").reset_index().sort_values(["valid_from", "icb_code"])


def locations(files: dict[str, pd.DataFrame], kept: set[str], following: pd.DataFrame) -> pd.DataFrame:
    """One row a spell of a sub-ICB location in a board."""
    names = ["sub_icb_ons_code", "sub_icb_name", "icb_code"]
    old = files["lookup"].groupby("sicbl22_code_h")[["sicbl22_code", "sicbl22_name", "icb22_code_h"]].first()
    old = old.set_axis(names, axis="columns")
    published = ["ONS_SUB_ICB_LOCATION_CODE", "SUB_ICB_LOCATION_NAME", "ICB_CODE"]
    new = files["map_2026"].groupby("SUB_ICB_LOCATION_CODE")[published].first().set_axis(names, axis="columns")
    # A location that ended keeps pointing at the board that took its patients over, for files that still name it.
    gone = old.drop(new.index, errors="ignore")
    gone["icb_code"] = [code if code in kept else following.loc[code, "ICB_CODE"] for code in gone["icb_code"]]
    later = pd.concat([new, gone]).assign(valid_from=SECOND_SET)
    spells = [old.assign(valid_from=FIRST_SET, valid_to=SECOND_SET), later]
    table = pd.concat(spells).rename_axis("sub_icb_code").reset_index()
    return table.sort_values(["sub_icb_code", "valid_from"])


def write(table: pd.DataFrame, name: str, title: str, read: dict[str, str]) -> None:
    """Write one table and the note of its origin beside it."""
    path = TARGET / name
    table.to_csv(path, index=False, lineterminator="\n")
    origin = {
        "title": f"{title}, the sets of July 2022 and April 2026, with successors",
        "publisher": "NHS England (Patients Registered at a GP Practice: mapping, January 2022 and July 2026, and "
        "practice by LSOA, July 2022); Office for National Statistics (LSOA 2011 to sub-ICB location and ICB, July "
        "2022; LSOA 2021 to ICB, 2024)",
        "licence": "Open Government Licence v3.0",
        "made_by": "scripts/make_icb_codes.py",
        "rule": "an abolished board's successor is the one with most of its patients of July 2022 afterwards, among "
        "practices in both maps; successor_share_pct is their share, under 100 where the board was split",
        "source_sha256": read,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
    }
    path.with_name(f"{name}.origin.yaml").write_text(yaml.safe_dump(origin, sort_keys=False, allow_unicode=True))


def main(folder: Path) -> None:
    """Make both tables."""
    files = {name: pd.read_csv(folder / path, dtype=str) for name, path in READS.items()}
    read = {Path(path).name: hashlib.sha256((folder / path).read_bytes()).hexdigest() for path in READS.values()}
    following = successors(files["map_2022"], files["map_2026"], files["lists"])
    icbs = table_of_icbs(files, following)
    kept = set(icbs.loc[icbs["valid_to"].isna() & (icbs["valid_from"] == FIRST_SET), "icb_code"])
    columns = ["icb_code", "icb_ons_code", "icb_name", "region_code", "region_name", "valid_from", "valid_to"]
    columns += ["successor_icb_code", "successor_share_pct", "icb_ons_code_last"]
    write(icbs[columns], "icb_codes.csv", "Integrated care boards", read)
    sub_icbs = locations(files, kept, following)
    write(sub_icbs, "sub_icb_codes.csv", "Sub-ICB locations", read)
    split = icbs.loc[icbs["successor_share_pct"] < WHOLE_PCT, ["icb_code", "successor_icb_code", "successor_share_pct"]]
    recoded = icbs.loc[icbs["icb_ons_code"] != icbs["icb_ons_code_last"], "icb_code"]
    print(f"{len(icbs)} boards, {len(sub_icbs)} spells of locations; split: {split.to_dict('records')}")
    print(f"new ONS code under the same ODS code: {', '.join(recoded)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
