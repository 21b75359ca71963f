"""The page that load balancers ask."""


def test_a_usable_journal_says_so(client):
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json == {"status": "ok"}


def test_a_journal_without_its_database_says_so(app, client):
    database = app.extensions["journal"].database
    with database.session() as db:
        db.connection().exec_driver_sql("ALTER TABLE accounts RENAME TO elsewhere")
        db.commit()
    assert client.get("/healthz").status_code == 503
