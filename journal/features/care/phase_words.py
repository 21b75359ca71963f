"""Phases and steps of a course in words, for the patient and for her therapist."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l

from journal.features.care.arc import Phase, Step

PHASES: Mapping[Phase, object] = {
    Phase.SCREENING: _l("Screening and assessment"),
    Phase.PREPARATION: _l("Preparation"),
    Phase.MEDICINE: _l("Medicine session"),
    Phase.INTEGRATION: _l("Integration"),
    Phase.MAINTENANCE: _l("Maintenance"),
    Phase.PAUSED: _l("On hold"),
    Phase.ENDED: _l("Ended"),
}
# What a phase means, said to the patient.
MEANINGS: Mapping[Phase, object] = {
    Phase.SCREENING: _l("You and your therapist look at whether this treatment suits you."),
    Phase.PREPARATION: _l("You get ready for your next medicine session."),
    Phase.MEDICINE: _l("A medicine session has begun."),
    Phase.INTEGRATION: _l("The time after a session: what you take from it into your days."),
    Phase.MAINTENANCE: _l("You keep what you have gained; further sessions only when needed."),
    Phase.PAUSED: _l("Your course rests. What you have written here goes on as ever."),
    Phase.ENDED: _l("Your course has ended. All that is here stays yours."),
}
STEPS: Mapping[Step, object] = {
    Step.CLEARED: _l("Screening and assessment signed off"),
    Step.BEGUN: _l("A medicine session began"),
    Step.CLOSED: _l("The session ended"),
    Step.PREPARED: _l("Preparation for a further session began"),
    Step.MAINTAINED: _l("Maintenance began"),
    Step.PAUSED: _l("The course was put on hold"),
    Step.RESUMED: _l("The course went on"),
    Step.ENDED: _l("The course ended"),
    Step.REOPENED: _l("A further course began"),
}
# What stands on a therapist's button.
BUTTONS: Mapping[Step, object] = {
    Step.CLEARED: _l("Screening is signed off"),
    Step.PREPARED: _l("Prepare a further session"),
    Step.MAINTAINED: _l("Go over to maintenance"),
    Step.PAUSED: _l("Put on hold"),
    Step.RESUMED: _l("Go on after the pause"),
    Step.ENDED: _l("End the course"),
    Step.REOPENED: _l("Begin a further course"),
}
# Steps that ask once more, and what they tell before it.
ASKS: Mapping[Step, object] = {
    Step.CLEARED: _l("You say that screening and assessment are complete. It is your decision."),
    Step.ENDED: _l(
        "Your patient reads that the course has ended. Questions tied to its weeks stop; "
        "those tied to sessions still come. You can begin a further course later."
    ),
    Step.REOPENED: _l("A further course begins with screening and assessment."),
}
