"""The public names: a workspace that is opened, and answers that show themselves."""
