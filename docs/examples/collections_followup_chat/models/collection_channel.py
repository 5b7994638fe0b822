import requests

from odoo import api, models

from odoo.addons.collections_followup.models.collection_channel import ChannelError
from odoo.addons.collections_followup.tools.contact import Recipient

#: Seconds for the gateway to answer one message.
PATIENCE = 10


class CollectionChannel(models.AbstractModel):
    _inherit = "collection.channel"

    @api.model
    def _get_channels(self):
        return [*super()._get_channels(), ("chat", self.env._("Chat"))]


class CollectionChannelChat(models.AbstractModel):
    """Chat messages by a gateway that takes JSON.

    The text is that of the action's SMS template, so that nothing new has to be configured.
    """

    _name = "collection.channel.chat"
    _inherit = "collection.channel.sms"
    _description = "Contact Channel: Chat"

    @api.model
    def _pick(self, debtor_id, candidates):
        """Only mobile numbers that Odoo could bring into international form."""
        for person in candidates:
            if person.phone_sanitized and not person.phone_blacklisted:
                return Recipient(person.partner, person.phone_sanitized)
        return Recipient(debtor_id, code="no_chat")

    @api.model
    def _deliver(self, logs):
        for template, group in logs.grouped(lambda log: log._get_sms_template()).items():
            if not template:
                raise ChannelError("no_template")
            group._keep_text(template)
            bodies = self._get_bodies(template, group)
            for log in group:
                self._post(log, bodies[log.id])
        logs._set_sent()

    @api.model
    def _post(self, log, text):
        """Hand one message to the gateway.

        The transaction may be rolled back afterwards and repeated: the key tells the gateway that
        it has had this message.
        """
        # sudo: where the gateway is, the administrator has set.
        parameters = self.env["ir.config_parameter"].sudo()
        key = f"{parameters.get_param('database.uuid')}-{log.id}"
        try:
            answer = requests.post(
                parameters.get_param("collections_followup_chat.gateway_url"),
                json={"to": log.address, "text": text},
                headers={"Idempotency-Key": key},
                timeout=PATIENCE,
            )
            answer.raise_for_status()
        except requests.RequestException as error:
            raise ChannelError("chat_refused", str(error)) from error
