"""Which line of the journal, broken, turns which attack's tests red."""

from __future__ import annotations

from typing import NamedTuple


class Broken(NamedTuple):
    """A line as it stands in a file under journal/, what to say instead, and who must notice."""

    test: str  # the name of a file in tests/attack, or of one test in it
    file: str
    line: str
    instead: str


BROKEN = (
    Broken(
        "after_an_ending",
        "core/resealing.py",
        "        raw_rows.execute_many(db, _UPDATE_RECORD, changed)",
        "        return",
    ),
    Broken(
        "after_an_ending::test_who_saw_the_end_is_not_fooled_by_an_older_statement",
        "core/policy.py",
        "if statement.seq < kept_seq:",
        "if False:",
    ),
    Broken(
        "after_an_ending::test_a_grant_put_back_to_life_gets_no_new_keys",
        "core/grants.py",
        "if statement.seq < kept_seq(db, keyring, grant_id):",
        "if False:",
    ),
    Broken(
        "after_an_ending::test_a_made_up_share_opens_no_wrap_beyond_the_statement",
        "core/revealing.py",
        "if not policy.covers(grant.statement, row.scope_id, row.stratum):",
        "if False:",
    ),
    Broken(
        "after_an_ending::test_rows_in_the_clear_prolong_nothing",
        "core/policy.py",
        "for not_after in (row_not_after, statement.not_after):",
        "for not_after in (row_not_after,):",
    ),
    Broken(
        "agreed_flags::test_an_id_is_a_random_one_to_whoever_lacks_the_grant_key",
        "crypto/notice_id.py",
        "    half = bytearray(hmac_sha256(key, first)[:HALF])",
        "    half = bytearray(first)",
    ),
    Broken(
        "canaries",
        "core/grants.py",
        "return envelope.seal(derive_names_key(grant_key), plaintext, where)",
        "return plaintext",
    ),
    Broken(
        "canary_words::test_an_error_of_the_database_quotes_no_values",
        "db.py",
        'options["hide_parameters"] = True',
        'options["hide_parameters"] = False',
    ),
    Broken(
        "care_copies::test_nobody_else_speaks_for_tess",
        "core/care_reports.py",
        "        if _is_signed(signed, message, found.at, root, reader.account):",
        "        if True:",
    ),
    Broken(
        "care_copies::test_a_report_about_something_else_is_not_put_under_this_copy",
        "core/care_copies.py",
        "if any((one.subject, one.reader) != (subject, looked.pin.account) for one in found):",
        "if False:",
    ),
    Broken(
        "care_copies::test_tess_can_not_write_over_anas_own_words",
        "core/care_copies.py",
        'if (opened.kind, opened.content.get("grant")) != (last.kind, content["grant"]):',
        "if False:",
    ),
    Broken(
        "care_copies::test_an_older_copy_put_back_changes_nothing",
        "core/care_copies.py",
        'care_reports.read(opened.content["reports"][-1]).n >= last.n:',
        "False:",
    ),
    Broken(
        "care_copies::test_after_the_end_nothing_more_arrives_even_in_the_database",
        "core/care_copies.py",
        "    if said.status == grants.ENDED and last.at > said.made_at:",
        "    if False:",
    ),
    Broken(
        "cross_site_pages",
        "web/csrf.py",
        "    OwnToken(app)",
        '    OwnToken(app)\n    app.config["WTF_CSRF_CHECK_DEFAULT"] = False',
    ),
    Broken(
        "cross_site_pages",
        "web/origins.py",
        "allowed = origin in origins(parts())",
        "allowed = True",
    ),
    Broken(
        "cross_site_pages",
        "web/origins.py",
        'if _host(request.headers.get("Host", "")) in hosts(parts()):',
        "if True:",
    ),
    Broken(
        "cut_log::test_lines_that_ana_never_met_are_missed_once_tess_looks_again",
        "core/access_log.py",
        "    n = max(n, heads.last_written(db, reader, target.grant_id)) + 1",
        "    n += 1",
    ),
    Broken(
        "cut_log::test_a_cut_tail_is_told_with_its_number_and_after_the_next_sign_in",
        "core/heads.py",
        "if last < head.n:",
        "if False:",
    ),
    Broken(
        "cut_log::test_reordered_lines_are_told",
        "core/sealed_log.py",
        "line.n == at + 1 and line.link == link_over(self._before[at], line.sealed, line.marks)",
        "line.n == at + 1",
    ),
    Broken(
        "enumeration",
        "core/slots.py",
        "        return _stand_in(site)",
        "        raise WrongCredentials",
    ),
    Broken(
        "erased_account",
        "core/pinning.py",
        '    return {"pinned": pinned.hex()}',
        '    return {"pinned": pinned.hex(), "key": grant_key.hex()}',
    ),
    Broken(
        "enumeration_by_time",
        "core/slots.py",
        "        return _stand_in(site)",
        "        raise WrongCredentials",
    ),
    Broken(
        "every_change_of_consent",
        "core/endings.py",
        "    _note_shared(db, patient_id, grant_id)",
        "    pass",
    ),
    Broken(
        "every_change_of_consent",
        "core/strata.py",
        "        if stratum >= first_stratum",
        "        if stratum > first_stratum",
    ),
    Broken(
        "every_change_of_consent",
        "core/strata.py",
        "            and grant.covers(address.scope_id, address.stratum)",
        "",
    ),
    Broken(
        "flipped_bytes::test_a_damaged_record_is_a_gap_and_its_neighbours_still_open",
        "core/scanning.py",
        "yield owning.placeholder(sealed, wanted[sealed.scope_id])",
        "raise",
    ),
    Broken(
        "flipped_pages", "core/owning.py", "        return placeholder(row, scope)", "        raise"
    ),
    Broken(
        "forged_grant::test_the_patients_signature_without_the_tokens_mac",
        "core/pinning.py",
        'if not primitives.equal(mac, row.pin_mac or b""):',
        "if False:",
    ),
    Broken(
        "forged_grant::test_a_stolen_session_widens_nothing",
        "crypto/statement.py",
        "if not (same and narrower and _ends_no_later(after.not_after, before.not_after)):",
        "if False:",
    ),
    Broken(
        "forged_receipts",
        "core/receipts.py",
        "primitives.verify(session, NAMESPACE, canonical.dumps(members), signature)",
        "pass",
    ),
    Broken(
        "killed_rotation",
        "core/resealing.py",
        "        _rewrap(db, keyring, opener, fresh, now)",
        "        pass",
    ),
    Broken(
        "killed_site_key_rotation",
        "operating/site_key_rotation.py",
        "            replace(used)",
        "            pass",
    ),
    Broken(
        "late_words::test_another_account_gets_nothing_and_is_not_told_that_there_was_something",
        "core/late_posts.py",
        "return context(Label.LATE_POST, owner=account_id, object=session_id)",
        "return context(Label.LATE_POST, owner=session_id, object=session_id)",
    ),
    Broken(
        "new_start::test_a_statement_that_ana_did_not_sign_vouches_for_nobody",
        "core/restarts.py",
        "        verify_signature(signed, row.root_public, account_id)",
        "        pass",
    ),
    Broken(
        "new_start::test_keys_that_the_statement_does_not_name_vouch_for_nobody",
        "core/restarts.py",
        "if statement.reader_fingerprint != inviter.fingerprint.hex():",
        "if False:",
    ),
    Broken(
        "new_start::test_a_link_copied_into_another_row_opens_nothing",
        "core/restarts.py",
        '    primitives.verify(session, NAMESPACE, said, bytes.fromhex(proof["signature"]))',
        "    return",
    ),
    Broken(
        "new_start::test_a_row_set_back_to_open_or_prolonged_lets_nobody_in",
        "core/restarts.py",
        "if now.timestamp() >= made_at + invitations.LASTS.total_seconds():",
        "if False:",
    ),
    Broken(
        "new_start::test_who_found_the_link_needs_anas_own_address",
        "core/resetting.py",
        "if accounts.account_of(db, site, email) != account_id:",
        "if False:",
    ),
    Broken(
        "new_start::test_killed_at_any_statement_of_a_new_start_it_was_or_it_was_not",
        "core/resetting.py",
        "    once.forget(db)",
        "    db.commit()",
    ),
    Broken(
        "new_start::test_a_false_record_of_tesss_is_marked_as_hers_and_replaces_nothing",
        "core/taking_in.py",
        "return Returned(own_id(grant.id, row.record_id), scope, body)",
        "return Returned(row.record_id, scope, body)",
    ),
    Broken(
        "new_start::test_neither_secret_opens_the_others_slot",
        "core/slots.py",
        "KeySlot.account_id == account_id, KeySlot.kind == kind, KeySlot.former == former",
        "KeySlot.account_id == account_id, KeySlot.kind == kind",
    ),
    Broken(
        "odd_forms::test_a_part_without_a_name_is_no_field",
        "web/csrf.py",
        "return request.form.get(FIELD) or request.headers.get(HEADER)",
        "return super()._get_csrf_token()",
    ),
    Broken(
        "odd_letters",
        "features/screening/assessment.py",
        "if not all(value in (*FOUND,) for value in found.values()):",
        "if not all(value in FOUND for value in found.values()):",
    ),
    Broken(
        "old_site_key",
        "operating/site_key_rotation.py",
        "            _forget_old_bytes(db, database, now)",
        "            pass",
    ),
    Broken(
        "older_database",
        "core/freshness.py",
        "return mark.version > int(known[0] if known else state.get(FORGOTTEN, 0))",
        "return False",
    ),
    Broken(
        "older_marks::test_a_browser_of_long_ago_is_forgotten_and_no_alarm",
        "core/freshness.py",
        "state[FORGOTTEN] = max(version, state.get(FORGOTTEN, 0))",
        "continue",
    ),
    Broken(
        "open_redirects",
        "web/paths.py",
        'if not text or not text.startswith("/") or text.startswith("//") or "\\\\" in text:',
        'if not text or not text.startswith("/"):',
    ),
    Broken(
        "phone_items::test_a_flipped_byte_is_told_and_not_read",
        "crypto/phone_item.py",
        "    if not primitives.equal(mark, mark_item(key, sealed, place)):",
        "    if False:",
    ),
    Broken(
        "phone_items::test_the_database_with_the_site_key_and_the_phones_secret_opens_nothing",
        "core/phones.py",
        "sealed=envelope.seal(keyring.content_key, padded, _context(keyring, phone_id)),",
        "sealed=envelope.seal(primitives.sha256(text.encode()), padded, "
        "_context(keyring, phone_id)),",
    ),
    Broken(
        "phone_items::test_an_item_moved_to_otto_opens_for_nobody",
        "core/inbox.py",
        "    except (CryptoError, NotFound):\n        return UNOPENED",
        "    except (CryptoError, NotFound):\n        return OPENED",
    ),
    Broken(
        "public_keys_swapped::test_a_session_with_swapped_keys_is_over",
        "core/sessions.py",
        "if identity.fingerprint != fingerprint:",
        "if False:",
    ),
    Broken(
        "public_keys_swapped::test_the_password_opens_no_account_whose_keys_were_swapped",
        "core/slots.py",
        "if identity.fingerprint.hex() != fingerprint:",
        "if False:",
    ),
    Broken(
        "script_injection", "web/markdown.py", "    return Markup(clean)", "    return Markup(text)"
    ),
    Broken(
        "shared_device::test_nor_is_it_one_press_away_on_the_page_that_gives_them_back",
        "web/browsers.py",
        "    return len(_read()[1]) > 1",
        "    return False",
    ),
    Broken(
        "shared_device",
        "web/headers.py",
        'response.headers["Cache-Control"] = "no-store"',
        'response.headers["Cache-Control"] = "private"',
    ),
    Broken(
        "stolen_database::test_a_cookie_opens_its_session_and_after_sign_out_nothing",
        "core/sessions.py",
        'KEYLESS = {"content_key": None, "signer": None, "certificate": None, "label": None}',
        'KEYLESS = {"certificate": None}',
    ),
    Broken(
        "stolen_session::test_he_can_not_take_the_whole_journal_with_him",
        "features/exports/routes.py",
        "    if refused is not None:",
        "    if False:",
    ),
    Broken(
        "stolen_session::test_he_can_not_erase_the_account",
        "features/accounts/leaving_routes.py",
        "    wrong = _step_up(keyring, form, ASKS)",
        "    wrong = None",
    ),
    Broken("swapped_rows", "core/sealing.py", "        object=record_id,", "        object=owner,"),
    Broken(
        "therapist_key_replaced::test_no_entry_is_shared_with_a_changed_key",
        "core/shares.py",
        "    reader_keys.require(db, keyring, grant)",
        "    pass",
    ),
    Broken(
        "two_nodes::test_a_session_of_the_future_writes_shares_and_ends_what_it_shared",
        "core/consent.py",
        "made_at=max(int(now.timestamp()), earliest),",
        "made_at=int(now.timestamp()),",
    ),
    Broken(
        "two_nodes::test_what_ends_a_session_ends_it_at_both",
        "core/sessions.py",
        'KEYLESS = {"content_key": None, "signer": None, "certificate": None, "label": None}',
        'KEYLESS = {"label": None}',
    ),
    Broken(
        "write_ahead_log",
        "db.py",
        'cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")',
        'cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")',
    ),
    Broken(
        "wrong_person",
        "web/audience.py",
        'if who not in ("signed-in", current_user.role):',
        "if False:",
    ),
)
