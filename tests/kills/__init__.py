"""A firm at work over HTTP while its processes are killed: what its people send, and what must be there afterwards."""
