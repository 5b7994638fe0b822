"""Build the asset bundles and commit them, so that no page and no browser test has to.

Run by ``odoo shell``. A browser test's transaction is rolled back, so that without this
every one of them would build the same bundles again, for four seconds.
"""

BUNDLES = (
    "web.assets_web",
    "web.assets_web_print",
    "web.assets_frontend",
    "web.assets_frontend_minimal",
    "web.assets_frontend_lazy",
)

for bundle_name in BUNDLES:
    bundle = env["ir.qweb"]._get_asset_bundle(bundle_name, css=True, js=True)  # noqa: F821
    bundle.css()
    bundle.js()
env.cr.commit()  # noqa: F821
