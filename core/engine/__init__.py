"""What keeps things going: the ticker, the queue and the processes of runs."""
