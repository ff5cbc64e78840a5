"""UPS over its REST API: return labels, pickups, tracking and addresses.

Each module translates between our values and UPS' JSON; `client` joins them to the line.
"""
