from odoo import api, models


class CollectionEngine(models.AbstractModel):
    """Parallel lanes: as many scheduled jobs as the setting says, all doing the same work."""

    _inherit = "collection.engine"

    @api.model
    def _get_lanes(self):
        """The scheduled jobs of the nightly run, the main one first."""
        main = self.env.ref("collections_followup.ir_cron_follow_up")
        others = (
            self.env["ir.cron"]
            .with_context(active_test=False)
            .search([("code", "=like", "model._cron_run(lane=%")], order="id")
        )
        return main + (others - main)

    @api.model
    def _set_lanes(self, count):
        """Have ``count`` jobs do the nightly run together; surplus ones are archived.

        :param int count: at least 1
        """
        lanes = self._get_lanes()
        main = lanes[0]
        for number in range(len(lanes) + 1, count + 1):
            lanes += main.copy(
                {
                    "cron_name": f"{main.cron_name} ({number})",
                    "name": f"{main.name} ({number})",
                    "code": f"model._cron_run(lane={number})",
                    "nextcall": main.nextcall,
                }
            )
        for index, lane in enumerate(lanes):
            if lane != main:
                lane.active = main.active and index < count

    @api.model
    def _wake_release(self, at=None):
        """Have the jobs that make released contacts start soon; they share the work.

        :param datetime at: not before this moment (UTC)
        """
        for name in ("ir_cron_release", "ir_cron_release_2"):
            # sudo: scheduled jobs belong to the administrator; callers checked who may release.
            lane = self.env.ref(f"collections_followup.{name}", raise_if_not_found=False)
            if lane and lane.sudo().active:
                lane.sudo()._trigger(at)
