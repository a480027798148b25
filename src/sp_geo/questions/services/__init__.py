"""Questions of services: what is recorded, who can reach it, where the deserts are, what link workers report."""
