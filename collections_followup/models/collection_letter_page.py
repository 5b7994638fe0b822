from base64 import b64encode
from io import BytesIO

from PIL import Image
from reportlab.graphics.barcode.qr import QrCodeWidget

from odoo import api, models
from odoo.tools.image import image_data_uri

#: Points of a square of the QR code; printed at 18 mm that is sharp.
SCALE = 6


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
        """A QR code as the source of a picture.

        Drawn here from its black and white squares: Odoo's own barcodes need a program that not
        every server has.
        """
        code = QrCodeWidget(url, barLevel="M").qr
        code.make()
        size = code.getModuleCount()
        picture = Image.new("1", (size, size), 1)
        for row in range(size):
            for column in range(size):
                if code.isDark(row, column):
                    picture.putpixel((column, row), 0)
        drawn = BytesIO()
        picture.resize((size * SCALE, size * SCALE), Image.Resampling.NEAREST).save(drawn, "PNG")
        return image_data_uri(b64encode(drawn.getvalue()))
