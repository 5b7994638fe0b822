"""The customer page: who sees it, what it shows, and what debtors do on it."""

from base64 import b64encode

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user

from odoo.addons.collections_followup.models.collection_page_hit import LIMITS

from .common import ON, days
from .page import PageCase

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\n%%EOF"


class TestLink(PageCase):
    """A link is for one debtor, can be revoked, ends, and tells nothing when it does not work."""

    def test_it_shows_what_is_owed_without_logging_in(self):
        answer = self.get()
        self.assertEqual(answer.status_code, 200)
        for shown in ("Ann Arbor", "1,000.00", "500.00", "300.00", "200.00", "5 weeks late"):
            self.assertIn(shown, answer.text)
        for line in self.items:
            self.assertIn(line.move_id.name, answer.text)
        self.assertIn(self.case._get_page_values()["reference"], answer.text)
        self.assertNothingForeign(answer.text)

    def test_nobody_indexes_keeps_or_passes_it_on(self):
        headers = self.get().headers
        self.assertEqual(headers["Cache-Control"], "no-store")
        self.assertEqual(headers["Referrer-Policy"], "no-referrer")
        self.assertIn("noindex", headers["X-Robots-Tag"])
        self.assertEqual(headers["X-Frame-Options"], "DENY")

    def test_it_may_be_typed_from_paper(self):
        token = self.base.rpartition("/")[2].upper().replace("0", "O").replace("1", "I")
        self.assertEqual(self.url_open(f"/c/{token}").status_code, 200)

    def test_changed_links_show_nothing(self):
        token = self.base.rpartition("/")[2]
        number, day, signature = token.split("-")
        other = self.link(self.foreign).rpartition("/")[2].split("-")
        for wrong in (
            "x",
            f"{other[0]}-{day}-{signature}",
            f"{number}-{day}z-{signature}",
            f"{number}-{day}-{other[2]}",
            f"{number}-{day}-{signature[:-1]}",
            f"{number}-{day}-{'0' * 16}",
            f"zzzzzzz-{day}-{signature}",
        ):
            answer = self.url_open(f"/c/{wrong}")
            self.assertEqual(answer.status_code, 404, wrong)
            self.assertNotIn("Arbor", answer.text)
            self.assertNothingForeign(answer.text)

    def test_it_ends(self):
        lasts = self.company.collection_page_days
        self.assertEqual(self.url_open(self.link(self.case, ON - days(lasts))).status_code, 200)
        old = self.url_open(self.link(self.case, ON - days(lasts + 1)))
        self.assertEqual(old.status_code, 404)
        self.assertNotIn("Arbor", old.text)

    def test_a_shorter_life_of_links_leaves_those_given_out(self):
        self.company.collection_page_days = 1
        self.env.flush_all()
        self.assertEqual(self.get().status_code, 200)

    def test_it_is_revoked(self):
        plan = self.make_plan()
        plan.action_offer()
        signed = plan._get_share_url()
        self.case.with_user(self.collector).action_revoke_links()
        self.env.flush_all()
        self.assertEqual(self.get().status_code, 404)
        self.assertEqual(self.get("/promise").status_code, 404)
        self.assertEqual(self.url_open(signed).status_code, 404)
        self.assertEqual(self.url_open(self.link(self.case)).status_code, 200, "A new one works")
        self.assertEqual(self.url_open(self.link(self.foreign)).status_code, 200)

    def test_a_reader_revokes_nothing(self):
        with self.assertRaises(AccessError):
            self.case.with_user(self.make_user("reader")).action_revoke_links()

    def test_switched_off_by_the_company(self):
        self.company.collection_page = False
        self.env.flush_all()
        self.assertEqual(self.get().status_code, 404)
        self.assertFalse(self.case._compute_page_url() or self.case.page_url)

    def test_what_is_not_offered_is_not_there(self):
        self.company.collection_page_promise = False
        self.company.collection_page_pay = False
        self.env.flush_all()
        page = self.get().text
        self.assertNotIn("Promise a date", page)
        self.assertNotIn("Pay now", page)
        self.assertIn("Ask a question", page)
        self.assertEqual(self.get("/promise").status_code, 404)
        self.assertEqual(self.get("/pay").status_code, 404)

    def test_guessing_is_stopped_and_a_right_link_then_tells_nothing_either(self):
        for number in range(LIMITS["wrong"][0]):
            self.assertEqual(self.url_open(f"/c/1-nnnn-{number:016}").status_code, 404)
        answer = self.get()
        self.assertEqual(answer.status_code, 429)
        self.assertNotIn("Arbor", answer.text)

    def test_counts_of_calls_are_cleared_away(self):
        Hit = self.env["collection.page.hit"]
        self.url_open("/c/wrong")
        self.assertEqual(len(Hit.search([])), 1)
        self.assertNotIn("127.0.0.1", Hit.search([]).key)
        Hit.search([]).moment = Hit.search([]).moment - days(2)
        self.env.flush_all()
        Hit._gc_hits()
        self.assertFalse(Hit.search([]))

    def test_forms_are_taken_only_so_often(self):
        for _number in range(LIMITS["send"][0]):
            self.env["collection.page.hit"]._allow("send", self.case.id)
        answer = self.send("question", text="Where is my parcel?")
        self.assertRefused(answer, "try again in an hour", "Where is my parcel?")
        self.assertFalse(self.told())

    def test_after_a_case_was_closed_the_link_shows_the_next_one(self):
        self.pay(self.case.move_line_ids.move_id)
        self.follow_up()
        self.assertEqual(self.case.state, "closed")
        self.assertIn("You owe us nothing", self.get().text)
        self.make_invoice(self.debtor, 55, ON - days(9))
        self.engine._open_cases(self.company, ON)
        self.env.flush_all()
        self.assertIn("55.00", self.get().text)

    def test_a_colleague_looks_but_does_not_act(self):
        self.authenticate(self.collector.login, self.collector.login)
        self.assertIn("logged in as a colleague", self.get().text)
        answer = self.send("question", text="I am not the debtor")
        self.assertRefused(answer, "Only the debtor acts here")
        self.assertFalse(self.told())
        self.assertFalse(self.case.page_seen_on, "It was not the debtor who looked")


class TestShown(PageCase):
    """All that the debtor owes, in each currency, and what is known about it."""

    def test_currencies_credits_instalments_and_charges(self):
        eur = self.make_euro()
        self.make_invoice(self.debtor, 70, ON + days(5), currency_id=eur.id)
        self.make_credit_note(self.debtor, 40)
        self.env["collection.charge"].create(
            {
                "case_id": self.case.id,
                "currency_id": self.usd.id,
                "amount": 12.34,
                "kind": "interest",
                "date_from": ON - days(10),
                "date_to": ON,
            }
        )
        half = self.env["account.payment.term"].create(
            {
                "name": "Halves",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": n})
                    for n in (30, 60)
                ],
            }
        )
        self.make_invoice(self.debtor, 80, ON, invoice_payment_term_id=half.id)
        self.env.flush_all()
        page = self.get().text
        for shown in ("1,040.00", "70.00", "due in 5 days", "40.00", "12.34", "part 1 of 2"):
            self.assertIn(shown, page)

    def test_promises_disputes_and_plans_are_marked(self):
        self.env["collection.agreement"]._promise(self.case, 300, ON + days(3), lines=self.items[1])
        self.env["collection.dispute"]._open(self.case, "dispute", self.items[2], 150)
        self.env.flush_all()
        page = self.get().text
        self.assertIn("promised for Mar 19, 2026", page)
        self.assertIn("disputed:", page)
        self.assertIn("150.00", page)

    def test_invoices_are_handed_out_and_those_of_others_are_not(self):
        mine, foreign = self.items[0].move_id, self.foreign_items.move_id
        mine.invoice_pdf_report_file = b64encode(PDF)
        self.env.flush_all()
        answer = self.get(f"/document/{mine.id}")
        self.assertEqual(answer.headers["Content-Type"], "application/pdf")
        self.assertEqual(answer.content, PDF)
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        for number in (foreign.id, 0, 2**31, 10**30):
            self.assertEqual(self.get(f"/document/{number}").status_code, 404)

    def test_the_language_of_the_debtor_reads_from_the_right(self):
        self.env["res.lang"]._activate_lang("ar_001")
        self.debtor.lang = "ar_001"
        self.env.flush_all()
        page = self.get().text
        self.assertRegex(page, r'<html[^>]* dir="rtl"')
        self.assertRegex(page, r'<div id="wrap"[^>]* dir="rtl"')
        page = self.get(lang="en_US").text
        self.assertRegex(page, r'<div id="wrap"[^>]* dir="ltr"')

    def test_a_page_takes_no_more_queries_with_more_items(self):
        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.case._for_page("en_US")._get_page_values()
            return self.cr.sql_log_count - before

        count()
        few = count()
        for _number in range(6):
            self.make_invoice(self.debtor, 10, ON - days(8))
        self.assertLessEqual(count(), few + 1)


class TestPromise(PageCase):
    """A promise by the rules of the desk."""

    def test_it_holds_like_one_given_on_the_phone(self):
        answer = self.send("promise", amount="1,000.00", date=self.days(5), note="After payday")
        self.assertDone(answer, "promise")
        promise = self.case.agreement_ids
        self.assertRecordValues(
            promise,
            [{"kind": "promise", "state": "active", "amount_total": 1000, "note": "After payday"}],
        )
        self.assertEqual(promise.user_id, self.collector)
        log = self.told()
        self.assertRecordValues(
            log,
            [{"direction": "in", "state": "done", "user_id": False, "right_party": True}],
        )
        self.assertEqual(log.outcome_id.code, "right_party_promise")
        self.assertIn("1,000.00", log.note)
        activity = self.case.activity_ids
        self.assertEqual(activity.user_id, self.collector)
        self.assertIn("Promises to pay", activity.note)
        self.follow_up()
        self.assertReason(self.debtor, "agreement")

    def test_refusals_stand_at_their_field_and_nothing_typed_is_lost(self):
        good = {"amount": "100", "date": self.days(5), "note": "So sorry"}
        for wrong, sentence in (
            ({"amount": ""}, "Write the amount"),
            ({"amount": "a lot"}, "Write an amount, for example"),
            ({"amount": "0"}, "Write the amount"),
            ({"amount": "1000.01"}, "more than you owe"),
            ({"amount": "9" * 60}, "Write an amount, for example"),
            ({"date": ""}, "Choose the day"),
            ({"date": "soon"}, "Choose the day"),
            ({"date": self.days(-1)}, "today or a later day"),
            ({"date": self.days(500)}, "too far away"),
        ):
            answer = self.send("promise", **{**good, **wrong})
            self.assertRefused(answer, sentence, "So sorry")
        self.assertFalse(self.case.agreement_ids)
        self.assertFalse(self.told())

    def test_the_limits_are_those_of_a_collector(self):
        """Who runs the server may do everything; who is on the page may not."""
        self.company.collection_plan_max_months = 1
        self.env.flush_all()
        answer = self.send("promise", amount="10", date=self.days(40))
        self.assertRefused(answer, "too far away")

    def test_amounts_are_read_as_people_of_the_language_write_them(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.debtor.lang = "de_DE"
        self.env.flush_all()
        self.assertDone(self.send("promise", amount="1.000,00", date=self.days(5)), "promise")
        self.assertEqual(self.case.agreement_ids.amount_total, 1000)

    def test_a_forged_form_does_nothing(self):
        answer = self.url_open(
            f"{self.base}/promise", data={"amount": "10", "date": self.days(5), "csrf_token": "x"}
        )
        self.assertEqual(answer.status_code, 400)
        self.assertFalse(self.case.agreement_ids)


class TestPlan(PageCase):
    """Instalments: asked for, offered, accepted."""

    def ask(self, **values):
        values = {"method": "count", "count": "4", "frequency": "monthly", **values}
        values.setdefault("date", self.days(14))
        return self.send("plan", **values)

    def test_a_request_is_a_draft_that_a_colleague_decides_on(self):
        self.assertDone(self.ask(note="I lost my job"), "plan")
        plan = self.case.agreement_ids
        self.assertRecordValues(
            plan,
            [{"kind": "plan", "state": "draft", "is_requested": True, "amount_total": 1000}],
        )
        self.assertEqual(len(plan.line_ids), 4)
        self.assertEqual(plan.user_id, self.collector)
        self.assertIn("Asks for a plan", self.told().note)
        self.assertIn("We look at your request", self.get().text)
        self.assertFalse(self.get("/accept", agreement=plan.id).text.count("Accept</button>"))
        self.assertIn("no longer be accepted", self.send("accept", agreement=plan.id).text)

    def test_what_a_collector_may_not_grant_waits_for_a_supervisor(self):
        self.assertDone(self.ask(count="20"), "plan")
        plan = self.case.agreement_ids
        self.assertTrue(plan.needs_approval)
        self.assertEqual(plan.approval_state, "waiting")
        with self.assertRaisesRegex(Exception, "not been approved"):
            plan.with_user(self.collector).action_offer()

    def test_a_second_request_takes_the_place_of_the_first(self):
        self.ask()
        self.ask(count="2")
        self.assertEqual(
            self.case.agreement_ids.sorted("id").mapped("state"), ["cancelled", "draft"]
        )

    def test_refusals(self):
        for wrong, sentence in (
            ({"count": ""}, "how many payments"),
            ({"count": "121"}, "too many payments"),
            ({"count": "9" * 40}, "how many payments"),
            ({"method": "amount", "amount": ""}, "how much you can pay"),
            ({"method": "amount", "amount": "0.01"}, "too little"),
            ({"date": ""}, "first payment"),
            ({"date": self.days(-3)}, "today or a later day"),
            ({"date": self.days(900)}, "earlier day"),
        ):
            self.assertRefused(self.ask(**{"note": "Please", **wrong}), sentence, "Please")
        self.assertFalse(self.case.agreement_ids)

    def test_an_offer_is_accepted_by_name(self):
        plan = self.make_plan(count=3)
        plan.with_user(self.collector).action_offer()
        self.env.flush_all()
        self.assertIn("Accept this offer", self.get().text)
        self.assertRefused(self.send("accept", agreement=plan.id, name=" "), "write your name")
        answer = self.send("accept", agreement=plan.id, name="Ann  Arbor")
        self.assertDone(answer, "accept")
        self.assertRecordValues(plan, [{"state": "active", "signed_by": "Ann Arbor"}])
        self.assertIn("has accepted", self.told().note)

    def test_changed_terms_take_the_offer_back(self):
        plan = self.make_plan(count=3)
        plan.action_offer()
        plan.line_ids[0].date += days(1)
        self.env.flush_all()
        self.assertFalse(plan.offered_on)
        self.assertIn("no longer be accepted", self.send("accept", agreement=plan.id).text)

    def test_what_must_be_signed_is_not_accepted_by_name(self):
        self.company.collection_agreement_signed = True
        plan = self.make_plan(count=3)
        plan.action_offer()
        self.env.flush_all()
        self.assertIn("Read and sign", self.get().text)
        answer = self.send("accept", agreement=plan.id, name="Ann")
        self.assertRefused(answer, "has to be signed")
        self.assertEqual(plan.state, "draft")

    def test_nobody_accepts_the_offer_of_another_debtor(self):
        plan = self.make_plan(case=self.foreign, count=2)
        plan.action_offer()
        self.env.flush_all()
        answer = self.send("accept", agreement=plan.id, name="Ann")
        self.assertRefused(answer, "no longer be accepted")
        self.assertNothingForeign(answer.text)
        self.assertEqual(plan.state, "draft")


class TestDispute(PageCase):
    """Objections with evidence."""

    def test_with_a_part_and_a_file(self):
        reason = self.env["collection.dispute.reason"].search([], limit=1)
        answer = self.send(
            "dispute",
            items=[self.items[0].id],
            amount="120",
            reason=reason.id,
            text="Two were broken",
            files=[("files", ("../../etc/broken.exe", PDF, "text/html"))],
        )
        self.assertDone(answer, "dispute")
        dispute = self.case.dispute_ids
        self.assertRecordValues(
            dispute,
            [{"kind": "dispute", "amount_disputed": 120, "reason_id": reason.id, "state": "open"}],
        )
        self.assertEqual(dispute.move_line_ids, self.items[0])
        self.assertEqual(dispute.user_id, reason.user_id or self.collector)
        file = dispute.evidence_ids
        self.assertRecordValues(file, [{"name": "broken.pdf", "mimetype": "application/pdf"}])
        self.assertEqual((file.res_model, file.res_id), (dispute._name, dispute.id))
        self.assertFalse(file.public)
        self.assertEqual(self.told().outcome_id.code, "right_party_dispute")
        self.assertIn("disputed:", self.get().text)

    def test_refusals(self):
        good = {"items": [self.items[0].id], "text": "Broken glass", "amount": ""}
        pdf = ("x.pdf", PDF)
        for wrong, files, sentence in (
            ({"items": []}, [], "Choose what is wrong"),
            ({"items": [self.foreign_items.id]}, [], "Choose what is wrong"),
            ({"items": ["0", "-1", "x", "9" * 30]}, [], "Choose what is wrong"),
            ({"text": "  "}, [], "Write what is wrong"),
            ({"amount": "500.01"}, [], "more than is open"),
            ({"amount": "0"}, [], "how much is disputed"),
            ({}, [("a.pdf", b"<script>alert(1)</script>")], "Only pictures and PDF"),
            ({}, [("a.svg", b"<svg onload='x'/>")], "Only pictures and PDF"),
            ({}, [("a.pdf", b"%PDF-" + b"x" * 8_000_000)], "at most 8 MB"),
            ({}, [("a.pdf", b"")], "A file is empty"),
            ({}, [pdf] * 6, "At most 5 files"),
        ):
            sent = [("files", (name, data, "application/pdf")) for name, data in files]
            answer = self.send("dispute", files=sent or None, **{**good, **wrong})
            self.assertRefused(answer, sentence)
            self.assertNothingForeign(answer.text)
        self.assertFalse(self.case.dispute_ids)
        self.assertFalse(self.foreign.dispute_ids)

    def test_two_currencies_are_two_disputes(self):
        eur = self.make_euro()
        other = self.receivable(self.make_invoice(self.debtor, 70, ON, currency_id=eur.id))
        answer = self.send("dispute", items=[self.items[0].id, other.id], text="Both wrong")
        self.assertRefused(answer, "one currency at a time", "Both wrong")


class TestTelling(PageCase):
    """Questions, corrections and wishes."""

    def test_a_question_reaches_the_desk_and_stops_the_follow_up_until_it_is_read(self):
        answer = self.send(
            "question",
            text="Where is <b>my</b> parcel?\x00\u202e",
            files=[("files", ("photo.png", b"\x89PNG\r\n\x1a\n....", "image/png"))],
        )
        self.assertDone(answer, "question")
        log = self.told()
        self.assertTrue(log.is_unread)
        self.assertIn("parcel", log.note)
        message = log.message_id
        self.assertEqual(message.author_id, self.debtor)
        self.assertIn("&lt;b&gt;my", message.body)
        self.assertEqual(message.attachment_ids.name, "photo.png")
        self.assertEqual(message.model, "collection.case")
        self.assertTrue(self.case.with_user(self.collector).has_unread_reply)
        self.case.with_user(self.collector).action_mark_replies_read()
        self.assertFalse(self.case.has_unread_reply)

    def test_an_empty_question(self):
        self.assertRefused(self.send("question", text=" "), "Write your question")

    def test_one_activity_however_much_is_done(self):
        self.send("question", text="First")
        self.send("promise", amount="10", date=self.days(3))
        activity = self.case.activity_ids
        self.assertEqual(len(activity), 1)
        self.assertIn("Asks a question", activity.note)
        self.assertIn("Promises to pay", activity.note)

    def test_corrections_wait_for_a_colleague(self):
        form = self.get("/details").text
        self.assertIn("Main Street 1", form)
        answer = self.send(
            "details", street="New Road 2", phone=self.debtor.phone, email="new@debtor.example"
        )
        self.assertDone(answer, "details")
        self.assertEqual(self.debtor.street, "Main Street 1")
        change = self.env["collection.address.change"].search([])
        self.assertRecordValues(
            change, [{"partner_id": self.debtor.id, "source": "page", "state": "proposed"}]
        )
        self.assertEqual(change.new_values, {"street": "New Road 2", "email": "new@debtor.example"})
        self.assertIn("New Road 2", self.told().note)
        change.with_user(self.collector).action_accept()
        self.assertEqual(self.debtor.street, "New Road 2")

    def test_a_new_contact_person(self):
        answer = self.send("details", contact_name="Cleo Clerk", contact_phone="+1 212 555 0199")
        self.assertDone(answer, "details")
        change = self.env["collection.address.change"].search([])
        self.assertFalse(self.debtor.child_ids)
        change.with_user(self.collector).action_accept()
        self.assertEqual(self.debtor.child_ids.name, "Cleo Clerk")

    def test_refused_corrections(self):
        for wrong, sentence in (
            ({"email": "nonsense", "street": "New Road 2"}, "no e-mail address"),
            ({"phone": "12", "street": "New Road 2"}, "no telephone number"),
            ({"name": "", "street": "New Road 2"}, "write your name"),
        ):
            self.assertRefused(self.send("details", **wrong), sentence, "New Road 2")
        same = {"street": "Main Street 1"}
        self.assertRefused(self.send("details", **same), "Nothing has been changed")

    def test_language_channel_and_stop(self):
        self.env["res.lang"]._activate_lang("ar_001")
        self.env.flush_all()
        answer = self.send("choices", lang="ar_001", channel="letter", stops=["sms", "nonsense"])
        self.assertIn("done=choices", answer.url)
        self.assertRecordValues(
            self.debtor, [{"lang": "ar_001", "collection_preferred_channel": "letter"}]
        )
        opt_out = self.debtor.collection_opt_out_ids
        self.assertRecordValues(opt_out, [{"channel": "sms", "source": "link", "address": False}])
        self.send("choices", lang="xx_XX", channel="pigeon", stops=["sms"])
        self.assertEqual(self.debtor.lang, "ar_001")
        self.assertEqual(len(self.debtor.collection_opt_out_ids), 1)


class TestOffers(PageCase):
    """What is offered on the page is what can be had now."""

    def offer(self, **values):
        plan = self.make_plan(count=3, **values)
        plan.with_user(self.collector).action_offer()
        self.env.flush_all()
        return plan

    def assertEnded(self, plan):
        text = self.get().text
        self.assertNotIn("Accept this offer", text)
        self.assertIn("This offer has ended", text)
        self.assertIn("no longer be accepted", self.get("/accept", agreement=plan.id).text)
        answer = self.send("accept", agreement=plan.id, name="Ann")
        self.assertEqual(answer.status_code, 422)
        self.assertEqual(plan.state, "draft")

    def test_until_when_it_can_be_accepted_is_said(self):
        self.offer()
        first = self.case._for_page("en_US")._get_page_agreements()[0]["lines"][0]["date"]
        self.assertIn(f"You can accept it until {first}", self.get().text)

    def test_the_first_payment_lies_in_the_past(self):
        plan = self.offer()
        first = plan.line_ids.sorted("date")[0].date
        self.env.cr.execute(
            "UPDATE collection_agreement_line SET date = %s WHERE agreement_id = %s AND date = %s",
            [ON - days(1), plan.id, first],
        )
        self.env.invalidate_all()
        self.assertEnded(plan)

    def test_another_agreement_has_taken_its_place(self):
        plan = self.offer()
        self.start_plan(count=2)
        self.env.flush_all()
        self.assertEnded(plan)

    def test_what_it_was_about_is_paid(self):
        plan = self.offer()
        self.pay(plan.move_line_ids.move_id)
        self.env.flush_all()
        self.assertNotIn("Accept this offer", self.get().text)
        self.assertNotIn("offer has ended", self.get().text)
        answer = self.send("accept", agreement=plan.id, name="Ann")
        self.assertRefused(answer, "has been paid")
        self.assertEqual(plan.state, "draft")

    def test_the_link_to_sign_says_so_too(self):
        self.company.collection_agreement_signed = True
        plan = self.offer()
        self.pay(plan.move_line_ids.move_id)
        url = plan._get_share_url()
        self.env.flush_all()
        text = self.url_open(url).text
        self.assertIn("This offer has ended", text)
        self.assertNotIn("Sign here", text)

    def test_a_settlement_says_what_is_given_up(self):
        offer = self.make_plan(self.supervisor, kind="settlement", discount_percent=20.0, count=1)
        offer.sudo().approval_state = "approved"
        offer.with_user(self.supervisor).action_offer()
        self.env.flush_all()
        text = self.get().text
        self.assertIn("you need not pay the rest", text)
        self.assertIn("200.00", text)

    def test_a_file_with_a_lawyer_is_neither_paid_nor_promised_here(self):
        self.env.cr.execute(
            "UPDATE collection_case SET state = 'handed_over' WHERE id = %s", [self.case.id]
        )
        self.env.invalidate_all()
        text = self.get().text
        self.assertIn("has been handed over", text)
        for path in ("/pay", "/promise", "/plan", "/accept"):
            self.assertEqual(self.get(path).status_code, 404, path)
            self.assertNotIn(f'href="{self.base}{path}', text)
        self.assertEqual(self.get("/question").status_code, 200)

    def test_items_that_an_agency_has_are_marked_and_not_paid_here(self):
        first, second = self.items[0], self.items[1]
        agency = self.env["res.partner"].create({"name": "Quick Recovery", "is_company": True})
        self.env["collection.handover"].create(
            {
                "case_id": self.case.id,
                "kind": "agency",
                "partner_id": agency.id,
                "scope": "items",
                "move_line_ids": [Command.set(first.ids)],
            }
        ).sudo().state = "placed"
        self.env.flush_all()
        self.assertIn("handed over: please ask us", self.get().text)
        self.assertRefused(self.get("/pay", items=first.id), "Choose again")
        self.assertDone(self.send("promise", amount="10", date=self.days(3)), "promise")
        promised = self.case.agreement_ids.move_line_ids
        self.assertIn(second, promised)
        self.assertNotIn(first, promised)

    def test_a_statement_of_account_as_pdf(self):
        self.pay(self.items[0].move_id, 50)
        self.env.flush_all()
        before = self.contacts(self.debtor)
        answer = self.get("/statement")
        self.assertEqual(answer.headers["Content-Type"], "application/pdf")
        self.assertTrue(answer.content.startswith(b"%PDF"))
        self.assertEqual(self.contacts(self.debtor), before, "nothing is logged")
        self.assertEqual(self.url_open("/c/wrong/statement").status_code, 404)


class TestPortal(PageCase):
    """The same page for portal users of the debtor, and of nobody else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        person = cls.env["res.partner"].create({"name": "Bea", "parent_id": cls.debtor.id})
        cls.user = new_test_user(cls.env, "page_bea", groups="base.group_portal")
        cls.user.partner_id.parent_id = person.parent_id
        cls.stranger = new_test_user(cls.env, "page_zeb", groups="base.group_portal")
        cls.stranger.partner_id.parent_id = cls.foreign.partner_id
        cls.base = f"/my/debts/{cls.case.id}"
        cls.env.flush_all()

    def test_without_logging_in(self):
        answer = self.get()
        self.assertIn("/web/login", answer.url)
        self.assertNotIn("Arbor", answer.text)

    def test_own_page_only(self):
        self.authenticate("page_bea", "page_bea")
        self.assertIn("1,000.00", self.get().text)
        self.assertDone(self.send("promise", amount="10", date=self.days(3)), "promise")
        for number in (self.foreign.id, 0, 2**40):
            answer = self.url_open(f"/my/debts/{number}")
            self.assertEqual(answer.status_code, 404)
            self.assertNothingForeign(answer.text)
        self.assertEqual(self.url_open(f"/my/debts/{self.foreign.id}/promise").status_code, 404)

    def test_somebody_else(self):
        self.authenticate("page_zeb", "page_zeb")
        for path in ("", "/promise", "/pay", f"/document/{self.items[0].move_id.id}"):
            answer = self.get(path)
            self.assertEqual(answer.status_code, 404)
            self.assertNotIn("Arbor", answer.text)

    def test_two_companies(self):
        other = self.make_company("Southwind Traders")
        self.make_policy(("Reminder", 1, "email"), company=other)
        self.authenticate("page_bea", "page_bea")
        self.assertIn(self.base, self.url_open("/my/debts").url, "There is only one")
        self.make_invoice(self.debtor, 64, ON - days(9), company=other)
        self.engine._open_cases(other, ON)
        self.env.flush_all()
        page = self.url_open("/my/debts").text
        self.assertIn("Southwind Traders", page)
        self.assertIn("64.00", page)
        theirs = self.url_open(f"/my/debts/{self.case_of(self.debtor, other).id}").text
        self.assertIn("64.00", theirs)
        self.assertNotIn("1,000.00", theirs)
        self.assertNotIn("64.00", self.get().text)

    def test_who_owes_nothing_late_is_sent_to_the_invoices(self):
        new_test_user(self.env, "page_new", groups="base.group_portal")
        self.authenticate("page_new", "page_new")
        text = self.url_open("/my/debts").text
        self.assertIn("Nothing is overdue", text)
        self.assertIn("/my/invoices", text)

    def test_it_is_on_the_home_of_the_portal(self):
        self.authenticate("page_bea", "page_bea")
        self.assertIn("/my/debts", self.url_open("/my").text)
