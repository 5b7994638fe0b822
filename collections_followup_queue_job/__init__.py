from . import models


def uninstall_hook(env):
    """Jobs that wait could not be carried out any more; the scheduled job does their work."""
    env["queue.job"].search(
        [
            ("model_name", "=", "collection.engine"),
            ("state", "not in", ("done", "cancelled", "failed")),
        ]
    ).button_cancelled()
