"""What every resource of the REST API shares: who asks, what may be asked, how it is answered, how errors are told."""
