import odoo.cli

odoo.cli.main()
