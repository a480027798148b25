"""GP Patient Survey, practice file 2018 to 2023 (NHS England, Ipsos): question 32, enough local support."""

from __future__ import annotations

from sp_geo.publications.reading import Frames, Parsed, answers, refuse_unweighted, shares, survey_frames, table_reader


@table_reader("patient_survey_2018", ("practice_code",), "base_count", "answers")
def read(parsed: Parsed, own_name: str) -> Frames:
    """Answers to question 32 as core_practice_survey.

    ``no_count`` is the published count of No, or the published percentage of the base where only that is given. The
    base leaves out those who did not need support and those who did not know. Any negative number is the publisher's
    code for a withheld answer; a blank is missing.

    Args:
        parsed: the table.
        own_name: the file's own name, for one that does not say its year; or the year itself.

    Raises:
        InvalidContent: a column is missing, too many rows cannot be used, a practice stands twice with different
            answers, or nothing tells the year.
        UnrecognisedFile: it holds unweighted answers.
    """
    if not (parsed.has("base_count") or parsed.has("no_pct")) or not (parsed.has("no_count") or parsed.has("no_pct")):
        raise parsed.refusal(
            "column Q32_3 or Q32_123BASE is missing", row=1, expected="Q32_3 with Q32_123BASE, or Q32_3PCT"
        )
    refuse_unweighted(parsed, ("no_count",), own_name)
    base, share = answers(parsed, "base_count"), shares(parsed, "no_pct")
    no = answers(parsed, "no_count").fillna(share * base)
    more = no > base + 1
    if more.any():
        raise parsed.odd("more answers No than answers", more, "no_count" if parsed.has("no_count") else "no_pct")
    found = {
        "no_count": no.clip(upper=base),
        "base_count": base,
        "no_share": (no / base.where(base > 0)).fillna(share).clip(upper=1),
    }
    return survey_frames(parsed, own_name, "2018-2023", range(2018, 2024), found, ("no_count", "base_count", "no_pct"))
