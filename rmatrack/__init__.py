"""Device-trial logistics: every loaned unit by serial number, its due day, its label and its way back."""
