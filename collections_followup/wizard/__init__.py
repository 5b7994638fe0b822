from . import collection_assign_wizard
from . import collection_hold_wizard
from . import collection_ask
from . import collection_log_contact
from . import collection_log_contact_steps
