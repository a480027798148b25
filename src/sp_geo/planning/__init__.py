"""Where the next posts, the next pounds and the next sites should go."""
