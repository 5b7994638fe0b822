"""Errors of the pure calculations: a code and parameters, so that a caller can translate them."""

from collections.abc import Mapping
from typing import Any


class ToolError(ValueError):
    """A calculation was refused.

    ``code`` is stable and names the reason, ``template`` is the English sentence with
    ``%(name)s`` place holders and ``params`` holds the values, so that Odoo can translate
    the template and fill it in: ``env._(error.template) % error.params``.
    """

    def __init__(self, code: str, template: str, params: Mapping[str, Any] | None = None) -> None:
        self.code = code
        self.template = template
        self.params = dict(params or {})
        super().__init__(template % self.params)
