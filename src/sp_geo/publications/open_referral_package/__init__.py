"""Directory of services (Open Referral UK 3.0, CSV package): what it is, its columns and its reader."""
