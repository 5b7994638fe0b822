from odoo import models
from odoo.exceptions import UserError

#: Letters printed by one click; the next click goes on. A browser does not wait for ever.
PRINT_LIMIT = 500


class CollectionRun(models.Model):
    """Letters of a run: printed together, posted together."""

    _inherit = "collection.run"

    # === Actions === #
    def action_print_letters(self):
        """Letters that have not been printed yet as one PDF, in stage order; when all have been,
        the last PDF again."""
        self.ensure_one()
        self.check_access("read")
        letters = self._get_letters()
        if not letters:
            raise UserError(self.env._("This run has no released letters to print."))
        letters.check_access("write")
        waiting = letters.filtered(lambda log: not log.printed_on)
        # sudo: runs are written by the engine; here only the link to what was printed.
        run = self.sudo()
        if waiting or not run.letter_attachment_id:
            letters = (waiting or letters)[:PRINT_LIMIT]
            run.letter_attachment_id = self.env["collection.letter"]._print(letters, self)
        return self.env["collection.letter"]._get_download(run.letter_attachment_id)

    def action_letters_posted(self):
        """A person says that the printed letters of the run are in the post."""
        letters = self._get_letters().filtered(lambda log: log.printed_on and log.state == "sent")
        if not letters:
            raise UserError(self.env._("No printed letter of this run waits to be posted."))
        letters.action_mark_arrived()

    # === Business methods === #
    def _get_letters(self):
        """Released letters of the run, in stage order, then by name of the debtor."""
        self.ensure_one()
        letters = self.log_ids.filtered(
            lambda log: log.channel == "letter" and log.state in ("sent", "done")
        )
        return letters.sorted(lambda log: (log.stage_id.sequence, log.debtor_id.name or "", log.id))
