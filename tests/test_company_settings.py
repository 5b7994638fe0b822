"""Collection managers keep the settings of their companies; nobody else does, and nothing more."""

from odoo.exceptions import AccessError
from odoo.tests import Form

from .common import ROLES, CollectionsCase

VIEW = "collections_followup.res_company_view_form_collections"


class TestCompanySettings(CollectionsCase):
    def as_(self, role):
        user = self.make_user(role, login=f"settings_{role}")
        return self.company.with_user(user).with_context(allowed_company_ids=self.company.ids)

    def test_a_manager_changes_limits_on_the_screen(self):
        with Form(self.as_("manager"), view=VIEW) as form:
            form.collection_waive_limit = 25
            form.collection_weight_age = 7
        self.assertEqual(self.company.collection_waive_limit, 25)
        self.assertEqual(self.company.collection_weight_age, 7)

    def test_other_roles_change_none(self):
        for role in ROLES[:3]:
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.as_(role).write({"collection_waive_limit": 25})

    def test_a_manager_changes_nothing_else_of_the_company(self):
        for vals in ({"name": "Mine"}, {"name": "Mine", "collection_waive_limit": 25}):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                self.as_("manager").write(vals)

    def test_a_manager_does_not_reach_other_companies(self):
        manager = self.as_("manager")
        other = self.make_company("Southwind Traders")
        with self.assertRaises(AccessError):
            manager.browse(other.id).write({"collection_waive_limit": 25})

    def test_bad_values_are_refused(self):
        with self.assertRaisesRegex(Exception, "(?i)negative|zero|between"):
            self.as_("manager").write({"collection_weight_age": -1})
