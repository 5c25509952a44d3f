"""Web push: notices that a browser or an installed Kartu shows with no page open (decision 0126).

`crypt` seals what is sent (RFC 8291) and says who sends it (RFC 8292), `services` knows the browser makers that carry
it, `devices` is what a person sets up, `sending` the job.
"""
