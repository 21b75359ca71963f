"""GET /style, which is there for whoever builds the pages, and for nobody else."""

from journal import create_app


def test_a_served_journal_has_no_style_page(client, app):
    assert client.get("/style").status_code == 404
    assert "style" not in app.blueprints


def test_whoever_develops_sees_every_component(settings):
    app = create_app(settings.model_copy(update={"development": True}))
    # Shown without an answer: the counts of this run know no such address.
    with app.test_request_context("/style"):
        page = app.view_functions["style.show"]()
    app.extensions["journal"].database.dispose()
    for shown in ("data-dial", "data-trend", "audience-choice", "notice wrong", 'class="empty"'):
        assert shown in page
