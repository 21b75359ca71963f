"""POST /check-ins/<id>/edit once another tab has deleted it."""

from uuid import uuid4

from tests import browsers


def test_what_ana_typed_comes_back_as_a_new_check_in(phone):
    record_id = uuid4()
    phone.post("/check-ins/new", client_id=str(record_id), mood="6")
    phone.post(f"/check-ins/{record_id}/deletion")
    answer = phone.post(f"/check-ins/{record_id}/edit", version="1", mood="3", note="Low tide.")
    assert answer.status_code == 422
    assert "Low tide.</textarea>" in answer.text
    assert browsers.value_of(answer.text, "mood") == "3"
    fresh = browsers.value_of(answer.text, "client_id")
    again = phone.post("/check-ins/new", client_id=fresh, mood="3", note="Low tide.")
    assert again.status_code == 303
    assert "Low tide." in phone.get("/check-ins").text


def test_what_never_was_is_the_404(phone):
    nothing = phone.get("/nothing-was-ever-here")
    answer = phone.post(f"/check-ins/{uuid4()}/edit", version="1", mood="3")
    assert (answer.status_code, answer.data) == (404, nothing.data)
