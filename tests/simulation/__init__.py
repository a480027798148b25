"""How often the default errors find what is not there: need permuted within real ICBs, and planted ICB correlation."""
