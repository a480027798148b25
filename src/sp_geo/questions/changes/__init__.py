"""What differs between two builds and why: files, choices and software, then figures and PCNs."""
