from . import collection_channel
from . import collection_compliance
