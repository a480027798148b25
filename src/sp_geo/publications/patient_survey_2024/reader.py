"""GP Patient Survey, practice file from 2024 on (NHS England, Ipsos): ``healthsupport``, enough local support."""

from __future__ import annotations

from typing import Final

from sp_geo.publications.reading import Frames, Parsed, answers, refuse_unweighted, shares, survey_frames, table_reader

_ANSWERS: Final = ("yes_pct", "answer_1_pct", "answer_2_pct", "answer_3_pct", "base_count", "weighted_base_count")


@table_reader("patient_survey_2024", ("practice_code",), "base_count", "answers")
def read(parsed: Parsed, own_name: str) -> Frames:
    """Answers about local support as core_practice_survey.

    The share of No among those who needed support is 1 less the published share of those with enough support
    (``healthsupport.pcteval``); failing that, it is No over the three answers Yes definitely, Yes to some extent and
    No, whose percentages share one base. The base is the weighted one where published. A file that gives the share
    without a base leaves ``base_count`` missing. Any negative number is the publisher's code for a withheld answer.

    Args:
        parsed: the table.
        own_name: the file's own name, for one that does not say its year; or the year itself.

    Raises:
        InvalidContent: a column is missing, too many rows cannot be used, a practice stands twice with different
            answers, or nothing tells the year.
        UnrecognisedFile: it holds unweighted answers.
    """
    refuse_unweighted(parsed, ("weighted_base_count",), own_name)
    forms = [[f"answer_{number}_{kind}" for number in (1, 2, 3)] for kind in ("pct", "count")]
    if parsed.has("yes_pct"):
        share = 1 - shares(parsed, "yes_pct")
    elif given := next((form for form in forms if all(map(parsed.has, form))), None):
        yes, rather, no = (answers(parsed, column) for column in given)
        needed = yes + rather + no
        share = no / needed.where(needed > 0)
    else:
        raise parsed.refusal(
            "column HEALTHSUPPORT.PCTEVAL is missing",
            row=1,
            expected="healthsupport.pcteval, or healthsupport_1.pct to _3.pct",
        )
    base = answers(parsed, "weighted_base_count").fillna(answers(parsed, "base_count"))
    found = {"no_count": share * base, "base_count": base, "no_share": share.where(base.isna() | (base > 0))}
    return survey_frames(parsed, own_name, "2024-", range(2024, 2100), found, _ANSWERS)
