from . import collection_portfolio
