"""/account/before: what is left from before a new start, and every way on."""

import re

import pytest
from sqlalchemy import func, select

from journal.core import models
from tests.feature.accounts.test_new_start import NEW, begin, make_link, new_grant, told
from tests.people import PASSWORD
from tests.town import TYPED, Town, email
from tests.visitors import Visitor

PAGE = "/account/before"


def kit_of(visitor: Visitor) -> str:
    """A kit that Ana wrote down."""
    visitor.post("/account/recovery-kit/renewal", password=PASSWORD)
    shown = re.search(
        r'id="kit-groups"[^>]*>(.*?)</div>', visitor.get("/account/recovery-kit").text
    )
    assert shown is not None
    return "-".join(re.findall(r"<span>(\w+)</span>", shown.group(1)))


def give_back(town: Town) -> str:
    grant = new_grant(town)
    answer = town.tess.submit(f"/patients/{grant}", f"/patients/{grant}/return")
    assert answer.status_code == 303
    return grant


def titles(visitor: Visitor) -> str:
    return told(visitor.page("/entries"))


def former_keys(town: Town) -> int:
    with town.database.session() as db:
        return db.scalar(select(func.count()).select_from(models.FormerKeys)) or 0


def test_tess_gives_back_and_ana_finds_it_marked_at_her_next_sign_in(town: Town) -> None:
    begin(town, make_link(town))
    grant = give_back(town)
    assert "from before the new start" not in told(town.tess.page(f"/patients/{grant}")).lower()
    again = town.stranger
    again.arrive("/sign-in", email=email("ana"), password=NEW)
    assert "3 records from before your new start were given back" in told(again.page("/today"))
    shown = again.page("/entries")
    assert TYPED["shared_title"] in told(shown)
    entry = next(one for one in shown.links if re.fullmatch(r"/entries/[-0-9a-f]{36}", one))
    assert f"Given back by {TYPED['tess']} on" in told(again.page(entry))
    assert TYPED["private_title"] not in titles(again)


def test_what_comes_while_ana_is_signed_in_she_takes_in_with_one_press(town: Town) -> None:
    ana = begin(town, make_link(town))
    give_back(town)
    assert "3 records wait" in told(ana.page(PAGE))
    assert ana.submit(PAGE, f"{PAGE}/returned").status_code == 303
    assert TYPED["shared_title"] in titles(ana)
    assert "wait" not in told(ana.page(PAGE))


@pytest.mark.parametrize("by", ["kit", "password"])
def test_the_old_kit_or_password_opens_everything_again(town: Town, by: str) -> None:
    secret = kit_of(town.ana) if by == "kit" else PASSWORD
    ana = begin(town, make_link(town))
    assert PAGE in ana.page("/account").links
    assert ana.submit(PAGE, f"{PAGE}/opening", secret=secret).status_code == 303
    page = titles(ana)
    assert TYPED["private_title"] in page
    assert TYPED["shared_title"] in page
    assert TYPED["note"] in told(ana.page("/check-ins"))
    assert former_keys(town) == 0
    assert "Nothing is sealed any more" in told(ana.page(PAGE))


def test_a_wrong_secret_opens_nothing_and_is_counted(town: Town) -> None:
    ana = begin(town, make_link(town))
    codes = [
        ana.submit(PAGE, f"{PAGE}/opening", secret=secret).status_code
        for secret in ("", NEW, *(f"wrong number {n}" for n in range(11)))
    ]
    assert codes[:3] == [422] * 3
    assert codes[-1] == 429
    assert former_keys(town) == 1


def test_erasing_asks_for_the_password_and_the_word(town: Town) -> None:
    ana, erasure = begin(town, make_link(town)), f"{PAGE}/erasure"
    for word, password in (("erase", PASSWORD), ("", NEW), ("erase", "")):
        answer = ana.submit(PAGE, erasure, confirmation=word, password=password)
        assert answer.status_code == 422
    assert former_keys(town) == 1
    assert ana.submit(PAGE, erasure, confirmation="Erase", password=NEW).status_code == 303
    assert former_keys(town) == 0
    assert town.tess.get(f"/patients/{town['grant']}").status_code == 404


def test_ana_sees_who_reads_from_before_and_ends_it(town: Town) -> None:
    ana = begin(town, make_link(town))
    assert PAGE in ana.page("/sharing").links
    assert TYPED["tess"] in told(ana.page(PAGE))
    ending = f"{PAGE}/consents/{town['grant']}/ending"
    assert ana.submit(PAGE, ending).status_code == 303
    assert town.tess.get(f"/patients/{town['grant']}").status_code == 404
    assert ana.post(ending).status_code == 404


def test_without_a_new_start_there_is_no_such_page(town: Town) -> None:
    missing = town.stranger.get("/no/such/page").data
    assert town.ana.get(PAGE).data == missing
    assert PAGE not in town.ana.page("/account").links
    assert PAGE not in town.ana.page("/sharing").links


def test_receipts_say_that_there_was_a_new_start_and_which_keys_they_rest_on(town: Town) -> None:
    ana = begin(town, make_link(town))
    assert "You began anew on" in told(ana.page("/sharing/receipts"))
    ana.submit(PAGE, f"{PAGE}/opening", secret=PASSWORD)
    page = ana.page("/sharing/receipts")
    found = [one for one in page.links if re.fullmatch(r"/sharing/receipts/[-0-9a-f]{36}", one)]
    newest, oldest = told(ana.page(found[0])), told(ana.page(found[-1]))
    assert "yours, checked just now" in newest
    assert "yours, by the keys from before your new start" in oldest
    assert "a therapist from before your new start" in oldest


def test_the_export_after_it_holds_what_was_given_back(town: Town) -> None:
    ana = begin(town, make_link(town))
    give_back(town)
    ana.submit(PAGE, f"{PAGE}/returned")
    answer = ana.submit("/account/export", password=NEW)
    assert answer.status_code == 200
    assert answer.content_type == "application/zip"
    assert len(answer.data) > 1000


def test_the_caseload_tells_the_two_lines_of_ana_apart(town: Town) -> None:
    begin(town, make_link(town))
    grant = new_grant(town)
    assert "from before a new start" in told(town.tess.page("/caseload"))
    page = town.tess.page(f"/patients/{town['grant']}")
    assert f"/patients/{grant}" in page.links
    assert "You can still read 3 records" in told(town.tess.page(f"/patients/{grant}"))


def test_the_old_kit_at_the_door_takes_a_new_start_back(town: Town) -> None:
    kit = kit_of(town.ana)
    locked = begin(town, make_link(town))
    back = town.stranger
    fields = {"email": email("ana"), "kit": kit, "password": "six patient cranes by the mill"}
    assert back.arrive("/recovery", **fields) == "/account/recovery-kit"
    assert TYPED["private_title"] in titles(back)
    assert not locked.is_signed_in()
    assert "You came back with your old kit" in told(back.page(PAGE))
    assert "You came back with your old kit" in told(back.page("/sharing"))
