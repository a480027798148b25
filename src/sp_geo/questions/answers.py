"""The function that answers each request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from sp_geo.build.view import Build
from sp_geo.questions import icbs, local_posts, need_values, panel, plans, referrals, silence, sites, statistics
from sp_geo.questions.changes import answers as changes
from sp_geo.questions.panel import Answer
from sp_geo.questions.requests import plans as plan_requests
from sp_geo.questions.requests import services as service_requests
from sp_geo.questions.requests import statistics as panel_requests
from sp_geo.questions.requests import workspace as workspace_requests
from sp_geo.questions.requests.asked import Request
from sp_geo.questions.services import access, gaps, listings

ANSWERS: Final[Mapping[type[Request], Callable[[Build, Any], Answer]]] = {
    panel_requests.PanelRequest: panel.panel,
    panel_requests.RegressRequest: panel.regress,
    panel_requests.SilenceRequest: silence.silence,
    panel_requests.NeedRequest: need_values.need,
    panel_requests.TrendRequest: statistics.trend,
    panel_requests.ModelsRequest: statistics.models,
    panel_requests.AttenuationRequest: statistics.attenuation,
    panel_requests.InequalityRequest: statistics.inequality,
    panel_requests.DescribeRequest: statistics.describe,
    panel_requests.SpecificationsRequest: statistics.specifications,
    panel_requests.SpatialRequest: statistics.spatial,
    panel_requests.OutcomeNoteRequest: statistics.outcome_note,
    service_requests.ServicesRequest: listings.services,
    service_requests.AccessRequest: access.access,
    service_requests.DesertsRequest: access.deserts,
    service_requests.GapsRequest: gaps.gaps,
    service_requests.ReferralsRequest: referrals.referrals,
    service_requests.LocalPostsRequest: local_posts.local_posts,
    plan_requests.PostsRequest: plans.posts,
    plan_requests.FundingRequest: plans.funding,
    plan_requests.SitesRequest: sites.sites,
    workspace_requests.IcbsRequest: icbs.icbs,
    workspace_requests.ChangesRequest: changes.changes,
}
"""Each takes the build and its request."""


def answer(build: Build, request: Request) -> Answer:
    """What is asked, of a build.

    Raises:
        UsageError: the request names something unknown.
        WorkspaceError: nothing has been built, or what the question needs is missing.
    """
    return ANSWERS[type(request)](build, request)
