"""Otto imports questionnaires: what was understood is printed, what was not is told."""

import hashlib

import pytest
from sqlalchemy import func, select, update

from journal.features.measures import shelf
from journal.features.measures.models import StoredQuestionnaire
from tests import questionnaires


@pytest.fixture
def run(app, tmp_path):
    """Run the command over a questionnaire in a file."""

    def invoke(made: object, *options: str):
        path = tmp_path / "questionnaire.json"
        path.write_bytes(questionnaires.as_bytes(made))
        return app.test_cli_runner().invoke(args=["import-questionnaire", str(path), *options])

    return invoke


def test_otto_sees_what_each_answer_counts(run, db):
    done = run(questionnaires.like("brs"), "--as", "brs")
    assert done.exit_code == 0
    assert "1 = once or twice | 2 = now and then" in done.output
    assert done.output.count("turned round by the rule") == 3
    [offered] = [one for one in shelf.offered(db) if one.instrument == "brs"]
    assert offered.hash[:12] in done.output


def test_a_refused_one_names_every_reason_and_stores_nothing(run, db):
    made = questionnaires.changed(questionnaires.like("gad-7"), 2, repeats=True)
    done = run(made)
    assert done.exit_code == 1
    assert "Questionnaire.item[1].repeats" in done.stderr
    assert shelf.current(db, "gad-7") is None


def test_a_dry_run_stores_nothing(run, db):
    assert "Nothing was stored" in run(questionnaires.like("gad-7"), "--dry-run").output
    assert shelf.current(db, "gad-7") is None


def test_scores_can_be_named_and_nonsense_is_refused(run, db):
    bare = questionnaires.like("gad-7", None)
    assert run(bare).exit_code == 1
    assert run(bare, "--scores", "0,1,2,x").exit_code == 2
    assert run(bare, "--scores", "0,1,2,3").exit_code == 0


def test_twice_is_once_and_going_back_is_importing_again(run, db, at_ten):
    first = questionnaires.like("gad-7")
    second = questionnaires.changed(first, 1, text="Storks?")
    for made in (first, second, first):
        at_ten.shift(60)
        assert run(made).exit_code == 0
    assert db.scalar(select(func.count()).select_from(StoredQuestionnaire)) == 2
    current = shelf.current(db, "gad-7")
    assert current is not None
    assert "heron" in current.questions[0].text


@pytest.mark.parametrize("find", ['"score":3', '"Herons, 7 of them"'])
def test_a_version_that_was_changed_in_the_database_is_not_asked(asked, db, find):
    made = asked("gad-7")
    content = made.dumps().replace(find, find.replace("3", "0").replace("Herons", "Storks"))
    assert content != made.dumps()
    db.execute(update(StoredQuestionnaire).values(content=content.encode()))
    db.commit()
    assert shelf.by_hash(db, made.hash) is None
    assert shelf.current(db, "gad-7") is None


def test_nonsense_in_the_database_is_passed_over(asked, db):
    made = asked("gad-7")
    for content in (b"", b"[]", b"{}", b"\xff", made.dumps().encode()[:-9]):
        db.execute(update(StoredQuestionnaire).values(content=content))
        assert shelf.by_hash(db, made.hash) is None
    assert hashlib.sha256(made.dumps().encode()).hexdigest() == made.hash
