"""The customer page in a real browser, on a phone and on a desk: promise, dispute with a mistake,
and payment with Odoo's own payment form."""

import json
import time
from contextlib import contextmanager

from odoo.tests.common import ChromeBrowser

from .test_page_pay import PayCase

PHONE, DESK = "390x844", "1280x900"


class TestInBrowser(PayCase):
    """What a person does, by the elements a person sees."""

    @contextmanager
    def browser(self, size):
        self.browser_size = size
        browser = ChromeBrowser(self)
        try:
            with self.allow_requests(browser=browser):
                self.authenticate(None, None, browser=browser)
                self.cr.flush()
                self.cr.clear()
                yield browser
                self._wait_remaining_requests()
        finally:
            browser.stop()
            self.env.invalidate_all()

    def run_js(self, browser, expression):
        result = browser._websocket_request(
            "Runtime.evaluate", params={"expression": expression, "returnByValue": True}, timeout=30
        )
        return result.get("result", {}).get("value")

    def wait(self, browser, expression, tries=200):
        """Until something is so on the page, also when another page has to come first.

        Tries are counted, because the clock stands still in these tests.
        """
        for _number in range(tries):
            if self.run_js(browser, f"document.readyState === 'complete' && !!({expression})"):
                return
            time.sleep(0.2)
        shown = self.run_js(browser, "location.pathname + ' ' + document.body.innerText")
        self.fail(f"{expression} did not come. Shown: {str(shown)[:1500]}")

    def open(self, browser, path=""):
        browser.navigate_to(self.base_url() + self.base + path)
        self.arrive(browser, path)

    def arrive(self, browser, path):
        """Two pages have fields of the same names: one must not be filled in for the other."""
        self.wait(browser, f"location.pathname.endsWith({json.dumps(self.base + path)})")

    def follow(self, browser, path):
        self.click(browser, f"a[href='{self.base}{path}']")
        self.arrive(browser, path)

    def click(self, browser, selector):
        self.wait(browser, f"document.querySelector({json.dumps(selector)})")
        self.run_js(browser, f"document.querySelector({json.dumps(selector)}).click()")

    def fill(self, browser, **values):
        for name, value in values.items():
            field = f"document.querySelector('[name={name}]')"
            self.wait(browser, field)
            self.run_js(browser, f"{field}.value = {json.dumps(value)}")

    def see(self, browser, text):
        self.wait(browser, f"document.body.innerText.includes({json.dumps(text)})")

    def assertFits(self, browser):
        """Nothing has to be pushed to the side to be read."""
        wide = self.run_js(browser, "document.documentElement.scrollWidth - window.innerWidth")
        self.assertLessEqual(wide, 1)

    def check_page(self, size):
        with self.browser(size) as browser:
            self.open(browser)
            self.see(browser, "1,000.00")
            self.assertFits(browser)
            self.follow(browser, "/promise")
            self.see(browser, "I will pay by")
            self.fill(browser, amount="2,000", date=self.days(5), note="Next week")
            self.click(browser, "button[type=submit]")
            self.see(browser, "more than you owe")
            self.assertFits(browser)
            kept = self.run_js(browser, "document.querySelector('[name=note]').value")
            self.assertEqual(kept, "Next week")
            self.fill(browser, amount="1,000")
            self.click(browser, "button[type=submit]")
            self.see(browser, "We have noted your promise")
            self.see(browser, "promised for Mar 21, 2026")
            self.follow(browser, "/dispute")
            self.click(browser, f"input[name=items][value='{self.items[2].id}']")
            self.fill(browser, text="It never came")
            self.assertFits(browser)
            self.click(browser, "form button[type=submit]")
            self.see(browser, "We have received it")
        self.assertEqual(self.case.agreement_ids.amount_total, 1000)
        self.assertEqual(self.case.dispute_ids.description, "It never came")

    def test_on_a_phone(self):
        self.check_page(PHONE)

    def test_on_a_desk(self):
        self.check_page(DESK)

    def test_on_a_phone_in_arabic(self):
        self.env["res.lang"]._activate_lang("ar_001")
        self.debtor.lang = "ar_001"
        self.env.flush_all()
        with self.browser(PHONE) as browser:
            for path in ("", "/promise", "/plan", "/dispute", "/details", "/choices", "/pay"):
                self.open(browser, path)
                self.assertEqual(self.run_js(browser, "document.documentElement.dir"), "rtl")
                self.assertFits(browser)

    def test_payment_with_what_was_ticked(self):
        """The form of Odoo sends what was chosen to the page's own address."""
        with self.browser(PHONE) as browser:
            self.open(browser)
            self.click(browser, f"input[name=items][value='{self.items[0].id}']")
            self.click(browser, "button.btn-outline-primary[type=submit]")
            self.see(browser, "Pay online")
            self.see(browser, "500.00")
            self.assertFits(browser)
            pay = "button[name=o_payment_submit_button]"
            self.wait(
                browser,
                f"document.querySelector('{pay}') && !document.querySelector('{pay}').disabled",
            )
            self.click(browser, pay)
            self.wait(browser, "!location.pathname.endsWith('/pay')")
        tx = self.env["payment.transaction"].search([("collection_case_id", "=", self.case.id)])
        self.assertRecordValues(tx, [{"amount": 500, "state": "draft"}])
        self.assertEqual(tx.collection_line_ids, self.items[0])
