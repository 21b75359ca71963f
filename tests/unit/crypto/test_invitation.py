"""What an invitation's token finds, opens and proves."""

import pytest

from journal.crypto import invitation
from journal.crypto.errors import BadFormat

TOKEN = "AAECAwQFBgcICQoLDA0ODw"
TESS, ANA, STATEMENT = b"t" * 32, b"a" * 32, b"s" * 32


def test_tokens_are_128_random_bits_in_22_letters() -> None:
    tokens = {invitation.make_token() for _ in range(100)}
    assert len(tokens) == 100
    assert {len(token) for token in tokens} == {22}


def test_id_content_key_and_code_tell_nothing_of_each_other() -> None:
    other = invitation.make_token()
    assert invitation.invitation_id(TOKEN) == invitation.invitation_id(TOKEN)
    assert invitation.invitation_id(TOKEN) != invitation.invitation_id(other)
    assert invitation.content_key(TOKEN) != invitation.content_key(other)
    assert invitation.invitation_id(TOKEN).bytes not in invitation.content_key(TOKEN)


@pytest.mark.parametrize(
    "token", ["", TOKEN[:-1], TOKEN + "A", TOKEN + "==", TOKEN[:-1] + "x", "+" * 22, "\u00e9" * 22]
)
def test_what_is_no_token_is_refused(token: str) -> None:
    for read in (invitation.invitation_id, invitation.content_key):
        with pytest.raises(BadFormat):
            read(token)


def test_a_pin_holds_for_one_patient_statement_and_token() -> None:
    sound = invitation.pin_mac(TOKEN, ANA, STATEMENT)
    others = {
        invitation.pin_mac(invitation.make_token(), ANA, STATEMENT),
        invitation.pin_mac(TOKEN, TESS, STATEMENT),
        invitation.pin_mac(TOKEN, ANA, TESS),
        invitation.pin_mac(TOKEN, STATEMENT, ANA),
    }
    assert len(sound) == 32
    assert len(others | {sound}) == 5
    for fingerprint, digest in ((ANA + b"s", STATEMENT[1:]), (b"", ANA + STATEMENT)):
        with pytest.raises(BadFormat):
            invitation.pin_mac(TOKEN, fingerprint, digest)


def test_both_screens_show_one_code_and_a_swapped_key_shows_another() -> None:
    code = invitation.safety_code(TOKEN, TESS)
    assert len(code) == 9
    assert code[4] == "-"
    assert set(code.replace("-", "")) <= set("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
    assert invitation.safety_code(TOKEN, ANA) != code
    assert invitation.safety_code(invitation.make_token(), TESS) != code
    with pytest.raises(BadFormat):
        invitation.safety_code(TOKEN, b"")
