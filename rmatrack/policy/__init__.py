"""The programme's dated values, as TOML files that whoever runs it may replace."""
