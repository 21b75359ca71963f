"""The yardstick: a plain application with the same pages, that seals nothing.

Flask, Flask-Login, WTForms with CSRF, one insert or one query on the same database engine. It
shows the same templates, so that what differs is what keeping a secret costs. No feature of the
journal imports it.
"""

from datetime import UTC, datetime
from secrets import token_hex
from typing import Any
from uuid import UUID

from flask import Flask, abort, g, redirect, render_template, request, url_for
from flask_login import LoginManager, UserMixin, current_user, login_required
from flask_wtf import CSRFProtect, FlaskForm
from sqlalchemy import ForeignKey, Index, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from werkzeug.wrappers import Response
from wtforms import DecimalField, IntegerField, RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from bench.written import Written
from journal import clock, db
from journal.core.records import Opened
from journal.db import Database
from journal.features.entries import queries, search, words
from journal.features.entries.audiences import Readers
from journal.features.entries.entry import Entry as Shown
from journal.web import assets, filters, languages, series
from journal.web.parts import Parts


class Base(DeclarativeBase):
    """The yardstick's own tables."""


class Account(UserMixin, Base):  # type: ignore[misc]  # flask_login ships no types
    """Somebody with an account."""

    __tablename__ = "accounts"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    zone: Mapped[str]


class Entry(Base):
    """An entry, readable to whoever has the file."""

    __tablename__ = "entries"
    __table_args__ = (Index("entries_newest", "account_id", "at"),)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    at: Mapped[datetime]
    title: Mapped[str]
    body: Mapped[str]
    tags: Mapped[str]


class CheckIn(Base):
    """A check-in."""

    __tablename__ = "check_ins"
    __table_args__ = (Index("check_ins_newest", "account_id", "at"),)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    at: Mapped[datetime]
    mood: Mapped[int | None]
    anxiety: Mapped[int | None]
    energy: Mapped[int | None]
    connection: Mapped[int | None]
    sleep_hours: Mapped[str | None]
    tags: Mapped[str]
    note: Mapped[str]


ON_SCALE = [Optional(), NumberRange(0, 10)]
AUDIENCES: Any = ["private", "journal"]  # what types-wtforms knows of choices is older


class CheckInForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """A check-in as it is posted."""

    client_id = StringField(validators=[DataRequired()])
    mood = IntegerField(validators=ON_SCALE)
    anxiety = IntegerField(validators=ON_SCALE)
    energy = IntegerField(validators=ON_SCALE)
    connection = IntegerField(validators=ON_SCALE)
    sleep_hours = DecimalField(validators=[Optional(), NumberRange(0, 24)])
    tags = StringField()
    note = TextAreaField(validators=[Length(max=10_000)])


class EntryForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """An entry as it is posted."""

    client_id = StringField(validators=[DataRequired()])
    audience = RadioField(choices=AUDIENCES, default="private")
    title = StringField(validators=[Length(max=200)])
    body = TextAreaField(validators=[DataRequired(), Length(max=200_000)])
    tags = StringField()


def make(ours: Flask, parts: Parts) -> Flask:
    """Return the application; ours: whose addresses its templates name; parts: its database."""
    app = Flask(__name__, static_folder=None, template_folder="../templates")
    app.extensions["journal"] = parts
    app.config.from_mapping(SECRET_KEY=token_hex(), SERVER_NAME=ours.config["SERVER_NAME"])
    db.attach(app)
    CSRFProtect(app)
    login = LoginManager(app)
    login.user_loader(lambda name: db.session().get(Account, UUID(name)))
    app.before_request(_use_zone)
    for part in (languages, filters, assets):
        part.register(app)
    # The templates ask; here nobody ever leaves, nor writes from a prompt.
    app.jinja_env.globals.update(leaving_soon=lambda: None, prompt_words=lambda _id: "")
    app.jinja_env.globals.update(soft_until=lambda: None, can_undo=lambda: "")
    app.jinja_env.globals.update(kept_here=list, unfinished_forms=int)
    _add_views(app)
    for rule in ours.url_map.iter_rules():
        if rule.endpoint not in app.view_functions:
            app.add_url_rule(rule.rule, rule.endpoint, absent)
    Base.metadata.create_all(parts.database.engine)
    return app


def fill(
    database: Database, account: UUID, entries: list[Written], check_ins: list[Written]
) -> None:
    """Keep an account with what it wrote."""
    with database.session() as store:
        store.add(Account(id=account, name="Yara", zone="Europe/Vienna"))
        store.flush()
        store.add_all(_entry(account, one) for one in entries)
        store.add_all(_check_in(account, one) for one in check_ins)
        store.commit()


def absent(**_names: object) -> Response:
    """Stand where the journal has a page that the yardstick lacks."""
    abort(404)


@login_required  # type: ignore[untyped-decorator]
def keep_check_in() -> Response:
    """Insert a check-in."""
    form = CheckInForm()
    if not form.validate():
        abort(422)
    fields: dict[str, Any] = {
        name: form[name].data for name in ("mood", "anxiety", "energy", "connection", "note")
    }
    hours = form.sleep_hours.data
    store = db.session()
    store.add(
        CheckIn(
            id=UUID(form.client_id.data),
            account_id=current_user.id,
            at=clock.now().replace(tzinfo=None),
            sleep_hours=None if hours is None else str(hours),
            tags=form.tags.data,
            **fields,
        )
    )
    store.commit()
    return redirect(url_for("checkins.index"), 303)


@login_required  # type: ignore[untyped-decorator]
def keep_entry() -> Response:
    """Insert an entry."""
    form = EntryForm()
    if not form.validate():
        abort(422)
    store, record_id = db.session(), UUID(form.client_id.data)
    store.add(
        Entry(
            id=record_id,
            account_id=current_user.id,
            at=clock.now().replace(tzinfo=None),
            title=form.title.data,
            body=form.body.data,
            tags=form.tags.data,
        )
    )
    store.commit()
    return redirect(url_for("entries.show", record_id=record_id), 303)


@login_required  # type: ignore[untyped-decorator]
def newest() -> str:
    """Show the newest twenty, or the newest that hold the words."""
    asked = search.read(request.args, current_user.zone)
    every = (
        select(Entry.id, Entry.at, Entry.title, Entry.body, Entry.tags)
        .where(Entry.account_id == current_user.id)
        .order_by(Entry.at.desc(), Entry.id.desc())
    )
    if asked.words:
        found = []
        for row in db.session().execute(every.execution_options(yield_per=500)):
            if words.contains(f"{row.title}\n{row.body}\n{row.tags}", asked.words):
                found.append(row)
            if len(found) > queries.A_PAGE:
                break
    else:
        found = list(db.session().execute(every.limit(queries.A_PAGE + 1)))
    page = queries.a_page([_opened(row) for row in found])
    return render_template(
        "entries/index.html",
        search=asked,
        days=queries.days(page, asked, clock.today(current_user.zone)),
        unfinished=[],
        older=url_for("entries.index", before="0") if len(found) > len(page.items) else "",
        newest="",
    )


@login_required  # type: ignore[untyped-decorator]
def one_entry(record_id: UUID) -> str:
    """Show one entry."""
    row = db.session().get(Entry, record_id)
    if row is None or row.account_id != current_user.id:
        abort(404)
    opened = _opened(row)
    return render_template(
        "entries/show.html",
        record=opened,
        content=Shown.load(opened.content),
        readers=Readers([], [], []),
        who="Only you can read this.",
        just_kept=False,
    )


@login_required  # type: ignore[untyped-decorator]
def picture() -> str:
    """Show the last thirty days."""
    zone = current_user.zone
    days, today = series.range_of(request.args.get("days")), clock.today(zone)
    since = series.start_of(days, today=today, zone=zone).astimezone(UTC).replace(tzinfo=None)
    found = db.session().execute(
        select(CheckIn.at, *(getattr(CheckIn, name) for name in series.MEASURED))
        .where(CheckIn.account_id == current_user.id, CheckIn.at >= since)
        .order_by(CheckIn.at.desc())
    )
    contents = ((row.at.replace(tzinfo=UTC), row._mapping) for row in found)  # noqa: SLF001
    shown = series.by_day(contents, days=days, today=today, zone=zone)  # type: ignore[arg-type]
    return render_template("trends/show.html", series=shown, ranges=series.RANGES)


def _add_views(app: Flask) -> None:
    app.add_url_rule("/check-ins/new", "checkins.write", keep_check_in, methods=["POST"])
    app.add_url_rule("/entries/new", "entries.create", keep_entry, methods=["POST"])
    app.add_url_rule("/entries", "entries.index", newest)
    app.add_url_rule("/entries/<uuid:record_id>", "entries.show", one_entry)
    app.add_url_rule("/trends", "trends.show", picture)


def _use_zone() -> None:
    g.zone = current_user.zone if current_user.is_authenticated else "UTC"


def _check_in(account: UUID, one: Written) -> CheckIn:
    content: dict[str, Any] = {**one.content, "tags": ",".join(one.content["tags"])}
    return CheckIn(id=one.id, account_id=account, at=one.at.replace(tzinfo=None), **content)


def _entry(account: UUID, one: Written) -> Entry:
    content = one.content
    return Entry(
        id=one.id,
        account_id=account,
        at=one.at.replace(tzinfo=None),
        title=content["title"],
        body=content["body"],
        tags=",".join(content["tags"]),
    )


def _opened(row: Any) -> Opened:
    at = row.at.replace(tzinfo=UTC)
    content = {"title": row.title, "body": row.body, "tags": [t for t in row.tags.split(",") if t]}
    return Opened(row.id, "entry", "private", 1, at, at, content)
