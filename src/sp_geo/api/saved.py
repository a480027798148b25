"""Plans that last, from a notebook."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from sp_geo.api.answer import Answer
from sp_geo.api.opened import Opened
from sp_geo.api.table import Table
from sp_geo.questions import saved_plans
from sp_geo.questions.requests.plans import PlanRequest


class SavedPlans(Opened):
    """Plans that were saved under a name: ``ws.plan_posts(..., save="spring", author="planning")`` saves one."""

    def ask_plan(self, request: PlanRequest, save: str = "", author: str = "", plans: str = "") -> Answer:
        """Answer a request for a plan, and save it if it is given a name.

        Args:
            request: what is asked.
            save: name to save the plan under; it is not saved if empty.
            author: your name or team, which a saved plan needs.
            plans: address of a database of plans; that of SP_GEO_PLANS, or of the workspace, if empty.

        Returns:
            An Answer: rows, title, notes, record.
        """
        if save:
            now = datetime.now(UTC).isoformat(timespec="seconds")
            saved_plans.save(self.opened, request, save, author, plans, now)
        return self.ask(request)

    def plan_list(self, plans: str = "") -> Table:
        """Saved plans, and which rest on data that have changed.

        Args:
            plans: address of a database of plans; that of SP_GEO_PLANS, or of the workspace, if empty.

        Example:
            >>> ws = sp_geo.open(example)
            >>> _ = ws.plan_posts(fte=1, unreported="exclude", save="spring", author="planning")
            >>> ws.plan_list().rows[["name", "version", "state"]].to_dict("records")
            [{'name': 'spring', 'version': 1, 'state': 'the data are those of today'}]
        """
        return Table.from_answer(saved_plans.listed(self.opened, plans))

    def plan_show(self, name: str, version: int | None = None, plans: str = "") -> Table:
        """A saved plan as it was: its rows, its request, its author, and whether the data under it have changed.

        Args:
            name: of the plan.
            version: of the plan; the latest if None.
            plans: address of a database of plans; that of SP_GEO_PLANS, or of the workspace, if empty.

        Example:
            >>> ws = sp_geo.open(example)
            >>> _ = ws.plan_posts(fte=1, unreported="exclude", save="spring", author="planning")
            >>> ws.plan_show("spring").rows["added_fte"].sum()
            np.float64(1.0)
        """
        return Table.from_answer(saved_plans.reopened(self.opened, plans, name, version))

    def plan_compare(self, first: str, second: str, plans: str = "") -> Table:
        """Two saved plans of one kind, row by row.

        Args:
            first: name of a saved plan.
            second: name of another.
            plans: address of a database of plans; that of SP_GEO_PLANS, or of the workspace, if empty.

        Example:
            >>> ws = sp_geo.open(example)
            >>> for name, fte in (("small", 1), ("large", 2)):
            ...     _ = ws.plan_posts(fte=fte, unreported="exclude", save=name, author="planning")
            >>> ws.plan_compare("small", "large").notes[1]
            'Differing requests: fte: 1.0 against 2.0.'
        """
        return Table.from_answer(saved_plans.compared(self.opened, plans, first, second))

    def plan_export(self, name: str, out: str | Path, plans: str = "") -> list[Path]:
        """A saved plan as a file, with its run record beside it.

        Args:
            name: of the plan.
            out: file to write, .csv or .json; it must not exist.
            plans: address of a database of plans; that of SP_GEO_PLANS, or of the workspace, if empty.

        Example:
            >>> ws = sp_geo.open(example)
            >>> _ = ws.plan_posts(fte=1, unreported="exclude", save="spring", author="planning")
            >>> [path.name for path in ws.plan_export("spring", "spring.csv")]
            ['spring.csv', 'spring.csv.run_record.json']
        """
        return list(saved_plans.exported(self.opened, plans, name, Path(out), datetime.now(UTC).date()))

    def plan_remove(self, name: str, plans: str = "") -> None:
        """Remove a saved plan with all its versions.

        Args:
            name: of the plan.
            plans: address of a database of plans; that of SP_GEO_PLANS, or of the workspace, if empty.

        Example:
            >>> ws = sp_geo.open(example)
            >>> _ = ws.plan_posts(fte=1, unreported="exclude", save="spring", author="planning")
            >>> ws.plan_remove("spring")
            >>> len(ws.plan_list())
            0
        """
        saved_plans.plan_store(self.folder, plans).remove(name)
