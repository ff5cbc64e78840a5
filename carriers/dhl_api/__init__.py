"""DHL Express over its MyDHL API: return shipments, customs, pickups and tracking.

Each module translates between our values and DHL's JSON; `client` joins them to the line.
"""
