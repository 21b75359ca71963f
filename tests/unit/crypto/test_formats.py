"""What is stored today opens tomorrow: values made once by this code, never to change.

A test that goes red here means that what people have written no longer opens. Then a new
version byte is needed, beside the old one.
"""

from uuid import UUID

from journal.crypto import certificate, chain, grant, invitation, keyslot, primitives
from journal.crypto.context import Label, context
from journal.crypto.envelope import open_
from journal.crypto.identity import PublicIdentity
from journal.crypto.sitekey import SiteKey
from journal.crypto.statement import ScopeTerm, Statement, sign_statement

KEY = bytes(range(32))
ANA, TESS = UUID(int=1), UUID(int=2)
SITE = SiteKey({1: b"1" * 32})
STATEMENT = Statement(
    grant=UUID(int=5),
    patient=ANA,
    reader=TESS,
    reader_fingerprint="ab" * 32,
    key_check=grant.key_check(UUID(int=5), KEY),
    scopes=(ScopeTerm("journal", UUID(int=10), 1, "now", 1_000_000),),
    follows=True,
    purpose="therapy",
    not_after=None,
    seq=1,
    status="live",
    made_at=1_000_000,
)


def test_an_envelope_from_the_first_release_opens() -> None:
    bound = context(
        Label.RECORD_BODY,
        owner=ANA,
        scope=UUID(int=3),
        stratum=1,
        generation=2,
        object=UUID(int=4),
        version=3,
    )
    assert open_(KEY, bytes.fromhex(ENVELOPE), bound) == b"a lighter morning"


def test_a_slot_from_the_first_release_opens() -> None:
    locked = keyslot.LockedSlot(1, bytes.fromhex(SLOT))
    opened = keyslot.unlock(
        locked,
        secret=keyslot.parse_kit(KIT),
        kind=keyslot.KIND_KIT,
        account=ANA,
        slot=UUID(int=6),
        shred_key=b"d" * 32,
        site=SITE,
    )
    assert opened == KEY


def test_a_site_key_file_from_the_first_release_reads() -> None:
    assert SiteKey.parse(SITE_FILE) == SITE
    assert SITE.render() == SITE_FILE


def test_what_is_derived_signed_or_hashed_stays_the_same() -> None:
    token = "AAECAwQFBgcICQoLDA0ODw"
    public = PublicIdentity(TESS, primitives.signing_public(KEY), primitives.sealing_public(KEY))
    certified = certificate.certify(
        KEY, account=ANA, session_public=b"p" * 32, not_before=1, not_after=2
    )
    made = {
        "fingerprint": public.fingerprint,
        "key check": bytes.fromhex(STATEMENT.key_check),
        "digest": STATEMENT.digest(),
        "by root": primitives.sha256(sign_statement(STATEMENT, seed=KEY).encode()),
        "by session": primitives.sha256(
            sign_statement(STATEMENT, seed=KEY, certificate=certified).encode()
        ),
        "certificate": primitives.sha256(certified),
        "log key": grant.derive_log_key(KEY),
        "names key": grant.derive_names_key(KEY),
        "link": chain.link(chain.GENESIS, b"given", "receipt"),
        "site key": SITE.derive("session"),
        "invitation": invitation.invitation_id(token).bytes,
        "content key": invitation.content_key(token),
        "pin": invitation.pin_mac(token, b"a" * 32, b"s" * 32),
    }
    assert {name: value.hex() for name, value in made.items()} == STAYS
    assert invitation.safety_code(token, b"t" * 32) == CODE


ENVELOPE = (
    "010130ff50b01413ae6e91c3575b205cd964c54db80af4be19392c555edf9174e681994e913d448dd349d15aac7194"
)
KIT = "000G-40R4-0M30-E209-185G-R38E-1W81-24GK-0180"
SLOT = (
    "0101677b5192f8bf66ca7b10ec1420d26f464254304ba2a09483bfd917343311189e1ebd0fc5781798d4b676"
    "14e82ac27c50366dc239024d3d1aa4605c1deadee082614990c4d454653d6c383a37591b0f8197e9ba9ccc99"
    "0e32d0f430d71a618a7c5ef3de5f1c8b9e7fbce3625054ecb938f8958db0b520013e051d"
)
SITE_FILE = """AG1 site key
1 3131313131313131313131313131313131313131313131313131313131313131 9d45ba81
"""
CODE = "RCK6-8KC9"
STAYS = {
    "fingerprint": "104180cff00ef725830611d1ddddc06fb4afdef190b4a53b8eb1e2959c12381f",
    "key check": "41b72d1554cc77913aa3122d25dd0c80026d7d68de30c349841f3d9ea989efcc",
    "digest": "310b0896921d1544bafb69f8adfa5a87becc1df1a415bf0484c999a09f28c083",
    "by root": "a6f43c786b3196c0290e2e4311d7ac520dfe07d19ed6cdff26bd0260ceb5af80",
    "by session": "995a53635e3dbb00d80100c457f4c18c0ebe6477dd994c94f46bd5207833f792",
    "certificate": "f5e02eeaa120703e05b902a8e6acc201dfcd73df697198ea3ccb003353261b5b",
    "log key": "f3cdbc4e82f9917c9d813d48fa9578986fa44dafb5e9fc2b1b38b71a745d615b",
    "names key": "d5139d9fec9d565174c00c3f169ff863eb4ed7f329ab9f4d44c7226b154a27ad",
    "link": "276fb9787bd8f55d51b22ee5a9b4330e79e985caf3461569e8fab3c4787fa285",
    "site key": "5978b14d75906f64da9a7ade36efc03b030ac0918e54bab7324b23f9cf476e37",
    "invitation": "15fd8677e21009cb2f0e72bc5dbeaf3d",
    "content key": "28abd32862b70f12598fe684a13d08dda23dc053792c9f8df341c306ed1e404d",
    "pin": "9e333a11053bf23f9c2c47be6f20b73f201f5a62e2390b6d1765cb28cc99cbdf",
}
