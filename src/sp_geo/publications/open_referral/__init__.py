"""Directory of services (Open Referral UK 3.0, JSON): what it is, its columns and its reader."""
