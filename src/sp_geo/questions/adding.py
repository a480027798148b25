"""What is said of files that are added: from the request to what their readers are told."""

from __future__ import annotations

from sp_geo.core.errors import UsageError
from sp_geo.publications.add import Declared
from sp_geo.publications.own_measure.reader import TOLD
from sp_geo.questions.requests.workspace import AddRequest


def declared(request: AddRequest) -> Declared:
    """What a request says of its files.

    Raises:
        UsageError: it says something of an own measure, and not that there is one.
    """
    told = {name: getattr(request, name) for name in TOLD} | {"rows": "\n".join(request.rows)}
    if not request.measure and any(told.values()):
        raise UsageError("these options are of a measure of your own", advice="Say --measure as well")
    said = tuple((name, text) for name, text in told.items() if text or name == "name")
    return Declared(request.directory, request.covers, request.strict, said if request.measure else ())
