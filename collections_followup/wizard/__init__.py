from . import collection_assign_wizard
from . import collection_hold_wizard
