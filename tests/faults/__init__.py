"""What a workspace is after its processes were killed, its disk was full, or two of them worked at once.

``python -m tests.faults --kills 200`` does it at length; ``make test`` does some of each kind.
"""
