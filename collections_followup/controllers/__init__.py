from . import agreement
from . import stop
from . import page
from . import page_forms
from . import page_pay
from . import page_portal
