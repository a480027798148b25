"""The application: its pages in their order, one server, its own files only, new builds without a restart."""

from __future__ import annotations

from typing import Final

from dash import ClientsideFunction, Dash, Input, html
from flask import request

from sp_geo.web import guard, router, routes
from sp_geo.web.entry import Entry, guard_entry
from sp_geo.web.map import small_area_map
from sp_geo.web.page import Page
from sp_geo.web.pages.compare_plans import page as compare_plans
from sp_geo.web.pages.data_and_quality import page as data_and_quality
from sp_geo.web.pages.methods import page as methods
from sp_geo.web.pages.my_data import page as my_data
from sp_geo.web.pages.need_and_provision import page as need_and_provision
from sp_geo.web.pages.over_time import page as over_time
from sp_geo.web.pages.overview import page as overview
from sp_geo.web.pages.pcn import page as pcn
from sp_geo.web.pages.plan_funding import page as plan_funding
from sp_geo.web.pages.plan_posts import page as plan_posts
from sp_geo.web.pages.services import page as services
from sp_geo.web.plans import actions
from sp_geo.web.present import Present
from sp_geo.web.uploads import routes as my_data_routes
from sp_geo.web.uploads.lock import make_ready
from sp_geo.workspace.store import Store

PAGES: Final[tuple[Page, ...]] = (
    overview.PAGE,
    need_and_provision.PAGE,
    over_time.PAGE,
    pcn.PAGE,
    services.PAGE,
    plan_posts.PAGE,
    plan_funding.PAGE,
    compare_plans.PAGE,
    my_data.PAGE,
    data_and_quality.PAGE,
    methods.PAGE,
)
_DOCUMENT = """<!DOCTYPE html>
<html lang="en">
<head>
{%metas%}
<title>{%title%}</title>
{%favicon%}
{%css%}
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header class="top"><p>sp_geo <span class="sub">Where link workers are, and where need is</span></p></header>
<noscript>These pages need JavaScript. The same figures: sp-geo panel, sp-geo regress, sp-geo export.</noscript>
{%app_entry%}
<footer hidden>{%config%}{%scripts%}{%renderer%}</footer>
</body>
</html>"""


def create_app(store: Store, entry: Entry | None = None) -> Dash:
    """The application over a workspace's tables.

    Args:
        store: of the workspace; later builds of the same workspace are picked up.
        entry: who may enter; everybody on this machine if it is not said.
    """
    present = Present(store.folder.parent)
    make_ready(present.workspace)
    app = Dash(
        __name__,
        title="sp_geo: link workers and need",
        update_title="",
        serve_locally=True,
        suppress_callback_exceptions=True,
        compress=False,
        meta_tags=[{"name": "viewport", "content": "width=device-width, initial-scale=1"}],
    )
    app.index_string = _DOCUMENT

    def layout() -> html.Div:
        # Dash asks for the layout from the page that wants it, so the whole page comes with the first answer.
        path, search = router.referred(request.referrer)
        return router.frame(PAGES, present.build(), path, search)

    app.layout = layout
    router.register(app, PAGES, present.build)
    routes.register(app, PAGES, present.build)
    my_data_routes.register(app, present.workspace)
    actions.register(app, present.build)
    small_area_map.register_routes(app)
    choose = ClientsideFunction("spGeoServices", "choose")
    app.clientside_callback(choose, Input("services-areas-chosen", "data"), prevent_initial_call=True)
    guard.guard(app)
    guard_entry(app.server, entry or Entry())
    return app
