"""SMS by any gateway that takes an HTTP request: how that looks is said on a settings page (decision 0127).

`texts` counts and shortens, `phones` finds the mobile number, `gateway` makes the request, `sending` is the job.
"""
