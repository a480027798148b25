"""Methods and limits in plain English."""
