from odoo.exceptions import UserError


class CollectionRefusal(UserError):
    """A refusal with a code, and the field of a form that it is about.

    Desk and customer page refuse by the same rules; the page has words of its own for a code.
    """

    def __init__(self, message, code, field=""):
        super().__init__(message)
        self.code, self.field = code, field
