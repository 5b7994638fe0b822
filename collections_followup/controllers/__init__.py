from . import agreement
from . import stop
