import logging
from base64 import b64encode

from odoo import api, models
from odoo.tools.image import image_data_uri

_logger = logging.getLogger(__name__)

#: Points of the QR code in each direction; printed at 20 mm that is sharp.
QR_SIZE = 240


class CollectionLetter(models.AbstractModel):
    """The link on paper: an address to type, and a QR code."""

    _inherit = "collection.letter"

    @api.model
    def _get_sheet_values(self, log):
        url = log._get_page_link("letter")
        return {
            **super()._get_sheet_values(log),
            "page_url": url.partition("://")[2],
            "page_qr": self._make_qr(url) if url else "",
        }

    @api.model
    def _make_qr(self, url):
        """A QR code as the source of a picture; nothing where it cannot be drawn."""
        try:
            png = self.env["ir.actions.report"].barcode(
                "QR", url, width=QR_SIZE, height=QR_SIZE, quiet=0
            )
        except (ValueError, AttributeError, ImportError) as error:
            _logger.warning("The QR code of a letter could not be drawn: %s", error)
            return ""
        return image_data_uri(b64encode(png))
