"""Measures as FHIR R4, read by somebody else's model of it."""

import copy
import io
import json
import zipfile
from datetime import timedelta
from uuid import uuid4

import pytest
from fhir.resources.R4B.observation import Observation
from fhir.resources.R4B.questionnaireresponse import QuestionnaireResponse

from journal.core.opened import Opened
from journal.features.measures import fhir, importing
from journal.features.measures.measure import Measure, finish, put_aside
from journal.features.measures.own_scales import OWN
from journal.features.measures.questionnaire import Questionnaire
from journal.features.measures.rules import RULES
from tests import people, questionnaires
from tests.people import NOW

TOTALS = {"phq-9": "44261-6", "gad-7": "70274-6", "pcl-5": "101698-9", "audit-c": "75626-2"}
EVERY = [*TOTALS, "who-5", "brs"]


def take(instrument: str, made: object = None) -> Questionnaire:
    source = questionnaires.as_bytes(
        made or questionnaires.in_groups(questionnaires.like(instrument))
    )
    return importing.read(source, instrument=instrument).questionnaire


def record(measure: Measure) -> Opened:
    return Opened(uuid4(), "measure", "measures", 1, NOW, NOW + timedelta(hours=1), measure.dump())


def most(asked: Questionnaire) -> dict[str, str]:
    return {one.link_id: one.options[-1].code for one in asked.questions}


def documents(asked: Questionnaire, measure: Measure):
    found = fhir.documents(record(measure), asked)
    before = copy.deepcopy(found)
    response = QuestionnaireResponse.model_validate(found["questionnaire-response"])
    if "observation" in found:
        Observation.model_validate(found["observation"])
    assert found == before
    return found, response


@pytest.mark.parametrize("instrument", EVERY)
def test_both_are_valid_and_say_the_total_by_its_own_code(instrument: str) -> None:
    asked = take(instrument)
    found, response = documents(asked, finish(asked, most(asked)))
    total = found["observation"]
    rule = RULES[instrument]
    codes = [one["code"] for one in total["code"].get("coding", [])]
    assert codes == ([TOTALS[instrument]] if instrument in TOTALS else [])
    shown = total.get("valueInteger", total.get("valueQuantity", {}).get("value"))
    assert shown == (rule.edges[1] if rule.how != "mean" else 3)
    assert response.status == "completed"
    assert total["derivedFrom"] == [{"reference": f"QuestionnaireResponse/{response.id}"}]
    assert asked.hash in total["method"]["text"]


def test_answers_lie_in_the_groups_of_the_questionnaire() -> None:
    asked = take("gad-7")
    found, _ = documents(asked, finish(asked, most(asked)))
    outer = found["questionnaire-response"]["item"]
    assert [one["linkId"] for one in outer] == ["/101701-1", "g1"]
    inner = outer[1]["item"]
    assert [one["linkId"] for one in inner] == ["/101702-2", "g2"]
    assert [one["linkId"] for one in inner[1]["item"]] == [f"/10170{n}-{n}" for n in range(3, 8)]
    answer = outer[0]["answer"][0]["valueCoding"]
    assert (answer["display"], answer["system"]) == ("often", "http://loinc.org")
    assert answer["extension"][0]["valueDecimal"] == 3


def test_a_missing_item_leaves_no_observation() -> None:
    asked = take("gad-7")
    answers = most(asked)
    del answers["/101707-7"]
    found, response = documents(asked, finish(asked, answers))
    assert "observation" not in found
    assert "/101707-7" not in str(found)
    assert response.status == "completed"


def test_what_is_not_finished_is_in_progress() -> None:
    asked = take("gad-7")
    found, response = documents(asked, put_aside(asked, {"/101701-1": "LA6568-0"}))
    assert [*found] == ["questionnaire-response"]
    assert response.status == "in-progress"


@pytest.mark.parametrize("instrument", OWN)
def test_our_own_scales_say_that_nobody_validated_them(instrument: str) -> None:
    asked = OWN[instrument]
    found, _ = documents(asked, finish(asked, most(asked)))
    assert found["observation"]["note"] == [{"text": "Our own scale, not validated."}]
    assert "coding" not in found["observation"]["code"]


def test_the_export_holds_them_beside_the_record(filler, ana, phone, asked) -> None:
    asked("gad-7")
    filler.fill("/measures/gad-7/new", dict.fromkeys(range(1, 8), "LA6571-3"))
    answer = phone.post("/account/export", password=people.PASSWORD)
    held = zipfile.ZipFile(io.BytesIO(answer.data))
    names = sorted(name for name in held.namelist() if name.startswith(("measures/", "fhir/")))
    assert [name.rpartition("/")[0] for name in names] == ["fhir/measures"] * 2 + ["measures"]
    assert [name.partition(".")[2] for name in names] == [
        "observation.json",
        "questionnaire-response.json",
        "json",
    ]
    total = json.loads(held.read(names[0]))
    assert total["valueInteger"] == 21
    Observation.model_validate(total)
