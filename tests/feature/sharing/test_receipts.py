"""GET /sharing/receipts and what lies under it, and the command that verifies one."""

import pytest
from click.testing import CliRunner

from journal.core import receipts
from journal.core.errors import NotGenuine
from journal.features.sharing.cli import verify_receipt
from tests import people


@pytest.fixture
def receipt_id(phone, ana, db):
    return receipts.listed(db, ana.keyring)[0].id


def verify(tmp_path, document: bytes):
    file = tmp_path / "receipt.json"
    file.write_bytes(document)
    return CliRunner().invoke(verify_receipt, [str(file)])


def test_every_change_leaves_one_and_each_has_its_page(phone, grant_id, ana, db):
    phone.post(f"/sharing/{grant_id}")
    phone.post(f"/sharing/{grant_id}/revocation")
    page = phone.get("/sharing/receipts").text
    for words in ("Sharing began: Tess", "Sharing changed: Tess", "Sharing stopped: Tess"):
        assert words in page
    db.rollback()
    for one in receipts.listed(db, ana.keyring):
        assert f"/sharing/receipts/{one.id}" in page
        assert phone.get(f"/sharing/receipts/{one.id}").status_code == 200


def test_a_downloaded_receipt_is_genuine_by_the_command(phone, receipt_id, grant_id, tmp_path):
    answer = phone.get(f"/sharing/receipts/{receipt_id}.json")
    assert answer.content_type == "application/json"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"
    result = verify(tmp_path, answer.data)
    assert result.exit_code == 0
    assert result.output.startswith("Genuine")
    assert str(grant_id) in result.output
    assert "journal (everything)" in result.output


def test_a_receipt_holds_no_name_and_no_address(phone, receipt_id):
    document = phone.get(f"/sharing/receipts/{receipt_id}.json").text
    for word in ("Ana", "Tess", "example.org"):
        assert word not in document


def test_one_flipped_bit_anywhere_and_it_is_not_genuine(phone, receipt_id):
    document = phone.get(f"/sharing/receipts/{receipt_id}.json").data
    receipts.verify(document)
    for place in range(len(document)):
        for bit in (1, 32):  # 32 turns small hex letters into large ones
            flipped = bytearray(document)
            flipped[place] ^= bit
            with pytest.raises(NotGenuine):
                receipts.verify(bytes(flipped))


@pytest.mark.parametrize("document", [b"", b"{}", b"[]", b"null", b"\xff", b'{"receipt":7}'])
def test_what_is_no_receipt_is_not_genuine(document, tmp_path):
    result = verify(tmp_path, document)
    assert result.exit_code == 1
    assert result.output.startswith("Not genuine")


def test_a_file_that_is_not_there_is_told_plainly(tmp_path):
    result = CliRunner().invoke(verify_receipt, [str(tmp_path / "none.json")])
    assert result.exit_code == 1
    assert "can't be read" in result.output


def test_the_app_has_the_command(app, phone, receipt_id, tmp_path):
    file = tmp_path / "receipt.json"
    file.write_bytes(phone.get(f"/sharing/receipts/{receipt_id}.json").data)
    result = app.test_cli_runner().invoke(args=["verify-receipt", str(file)])
    assert result.exit_code == 0


def test_they_are_hidden_from_theo_and_from_another_patient(
    browser_of, receipt_id, theo, tess, db, site
):
    bea = people.patient(db, site, "Bea", theo, ("journal",))
    for other in (browser_of(theo), browser_of(tess), browser_of(bea)):
        missing = other.get("/no/such/page").data
        assert other.get(f"/sharing/receipts/{receipt_id}").data == missing
        assert other.get(f"/sharing/receipts/{receipt_id}.json").data == missing
    theos = browser_of(theo)
    assert theos.get("/sharing/receipts").data == theos.get("/no/such/page").data
