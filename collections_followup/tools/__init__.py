"""Pure functions of debt collection: no Odoo, no clock, no environment."""
