"""GET /check-ins/recently-deleted."""

import re
from datetime import timedelta
from uuid import uuid4

from tests import browsers

PAGE = "/check-ins/recently-deleted"


def delete_one(phone):
    record_id = uuid4()
    phone.post("/check-ins/new", mood="6", note="The heron.", client_id=str(record_id))
    phone.post(f"/check-ins/{record_id}/deletion")
    phone.get("/check-ins")


def ways_back(phone):
    return re.findall(r'action="(/[^"]+/restoration)"', phone.get(PAGE).text)


def test_a_deleted_check_in_is_brought_back_many_pages_later(phone):
    assert PAGE not in phone.get("/check-ins").text
    delete_one(phone)
    for _ in range(2):
        page = phone.get("/check-ins").text
    assert f'href="{PAGE}"' in page
    assert "The heron." in phone.get(PAGE).text
    assert "The heron." not in phone.get("/entries/recently-deleted").text
    [back] = ways_back(phone)
    assert phone.post(back).status_code == 303
    assert "The heron." in phone.get("/check-ins").text
    assert ways_back(phone) == []


def test_after_a_day_it_is_gone(app, ana, phone, at_ten):
    delete_one(phone)
    [back] = ways_back(phone)
    at_ten.shift(timedelta(hours=24, minutes=1))
    tomorrow = browsers.sign_in(app, ana)
    assert ways_back(tomorrow) == []
    assert tomorrow.post(back).status_code == 404


def test_theo_has_no_such_page(theos):
    assert theos.get(PAGE).status_code == 404
