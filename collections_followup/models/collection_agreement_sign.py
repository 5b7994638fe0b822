from base64 import b64decode
from binascii import Error as BinasciiError
from io import BytesIO

from PIL import Image, UnidentifiedImageError

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

#: A drawing is not larger than this, in bytes.
MAX_SIGNATURE = 2_000_000


class CollectionAgreement(models.Model):
    """Signatures: the debtor's on a page by link, the company's by a colleague.

    When both have signed, the agreement holds, and the signed paper is kept as it is.
    """

    _inherit = "collection.agreement"

    requires_signature = fields.Boolean(
        string="To Be Signed",
        compute="_compute_requires_signature",
        store=True,
        readonly=False,
        help="It holds when both sides have signed.",
    )
    signature = fields.Binary(
        string="Signature of the Debtor", attachment=True, readonly=True, copy=False
    )
    signed_by = fields.Char(readonly=True, copy=False)
    signed_on = fields.Datetime(readonly=True, copy=False, tracking=True)
    company_signature = fields.Binary(
        string="Signature for the Company", attachment=True, readonly=True, copy=False
    )
    company_signed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    company_signed_on = fields.Datetime(readonly=True, copy=False, tracking=True)
    document_id = fields.Many2one(
        "ir.attachment", string="Signed Agreement", readonly=True, copy=False
    )

    # === Compute methods === #
    @api.depends("kind")
    def _compute_requires_signature(self):
        for agreement in self:
            # sudo: a setting.
            wanted = agreement.company_id.sudo().collection_agreement_signed
            agreement.requires_signature = wanted and agreement.kind != "promise"

    def _compute_access_url(self):
        result = super()._compute_access_url()
        for agreement in self:
            agreement.access_url = f"/collections/agreement/{agreement.id}"
        return result

    # === Checks === #
    def _check_ready(self):
        result = super()._check_ready()
        if self.requires_signature and not (self.signed_on and self.company_signed_on):
            raise UserError(
                self.env._(
                    "This agreement holds when both sides have signed it. Send it to the debtor "
                    "for signature, and sign it for the company."
                )
            )
        return result

    def _can_be_signed(self):
        """Whether the debtor can sign now: made completely, approved where that is needed, and
        not overtaken by time, payments, or another agreement."""
        self.ensure_one()
        if self.state != "draft" or self.signed_on:
            return False
        try:
            self._check_can_be_signed()
        except (UserError, ValidationError):
            return False
        return True

    def _check_can_be_signed(self):
        """Refuse a signature under something that could not hold."""
        self.ensure_one()
        if self.state != "draft":
            raise UserError(self.env._("This agreement can no longer be signed."))
        self._check_adds_up()
        if self.needs_approval:
            raise UserError(self.env._("This agreement has not been approved yet."))
        today = self.env["collection.case"]._today()
        if not self.line_ids or min(self.line_ids.mapped("date")) < today:
            raise UserError(
                self.env._("The first payment is in the past. Make the agreement again.")
            )
        if not any(line.amount_residual_currency > 0 for line in self.move_line_ids):
            raise UserError(self.env._("What this agreement is about has been paid."))
        self._check_overlap_of_plans()

    def _check_overlap_of_plans(self):
        # sudo: also agreements that a colleague made.
        other = self.sudo().search(
            [
                ("id", "!=", self.id),
                ("state", "=", "active"),
                ("kind", "!=", "promise"),
                ("move_line_ids", "in", self.move_line_ids.ids),
            ],
            limit=1,
        )
        if other:
            raise UserError(
                self.env._(
                    "Some of these items are already part of another agreement (%(agreement)s).",
                    agreement=other.name,
                )
            )

    @api.model
    def _check_signature(self, signature):
        """Refuse what is no drawing.

        :param str signature: a picture in base64
        """
        try:
            data = b64decode(signature or "", validate=True)
            with Image.open(BytesIO(data)) as image:
                image.verify()
        except (BinasciiError, UnidentifiedImageError, ValueError, TypeError, OSError):
            data = b""
        if not data or len(data) > MAX_SIGNATURE:
            raise UserError(self.env._("The signature is missing or cannot be read. Sign again."))

    # === Actions === #
    def action_preview(self):
        """The page as the debtor sees it."""
        self.ensure_one()
        self.check_access("read")
        return {"type": "ir.actions.act_url", "target": "new", "url": self._get_share_url()}

    def action_send(self):
        """Write to the debtor, with the link to read and sign."""
        self.ensure_one()
        self.check_access("write")
        if self.needs_approval:
            raise UserError(self.env._("This agreement has not been approved yet."))
        self._portal_ensure_token()
        template = self.env.ref("collections_followup.mail_template_agreement")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send for Signature"),
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_model": "collection.agreement",
                "default_res_ids": self.ids,
                "default_template_id": template.id,
                "default_composition_mode": "comment",
                "force_email": True,
            },
        }

    def action_sign(self):
        """Sign for the company."""
        self.ensure_one()
        self._check_can_be_signed()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Sign for the Company"),
            "res_model": "collection.agreement.sign",
            "view_mode": "form",
            "target": "new",
            "context": {"default_agreement_id": self.id},
        }

    def action_cancel(self):
        """Cancelling what was signed or holds needs a reason; a draft or promise does not."""
        self.check_access("write")
        serious = self.filtered(
            lambda agreement: (
                agreement.kind != "promise" and (agreement.state == "active" or agreement.signed_on)
            )
        )
        if serious:
            return self._ask_reason("cancel", self.env._("Cancel Agreement"))
        return super().action_cancel()

    def _cancel(self, reason):
        """End these agreements, and keep why."""
        self.check_access("write")
        moved = self._update_state(("draft", "active"), "cancelled")
        if not moved:
            raise UserError(self.env._("This agreement has ended already."))
        moved.case_id._review_now()
        for agreement in moved:
            agreement._message_log(body=self.env._("Cancelled: %(reason)s", reason=reason))

    # === Signing === #
    def _sign_company(self, signature):
        """A colleague signs; who it was is read from the session, not from what was sent."""
        self.ensure_one()
        self.check_access("write")
        self._check_can_be_signed()
        if self.company_signed_on:
            raise UserError(self.env._("This agreement has been signed for the company already."))
        self._check_signature(signature)
        # sudo: signatures are kept by this model.
        self.sudo().write(
            {
                "company_signature": signature,
                "company_signed_by_id": self.env.uid,
                "company_signed_on": fields.Datetime.now(),
            }
        )
        self._after_signature()

    def _sign_debtor(self, name, signature):
        """The debtor signs on the page by link.

        :param str name: as the debtor wrote it
        :param str signature: the drawing, in base64
        """
        self.ensure_one()
        name = " ".join((name or "").split())[:128]
        if not name:
            raise UserError(self.env._("Please write your name."))
        self.lock_for_update()
        if self.signed_on:
            raise UserError(self.env._("This agreement has been signed already."))
        self._check_can_be_signed()
        self._check_signature(signature)
        self.write({"signature": signature, "signed_by": name, "signed_on": fields.Datetime.now()})
        self._message_log(
            body=self.env._("Signed by %(name)s", name=name), author_id=self.partner_id.id
        )
        self._after_signature()
        if self.state == "draft":
            self._ask_company_to_sign()

    def _after_signature(self):
        """Both have signed: it holds, and the paper is kept."""
        # sudo: the second signature makes it hold, whoever gave it.
        agreement = self.sudo()
        if not (agreement.signed_on and agreement.company_signed_on):
            return
        agreement.action_activate()
        agreement.activity_unlink(["collections_followup.activity_type_sign"])
        agreement._keep_document()

    def _ask_company_to_sign(self):
        """The collector is told that the debtor has signed."""
        user = self.user_id or self.env["collection.engine"]._get_responsible(self.case_id)
        self.with_context(mail_activity_quick_update=True).activity_schedule(
            "collections_followup.activity_type_sign", user_id=user.id
        )

    def _terms_changed(self):
        # sudo: kept by this model; what the company signed were other terms.
        signed = self.sudo().filtered("company_signed_on")
        signed.write(
            {
                "company_signature": False,
                "company_signed_by_id": False,
                "company_signed_on": False,
            }
        )
        return super()._terms_changed()
