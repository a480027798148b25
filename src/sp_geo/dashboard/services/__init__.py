"""Services, access and deserts: what the page shows."""
