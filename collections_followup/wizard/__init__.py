from . import collection_assign_wizard
from . import collection_hold_wizard
from . import collection_charge_invoice_wizard
from . import collection_charge_waive_wizard
from . import collection_recovery_wizard
from . import collection_writeoff_wizard
