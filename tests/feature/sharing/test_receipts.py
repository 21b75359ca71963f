"""GET /sharing/receipts and what lies under it, and the command that verifies one."""

import base64

import pytest
from click.testing import CliRunner
from fhir.resources.R4B.consent import Consent

from journal import cli
from journal.config import Settings
from journal.core import receipts
from journal.features.sharing.cli import verify_receipt
from journal.operating import bare
from tests import people


@pytest.fixture
def receipt_id(phone, ana, db):
    return receipts.listed(db, ana.keyring)[0].id


def verify(tmp_path, document: bytes):
    file = tmp_path / "receipt.json"
    file.write_bytes(document)
    return run(file)


def run(*words: object):
    return CliRunner().invoke(verify_receipt, [str(word) for word in words])


@pytest.fixture
def export(phone, ana, db, grant_id, tmp_path):
    """The receipts of an unpacked export: a beginning, a change, an end."""
    phone.post(f"/sharing/{grant_id}")
    phone.post(f"/sharing/{grant_id}/revocation")
    db.rollback()
    folder = tmp_path / "export"
    (folder / "receipts").mkdir(parents=True)
    for one in receipts.listed(db, ana.keyring):
        document = phone.get(f"/sharing/receipts/{one.id}.json").data
        (folder / "receipts" / f"{one.n:04}-{str(one.id)[:8]}.json").write_bytes(document)
    return folder


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


def test_the_folder_of_an_export_is_one_whole_chain(export, ana):
    told = run(export)
    assert told.exit_code == 0
    assert [line.split(":")[0] for line in told.output.splitlines()[:3]] == [
        *("Number 1", "Number 2", "Number 3"),
    ]
    assert f"Genuine and whole: numbers 1 to 3 of patient {ana.id}." in told.output
    key = ana.keyring.identity.root_public.hex()
    assert key in told.output
    assert run(export / "receipts", "--key", key).exit_code == 0
    other = run(export, "--key", "00" * 33)
    assert other.exit_code == 1
    assert "not this patient's" in other.output


def test_what_is_missing_from_a_folder_is_told(export):
    first, second, third = sorted((export / "receipts").iterdir())
    told = run(first, third)
    assert told.exit_code == 1
    assert "Number 2 is missing.\nNot a whole chain.\n" in told.output
    second.write_bytes(second.read_bytes().replace(b"changed", b"strange"))
    told = run(export)
    assert told.exit_code == 1
    assert f"{second.name} is not genuine" in told.output
    for file in (first, second, third):
        file.unlink()
    told = run(export)
    assert (told.exit_code, told.output) == (1, "There is no genuine receipt here.\n")


def test_it_needs_no_instance_at_all(export, tmp_path):
    settings = Settings(instance_path=tmp_path / "nowhere")
    app = bare.make(settings)
    cli.register_bare(app)
    result = app.test_cli_runner().invoke(args=["verify-receipt", str(export)])
    assert result.exit_code == 0
    assert not settings.instance_path.exists()


def fhir(phone, receipt_id):
    answer = phone.get(f"/sharing/receipts/{receipt_id}/fhir.json")
    assert answer.content_type == "application/fhir+json"
    assert "attachment" in answer.headers["Content-Disposition"]
    # R4 and R4B have the same Consent; the model refuses every name that it does not have.
    Consent.model_validate(answer.get_json(force=True))
    return answer.get_json(force=True)


def test_another_clinics_system_can_read_what_is_permitted(phone, receipt_id, grant_id, tess):
    found = fhir(phone, receipt_id)
    assert (found["resourceType"], found["status"]) == ("Consent", "active")
    assert found["identifier"][0]["value"] == f"urn:uuid:{grant_id}"
    assert found["provision"]["type"] == "deny", "what is not named is not permitted"
    permits = found["provision"]["provision"]
    assert [one["code"][0]["coding"][0]["code"] for one in permits] == ["journal"]
    assert {one["type"] for one in permits} == {"permit"}
    [actor] = permits[0]["actor"]
    assert actor["reference"]["identifier"]["value"] == f"urn:uuid:{tess.id}"
    receipts.verify(base64.b64decode(found["sourceAttachment"]["data"]))


def test_an_ended_consent_permits_nothing_there_either(phone, export, ana, db):
    ended, changed, _ = (one.id for one in receipts.listed(db, ana.keyring))
    for receipt_id, status in ((ended, "inactive"), (changed, "active")):
        found = fhir(phone, receipt_id)
        assert found["status"] == status
        assert found["provision"] == {"type": "deny"}


def test_no_name_goes_to_the_other_system(phone, receipt_id):
    text = phone.get(f"/sharing/receipts/{receipt_id}/fhir.json").text
    for word in ("Ana", "Tess", "example.org"):
        assert word not in text


def test_the_page_says_whether_the_signature_holds(phone, receipt_id, monkeypatch):
    assert "yours, checked just now" in phone.get(f"/sharing/receipts/{receipt_id}").text
    monkeypatch.setattr(receipts, "NAMESPACE", "something else")
    page = phone.get(f"/sharing/receipts/{receipt_id}")
    assert page.status_code == 200
    assert "this receipt proves nothing" in page.text


def test_they_are_hidden_from_theo_and_from_another_patient(
    browser_of, receipt_id, theo, tess, db, site
):
    bea = people.patient(db, site, "Bea", theo, ("journal",))
    for other in (browser_of(theo), browser_of(tess), browser_of(bea)):
        missing = other.get("/no/such/page").data
        assert other.get(f"/sharing/receipts/{receipt_id}").data == missing
        assert other.get(f"/sharing/receipts/{receipt_id}.json").data == missing
        assert other.get(f"/sharing/receipts/{receipt_id}/fhir.json").data == missing
    theos = browser_of(theo)
    assert theos.get("/sharing/receipts").data == theos.get("/no/such/page").data
