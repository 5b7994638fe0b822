from . import collection_ageing
from . import collection_ageing_items
from . import collection_ageing_sheet
from . import collection_portfolio
from . import collection_contact_result
from . import collection_forecast_feed
from . import collection_forecast_past
